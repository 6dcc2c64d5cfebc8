//! The window without a display: what a hand does to it, and what it then shows and tells the host.

mod marks;
mod menu;

use std::sync::{Arc, Mutex};

use egui::{Key, Modifiers, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::persist::PersistentField;
use nice_plug::plugin::PluginState;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::desk::{Desk, UiState};
use super::files::Folder;
use super::gesture::Gestures;
use super::theme;
use crate::feed::{Feed, FeedWriter, Reading};
use crate::host_link::HostLink;
use crate::params::{LullParams, ParamView};
use crate::profile_file;
use crate::profile_store::AudioSide;
use lull_engine::settings::{BAND_CENTRES_HZ, Quality, Sharpness};
use lull_engine::{Config, Engine};

const SIZE: Vec2 = vec2(900.0, 640.0);
const RATE_HZ: f64 = 44_100.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    Begin(ParamPtr),
    Set(ParamPtr, f32),
    End(ParamPtr),
    Restart,
}

/// A host that does at once what it is told, and writes it down.
#[derive(Default)]
struct Recorder(Mutex<Vec<Call>>);

impl Recorder {
    fn note(&self, call: Call) {
        self.0.lock().unwrap().push(call);
    }

    fn take(&self) -> Vec<Call> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl GuiContextInner for Recorder {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.note(Call::Begin(param));
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.note(Call::Set(param, normalized));
        // SAFETY: the stage keeps the parameters alive.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.note(Call::End(param));
    }

    fn get_state(&self) -> PluginState {
        unreachable!("presets go through parameters")
    }

    fn set_state(&self, _: PluginState) {
        unreachable!("this would free memory on the audio thread")
    }

    fn request_restart(&self) {
        self.note(Call::Restart);
    }
}

/// A plugin without a wrapper: parameters, engine, window, and noise at its input.
struct Stage {
    params: Arc<LullParams>,
    feed: Arc<Feed>,
    host: Arc<Recorder>,
    link: Arc<HostLink>,
    ui: UiState,
    engine: Engine,
    profiles: AudioSide,
    display: FeedWriter,
    rng: StdRng,
    restart_needed: bool,
    _home: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let (params, feed) = (Arc::new(LullParams::default()), Arc::new(Feed::default()));
        let mut engine =
            Engine::new(Config { sample_rate_hz: RATE_HZ, channels: 1, quality: Quality::Standard });
        let profiles = params.profile.attach(&mut engine);
        let home = tempfile::tempdir().unwrap();
        feed.set_editor_open(true);
        Self {
            display: FeedWriter::new(feed.clone(), &engine),
            ui: UiState::new(
                Folder::at(home.path().join("Presets")),
                Folder::at(home.path().join("Profiles")),
            ),
            link: Arc::new(HostLink::new(&*params)),
            params,
            feed,
            host: Arc::default(),
            engine,
            profiles,
            rng: StdRng::seed_from_u64(3),
            restart_needed: false,
            _home: home,
        }
    }

    /// What the plugin does with noise of this amplitude.
    fn play(&mut self, seconds: f64, amplitude: f32) {
        for _ in 0..(seconds * RATE_HZ / 441.0).round() as usize {
            let mut audio: Vec<f32> =
                (0..441).map(|_| amplitude * self.rng.random_range(-1.0f32..1.0)).collect();
            let mut audio = [&mut audio[..]];
            self.profiles.bring_in(&mut self.engine);
            self.display.read_input(&audio);
            let display = &mut self.display;
            let mut settings = self.params.settings();
            settings.learn = self.params.learn_latch.pass(settings.learn);
            self.engine.process_watched(&mut audio, &settings, &mut |engine| {
                display.read_hop(engine);
            });
            self.display.read_output(&audio);
            self.profiles.hand_out(&self.engine);
            self.feed.write(Reading {
                learn: self.engine.learn_status(),
                has_profile: self.engine.profile().is_some(),
                restart_needed: self.restart_needed,
            });
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let mut desk = Desk {
            params: &self.params,
            feed: &self.feed,
            reading: self.feed.read(),
            gestures: Gestures::to(&*self.host, &self.link),
            ui: &mut self.ui,
        };
        super::draw(ui, &mut desk);
    }
}

