//! Promise: no click. A step of a parameter, Learn, Listen or bypass never makes a jump larger than the signal's
//! own.

mod common;

use common::*;
use lull_engine::{Estimator, LearnWindow, Quality, Rule, Settings, Sharpness};

const RATE_HZ: f64 = 48e3;

/// Roughness of a loud low tone while the settings step, and of the tone alone.
fn through_step(from: impl Into<Scene>, to: impl Into<Scene>) -> (f32, f32) {
    let (from, to) = (from.into(), to.into());
    let mut engine = learned(RATE_HZ, 1, Quality::Standard, 1e-3);
    let tone = sine(96_000, 200.0, RATE_HZ, 0.5);
    let mut output = vec![tone.clone()];
    let scene = |sample| if sample < 48_000 { from } else { to };
    run_with(&mut engine, &mut output, scene, std::iter::repeat(480));
    // After the tone's own onset.
    (roughness(&output[0][12_000..]), roughness(&tone))
}

#[test]
fn no_step_clicks() {
    let base = Settings::default();
    let steps = [
        ("threshold", Settings { threshold_db: 24.0, ..base }),
        ("sharpness", Settings { sharpness: Sharpness::Exponent(8.0), ..base }),
        ("hard", Settings { sharpness: Sharpness::Hard, threshold_db: 20.0, ..base }),
        ("reduction", Settings { reduction_db: 0.0, ..base }),
        ("bands", Settings { bands_db: [24.0; 8], ..base }),
        ("points", Settings { curve: "100:-24,200:24,2000:-24".parse().unwrap(), ..base }),
        ("rule", Settings { rule: Some(Rule::Wiener), ..base }),
        ("mix", Settings { mix: 0.0, ..base }),
        ("output", Settings { output_db: -24.0, ..base }),
        ("listen", Settings { listen: true, ..base }),
        ("bypass", Settings { bypass: true, ..base }),
        ("makeup", Settings { makeup: true, ..base }),
        ("detail", Settings { smoothing: 0.0, ..base }),
        ("calm", Settings { smoothing: 1.0, ..base }),
        ("adapt", Settings { adapt: true, ..base }),
        ("this frame", Settings { estimator: Some(Estimator::ThisFrame), ..base }),
        ("two steps", Settings { estimator: Some(Estimator::TwoStep), ..base }),
        ("non-local means", Settings { estimator: Some(Estimator::NonLocalMeans), ..base }),
        ("combined", Settings { estimator: Some(Estimator::Combined), ..base }),
        ("learned", Settings { estimator: Some(Estimator::Learned), ..base }),
        ("attack", Settings { attack_ms: 50.0, ..base }),
        ("release", Settings { release_ms: 300.0, ..base }),
        ("median", Settings { time_median_ms: 50.0, ..base }),
        ("frequency", Settings { freq_smoothing_erb: 1.0, ..base }),
    ];
    let mut scenes: Vec<(&str, Scene)> = steps.map(|(name, settings)| (name, settings.into())).to_vec();
    scenes.push(("learn", learning(LearnWindow::Seconds(0.3))));
    for (name, to) in scenes {
        for (from, to) in [(base.into(), to), (to, base.into())] {
            let (got, own) = through_step(from, to);
            // The tone's own second difference is 3.4e-4; a 20 ms fade of it adds about as much again.
            assert!(got < 3.0 * own, "{name}: {got:.2e} where the tone has {own:.2e}");
        }
    }
}

#[test]
fn a_click_would_be_seen() {
    let mut tone = sine(48_000, 200.0, RATE_HZ, 0.5);
    let own = roughness(&tone);
    tone[24_060..].iter_mut().for_each(|x| *x *= 0.98);
    assert!(roughness(&tone) > 3.0 * own);
}

#[test]
fn automation_acts_on_the_sound_it_was_drawn_over() {
    // Output gain steps at sample n; with the latency compensated it takes effect at n.
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    let at = 30_000;
    let settings =
        |sample| Settings { output_db: if sample < at { 0.0 } else { -24.0 }, ..Settings::default() };
    let mut output = vec![vec![0.5; 60_000]];
    run_with(&mut engine, &mut output, settings, [at, 30_000]);
    let first = (at..60_000).find(|&i| output[0][i] < 0.4999).unwrap();
    assert!(first.abs_diff(at + engine.latency_samples()) <= 2, "{first}");
}
