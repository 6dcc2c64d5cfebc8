//! The points of the threshold: how they are added, moved and removed, and what the host is told.

use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::kittest::Queryable;
use lull_engine::ThresholdCurve;

use super::stage::{Call, Window, centre_of, choose_preset, drag, has, play, play_and_learn, window};
use crate::params::ParamView;

/// A place in the plot, which reaches from 234 to 798 points and from 20 Hz to 20 kHz.
fn at(hz: f32, y: f32) -> Pos2 {
    pos2(234.0 + 564.0 * (hz / 20.0).log10() / 3.0, y)
}

fn double_click(window: &mut Window, at: Pos2) {
    window.hover_at(at);
    window.run_steps(1);
    for _ in 0..2 {
        window.drag_at(at);
        window.drop_at(at);
    }
    window.run_steps(3);
    window.remove_cursor();
    // Longer than a double click takes, so that the next click is a first one.
    window.run_steps(12);
}

fn right_click(window: &mut Window, at: Pos2) {
    let button = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Secondary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.hover_at(at);
    window.run_steps(1);
    window.event(button(true));
    window.event(button(false));
    window.run_steps(4);
}

fn choose(window: &mut Window, line: &str) {
    window.get_by_label(line).click();
    window.run_steps(3);
}

fn curve(window: &Window) -> ThresholdCurve {
    window.state().params.curve.get()
}

/// Whether the host was told that the project has changed, once, and of nothing else.
fn assert_told_once(window: &Window) {
    let revision = ParamView::of(&window.state().params.project.profile_revision).pointer();
    let calls = window.state().host.take();
    assert!(matches!(calls[..], [Call::Begin(p), Call::Set(..), Call::End(_)] if p == revision), "{calls:?}");
}

/// The texts that were painted last.
fn shown(window: &Window) -> Vec<String> {
    let text = |clipped: &egui::epaint::ClippedShape| match &clipped.shape {
        egui::Shape::Text(text) => Some(text.galley.text().to_owned()),
        _ => None,
    };
    window.output().shapes.iter().filter_map(text).collect()
}

fn only_point(window: &Window) -> (f32, f32) {
    let curve = curve(window);
    let [point] = curve.points() else { panic!("{curve}: one point") };
    (point.hz, point.db)
}

#[test]
fn a_double_click_adds_a_point_under_the_pointer_and_a_second_one_removes_it() {
    let mut window = window();
    // Without a profile, 0 dB stands at -60 dB, in the middle of the plot, which is 232 points high for 120 dB.
    let middle = centre_of(&window, "Band 5 (1.4 kHz)").y;
    let place = at(1000.0, middle - 11.6);
    double_click(&mut window, place);
    let (hz, db) = only_point(&window);
    assert!((hz / 1000.0 - 1.0).abs() < 0.005 && (db - 6.0).abs() < 0.2, "{hz} Hz, {db} dB");
    assert_told_once(&window);
    let point = centre_of(&window, "Point at 1.00 kHz");
    assert!(point.distance(place) < 1.0, "{point} instead of {place}");
    let band = centre_of(&window, "Band 5 (1.4 kHz)");
    assert!(
        (band.y - (middle - 11.6)).abs() < 1.0,
        "handles stay on the threshold, which one point moves everywhere"
    );
    double_click(&mut window, point);
    assert!(curve(&window).is_empty() && !has(&window, "Point at"));
    assert_told_once(&window);
    double_click(&mut window, at(300.0, middle - 100.0));
    assert_eq!(only_point(&window).1, 24.0, "as far as its range reaches");
    window.state().host.take();
    let handle = centre_of(&window, "Band 2 (130 Hz)");
    double_click(&mut window, handle);
    assert_eq!(curve(&window).points().len(), 1, "a handle is reset, and gets no point");
}

#[test]
fn a_point_follows_a_drag_in_frequency_and_level_and_stops_at_its_neighbours() {
    let mut window = window();
    let params = window.state().params.clone();
    params.curve.replace("200:0,1000:0,5000:0".parse().unwrap());
    window.run_steps(2);
    let start = centre_of(&window, "Point at 1.00 kHz");
    // A tenth of the axis, and 20 of 232 points for 120 dB.
    drag(&mut window, start, vec2(56.4, -20.0));
    let moved = curve(&window).points()[1];
    assert!((moved.hz / 1995.0 - 1.0).abs() < 0.02 && (moved.db - 10.3).abs() < 0.6, "{moved:?}");
    assert_told_once(&window);
    let place = centre_of(&window, "Point at 2.00 kHz");
    assert!((place - start - vec2(56.4, -20.0)).length() < 1.5, "{start} {place}");
    drag(&mut window, place, vec2(300.0, 400.0));
    let points = curve(&window);
    let [_, low, high] = points.points() else { panic!("{points}: three points") };
    assert!(low.hz < high.hz && low.hz > 4900.0 && low.db == -24.0, "{low:?}");
    let before = curve(&window);
    for (label, hz) in [("Undo: Move a point", moved.hz), ("Undo: Move a point", 1000.0)] {
        window.get_by_label(label).click();
        window.run_steps(2);
        assert!((curve(&window).points()[1].hz - hz).abs() < 0.1, "a drag is one step");
    }
    (0..2).for_each(|_| {
        window.get_by_label("Redo: Move a point").click();
        window.run_steps(2);
    });
    assert_eq!(curve(&window), before);
}

