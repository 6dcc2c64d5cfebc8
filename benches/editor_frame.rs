//! What a frame of the editor costs before the graphics driver gets it: the values, the layout and the triangles, while
//! audio plays with a profile. The window has no display, so the driver's share is not included.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, Pos2, RawInput, Rect, vec2};
use lull::analyzer::Analyzer;
use lull::audio_thread::AudioThread;
use lull::editor::files::Folder;
use lull::editor::gesture::Gestures;
use lull::editor::kept::Kept;
use lull::editor::panel_context::{PanelContext, UiState};
use lull::editor::{draw, theme};
use lull::host_link::HostLink;
use lull::params::LullParams;
use lull_engine::Config;
use lull_engine::Quality;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const RATE_HZ: f64 = 48e3;
const FRAMES: usize = 300;
const FRAMES_PER_S: f64 = 30.0;
const SAMPLES_PER_FRAME: usize = (RATE_HZ / FRAMES_PER_S) as usize;

/// A host that ignores the editor.
struct NoHost;

impl GuiContextInner for NoHost {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    unsafe fn raw_begin_set_parameter(&self, _: ParamPtr) {}
    unsafe fn raw_set_parameter_normalized(&self, _: ParamPtr, _: f32) {}
    unsafe fn raw_end_set_parameter(&self, _: ParamPtr) {}
    fn get_state(&self) -> PluginState {
        unreachable!("the editor asks for no state")
    }
    fn set_state(&self, _: PluginState) {}
    fn request_restart(&self) {}
}

/// A plugin that plays, and its window.
struct Stage {
    params: Arc<LullParams>,
    analyzer: Arc<Analyzer>,
    audio: AudioThread,
    link: HostLink,
    kept: Kept,
    state: UiState,
    context: Context,
    rng: StdRng,
}

impl Stage {
    fn new() -> Self {
        let mut params = LullParams::default();
        params.set_from_text("learn_window", "0.5 s").expect("a window");
        params.set_from_text("learn", "On").expect("a switch");
        let (params, analyzer) = (Arc::new(params), Arc::new(Analyzer::default()));
        let config = Config { sample_rate_hz: RATE_HZ, channels: 2, quality: Quality::Standard };
        let nowhere = std::env::temp_dir().join("lull-bench");
        let context = Context::default();
        theme::install(&context);
        params.heard.want();
        Self {
            audio: AudioThread::new(config, params.clone(), analyzer.clone()).expect("a config of engines"),
            link: HostLink::new(&*params),
            kept: Kept::new(&params),
            params,
            analyzer,
            state: UiState::new(Folder::at(nowhere.join("presets")), Folder::at(nowhere.join("profiles"))),
            context,
            rng: StdRng::seed_from_u64(1),
        }
    }

    /// Plays a frame's time of noise, with the analyzer on or off. Returns the time that it took.
    fn play(&mut self, is_analyzed: bool) -> Duration {
        let mut noise =
            || -> Vec<f32> { (0..SAMPLES_PER_FRAME).map(|_| self.rng.random_range(-0.1..0.1)).collect() };
        let (mut left, mut right) = (noise(), noise());
        self.analyzer.set_editor_open(is_analyzed);
        let begin = Instant::now();
        self.audio.process(&mut [&mut left, &mut right]);
        begin.elapsed()
    }

    /// Draws a frame. Returns the time that it took.
    fn draw(&mut self, frame: usize, width: f32, height: f32, scale: f32) -> Duration {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(width, height))),
            time: Some(frame as f64 / FRAMES_PER_S),
            ..RawInput::default()
        };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
        let begin = Instant::now();
        let mut output = self.context.run_ui(input, |ui| {
            let mut context = PanelContext {
                params: &self.params,
                analyzer: &self.analyzer,
                status: self.analyzer.status(),
                gestures: Gestures::to(&NoHost, &self.link, &self.kept.history),
                kept: &self.kept,
                ui: &mut self.state,
            };
            draw(ui, &mut context);
        });
        let triangles = self.context.tessellate(output.shapes, output.pixels_per_point);
        let time = begin.elapsed();
        // Nothing uploads them.
        output.textures_delta.clear();
        std::hint::black_box(triangles);
        time
    }
}

fn main() {
    for (width, height, scale) in [(900.0, 640.0, 1.0), (900.0, 640.0, 2.0), (3840.0, 2160.0, 1.0)] {
        measure(width, height, scale);
    }
}

fn measure(width: f32, height: f32, scale: f32) {
    let mut stage = Stage::new();
    let mut times = Vec::new();
    let (mut analyzed, mut unanalyzed) = (Duration::ZERO, Duration::ZERO);
    for frame in 0..FRAMES {
        // Every other block without the analyzer, for what it costs the audio thread.
        if frame % 2 == 0 {
            analyzed += stage.play(true);
        } else {
            unanalyzed += stage.play(false);
        }
        times.push(stage.draw(frame, width, height, scale));
    }
    assert!(stage.audio.engine().profile().is_some(), "nothing was learned");
    times.sort_unstable();
    let ms = |time: Duration| 1e3 * time.as_secs_f64();
    println!(
        "editor {width} x {height} at {:.0} %: {:.2} ms a frame (median), {:.2} ms at worst of {FRAMES}; the \
         analyzer adds {:.0} % to the engine's time",
        100.0 * scale,
        ms(times[FRAMES / 2]),
        ms(times[FRAMES - 1]),
        100.0 * (analyzed.as_secs_f64() / unanalyzed.as_secs_f64() - 1.0),
    );
}
