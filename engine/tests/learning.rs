//! Promise: what is learned is the noise. Closed forms for Gaussian noise, and the edges of the learn window.

mod common;

use common::*;
use lull_engine::Engine;
use lull_engine::figures::{DEVIATION, FIRST_QUANTILE, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES};
use lull_engine::{LearnStatus, LearnWindow, NoiseProfile, Quality, Settings};

const RATE_HZ: f64 = 48e3;

/// Time over which a profile is computed after its window has ended.
const FINISH_S: f64 = 0.5;

/// Learn is pressed at the samples of a range.
fn learning_in(range: std::ops::Range<usize>, window: LearnWindow) -> impl Fn(usize) -> Scene {
    move |sample| if range.contains(&sample) { learning(window) } else { Settings::default().into() }
}

/// Learns from all of `audio`, then lets the profile be computed.
fn learned_from(engine: &mut Engine, audio: &[f32], add: bool) {
    let learn = Some(Learn { window: LearnWindow::UntilStopped, add });
    run(engine, &mut [audio.to_vec()], Scene { settings: Settings::default(), learn }, 512);
    let finish_samples = 2.0 * FINISH_S * engine.config().sample_rate_hz;
    let mut rest = [vec![0.0; finish_samples as usize]];
    run(engine, &mut rest, Settings::default(), 512);
}