#[test]
fn a_point_answers_to_the_keyboard_and_the_wheel() {
    let mut window = window();
    let params = window.state().params.clone();
    params.curve.replace("200:0,1000:0".parse().unwrap());
    window.run_steps(2);
    window.get_by_label("Point at 1.00 kHz").focus();
    window.run_steps(2);
    for (key, modifiers, expected) in [
        (Key::ArrowUp, Modifiers::NONE, "200:0,1000:0.5"),
        (Key::ArrowDown, Modifiers::SHIFT, "200:0,1000:0.45"),
        (Key::PageDown, Modifiers::NONE, "200:0,1000:-4.55"),
        (Key::ArrowRight, Modifiers::NONE, "200:0,1059:-4.55"),
        (Key::ArrowLeft, Modifiers::NONE, "200:0,999.6:-4.55"),
    ] {
        window.key_press_modifiers(modifiers, key);
        window.run_steps(2);
        assert_eq!(curve(&window).to_string(), expected, "{key:?}");
        assert_told_once(&window);
    }
    window.hover_at(centre_of(&window, "Point at 1.00 kHz"));
    window.run_steps(2);
    window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, 1.0),
        modifiers: Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
    });
    window.run_steps(2);
    assert_eq!(curve(&window).to_string(), "200:0,999.6:-4.05");
    window.key_press(Key::Delete);
    window.run_steps(2);
    assert_eq!(curve(&window).to_string(), "200:0");
    window.key_press(Key::Delete);
    window.run_steps(2);
    assert_eq!(curve(&window).to_string(), "200:0", "the next point has no focus");
}

#[test]
fn the_menu_adds_and_removes_and_each_is_a_step() {
    let mut window = window();
    let middle = centre_of(&window, "Band 5 (1.4 kHz)").y;
    right_click(&mut window, at(500.0, middle));
    choose(&mut window, "Add a point here");
    let (hz, db) = only_point(&window);
    assert!((hz / 500.0 - 1.0).abs() < 0.005 && db.abs() < 0.3, "{hz} Hz, {db} dB");
    right_click(&mut window, at(3000.0, middle - 30.0));
    choose(&mut window, "Add a point here");
    let two = curve(&window);
    assert_eq!(two.points().len(), 2);
    right_click(&mut window, at(800.0, middle + 60.0));
    choose(&mut window, "Remove all points");
    assert!(curve(&window).is_empty());
    choose(&mut window, "Undo: Remove all points");
    assert_eq!(curve(&window), two);
    let point = centre_of(&window, "Point at 500 Hz");
    right_click(&mut window, point);
    choose(&mut window, "Remove this point");
    assert_eq!(curve(&window), two.removed(0));
    choose(&mut window, "Undo: Remove a point");
    assert_eq!(curve(&window), two);
    choose(&mut window, "Redo: Remove a point");
    assert_eq!(curve(&window), two.removed(0));
}

#[test]
fn presets_and_the_two_memories_hold_the_points() {
    let mut window = window();
    let params = window.state().params.clone();
    let points: ThresholdCurve = "200:3,1000:-6".parse().unwrap();
    params.curve.replace(points);
    window.run_steps(2);
    let json = crate::preset::to_json(&params);
    window.state().ui.presets.write("Mine", &json).unwrap();
    choose(&mut window, "B");
    assert_eq!(curve(&window), points, "B begins as A");
    choose_preset(&mut window, "Default");
    assert!(curve(&window).is_empty(), "a factory preset has none");
    assert_told_once(&window);
    choose(&mut window, "A");
    assert_eq!(curve(&window), points);
    choose(&mut window, "B");
    assert!(curve(&window).is_empty());
    choose_preset(&mut window, "Mine");
    assert_eq!(curve(&window), points);
}

#[test]
fn the_engine_follows_the_points_and_the_pointer_shows_them() {
    let mut window = window();
    play_and_learn(&mut window);
    play(&mut window, 1.0, 0.1);
    let params = window.state().params.clone();
    let gain_db = |window: &Window| {
        let gains = window.state().audio.engine().gains(0);
        20.0 * (gains.iter().sum::<f32>() / gains.len() as f32).log10()
    };
    let before_db = gain_db(&window);
    params.curve.replace("300:-24".parse().unwrap());
    play(&mut window, 1.0, 0.1);
    assert!(gain_db(&window) > before_db + 10.0, "{before_db} dB and {} dB", gain_db(&window));
    let point = centre_of(&window, "Point at 300 Hz");
    window.hover_at(point);
    window.run_steps(2);
    assert!(shown(&window).contains(&"300 Hz: -24.0 dB".to_owned()), "{:?}", shown(&window));
    window.remove_cursor();
    window.run_steps(2);
    assert!(!shown(&window).contains(&"300 Hz: -24.0 dB".to_owned()));
}