type Window = Harness<'static, Stage>;

fn window() -> Window {
    window_of_size(SIZE)
}

fn window_of_size(size: Vec2) -> Window {
    window_on_screen(size, 1.0)
}

fn window_on_screen(size: Vec2, pixels_per_point: f32) -> Window {
    let mut window = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(pixels_per_point)
        .with_step_dt(0.05)
        .build_ui_state(|ui, stage: &mut Stage| stage.draw(ui), Stage::new());
    theme::install(&window.ctx);
    window.ctx.add_plugin(super::window::LeaveSpace);
    window.run();
    window.state().host.take();
    window
}

fn play(window: &mut Window, seconds: f64, amplitude: f32) {
    window.state_mut().play(seconds, amplitude);
    window.run_steps(2);
}

fn has(window: &Window, words: &str) -> bool {
    window.query_all_by_label_contains(words).next().is_some()
}

/// The calls of one whole gesture of `param`, which ends at `expected`.
fn assert_gesture(window: &Window, param: ParamView, expected: f32) {
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

fn drag(window: &mut Window, from: Pos2, by: Vec2) {
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

fn centre_of(window: &Window, label: &str) -> Pos2 {
    window.get_by_label(label).rect().center()
}

#[test]
fn learn_toggles_its_parameter_and_the_words_follow() {
    let mut window = window();
    assert!(has(&window, "Learn a profile first") && has(&window, "No audio is running"));
    play(&mut window, 0.5, 0.1);
    assert!(has(&window, "press Learn"));
    window.get_by_label("Learn").click();
    window.run_steps(2);
    let params = window.state().params.clone();
    assert_gesture(&window, ParamView::of(&params.learn.learn), 1.0);
    play(&mut window, 0.83, 0.1);
    assert!(has(&window, "Learning 0.8 s of 2.0 s") && has(&window, "You hear the input meanwhile"));
    play(&mut window, 2.0, 0.1);
    assert!(has(&window, "Learned 2.0 s at 44.1 kHz"), "what was asked for");
    assert!(has(&window, "The noise is being removed"));
    // It has gone off by itself, and the next press learns anew.
    assert_gesture(&window, ParamView::of(&params.learn.learn), 0.0);
    play(&mut window, 0.05, 0.1);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 1.0, 0.1);
    assert!(has(&window, "Learning 1.0 s of 2.0 s"));
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 0.5, 0.1);
    assert!(has(&window, "Learned 1.0 s"), "a press while learning ends it");
    window.state().host.take();

    // Undo, and back again.
    let learned = params.profile.profile();
    window.get_by_label("Undo learn").click();
    window.run_steps(2);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "Learned 2.0 s") && params.profile.profile() != learned);
    assert_eq!(window.state().engine.profile().cloned(), params.profile.profile(), "the engine as well");
    window.get_by_label("Redo learn").click();
    window.run_steps(2);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "Learned 1.0 s") && params.profile.profile() == learned);
}

#[test]
fn one_press_learns_in_a_project_that_was_saved_with_learn_on() {
    let mut window = window();
    let params = window.state().params.clone();
    let param = ParamView::of(&params.learn.learn).pointer();
    // SAFETY: the stage keeps the parameter alive.
    unsafe { param._internal_set_normalized_value(1.0) };
    PersistentField::set(&params.learn_latch, true);
    play(&mut window, 1.0, 0.1);
    assert!(has(&window, "press Learn"), "opening a project learns nothing");
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 0.1, 0.1);
    play(&mut window, 1.0, 0.1);
    let set = |value| [Call::Begin(param), Call::Set(param, value), Call::End(param)];
    assert_eq!(window.state().host.take(), [set(0.0), set(1.0)].concat());
    assert!(has(&window, "Learning 1.0 s of 2.0 s"));
    // Learned as ever, and let go.
    play(&mut window, 1.5, 0.1);
    assert!(has(&window, "Learned 2.0 s") && !params.learn.learn.value());
}

