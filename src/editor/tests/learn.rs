//! The Learn button: what it does to its parameter, the status texts, and undo.

use egui_kittest::kittest::Queryable;
use nice_plug::params::persist::PersistentField;

use super::stage::{Call, Window, assert_gesture, drag, has, play, window};
use egui::{pos2, vec2};
use lull_engine::Parameter;

#[test]
fn learn_toggles_its_parameter_and_the_words_follow() {
    let mut window = window();
    assert!(has(&window, "Learn a profile first") && has(&window, "No audio is running"));
    play(&mut window, 0.5, 0.1);
    assert!(has(&window, "press Learn"));
    window.get_by_label("Learn").click();
    window.run_steps(2);
    let params = window.state().params.clone();
    assert_gesture(&window, params.view(Parameter::Learn), 1.0);
    play(&mut window, 0.83, 0.1);
    assert!(has(&window, "Learning 0.8 s of 2.0 s") && has(&window, "You hear the input meanwhile"));
    play(&mut window, 2.0, 0.1);
    assert!(has(&window, "Learned 2.0 s at 44.1 kHz"), "what was asked for");
    assert!(has(&window, "The noise is being removed"));
    // It has gone off by itself, and the next press learns anew.
    assert_gesture(&window, params.view(Parameter::Learn), 0.0);
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
    assert_eq!(
        window.state().audio.engine().profile().cloned(),
        params.profile.profile(),
        "the engine as well"
    );
    window.get_by_label("Redo learn").click();
    window.run_steps(2);
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "Learned 1.0 s") && params.profile.profile() == learned);
}

#[test]
fn one_press_learns_in_a_project_that_was_saved_with_learn_on() {
    let mut window = window();
    let params = window.state().params.clone();
    let param = params.view(Parameter::Learn).pointer();
    // SAFETY: the stage keeps the parameter alive.
    unsafe { param._internal_set_normalized_value(1.0) };
    PersistentField::set(&params.learn_switch, true);
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
    assert!(has(&window, "Learned 2.0 s") && !params.is_on(Parameter::Learn));
}

#[test]
fn a_press_that_waits_for_audio_can_be_taken_back() {
    let mut window = window();
    let params = window.state().params.clone();
    for on in [true, false] {
        window.get_by_label("Learn").click();
        window.run_steps(3);
        assert_eq!(params.is_on(Parameter::Learn), on);
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
    assert!(window.state().params.is_on(Parameter::Bypass));
}

/// Sets a parameter as a host does.
fn put(window: &Window, parameter: Parameter, position: f32) {
    // SAFETY: the stage keeps the parameter alive.
    unsafe { window.state().params.view(parameter).pointer()._internal_set_normalized_value(position) };
}

/// Mean level of the learned noise, in dB per hertz.
fn learned_db(window: &Window) -> f32 {
    let profile = window.state().params.profile.profile().expect("learned");
    let bins = 10..profile.grid().bins() - 10;
    bins.clone().map(|bin| profile.level_db(0, 0, bin)).sum::<f32>() / bins.len() as f32
}

/// The level of noise that is equally likely between plus and minus this amplitude.
fn expected_db(amplitude: f64) -> f32 {
    (10.0 * (2.0 * amplitude.powi(2) / 3.0 / super::stage::RATE_HZ).log10()) as f32
}

#[test]
fn what_was_just_heard_is_learned_at_once() {
    let mut window = window();
    put(&window, Parameter::LearnFrom, 0.5);
    play(&mut window, 3.0, 0.1);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 0.1, 0.001);
    assert!(has(&window, "Learning 2.0 s that were heard"));
    play(&mut window, 1.0, 0.001);
    assert!(has(&window, "Learned 2.0 s") && has(&window, "The noise is being removed"));
    assert!((learned_db(&window) - expected_db(0.1)).abs() < 0.3, "{}", learned_db(&window));
    assert!(!window.state().params.is_on(Parameter::Learn), "it has gone off by itself");
}

#[test]
fn the_quietest_part_is_found() {
    let mut window = window();
    put(&window, Parameter::LearnFrom, 1.0);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 5.0, 0.1);
    play(&mut window, 2.2, 0.001);
    play(&mut window, 5.0, 0.1);
    assert!(has(&window, "Learning 12.2 s") && has(&window, "Press Learn again to end"));
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 1.0, 0.1);
    assert!(has(&window, "Learned 2.0 s at 0:05"));
    assert!((learned_db(&window) - expected_db(0.001)).abs() < 0.3, "{}", learned_db(&window));
}

#[test]
fn a_stretch_is_chosen_by_dragging_over_the_spectrogram() {
    let mut window = window();
    for (seconds, amplitude) in [(3.0, 0.1), (1.5, 0.001), (1.5, 0.001), (2.0, 0.1)] {
        play(&mut window, seconds, amplitude);
    }
    // The quiet part lies from 5 s to 2 s before now, in a picture of 10.24 s.
    let picture = window.get_by_label("Spectrogram before").rect();
    let x = |ago_s: f32| picture.right() - picture.width() * ago_s / 10.24;
    let from = pos2(x(4.8), picture.center().y);
    // A slip chooses nothing.
    drag(&mut window, from, vec2(3.0, 0.0));
    play(&mut window, 0.01, 0.1);
    assert!(has(&window, "Learn a profile first"));
    // From right to left, and a little less than all of it.
    drag(&mut window, pos2(x(2.2), picture.center().y), vec2(x(4.8) - x(2.2), 0.0));
    play(&mut window, 0.1, 0.1);
    assert!(has(&window, "that were heard"));
    play(&mut window, 1.0, 0.1);
    assert!(has(&window, "Learned 2.5 s") || has(&window, "Learned 2.6 s"));
    assert!((learned_db(&window) - expected_db(0.001)).abs() < 0.3, "{}", learned_db(&window));
}