/// Root mean square and mean over the inner bins of (learned level - expected level), in dB.
fn errors_db(engine: &Engine, column: usize, expected_db: f64) -> (f64, f64) {
    let profile = engine.profile().expect("learned");
    let bins = profile.grid().bins();
    let errors: Vec<f64> =
        (2..bins - 2).map(|bin| profile.level_db(0, column, bin) as f64 - expected_db).collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    ((errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt(), mean)
}

#[test]
fn gaussian_noise_gives_the_closed_forms() {
    let deviation = 0.05;
    // One-sided density of white noise of variance s^2: 2 s^2 / rate.
    let power_db = 10.0 * (2.0 * (deviation as f64).powi(2) / RATE_HZ).log10();
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    learned_from(&mut engine, &noise(1, (5.0 * RATE_HZ) as usize, deviation), false);

    let check = |name: &str, column: usize, relative_db: f64| {
        let (rms, mean) = errors_db(&engine, column, power_db + relative_db);
        println!("{name}: per bin {rms:.2} dB, mean {mean:+.3} dB");
        assert!(rms < 0.7, "{name}: {rms:.2} dB per bin");
        assert!(mean.abs() < 0.15, "{name}: {mean:+.3} dB over all bins");
    };
    let pi = std::f64::consts::PI;
    check("mean power", MEAN_POWER, 0.0);
    check("mean amplitude", MEAN_AMPLITUDE, 10.0 * (pi / 4.0).log10());
    check("deviation", DEVIATION, 10.0 * (1.0 - pi / 4.0).log10());
    for (i, q) in QUANTILES[..5].iter().enumerate() {
        check(&format!("quantile {q}"), FIRST_QUANTILE + i, 10.0 * (-(1.0 - q).ln()).log10());
    }
    // The published figures of the percentiles.
    let median = 10.0 * (-(0.5f64).ln()).log10();
    let p95 = 10.0 * (-(0.05f64).ln()).log10();
    assert!((median + 1.6).abs() < 0.01 && (p95 - 4.8).abs() < 0.05);
}

#[test]
fn the_profile_is_the_same_noise_at_every_rate_and_quality() {
    for rate in [8e3, 44.1e3, 96e3] {
        for quality in QUALITIES {
            let mut engine = engine(rate, 1, quality);
            learned_from(&mut engine, &noise(2, (3.0 * rate) as usize, 0.05), false);
            let expected = 10.0 * (2.0 * 0.05f64.powi(2) / rate).log10();
            let (_, mean) = errors_db(&engine, MEAN_POWER, expected);
            assert!(mean.abs() < 0.1, "{rate} Hz, {quality:?}: {mean:+.3} dB");
        }
    }
}

#[test]
fn the_window_ends_after_its_time_by_itself() {
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    // Loud from the end of the window on: no sample of that may count.
    let mut audio = noise(3, 96_000, 0.01);
    audio[48_000..].iter_mut().for_each(|x| *x *= 100.0);
    run(&mut engine, &mut [audio], learning(LearnWindow::Seconds(1.0)), 441);
    let LearnStatus::Learned { seconds, .. } = engine.learn_status() else {
        panic!("{:?}", engine.learn_status())
    };
    assert!(seconds <= 1.0 && seconds > 0.97, "{seconds} s of whole frames");
    let expected = 10.0 * (2.0 * 0.01f64.powi(2) / RATE_HZ).log10();
    assert!(errors_db(&engine, MEAN_POWER, expected).1.abs() < 0.2);
}

#[test]
fn frames_that_reach_over_an_edge_do_not_count() {
    // Loud up to the edge, quiet within, loud after: one loud sample in the window would change the mean by far.
    for (start, end) in [(10_000, 40_000), (10_001, 39_999), (10_240, 40_960), (12_287, 36_865)] {
        let mut engine = engine(RATE_HZ, 1, Quality::Standard);
        let mut audio = noise(4, 60_000, 0.01);
        audio[..start].iter_mut().for_each(|x| *x *= 1000.0);
        audio[end..].iter_mut().for_each(|x| *x *= 1000.0);
        let scene = learning_in(start..end, LearnWindow::UntilStopped);
        run_with(&mut engine, &mut [audio], scene, [start, end - start, 60_000]);
        let expected = 10.0 * (2.0 * 0.01f64.powi(2) / RATE_HZ).log10();
        let (_, mean) = errors_db(&engine, MEAN_POWER, expected);
        assert!(mean.abs() < 0.3, "{start}..{end}: {mean:+.2} dB");
    }
}

#[test]
fn switching_off_early_ends_the_window() {
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    let scene = learning_in(0..24_000, LearnWindow::Seconds(5.0));
    run_with(&mut engine, &mut [noise(5, 48_000, 0.01)], scene, [24_000, 24_000]);
    let LearnStatus::Learned { seconds, .. } = engine.learn_status() else {
        panic!("{:?}", engine.learn_status())
    };
    assert!((0.45..=0.5).contains(&seconds), "{seconds} s");
}

#[test]
fn too_short_a_window_keeps_the_old_profile() {
    let mut engine = learned(RATE_HZ, 1, Quality::Standard, 0.01);
    let old = engine.profile().unwrap().clone();
    // One sample less than four frames need.
    learned_from(&mut engine, &noise(6, 4096 + 3 * 512 - 1, 0.5), false);
    assert_eq!(engine.learn_status(), LearnStatus::TooShort);
    assert_eq!(engine.profile(), Some(&old));
    // With that many the hop grid still has to fit; one hop more is always enough.
    learned_from(&mut engine, &noise(6, 4096 + 4 * 512, 0.5), false);
    assert!(matches!(engine.learn_status(), LearnStatus::Learned { .. }));
    assert_ne!(engine.profile(), Some(&old));
}

#[test]
fn digital_silence_keeps_the_old_profile_and_quiet_noise_does_not() {
    let mut engine = learned(RATE_HZ, 1, Quality::Standard, 0.01);
    let old = engine.profile().unwrap().clone();
    learned_from(&mut engine, &[0.0; 48_000], false);
    assert_eq!(engine.learn_status(), LearnStatus::Silent);
    assert_eq!(engine.profile(), Some(&old));
    // The quantisation noise of 24 bits is noise.
    learned_from(&mut engine, &noise(7, 48_000, 2f32.powi(-24)), false);
    assert!(matches!(engine.learn_status(), LearnStatus::Learned { .. }));
}

#[test]
fn adding_the_same_noise_changes_no_bin() {
    let [mut learner, mut adder] = [(); 2].map(|()| engine(RATE_HZ, 1, Quality::Standard));
    // Every bin differs from its neighbours' means: noise that falls by 6 dB an octave.
    let mut last = 0.0;
    let audio: Vec<f32> =
        noise(5, 96_000, 0.1).into_iter().map(|x| (last = 0.99 * last + x, last).1).collect();
    learned_from(&mut learner, &audio, false);
    let first = learner.profile().expect("learned");
    assert!(adder.set_profile(first));
    learned_from(&mut adder, &audio, true);
    let both = adder.profile().expect("learned");
    assert!((both.seconds() - 2.0 * first.seconds()).abs() < 1e-3);
    for column in 0..lull_engine::figures::COLUMNS {
        for bin in 0..first.grid().bins() {
            let (was, is) = (first.level_db(0, column, bin), both.level_db(0, column, bin));
            assert!((is - was).abs() < 0.01, "figure {column}, bin {bin}: {was} dB, then {is} dB");
        }
    }
}

#[test]
fn add_is_one_window_made_of_two() {
    let (quiet, loud) = (noise(8, 96_000, 0.01), noise(9, 96_000, 0.03));
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    learned_from(&mut engine, &quiet, false);
    learned_from(&mut engine, &loud, true);
    let LearnStatus::Learned { seconds, .. } = engine.learn_status() else {
        panic!("{:?}", engine.learn_status())
    };
    assert!((seconds - 4.0).abs() < 0.1, "{seconds} s in all");
    let mean_power = 0.5 * (0.01f64.powi(2) + 0.03f64.powi(2));
    let (_, mean) = errors_db(&engine, MEAN_POWER, 10.0 * (2.0 * mean_power / RATE_HZ).log10());
    assert!(mean.abs() < 0.15, "{mean:+.2} dB");
    // Without Add only the second window counts.
    learned_from(&mut engine, &loud, false);
    let (_, mean) = errors_db(&engine, MEAN_POWER, 10.0 * (2.0 * 0.03f64.powi(2) / RATE_HZ).log10());
    assert!(mean.abs() < 0.15, "{mean:+.2} dB");
}

#[test]
fn learning_again_at_once_waits_for_the_last_profile() {
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    // Off for one sample only: the profile of the first window is still being computed.
    let scene = |sample| {
        if sample == 48_000 { Settings::default().into() } else { learning(LearnWindow::UntilStopped) }
    };
    run_with(&mut engine, &mut [noise(10, 96_000, 0.01)], scene, [48_000, 1, 47_999]);
    assert_eq!(engine.learned_count(), 1);
    run(&mut engine, &mut [vec![0.0; 20_000]], Settings::default(), 512);
    assert_eq!(engine.learned_count(), 2);
}

#[test]
fn broken_samples_are_not_learned() {
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    let mut audio = noise(11, 192_000, 0.01);
    for i in (0..8_000).step_by(3) {
        audio[30_000 + i] = f32::NAN;
    }
    learned_from(&mut engine, &audio, false);
    let expected = 10.0 * (2.0 * 0.01f64.powi(2) / RATE_HZ).log10();
    let (_, mean) = errors_db(&engine, MEAN_POWER, expected);
    assert!(mean.abs() < 0.05, "{mean:+.3} dB: frames with NaN were counted");
}

#[test]
fn while_learning_the_dry_signal_is_heard_at_the_same_latency() {
    let mut engine = learned(RATE_HZ, 1, Quality::Standard, 0.01);
    let input = tones_in_noise(12, 48_000, RATE_HZ);
    let mut output = vec![input.clone()];
    run(&mut engine, &mut output, learning(LearnWindow::UntilStopped), 512);
    // After the crossfade.
    let faded = 960;
    let null = null_db(&input[faded..], &output[0][faded..], engine.latency_samples());
    assert!(null <= -120.0, "{null:.1} dB");
}

#[test]
fn a_recording_is_learned_as_the_stream_learns_it() {
    for quality in QUALITIES {
        for rate in [44.1e3, 96e3] {
            let mut recording = vec![noise(13, 60_007, 0.01), noise(14, 60_007, 0.02)];
            recording[1][31_000] = f32::NAN;
            let mut engine = engine(rate, 2, quality);
            let profile = NoiseProfile::learn(&recording, engine.config()).unwrap();
            run(&mut engine, &mut recording, learning(LearnWindow::UntilStopped), 441);
            run(&mut engine, &mut vec![vec![0.0; rate as usize]; 2], Settings::default(), 441);
            assert!(engine.profile() == Some(&profile), "{rate} Hz, {quality:?}");
        }
    }
}

#[test]
fn a_recording_that_says_nothing_is_refused() {
    let config = engine(RATE_HZ, 1, Quality::Standard).config();
    let refused = |recording: &[Vec<f32>]| NoiseProfile::learn(recording, config).unwrap_err().to_string();
    // Four windows of 4096 samples, 512 samples apart.
    assert!(NoiseProfile::learn(&[noise(15, 4096 + 3 * 512, 0.1)], config).is_ok());
    let short = refused(&[noise(15, 4096 + 3 * 512 - 1, 0.1)]);
    assert!(short.contains("0.12 s is the least"), "{short}");
    assert!(refused(&[vec![0.0; 48_000]]).contains("silence"));
    assert!(refused(&[vec![0.0; 9], vec![0.0; 9]]).contains("expected 1 channels"));
}
