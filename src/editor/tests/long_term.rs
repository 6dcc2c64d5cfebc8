//! The figures of the last ten seconds, and the words while the host renders.

use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::*;

const RATIO: &str = "Signal-to-noise ratio";

/// What the panel says of the ratios.
fn ratio(window: &Window) -> String {
    window.get_by_label_contains(RATIO).accesskit_node().label().unwrap_or_default()
}

#[test]
fn the_ratio_is_shown_and_a_click_begins_anew() {
    let mut window = window();
    play(&mut window, 0.5, 0.1);
    assert_eq!(ratio(&window), format!("{RATIO}: before -, after -"), "nothing was learned");
    play_and_learn(&mut window);
    play(&mut window, 1.5, 0.1);
    assert!(ratio(&window).contains("before <"), "noise alone: {}", ratio(&window));
    window.get_by_label_contains(RATIO).click();
    window.run_steps(2);
    assert_eq!(ratio(&window), format!("{RATIO}: before -, after -"));
    // Ten times the amplitude: 99 parts of signal over one of noise.
    play(&mut window, 1.5, 1.0);
    let before = ratio(&window);
    let db: f32 = before.split("before ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((db - 20.0).abs() < 1.0, "{before}");
}

#[test]
fn the_reduction_of_the_last_seconds_is_a_figure() {
    let mut window = window();
    play_and_learn(&mut window);
    for _ in 0..8 {
        play(&mut window, 1.5, 0.1);
    }
    let meter = window.get_by_label("Level cut, last ten seconds");
    let words = meter.accesskit_node().value().unwrap();
    let db: f32 = words.trim_end_matches(" dB").parse().unwrap();
    assert!((-31.0..-26.0).contains(&db), "noise alone, with Reduction at 30 dB: {words}");
}

#[test]
fn an_offline_render_is_said() {
    let mut window = window();
    window.state().params.host_state.set_offline(true);
    window.run_steps(2);
    assert!(has(&window, "Offline render") && has(&window, "nothing was learned"));
    play_and_learn(&mut window);
    assert!(has(&window, "Offline render: the same sound"));
    window.state().params.host_state.set_offline(false);
    window.run_steps(2);
    assert!(!has(&window, "Offline render"));
}
