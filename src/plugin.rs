//! What a host sees: name, buses, lifecycle, processing.

use std::sync::Arc;

use lull_engine::Config;
use nice_plug::prelude::*;

use crate::analyzer::Analyzer;
use crate::audio_thread::AudioThread;
use crate::background_barrier::Barrier;
use crate::host_link::HostLink;
use crate::instance_parts::{self, Parts};
use crate::params::{LullParams, remote_pages};
use crate::project::state;
use crate::renewal::{Playback, Renewal};

/// The plugin.
pub struct Lull {
    params: Arc<LullParams>,
    analyzer: Arc<Analyzer>,
    link: Arc<HostLink>,
    renewal: Arc<Renewal>,
    /// From activate() to deactivate().
    audio_thread: Option<AudioThread>,
}

/// What the framework's threads do for the plugin.
pub enum Task {
    /// On the background thread.
    Reach(Barrier),
    /// On the main thread: tell the host that the latency has changed.
    TellLatency,
    /// On the main thread: another quality was chosen. Ask for a restart, and follow what comes of it.
    AskForRestart,
}

impl Default for Lull {
    fn default() -> Self {
        let params = Arc::new(LullParams::default());
        let link = Arc::new(HostLink::new(&*params));
        instance_parts::announce(|| Parts { params: params.clone(), link: link.clone() });
        let (analyzer, renewal) = (Arc::new(Analyzer::default()), Arc::new(Renewal::default()));
        Self { params, analyzer, link, renewal, audio_thread: None }
    }
}

/// For hosts that do not deactivate it before.
impl Drop for Lull {
    fn drop(&mut self) {
        self.renewal.end();
    }
}

/// As many channels in as out, without auxiliary ports.
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
    type BackgroundTask = Task;
    type Editor = crate::editor::LullEditor;

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        let main_thread = executor.clone();
        let renewal = self.renewal.clone();
        self.link.set_quality_look(Box::new(move || renewal.ask()));
        self.link.set_latency_request(Box::new(move || main_thread.execute_gui(Task::TellLatency)));
        self.link.set_background(Box::new(move |barrier| executor.execute_background(Task::Reach(barrier))));
        Some(crate::editor::LullEditor::new(self.params.clone(), self.analyzer.clone(), self.link.clone()))
    }

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let (link, renewal) = (self.link.clone(), self.renewal.clone());
        Box::new(move |task| match task {
            Task::Reach(barrier) => barrier.reach(),
            Task::TellLatency => link.tell_latency(),
            Task::AskForRestart => {
                link.tell_latency();
                renewal.ask();
            }
        })
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
        let audio_thread = AudioThread::new(config, self.params.clone(), self.analyzer.clone());
        let Ok(mut audio_thread) = audio_thread else { return false };
        let latency_samples = audio_thread.engine().latency_samples() as u32;
        if self.link.tells_latency() {
            self.link.set_latency_samples(latency_samples);
            audio_thread.renew_through(self.renewal.begin(config, &self.params, &self.analyzer, &self.link));
        } else {
            context.set_latency_samples(latency_samples);
        }
        self.audio_thread = Some(audio_thread);
        true
    }

    fn reset(&mut self) {
        // In process() the framework asks for the current thread, and the first such call on a thread allocates. Hosts
        // call this on the audio thread before they process: the call here allocates in advance.
        let _ = std::thread::current();
        if let Some(audio_thread) = &mut self.audio_thread {
            audio_thread.reset();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let Some(audio_thread) = &mut self.audio_thread else {
            return ProcessStatus::Error("process() before activate()");
        };
        let transport = context.transport();
        audio_thread.set_playback(Playback {
            // A host without a transport gives no position either.
            transport_rolls: transport.pos_samples.map(|_| transport.playing || transport.recording),
            is_offline: self.link.is_offline(),
        });
        let outcome = audio_thread.process(buffer.as_slice());
        if outcome.project_changed {
            self.link.mark_project_changed();
        }
        self.link.set_asleep(outcome.is_asleep);
        if outcome.request_memory {
            self.link.request_memory();
        }
        if outcome.request_restart {
            if self.link.tells_latency() {
                context.execute_gui(Task::AskForRestart);
            } else {
                context.request_restart();
            }
        }
        ProcessStatus::Tail(outcome.tail_samples)
    }

    fn deactivate(&mut self) {
        // Nothing that was learned is lost: every block publishes it.
        self.audio_thread = None;
        self.renewal.end();
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
        remote_pages::lay_out(&self.params, context);
    }
}

impl Vst3Plugin for Lull {
    const VST3_CLASS_ID: [u8; 16] = *b"LullSpectralDeno";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Restoration];
}