#[test]
fn a_press_that_waits_for_audio_can_be_taken_back() {
    let mut window = window();
    let params = window.state().params.clone();
    for on in [true, false] {
        window.get_by_label("Learn").click();
        window.run_steps(3);
        assert_eq!(params.learn.learn.value(), on);
    }
    play(&mut window, 1.0, 0.1);
    assert!(has(&window, "press Learn"));
}

#[test]
fn what_cannot_be_learned_is_said() {
    let mut window = window();
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 1.0, 0.0);
    play(&mut window, 2.0, 0.0);
    assert!(has(&window, "Digital silence, nothing to learn") && has(&window, "The input is silent"));
    play(&mut window, 0.2, 0.1);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 0.05, 0.1);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 0.5, 0.1);
    assert!(has(&window, "Too short to learn from") && has(&window, "a fifth of a second"));
    window.get_by_label("Bypass").click();
    window.run_steps(2);
    assert!(window.state().params.output.bypass.value());
}

#[test]
fn a_quality_that_needs_a_restart_says_so_and_asks_for_it() {
    let mut window = window();
    window.get_by_label("Quality: Best").click();
    window.run_steps(2);
    let params = window.state().params.clone();
    assert_gesture(&window, ParamView::of(&params.output.quality), 1.0);
    window.state_mut().restart_needed = true;
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "needs a restart"));
    window.get_by_label("Restart").click();
    window.run_steps(2);
    assert_eq!(window.state().host.take(), [Call::Restart]);
}

/// Names of the knobs' parameters.
const KNOBS: [&str; 11] = [
    "Threshold",
    "Reduction",
    "Sharpness",
    "Smoothing",
    "Attack",
    "Release",
    "Frequency Smoothing",
    "Time Median",
    "Stereo Link",
    "Mix",
    "Output",
];

fn param_named<'a>(params: &'a LullParams, name: &str) -> ParamView<'a> {
    params.all().into_iter().map(|(_, param)| param).find(|param| param.name() == name).unwrap()
}

#[test]
fn every_knob_is_dragged_typed_and_reset() {
    let mut window = window();
    let params = window.state().params.clone();
    for name in KNOBS {
        let param = param_named(&params, name);
        let start = param.default_normalized();
        let dial = centre_of(&window, name);
        // 60 of 200 points, into the range.
        let (by, expected) = if start > 0.5 { (60.0, start - 0.3) } else { (-60.0, start + 0.3) };
        drag(&mut window, dial, vec2(0.0, by));
        assert_gesture(&window, param, expected);

        for _ in 0..2 {
            window.drag_at(dial);
            window.drop_at(dial);
        }
        window.run_steps(3);
        assert_gesture(&window, param, start);

        let wanted = param.text(if start > 0.5 { 0.25 } else { 0.75 });
        let value = format!("{name}: {}", param.text(start));
        window.get_by_label(&value).click();
        window.run_steps(2);
        window.event(egui::Event::Text(wanted.clone()));
        window.run_steps(1);
        window.key_press(Key::Enter);
        window.run_steps(2);
        assert_eq!(param.text(param.normalized()), wanted, "{name}");
        assert_eq!(window.state().host.take().len(), 3, "begin, set, end");
    }
    assert!(matches!(params.settings().sharpness, Sharpness::Exponent(_)));
}

