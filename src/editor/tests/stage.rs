//! The window without a display: a host that records what it is told, and helpers for mouse and audio.

use std::sync::{Arc, Mutex};

use egui::{Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use lull_engine::Config;
use lull_engine::Quality;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::analyzer::Analyzer;
use crate::audio_thread::AudioThread;
use crate::editor::files::Folder;
use crate::editor::gesture::Gestures;
use crate::editor::kept::Kept;
use crate::editor::panel_context::{PanelContext, UiState};
use crate::editor::theme;
use crate::host_link::HostLink;
use crate::params::{LullParams, ParamView};

pub const SIZE: Vec2 = vec2(900.0, 640.0);
pub const RATE_HZ: f64 = 44_100.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Call {
    Begin(ParamPtr),
    Set(ParamPtr, f32),
    End(ParamPtr),
    Restart,
}

/// A host that applies every change at once, and records it.
#[derive(Default)]
pub struct Recorder(Mutex<Vec<Call>>);

impl Recorder {
    fn record(&self, call: Call) {
        self.0.lock().unwrap().push(call);
    }

    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl GuiContextInner for Recorder {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.record(Call::Begin(param));
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.record(Call::Set(param, normalized));
        // SAFETY: the stage keeps the parameters alive.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.record(Call::End(param));
    }

    fn get_state(&self) -> PluginState {
        unreachable!("presets go through parameters")
    }

    fn set_state(&self, _: PluginState) {
        unreachable!("this would free memory on the audio thread")
    }

    fn request_restart(&self) {
        self.record(Call::Restart);
    }
}

/// A plugin without a wrapper: parameters, audio thread, window, and noise at its input.
pub struct Stage {
    pub params: Arc<LullParams>,
    pub analyzer: Arc<Analyzer>,
    pub host: Arc<Recorder>,
    pub link: Arc<HostLink>,
    pub kept: Kept,
    pub ui: UiState,
    pub audio: AudioThread,
    rng: StdRng,
    _home: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let (params, analyzer) = (Arc::new(LullParams::default()), Arc::new(Analyzer::default()));
        let config = Config { sample_rate_hz: RATE_HZ, channels: 1, quality: Quality::Standard };
        let home = tempfile::tempdir().unwrap();
        analyzer.set_editor_open(true);
        params.heard.want();
        Self {
            audio: AudioThread::new(config, params.clone(), analyzer.clone()).unwrap(),
            ui: UiState::new(
                Folder::at(home.path().join("Presets")),
                Folder::at(home.path().join("Profiles")),
            ),
            link: Arc::new(HostLink::new(&*params)),
            kept: Kept::new(&params),
            params,
            analyzer,
            host: Arc::default(),
            rng: StdRng::seed_from_u64(3),
            _home: home,
        }
    }

    /// Processes noise of this amplitude.
    fn play(&mut self, seconds: f64, amplitude: f32) {
        for _ in 0..(seconds * RATE_HZ / 441.0).round() as usize {
            let mut audio: Vec<f32> =
                (0..441).map(|_| amplitude * self.rng.random_range(-1.0f32..1.0)).collect();
            self.audio.process(&mut [&mut audio]);
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let mut context = PanelContext {
            params: &self.params,
            analyzer: &self.analyzer,
            status: self.analyzer.status(),
            gestures: Gestures::to(&*self.host, &self.link, &self.kept.history),
            kept: &self.kept,
            ui: &mut self.ui,
        };
        crate::editor::draw(ui, &mut context);
    }
}

pub type Window = Harness<'static, Stage>;

pub fn window() -> Window {
    window_of_size(SIZE)
}

pub fn window_of_size(size: Vec2) -> Window {
    window_on_screen(size, 1.0)
}

pub fn window_on_screen(size: Vec2, pixels_per_point: f32) -> Window {
    let mut window = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(pixels_per_point)
        .with_step_dt(0.05)
        .build_ui_state(|ui, stage: &mut Stage| stage.draw(ui), Stage::new());
    theme::install(&window.ctx);
    window.ctx.add_plugin(crate::editor::keys::HostKeys);
    window.run();
    window.state().host.take();
    window
}

pub fn play(window: &mut Window, seconds: f64, amplitude: f32) {
    window.state_mut().play(seconds, amplitude);
    window.run_steps(2);
}

pub fn has(window: &Window, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

/// The calls of one whole gesture of `param`, which ends at `expected`.
pub fn assert_gesture(window: &Window, param: ParamView, expected: f32) {
    let calls = window.state().host.take();
    let pointer = param.pointer();
    assert_eq!(calls.first(), Some(&Call::Begin(pointer)), "{calls:?}");
    assert_eq!(calls.last(), Some(&Call::End(pointer)), "{calls:?}");
    let sets = &calls[1..calls.len() - 1];
    assert!(
        !sets.is_empty() && sets.iter().all(|call| matches!(call, Call::Set(p, _) if *p == pointer)),
        "{calls:?}"
    );
    assert!((param.normalized() - expected).abs() < 2e-3, "{} {expected}", param.normalized());
}

pub fn drag(window: &mut Window, from: Pos2, by: Vec2) {
    window.hover_at(from);
    window.run_steps(1);
    window.drag_at(from);
    window.run_steps(1);
    for step in 1..=5 {
        window.hover_at(from + by * (step as f32 / 5.0));
        window.run_steps(1);
    }
    window.drop_at(from + by);
    window.run_steps(2);
    window.remove_cursor();
    window.run_steps(1);
}

pub fn centre_of(window: &Window, label: &str) -> Pos2 {
    window.get_by_label(label).rect().center()
}

pub fn play_and_learn(window: &mut Window) {
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(window, 2.5, 0.1);
}

pub fn is_control(node: &egui_kittest::Node) -> bool {
    use egui::Role::{Button, CheckBox, ComboBox, Slider, SpinButton, TextInput};
    [Button, CheckBox, ComboBox, Slider, SpinButton, TextInput].contains(&node.accesskit_node().role())
}

pub fn param_named<'a>(params: &'a LullParams, name: &str) -> ParamView<'a> {
    params.all().into_iter().map(|(_, param)| param).find(|param| param.name() == name).unwrap()
}

/// Chooses a preset in the browser, which is closed.
pub fn choose_preset(window: &mut Window, name: &str) {
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.state_mut().ui.browser.search = name.to_owned();
    window.run_steps(3);
    window.get_by_label(name).click();
    window.run_steps(3);
}
