//! Promise: the points of the threshold act as the bands do: an offset of the threshold over frequency, which none of them
//! changes by nothing, to the bit.

mod common;

use common::*;
use lull_engine::{Engine, Estimator, Quality, Rule, Settings, Sharpness, ThresholdCurve};

const RATE_HZ: f64 = 48e3;

fn curve(text: &str) -> ThresholdCurve {
    text.parse().expect("a curve")
}

fn denoised(quality: Quality, settings: Settings) -> Vec<Vec<f32>> {
    let mut engine = learned(RATE_HZ, 2, quality, 0.01);
    let mut audio: Vec<_> = (0..2).map(|c| tones_in_noise(20 + c, 60_000, RATE_HZ)).collect();
    run(&mut engine, &mut audio, settings, 512);
    audio
}

#[test]
fn a_point_offsets_the_threshold_everywhere_as_threshold_does() {
    for quality in QUALITIES {
        let base = Settings::default();
        let none = denoised(quality, base);
        assert!(
            denoised(quality, Settings { curve: curve("700:0"), ..base }) == none,
            "{quality:?}: at 0 dB"
        );
        let by_point = denoised(quality, Settings { curve: curve("700:6"), ..base });
        let by_knob = denoised(quality, Settings { threshold_db: 6.0, ..base });
        for c in 0..2 {
            let [same_db, other_db] = [&by_knob, &none].map(|other| difference_db(&by_point[c], &other[c]));
            assert!(same_db < -90.0, "{quality:?}: {same_db:.1} dB");
            assert!(other_db > -60.0, "{quality:?}: {other_db:.1} dB, it does nothing");
        }
    }
}

/// How much of a tone is left in dB, under a gate that is open or shut.
fn tone_after_gate(hz: f64, curve: ThresholdCurve) -> f64 {
    let mut engine = learned(RATE_HZ, 1, Quality::Standard, 1e-3);
    let settings = Settings {
        curve,
        rule: Some(Rule::Gate),
        estimator: Some(Estimator::ThisFrame),
        sharpness: Sharpness::Hard,
        reduction_db: 40.0,
        ..Settings::default()
    };
    // Above the noise's level per bin by less than a point reaches.
    let tone = sine(96_000, hz, RATE_HZ, 5e-4);
    let mut output = vec![tone.clone()];
    run(&mut engine, &mut output, settings, 512);
    let [before, after] = [&tone, &output[0]].map(|x| power_at(&x[48_000..], hz, RATE_HZ));
    10.0 * (after / before).log10()
}

#[test]
fn only_what_is_near_a_raised_point_is_taken() {
    let around_1_khz = curve("700:0,1000:24,1400:0");
    for (hz, is_taken) in [(300.0, false), (1000.0, true), (4000.0, false)] {
        let (plain_db, raised_db) = (tone_after_gate(hz, curve("")), tone_after_gate(hz, around_1_khz));
        assert!(plain_db.abs() < 0.5, "{hz} Hz: {plain_db:.1} dB without points");
        let wanted_db = if is_taken { -40.0 } else { 0.0 };
        assert!((raised_db - wanted_db).abs() < 0.5, "{hz} Hz: {raised_db:.1} dB with points");
    }
}

#[test]
fn a_step_glides_and_affects_the_sound_at_its_own_position() {
    let settings = |sample: usize| Settings {
        curve: curve(if sample < 48_000 { "1000:-24" } else { "1000:24" }),
        ..Settings::default()
    };
    for quality in QUALITIES {
        let played = |scene: &dyn Fn(usize) -> Settings| {
            let mut engine = learned(RATE_HZ, 1, quality, 0.01);
            let mut output = vec![noise(7, 96_000, 0.02)];
            run_with(&mut engine, &mut output, scene, [48_000, 48_000]);
            (output.remove(0), 48_000 + engine.latency_samples())
        };
        let (stepped, at) = played(&settings);
        let (plain, _) = played(&|_| settings(0));
        let reach = at - 48_000;
        let first = (0..96_000).find(|&i| stepped[i] != plain[i]).expect("a step that acts");
        // The frame in whose output the step lies in the middle begins at most half a latency earlier.
        assert!((at - reach / 2..at + reach).contains(&first), "{quality:?}: from {first}, due at {at}");
        let level_db = |from: usize, to: usize| 20.0 * rms(&stepped[from..to]).log10();
        let (before_db, after_db) = (level_db(at - 24_000, at - reach), level_db(at + 24_000, 96_000));
        assert!(before_db - after_db > 15.0, "{quality:?}: {before_db:.1} to {after_db:.1} dB");
        let soon_db = level_db(at + 12_000, at + 18_000);
        assert!(soon_db < after_db + 1.0, "{quality:?}: {soon_db:.1} dB after a quarter of a second");
    }
}

#[test]
fn after_a_reset_points_apply_at_once() {
    let profile = profile(RATE_HZ, 1, Quality::Live, 0.01);
    let started = || {
        let mut engine = engine(RATE_HZ, 1, Quality::Live);
        assert!(engine.set_profile(&profile));
        engine
    };
    let play = |engine: &mut Engine, points: &str| {
        let mut audio = vec![noise(8, 30_000, 0.02)];
        run(engine, &mut audio, Settings { curve: curve(points), ..Settings::default() }, 512);
        audio
    };
    let mut used = started();
    play(&mut used, "300:20");
    used.reset();
    assert!(play(&mut used, "300:-20") == play(&mut started(), "300:-20"));
}