#[test]
fn a_knob_answers_to_the_keyboard_and_finely_to_shift() {
    let mut window = window();
    let params = window.state().params.clone();
    let param = ParamView::of(&params.mask.threshold);
    let start = param.normalized();
    window.get_by_label("Threshold").focus();
    window.run_steps(2);
    window.key_press(Key::ArrowUp);
    window.run_steps(2);
    assert_gesture(&window, param, start + 0.01);
    window.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    window.run_steps(2);
    assert!((param.normalized() - (start + 0.009)).abs() < 1e-4);
    window.key_press(Key::PageDown);
    window.run_steps(2);
    assert!((param.normalized() - (start - 0.091)).abs() < 1e-4);
    assert!(window.get_by_label("Threshold").is_focused(), "arrows do not move the focus");
    window.key_press(Key::Tab);
    window.run_steps(2);
    assert!(!window.get_by_label("Threshold").is_focused());

    // Enter opens the value, Escape leaves it as it was.
    window.state().host.take();
    window.get_by_label("Threshold").focus();
    window.run_steps(2);
    window.key_press(Key::Enter);
    window.run_steps(2);
    window.event(egui::Event::Text("12".into()));
    window.run_steps(1);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(window.state().host.take().is_empty());
    assert!(window.query_by_label("Threshold as text").is_none(), "the field is gone");
}

#[test]
fn what_is_no_value_is_refused() {
    let mut window = window();
    let params = window.state().params.clone();
    window.get_by_label("Threshold: 0.0 dB").click();
    window.run_steps(2);
    window.event(egui::Event::Text("loud".into()));
    window.run_steps(1);
    window.key_press(Key::Enter);
    window.run_steps(2);
    assert!(window.state().host.take().is_empty());
    assert_eq!(params.mask.threshold.value(), 0.0);
}

#[test]
fn space_is_left_to_the_host() {
    let mut window = window();
    window.get_by_label("Bypass").focus();
    window.run_steps(2);
    window.key_press(Key::Space);
    window.run_steps(2);
    assert!(!window.state().params.output.bypass.value());
    window.key_press(Key::Enter);
    window.run_steps(2);
    assert!(window.state().params.output.bypass.value(), "Enter presses what has the focus");
}

#[test]
fn a_handle_sets_its_band_in_db() {
    let mut window = window();
    play(&mut window, 0.5, 0.1);
    let params = window.state().params.clone();
    for (band, param) in params.bands.all().into_iter().enumerate() {
        let view = ParamView::of(param);
        let handle = centre_of(&window, &view.name());
        // The plot reaches from 234 to 798 points, and from 20 Hz to 20 kHz.
        let x = 234.0 + 564.0 * (BAND_CENTRES_HZ[band] / 20.0).log10() / 3.0;
        assert!((handle.x - x).abs() < 1.0, "band {band} stands at {} instead of {x}", handle.x);
        drag(&mut window, handle, vec2(0.0, -20.0));
        let calls = window.state().host.take();
        assert!(matches!(calls[..], [Call::Begin(_), .., Call::End(_)]), "{calls:?}");
        // The plot is 232 points high for 120 dB.
        let db = param.value();
        assert!((9.5..11.5).contains(&db), "band {band}: {db} dB");
        assert_eq!(params.settings().bands_db[band], db);
        let moved = centre_of(&window, &view.name());
        assert!((handle.y - moved.y - 20.0).abs() < 1.0, "the handle is where the hand left it");

        window.hover_at(moved);
        window.run_steps(1);
        for _ in 0..2 {
            window.drag_at(moved);
            window.drop_at(moved);
        }
        window.run_steps(3);
        assert_eq!(param.value(), 0.0);
        window.hover_at(handle);
        window.run_steps(2);
        window.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: vec2(0.0, 2.0),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
        window.run_steps(3);
        assert!((param.value() - 1.0).abs() < 0.01, "two notches are 1 dB: {}", param.value());
        window.remove_cursor();
        window.state().host.take();
    }
}

