//! Knobs, typed values and handles: how they move their parameter.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use lull_engine::{BAND_CENTRES_HZ, Parameter, Sharpness};

use super::stage::{Call, assert_gesture, centre_of, drag, param_named, play, window};

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
    let param = params.view(Parameter::Threshold);
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
    assert_eq!(params.value(Parameter::Threshold), 0.0);
}

#[test]
fn space_is_left_to_the_host() {
    let mut window = window();
    window.get_by_label("Bypass").focus();
    window.run_steps(2);
    window.key_press(Key::Space);
    window.run_steps(2);
    assert!(!window.state().params.is_on(Parameter::Bypass));
    window.key_press(Key::Enter);
    window.run_steps(2);
    assert!(window.state().params.is_on(Parameter::Bypass), "Enter presses what has the focus");
}

#[test]
fn a_handle_sets_its_band_in_db() {
    let mut window = window();
    play(&mut window, 0.5, 0.1);
    let params = window.state().params.clone();
    for (band, parameter) in Parameter::BANDS.into_iter().enumerate() {
        let view = params.view(parameter);
        let handle = centre_of(&window, &view.name());
        // The plot reaches from 234 to 798 points, and from 20 Hz to 20 kHz.
        let x = 234.0 + 564.0 * (BAND_CENTRES_HZ[band] / 20.0).log10() / 3.0;
        assert!((handle.x - x).abs() < 1.0, "band {band} stands at {} instead of {x}", handle.x);
        drag(&mut window, handle, vec2(0.0, -20.0));
        let calls = window.state().host.take();
        assert!(matches!(calls[..], [Call::Begin(_), .., Call::End(_)]), "{calls:?}");
        // The plot is 232 points high for 120 dB.
        let db = params.value(parameter);
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
        assert_eq!(params.value(parameter), 0.0);
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
        assert!(
            (params.value(parameter) - 1.0).abs() < 0.01,
            "two notches are 1 dB: {}",
            params.value(parameter)
        );
        window.remove_cursor();
        window.state().host.take();
    }
}
