//! Undo and redo of what the user did in the window.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use lull_engine::Parameter;

use super::stage::*;
use crate::editor::panel_context::UiState;

const SHIFT_COMMAND: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(2);
}

fn value(window: &Window, parameter: Parameter) -> f32 {
    window.state().params.value(parameter)
}

/// Drags the knob of Threshold up; returns the value.
fn drag_threshold(window: &mut Window) -> f32 {
    let dial = centre_of(window, "Threshold");
    drag(window, dial, vec2(0.0, -40.0));
    value(window, Parameter::Threshold)
}

#[test]
fn a_drag_is_one_step_that_goes_through_the_host() {
    let mut window = window();
    let params = window.state().params.clone();
    let threshold = params.view(Parameter::Threshold);
    assert!(has(&window, "No step to undo") && has(&window, "No step to redo"));
    let (start, moved) = (threshold.normalized(), drag_threshold(&mut window));
    assert!(moved > 1.0);
    let position = threshold.normalized();
    window.state().host.take();
    click(&mut window, "Undo: Threshold");
    assert_gesture(&window, threshold, start);
    assert!(has(&window, "No step to undo"), "five movements of the pointer were one step");
    click(&mut window, "Redo: Threshold");
    assert_gesture(&window, threshold, position);
    assert!(has(&window, "Undo: Threshold") && has(&window, "No step to redo"));
}

#[test]
fn a_preset_is_one_step_and_its_name_follows() {
    let mut window = window();
    let before = drag_threshold(&mut window);
    choose_preset(&mut window, "Gentle");
    assert!((value(&window, Parameter::Reduction) - 23.0).abs() < 0.05);
    assert_eq!(value(&window, Parameter::Threshold), 0.0);
    click(&mut window, "Undo: Preset Gentle");
    assert_eq!(value(&window, Parameter::Reduction), 30.0);
    assert_eq!(value(&window, Parameter::Threshold), before);
    assert!(!has(&window, "Presets: Gentle"));
    click(&mut window, "Redo: Preset Gentle");
    assert!((value(&window, Parameter::Reduction) - 23.0).abs() < 0.05);
    assert!(has(&window, "Presets: Gentle"));
}

#[test]
fn a_switch_to_b_is_one_step_and_loses_neither_memory() {
    let mut window = window();
    click(&mut window, "B");
    choose_preset(&mut window, "Classic gate");
    click(&mut window, "A");
    assert_eq!(value(&window, Parameter::Reduction), 30.0);
    click(&mut window, "Undo: Switch to A");
    assert_eq!(value(&window, Parameter::Reduction), 60.0);
    assert!(has(&window, "Presets: Classic gate") && window.state().kept.memories().compare.on_b);
    click(&mut window, "A");
    assert_eq!(value(&window, Parameter::Reduction), 30.0);
    click(&mut window, "B");
    assert_eq!(value(&window, Parameter::Reduction), 60.0);
}

#[test]
fn keys_undo_while_a_control_has_the_focus_and_are_the_hosts_otherwise() {
    let mut window = window();
    let moved = drag_threshold(&mut window);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run_steps(2);
    assert_eq!(value(&window, Parameter::Threshold), moved, "the host gets this key as well");
    window.get_by_label("Threshold").focus();
    window.run_steps(2);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run_steps(2);
    assert_eq!(value(&window, Parameter::Threshold), 0.0);
    window.key_press_modifiers(SHIFT_COMMAND, Key::Z);
    window.run_steps(2);
    assert_eq!(value(&window, Parameter::Threshold), moved);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run_steps(2);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run_steps(2);
    assert_eq!(value(&window, Parameter::Threshold), moved);
}

#[test]
fn keys_without_a_step_are_left_to_the_host() {
    let mut window = window();
    let left = |window: &Window| {
        let keys = crate::editor::keys::left_to_the_host(&window.state().kept.history);
        keys.iter().map(|key| key.to_string()).collect::<String>()
    };
    assert_eq!(left(&window), " ZYzy");
    drag_threshold(&mut window);
    assert_eq!(left(&window), " ZYy");
    click(&mut window, "Undo: Threshold");
    assert_eq!(left(&window), " ZY");
}

#[test]
fn steps_outlive_the_window_and_not_the_project() {
    let mut window = window();
    drag_threshold(&mut window);
    // Another window has new panels.
    let stage = window.state_mut();
    let (presets, profiles) = (stage.ui.presets.clone(), stage.ui.profiles.clone());
    stage.ui = UiState::new(presets, profiles);
    window.run_steps(2);
    click(&mut window, "Undo: Threshold");
    assert_eq!(value(&window, Parameter::Threshold), 0.0);
    window.state().params.profile.set_profile(None);
    window.run_steps(2);
    assert!(has(&window, "No step to redo"), "another project was loaded");
}

#[test]
fn what_the_host_automates_is_no_step() {
    let mut window = window();
    let params = window.state().params.clone();
    // SAFETY: the stage keeps the parameter alive.
    unsafe { params.view(Parameter::Threshold).pointer()._internal_set_normalized_value(0.9) };
    window.run_steps(2);
    assert!(has(&window, "No step to undo"));
    click(&mut window, "Learn");
    assert!(has(&window, "No step to undo"), "nor is Learn");
}