#[test]
fn presets_are_recalled_saved_and_compared() {
    let mut window = window();
    let params = window.state().params.clone();
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.get_by_label("Gentle").click();
    window.run_steps(3);
    assert!((params.mask.reduction.value() - 10.0).abs() < 0.05);
    let calls = window.state().host.take();
    assert_eq!(calls.len(), 3, "only what differs is touched: {calls:?}");
    assert!(has(&window, "Presets: Gentle"));

    // B begins as A is; each keeps what is done to it.
    window.get_by_label("B").click();
    window.run_steps(2);
    assert!(window.state().host.take().is_empty());
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.get_by_label("Classic gate").click();
    window.run_steps(3);
    assert_eq!(params.mask.reduction.value(), 60.0);
    window.get_by_label("A").click();
    window.run_steps(2);
    assert!((params.mask.reduction.value() - 10.0).abs() < 0.05);
    window.get_by_label("B").click();
    window.run_steps(2);
    assert_eq!(params.mask.reduction.value(), 60.0);

    // A user's own.
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.get_by_label("Preset name").focus();
    window.run_steps(2);
    window.event(egui::Event::Text("My gate".into()));
    window.run_steps(2);
    window.get_by_label("Save").click();
    window.run_steps(3);
    assert_eq!(window.state().ui.presets.names(), ["My gate"]);
    window.get_by_label("Default").click();
    window.run_steps(3);
    assert_eq!(params.mask.reduction.value(), 27.0);
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.get_by_label("My gate").click();
    window.run_steps(3);
    assert_eq!(params.mask.reduction.value(), 60.0);

    // One that someone has edited wrongly.
    window.state().ui.presets.write("Broken", r#"{"lull_preset": 1, "parameters": {"mix": "wet"}}"#).unwrap();
    window.state().host.take();
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
    window.get_by_label("Broken").click();
    window.run_steps(3);
    assert!(has(&window, "Broken not loaded") && has(&window, "wet"));
    assert!(window.state().host.take().is_empty());
}

fn open_profile_menu_with(window: &mut Window, name: &str) {
    window.get_by_label("Profile...").click();
    window.run_steps(2);
    window.state_mut().ui.profile_name = name.to_owned();
    window.run_steps(2);
}

#[test]
fn a_profile_is_exported_and_imported_and_a_broken_one_changes_nothing() {
    let mut window = window();
    play_and_learn(&mut window);
    let params = window.state().params.clone();
    let learned = params.profile.profile().unwrap();
    open_profile_menu_with(&mut window, "Room");
    window.get_by_label("Export").click();
    window.run_steps(2);
    assert!(has(&window, "Exported to"));
    let text = window.state().ui.profiles.read("Room").unwrap();
    assert_eq!(profile_file::from_json(&text).unwrap(), learned);

    for (name, text, why) in [
        ("Half", &text[..text.len() / 2], "no noise profile"),
        ("Other", "{\"lull_preset\": 1}", "no noise profile"),
        ("Unit", &text.replace("per hertz", "per octave"), "unit"),
    ] {
        window.state().ui.profiles.write(name, text).unwrap();
        window.run_steps(1);
        window.state_mut().ui.profile_name = name.to_owned();
        window.run_steps(2);
        window.get_by_label("Import").click();
        window.run_steps(3);
        assert!(has(&window, "Not imported") && has(&window, why), "{name}");
        assert_eq!(params.profile.profile().as_ref(), Some(&learned), "{name}");
        window.get_by_label("Profile...").click();
        window.run_steps(2);
    }

    params.profile.set_profile(None);
    window.state_mut().ui.profile_name = "Room".to_owned();
    window.run_steps(2);
    window.get_by_label("Import").click();
    window.run_steps(3);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "Imported Room"));
    assert_eq!(window.state().engine.profile(), Some(&learned));
}

