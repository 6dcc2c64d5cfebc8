//! Promise: Adapt follows a noise that drifts by 6 dB in 20 s, up or down, and attenuates neither a held note nor a
//! long vowel. Without it, the profile stays as it was learned.

mod common;

use common::*;
use lull_engine::{Quality, Settings};

const RATE_HZ: f64 = 48e3;
const DEVIATION: f32 = 0.01;
const DRIFT_S: usize = 20;

/// Noise of the learned level that drifts by `drift_db` from the first second to the 21st, and two seconds more.
fn drifting(drift_db: f32) -> Vec<f32> {
    let rate = RATE_HZ as usize;
    let mut samples = noise(5, (DRIFT_S + 3) * rate, DEVIATION);
    for (i, x) in samples.iter_mut().enumerate() {
        let seconds = (i as f32 / RATE_HZ as f32 - 1.0).clamp(0.0, DRIFT_S as f32);
        *x *= 10f32.powf(drift_db * seconds / DRIFT_S as f32 / 20.0);
    }
    samples
}

/// The output, aligned with the input.
fn denoised(samples: &[f32], adapt: bool, quality: Quality) -> Vec<f32> {
    let mut engine = learned(RATE_HZ, 1, quality, DEVIATION);
    let latency = engine.latency_samples();
    let mut audio = vec![samples.to_vec()];
    audio[0].resize(samples.len() + latency, 0.0);
    run(&mut engine, &mut audio, Settings { adapt, ..Settings::default() }, 512);
    audio[0].split_off(latency)
}

/// Attenuation of the noise in the last second.
fn attenuation_db(drift_db: f32, adapt: bool, quality: Quality) -> f64 {
    let samples = drifting(drift_db);
    let output = denoised(&samples, adapt, quality);
    let last = samples.len() - RATE_HZ as usize..;
    20.0 * (rms(&samples[last.clone()]) / rms(&output[last])).log10()
}

#[test]
fn noise_that_drifts_is_followed() {
    for quality in QUALITIES {
        let steady = attenuation_db(0.0, false, quality);
        for drift_db in [-6.0, 6.0] {
            let adapted = attenuation_db(drift_db, true, quality);
            println!("{quality:?}, {drift_db} dB: {adapted:.1} dB, steady {steady:.1} dB");
            assert!(adapted > steady - 1.0, "{quality:?}, {drift_db} dB: {adapted:.1} of {steady:.1} dB");
        }
        let left = attenuation_db(6.0, false, quality);
        assert!(left < steady - 3.0, "{quality:?}: falls by {left:.1} dB without Adapt as well");
    }
}

/// Change of the signal's level over the last five of its twenty seconds.
fn signal_change_db(signal: impl Fn(f64) -> f64) -> f64 {
    let mut samples = noise(6, (RATE_HZ as usize) * 22, DEVIATION);
    let clean: Vec<f32> = (0..samples.len())
        .map(|i| {
            let seconds = i as f64 / RATE_HZ;
            if (1.0..21.0).contains(&seconds) { signal(seconds) as f32 } else { 0.0 }
        })
        .collect();
    samples.iter_mut().zip(&clean).for_each(|(x, s)| *x += s);
    let output = denoised(&samples, true, Quality::Standard);
    let held = 16 * RATE_HZ as usize..21 * RATE_HZ as usize;
    // The share of the clean signal that is in the output, by projection: residual noise does not correlate with it.
    let (mut cross, mut own) = (0.0f64, 0.0f64);
    for (y, s) in output[held.clone()].iter().zip(&clean[held]) {
        cross += *y as f64 * *s as f64;
        own += (*s as f64).powi(2);
    }
    20.0 * (cross / own).log10()
}

#[test]
fn a_held_note_and_a_long_vowel_are_not_eaten() {
    let partials = |hz: f64, count: usize, seconds: f64, slope: f64| -> f64 {
        (1..=count)
            .map(|h| (std::f64::consts::TAU * hz * h as f64 * seconds).sin() * (h as f64).powf(-slope))
            .sum()
    };
    let note = signal_change_db(|t| 0.02 * partials(440.0, 10, t, 1.0));
    // A low voice whose harmonics fill the spectrum up to 5 kHz, with a vibrato of a half per cent.
    let vowel = signal_change_db(|t| {
        let vibrato = 0.005 / (std::f64::consts::TAU * 5.0) * (std::f64::consts::TAU * 5.0 * t).cos();
        0.05 * partials(110.0, 45, t + vibrato, 1.0)
    });
    println!("note {note:.2} dB, vowel {vowel:.2} dB");
    assert!(note > -0.5 && vowel > -0.5, "note {note:.2} dB, vowel {vowel:.2} dB");
}
