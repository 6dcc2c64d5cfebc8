//! Presets, A and B, and the quality.

use egui_kittest::kittest::Queryable;

use super::stage::{Call, Window, assert_gesture, choose_preset, has, play, window};
use lull_engine::Parameter;

#[test]
fn a_quality_that_needs_a_restart_says_so_and_asks_for_it() {
    let mut window = window();
    window.get_by_label("Quality: Best").click();
    window.run_steps(2);
    let params = window.state().params.clone();
    assert_gesture(&window, params.view(Parameter::Quality), 1.0);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "needs a restart"));
    window.get_by_label("Restart").click();
    window.run_steps(2);
    assert_eq!(window.state().host.take(), [Call::Restart]);
}

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(2);
}

#[test]
fn a_preset_changes_only_what_differs() {
    let mut window = window();
    let params = window.state().params.clone();
    choose_preset(&mut window, "Gentle");
    assert!((params.value(Parameter::Reduction) - 23.0).abs() < 0.05);
    let calls = window.state().host.take();
    assert_eq!(calls.len(), 6, "two gestures, Reduction and Quality: {calls:?}");
    assert!(has(&window, "Presets: Gentle"));
}

#[test]
fn b_starts_as_a_and_each_keeps_its_changes() {
    let mut window = window();
    let params = window.state().params.clone();
    choose_preset(&mut window, "Gentle");
    window.state().host.take();
    click(&mut window, "B");
    assert!(window.state().host.take().is_empty());
    choose_preset(&mut window, "Classic gate");
    assert_eq!(params.value(Parameter::Reduction), 60.0);
    click(&mut window, "A");
    assert!((params.value(Parameter::Reduction) - 23.0).abs() < 0.05);
    click(&mut window, "B");
    assert_eq!(params.value(Parameter::Reduction), 60.0);
}

#[test]
fn a_users_preset_is_saved_and_loaded() {
    let mut window = window();
    let params = window.state().params.clone();
    choose_preset(&mut window, "Classic gate");
    click(&mut window, "Presets: Classic gate");
    window.get_by_label("Preset name").focus();
    window.run_steps(2);
    window.event(egui::Event::Text("My gate".into()));
    window.run_steps(2);
    window.get_by_label("Save").click();
    window.run_steps(3);
    assert_eq!(window.state().ui.presets.names(), ["My gate"]);
    window.get_by_label("Default").click();
    window.run_steps(3);
    assert_eq!(params.value(Parameter::Reduction), 30.0);
    choose_preset(&mut window, "My gate");
    assert_eq!(params.value(Parameter::Reduction), 60.0);
}

#[test]
fn a_damaged_preset_is_reported_and_changes_nothing() {
    let mut window = window();
    window.state().ui.presets.write("Broken", r#"{"lull_preset": 1, "parameters": {"mix": "wet"}}"#).unwrap();
    choose_preset(&mut window, "Broken");
    assert!(has(&window, "Broken not loaded") && has(&window, "wet"));
    assert!(window.state().host.take().is_empty());
}