#[test]
fn the_host_hears_of_a_profile_that_was_imported_or_undone() {
    let mut window = window();
    play_and_learn(&mut window);
    open_profile_menu_with(&mut window, "Room");
    window.get_by_label("Export").click();
    window.run_steps(2);
    let revision = ParamView::of(&window.state().params.clone().project.profile_revision).pointer();
    let told = |window: &Window| window.state().host.take().contains(&Call::End(revision));
    told(&window);
    window.get_by_label("Import").click();
    window.run_steps(3);
    assert!(told(&window), "import, without a bridge");
    window.get_by_label("Undo learn").click();
    window.run_steps(2);
    assert!(told(&window), "undo, without a bridge");

    window.state().link.connect(Box::new(|| ()));
    window.get_by_label("Redo learn").click();
    window.run_steps(2);
    assert!(!told(&window) && window.state().link.take_project_changed(), "redo, with a bridge");
}

fn play_and_learn(window: &mut Window) {
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(window, 2.5, 0.1);
}

fn is_control(node: &egui_kittest::Node) -> bool {
    use egui::Role::{Button, CheckBox, ComboBox, Slider, SpinButton, TextInput};
    [Button, CheckBox, ComboBox, Slider, SpinButton, TextInput].contains(&node.accesskit_node().role())
}

#[test]
fn everything_has_a_name_and_nothing_leaves_the_window() {
    for size in [vec2(760.0, 520.0), SIZE, vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)] {
        let mut window = window_of_size(size);
        window.get_by_label("Learn").click();
        window.run_steps(2);
        play(&mut window, 3.0, 0.1);
        let params = window.state().params.clone();
        for (id, param) in params.all() {
            // The percentile shows with its statistic only.
            if id != "percentile" {
                assert!(has(&window, &param.name()), "{size}: {id} is not to be found");
            }
        }
        for name in ["Spectrum", "Spectrogram before", "Spectrogram after", "Level In", "Level Cut"] {
            assert!(has(&window, name), "{size}: {name}");
        }
        let mut nodes: Vec<_> = window.root().children_recursive().collect();
        nodes.retain(|node| is_control(node) || node.accesskit_node().label().is_some());
        assert!(nodes.len() > 50, "{} nodes", nodes.len());
        let controls: Vec<_> = nodes.iter().filter(|node| is_control(node)).collect();
        for (index, one) in controls.iter().enumerate() {
            for other in &controls[..index] {
                let names = [one, other].map(|node| node.accesskit_node().label().unwrap_or_default());
                let both = one.rect().intersect(other.rect());
                // Handles may come close to each other; a hand takes the upper one.
                let handles = names.iter().all(|name| name.starts_with("Band"));
                assert!(handles || both.width() < 0.5 || both.height() < 0.5, "{size}: {names:?} overlap");
            }
        }
        let inside = egui::Rect::from_min_size(Pos2::ZERO, size).expand(0.5);
        for node in nodes {
            let rect = node.rect();
            let name = node.accesskit_node().label();
            assert!(inside.contains_rect(rect), "{size}: {name:?} at {rect:?}");
            if is_control(&node) {
                assert!(
                    name.is_some() || node.accesskit_node().value().is_some(),
                    "{size}: no name at {rect:?}"
                );
            }
        }
    }
}

#[test]
fn tab_goes_through_all_controls_in_the_order_in_which_they_are_read() {
    let mut window = window();
    let mut seen = Vec::new();
    for _ in 0..120 {
        window.key_press(Key::Tab);
        window.run_steps(1);
        let focused = window.root().children_recursive().find(|node| node.is_focused());
        let name = focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default();
        if seen.contains(&name) {
            break;
        }
        seen.push(name);
    }
    let place = |name: &str| {
        seen.iter().position(|seen| seen.starts_with(name)).unwrap_or_else(|| panic!("{name} in {seen:?}"))
    };
    assert!(place("Presets") < place("Learn") && place("Learn") < place("Statistic"));
    assert!(place("Statistic") < place("Band 1") && place("Band 1") < place("Band 8"));
    assert!(place("Band 8") < place("Threshold") && place("Threshold") < place("Output"));
}
