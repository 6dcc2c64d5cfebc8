//! What a host sees: buses, lifecycle, processing. Turns parameters into settings and calls the engine.

use std::sync::Arc;

use nice_plug::prelude::*;

use crate::feed::{Feed, FeedWriter, Reading};
use crate::host_link::{self, HostLink, Parts};
use crate::params::LullParams;
use crate::profile_store::AudioSide;
use crate::state;
use crate::vst3_bridge::Barrier;
use lull_engine::settings::Quality;
use lull_engine::{Config, Engine};

/// The plugin.
pub struct Lull {
    params: Arc<LullParams>,
    feed: Arc<Feed>,
    link: Arc<HostLink>,
    /// There from activate() to deactivate().
    running: Option<Running>,
}

/// What exists while audio may be processed.
struct Running {
    engine: Engine,
    profiles: AudioSide,
    display: FeedWriter,
    /// The quality that a restart was asked for, so that it is asked for once.
    asked_for: Option<Quality>,
}

impl Default for Lull {
    fn default() -> Self {
        let params = Arc::new(LullParams::default());
        let link = Arc::new(HostLink::new(&*params));
        host_link::announce(|| Parts { params: params.clone(), link: link.clone() });
        Self { params, feed: Arc::new(Feed::default()), link, running: None }
    }
}

/// As many channels in as out, and nothing beside.
const fn layout(channels: u32, name: &'static str) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(channels)),
        main_output_channels: Some(new_nonzero_u32(channels)),
        aux_input_ports: &[],
        aux_output_ports: &[],
        names: PortNames {
            layout: Some(name),
            main_input: None,
            main_output: None,
            aux_inputs: &[],
            aux_outputs: &[],
        },
    }
}

impl Plugin for Lull {
    const NAME: &'static str = "Lull";
    const VENDOR: &'static str = "Lull Audio";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        layout(2, "Stereo"),
        layout(1, "Mono"),
        layout(3, "3 channels"),
        layout(4, "4 channels"),
        layout(5, "5 channels"),
        layout(6, "6 channels"),
        layout(7, "7 channels"),
        layout(8, "8 channels"),
    ];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type SysExMessage = ();
    type BackgroundTask = Barrier;
    #[cfg(feature = "editor")]
    type Editor = crate::editor::LullEditor;
    #[cfg(not(feature = "editor"))]
    type Editor = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    #[cfg(feature = "editor")]
    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        self.link.set_background(Box::new(move |barrier| executor.execute_background(barrier)));
        Some(crate::editor::LullEditor::new(self.params.clone(), self.feed.clone(), self.link.clone()))
    }

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        Box::new(|barrier: Barrier| barrier.reach())
    }

    fn filter_state(state: &mut PluginState) {
        state::migrate(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        buffer: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let config = Config {
            sample_rate_hz: buffer.sample_rate as f64,
            channels: layout.main_output_channels.map_or(2, |channels| channels.get() as usize),
            quality: self.params.quality(),
        };
        let mut engine = Engine::new(config);
        context.set_latency_samples(engine.latency_samples() as u32);
        let profiles = self.params.profile.attach(&mut engine);
        self.running = Some(Running {
            display: FeedWriter::new(self.feed.clone(), &engine),
            engine,
            profiles,
            asked_for: None,
        });
        true
    }

    fn reset(&mut self) {
        // The framework asks in process() which thread it is on, and the first question of a thread allocates
        // the answer. A host starts processing on the thread that will process: so it is asked here.
        let _ = std::thread::current();
        if let Some(running) = &mut self.running {
            running.engine.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let Some(Running { engine, profiles, display, asked_for }) = &mut self.running else {
            return ProcessStatus::Error("process() before activate()");
        };
        profiles.bring_in(engine);
        let mut settings = self.params.settings();
        settings.learn = self.params.learn_latch.pass(settings.learn);
        if display.is_watched() {
            display.read_input(buffer.as_slice());
            engine.process_watched(buffer.as_slice(), &settings, &mut |engine| display.read_hop(engine));
            display.read_output(buffer.as_slice());
        } else {
            engine.process(buffer.as_slice(), &settings);
        }
        if profiles.hand_out(engine) {
            self.link.mark_project_changed();
        }
        self.link.set_asleep(engine.is_asleep());

        // The latency goes with the quality, and must not change while audio runs.
        let wanted = self.params.quality();
        let restart_needed = wanted != engine.config().quality;
        if restart_needed && *asked_for != Some(wanted) {
            *asked_for = Some(wanted);
            context.request_restart();
        } else if !restart_needed {
            *asked_for = None;
        }
        self.feed.write(Reading {
            learn: engine.learn_status(),
            has_profile: engine.profile().is_some(),
            restart_needed,
        });
        ProcessStatus::Tail(engine.tail_samples() as u32)
    }

    fn deactivate(&mut self) {
        // Learned in the last block, perhaps: the store has it by now, as hand_out() follows every block.
        self.running = None;
    }
}

impl ClapPlugin for Lull {
    const CLAP_ID: &'static str = "audio.lull.lull";
    const CLAP_DESCRIPTION: Option<&'static str> = Some("Learn the noise, and it goes: a spectral denoiser");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Restoration,
        ClapFeature::Mono,
        ClapFeature::Stereo,
        ClapFeature::Surround,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        self.params.remote_controls(context);
    }
}

impl Vst3Plugin for Lull {
    const VST3_CLASS_ID: [u8; 16] = *b"LullSpectralDeno";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Restoration];
}
