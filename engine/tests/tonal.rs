//! Promise: Tonal Reduction takes more, or less, from hum and whistles than from the noise between them.

mod common;

use common::*;
use lull_engine::{LearnWindow, Quality, Settings, Statistic};

const RATE_HZ: f64 = 48e3;
const HUM_HZ: f64 = 120.0;
/// Of the harmonics, which stand some 25 dB over the noise in a bin.
const AMPLITUDE: f32 = 0.01;
const DEVIATION: f32 = 0.003;

/// Hum with ten harmonics in white noise.
fn hum_in_noise(seed: u64, samples: usize) -> Vec<f32> {
    let mut audio = noise(seed, samples, DEVIATION);
    for harmonic in 1..=10 {
        let hum = sine(samples, HUM_HZ * f64::from(harmonic), RATE_HZ, AMPLITUDE);
        audio.iter_mut().zip(hum).for_each(|(x, hum)| *x += hum);
    }
    audio
}

/// By how much the hum and the noise far above it have fallen, in dB.
fn fell_db(quality: Quality, reduction_db: f32, tonal_db: f32) -> (f64, f64) {
    let mut engine = engine(RATE_HZ, 1, quality);
    let settings = Settings { reduction_db, tonal_db, ..Settings::default() };
    let learn = Scene { settings, learn: Some(Learn { window: LearnWindow::Seconds(2.0), add: false }) };
    run(&mut engine, &mut [hum_in_noise(1, 120_000)], learn, 512);
    let input = hum_in_noise(2, 192_000);
    let mut output = [input.clone()];
    run(&mut engine, &mut output, settings, 512);
    let (input, output) = (&input[96_000..], &output[0][96_000..]);
    let hum = |signal: &[f32]| -> f64 {
        (1..=10).map(|harmonic| power_at(signal, HUM_HZ * f64::from(harmonic), RATE_HZ)).sum()
    };
    // Between 5 and 6 kHz, where there is no hum.
    let noise = |signal: &[f32]| -> f64 {
        (0..200).map(|step| power_at(signal, 5000.0 + 5.0 * f64::from(step), RATE_HZ)).sum()
    };
    let db = |before: f64, after: f64| 10.0 * (before / after).log10();
    (db(hum(input), hum(output)), db(noise(input), noise(output)))
}

#[test]
fn hum_falls_by_as_much_more_as_asked_and_the_noise_does_not() {
    for quality in QUALITIES {
        let (hum, noise) = fell_db(quality, 20.0, 0.0);
        let (more_hum, same_noise) = fell_db(quality, 20.0, 20.0);
        println!(
            "{quality:?}: hum {hum:.1} to {more_hum:.1} dB less, noise {noise:.1} to {same_noise:.1} dB less"
        );
        assert!((18.0..21.0).contains(&hum) && more_hum > hum + 15.0, "{quality:?}: {hum} {more_hum}");
        assert!((noise - same_noise).abs() < 0.3, "{quality:?}: {noise} {same_noise}");
    }
}

#[test]
fn hum_alone_is_removed_or_alone_is_kept() {
    for quality in QUALITIES {
        let (hum, noise) = fell_db(quality, 0.0, 40.0);
        assert!(
            hum > 30.0 && noise.abs() < 0.1,
            "{quality:?}: {hum:.1} dB of hum, {noise:.1} dB of noise less"
        );
        let (hum, noise) = fell_db(quality, 30.0, -30.0);
        assert!(hum < 1.0 && noise > 25.0, "{quality:?}: {hum:.1} dB of hum, {noise:.1} dB of noise less");
    }
}

#[test]
fn noise_without_lines_is_what_it_was() {
    for quality in QUALITIES {
        for window_s in [0.2, 2.0] {
            let mut outputs = [0.0, 30.0].map(|tonal_db| {
                let mut engine = engine(RATE_HZ, 2, quality);
                let mut lead = [noise(1, 48_000 * 3, 0.01), noise(2, 48_000 * 3, 0.01)];
                run(&mut engine, &mut lead, learning(LearnWindow::Seconds(window_s)), 512);
                let mut audio = [noise(3, 96_000, 0.01), noise(4, 96_000, 0.01)];
                run(&mut engine, &mut audio, Settings { tonal_db, ..Settings::default() }, 512);
                audio
            });
            let [one, other] = &mut outputs;
            assert!(one == other, "{quality:?}, {window_s} s: no bin is a line");
        }
    }
}

#[test]
fn the_lines_are_those_of_the_hum() {
    for quality in QUALITIES {
        let mut engine = engine(RATE_HZ, 1, quality);
        run(&mut engine, &mut [hum_in_noise(1, 144_000)], learning(LearnWindow::Seconds(2.0)), 512);
        let lines_hz = engine.profile().expect("learned").lines_hz(0);
        let width_hz = engine.config().grid().bin_width_hz();
        assert_eq!(lines_hz.len(), 10, "{quality:?}: {lines_hz:?}");
        for (line_hz, harmonic) in lines_hz.iter().zip(1..) {
            let off_hz = f64::from(*line_hz) - HUM_HZ * f64::from(harmonic);
            assert!(off_hz.abs() <= width_hz / 2.0 + 0.1, "{quality:?}: {lines_hz:?}");
        }
    }
}

/// What is left of the hum in the last two seconds, in dB.
fn hum_left_db(input: &[f32], output: &[f32]) -> f64 {
    let hum = |signal: &[f32]| -> f64 {
        (1..=10).map(|harmonic| power_at(signal, HUM_HZ * f64::from(harmonic), RATE_HZ)).sum()
    };
    10.0 * (hum(&output[96_000..]) / hum(&input[96_000..])).log10()
}

#[test]
fn hum_in_the_second_of_two_channels_is_found() {
    for (quality, link) in [(Quality::Standard, 1.0), (Quality::Standard, 0.0), (Quality::Best, 1.0)] {
        let settings = Settings { reduction_db: 20.0, tonal_db: 20.0, link, ..Settings::default() };
        let mut engine = engine(RATE_HZ, 2, quality);
        let learn = Scene { settings, learn: Some(Learn { window: LearnWindow::Seconds(2.0), add: false }) };
        let two =
            |seed: u64, samples: usize| [noise(seed + 10, samples, DEVIATION), hum_in_noise(seed, samples)];
        run(&mut engine, &mut two(1, 120_000), learn, 512);
        let (input, mut output) = (two(2, 192_000), two(2, 192_000));
        run(&mut engine, &mut output, settings, 512);
        let left_db = hum_left_db(&input[1], &output[1]);
        assert!(left_db < -35.0, "{quality:?}, link {link}: {left_db:.1} dB");
    }
}

#[test]
fn lines_stay_while_the_statistic_is_turned() {
    let settings = Settings { reduction_db: 20.0, tonal_db: 20.0, track: true, ..Settings::default() };
    let mut engine = engine(RATE_HZ, 1, Quality::Standard);
    let learn = Scene { settings, learn: Some(Learn { window: LearnWindow::Seconds(2.0), add: false }) };
    run(&mut engine, &mut [hum_in_noise(1, 120_000)], learn, 512);
    let (input, mut output) = (hum_in_noise(2, 192_000), [hum_in_noise(2, 192_000)]);
    let turned = |sample: usize| {
        let mut turned: Settings = settings;
        turned.statistic = Statistic::MeanSigma { spread: 0.5 + 0.4 * (sample as f32 / 5000.0).sin() };
        turned
    };
    run_with(&mut engine, &mut output, turned, std::iter::repeat(512));
    let left_db = hum_left_db(&input, &output[0]);
    assert!(left_db < -35.0, "{left_db:.1} dB");
}
