//! Promise: with the Learned estimator every control means what it means with the others, and the sound does not depend on
//! the rate.

mod common;

use common::*;
use lull_engine::{Estimator, Quality, Settings, Sharpness};

const RATE_HZ: f64 = 48e3;
const DEVIATION: f32 = 0.01;

fn settings() -> Settings {
    Settings { estimator: Some(Estimator::Learned), ..Settings::default() }
}

/// The qualities that have a network.
const TRAINED: [Quality; 2] = [Quality::Standard, Quality::Best];

/// What is made of noise and a tone, after the first second.
fn denoised(quality: Quality, rate_hz: f64, tone: (f64, f32), settings: Settings) -> Vec<f32> {
    let samples = (6.0 * rate_hz) as usize;
    let mut engine = learned(rate_hz, 1, quality, DEVIATION);
    let heard = noise(5, samples, DEVIATION).into_iter().zip(sine(samples, tone.0, rate_hz, tone.1));
    let mut audio = vec![heard.map(|(n, s)| n + s).collect()];
    run(&mut engine, &mut audio, settings, 512);
    audio[0].split_off(rate_hz as usize)
}

/// How much of noise alone is left, in dB.
fn residue_db(quality: Quality, settings: Settings) -> f64 {
    20.0 * (rms(&denoised(quality, RATE_HZ, (1000.0, 0.0), settings)) / f64::from(DEVIATION)).log10()
}

/// The amplitude of a tone in the output over that in the input, in dB.
fn tone_db(quality: Quality, rate_hz: f64, tone: (f64, f32), settings: Settings) -> f64 {
    let output = denoised(quality, rate_hz, tone, settings);
    let (mut re, mut im) = (0.0, 0.0);
    for (i, &x) in output.iter().enumerate() {
        let (sin, cos) = (std::f64::consts::TAU * tone.0 * i as f64 / rate_hz).sin_cos();
        (re, im) = (re + f64::from(x) * cos, im + f64::from(x) * sin);
    }
    20.0 * (2.0 * f64::hypot(re, im) / output.len() as f64 / f64::from(tone.1)).log10()
}

/// A tone about 9 dB over the noise in its bin: neither open nor shut for certain.
const WEAK: (f64, f32) = (1000.0, 0.0018);

#[test]
fn reduction_is_the_largest_attenuation() {
    for quality in TRAINED {
        for reduction_db in [6.0, 15.0, 30.0] {
            let residue = residue_db(quality, Settings { reduction_db, ..settings() });
            println!("{reduction_db} dB: {residue:.2} dB");
            let reduction = f64::from(reduction_db);
            assert!(
                (-reduction - 0.1..-0.75 * reduction).contains(&residue),
                "{reduction_db}: {residue:.2} dB"
            );
        }
    }
}

#[test]
fn threshold_and_its_bands_decide_what_counts_as_noise() {
    for quality in TRAINED {
        let at = |threshold_db: f32| residue_db(quality, Settings { threshold_db, ..settings() });
        let (low, middle, high) = (at(-9.0), at(0.0), at(9.0));
        println!("residue at -9, 0 and 9 dB: {low:.1}, {middle:.1}, {high:.1} dB");
        assert!(low > middle + 3.0 && high < middle + 0.1, "{low:.1} {middle:.1} {high:.1} dB");
        let raised = Settings { threshold_db: 15.0, ..settings() };
        let (kept, lost) =
            (tone_db(quality, RATE_HZ, WEAK, settings()), tone_db(quality, RATE_HZ, WEAK, raised));
        assert!(lost < kept - 6.0, "{kept:.1} dB, {lost:.1} dB with a threshold above the tone");
        // All bands are the same as the threshold.
        let bands = tone_db(quality, RATE_HZ, WEAK, Settings { bands_db: [15.0; 8], ..settings() });
        assert!((bands - lost).abs() < 0.5, "{bands:.1} dB by bands, {lost:.1} dB by threshold");
    }
}

#[test]
fn sharpness_widens_the_distance_between_open_and_shut() {
    for quality in TRAINED {
        let of = |sharpness| tone_db(quality, RATE_HZ, WEAK, Settings { sharpness, ..settings() });
        let (soft, middle, sharp) =
            (of(Sharpness::Exponent(0.5)), of(Sharpness::Exponent(1.0)), of(Sharpness::Exponent(3.0)));
        println!("tone at 0.5, 1 and 3: {soft:.1}, {middle:.1}, {sharp:.1} dB");
        assert!(soft > middle && middle > sharp + 0.5, "{soft:.1} {middle:.1} {sharp:.1} dB");
    }
}

#[test]
fn smoothing_goes_from_detail_to_calm() {
    for quality in TRAINED {
        // At the default reduction noise is at the floor throughout.
        let residue =
            |smoothing: f32| residue_db(quality, Settings { smoothing, reduction_db: 60.0, ..settings() });
        let (detail, middle, calm) = (residue(0.0), residue(0.5), residue(1.0));
        println!("residue: {detail:.2}, {middle:.2}, {calm:.2} dB");
        assert!(detail > middle + 1.0 && middle > calm + 1.0, "{detail:.2} {middle:.2} {calm:.2} dB");
        let tone = |smoothing: f32| tone_db(quality, RATE_HZ, WEAK, Settings { smoothing, ..settings() });
        let (detail, calm) = (tone(0.0), tone(1.0));
        println!("tone: {detail:.2} dB, {calm:.2} dB");
        assert!(detail > calm + 0.3, "{detail:.2} {calm:.2} dB");
    }
}

#[test]
fn linked_channels_share_one_mask() {
    for quality in TRAINED {
        let samples = 4 * RATE_HZ as usize;
        let balance = |link: f32| {
            let mut engine = learned(RATE_HZ, 2, quality, DEVIATION);
            let tone = sine(samples, 1000.0, RATE_HZ, 0.01);
            let side = |seed, pan: f32| {
                noise(seed, samples, DEVIATION)
                    .iter()
                    .zip(&tone)
                    .map(|(n, s)| n + pan * s)
                    .collect::<Vec<f32>>()
            };
            // The weak side is 2 dB over the noise in its bin.
            let mut audio = vec![side(6, 1.0), side(7, 0.05)];
            run(&mut engine, &mut audio, Settings { link, ..settings() }, 512);
            let at_tone = |x: &[f32]| {
                let step = std::f64::consts::TAU * 1000.0 / RATE_HZ;
                let parts = x[samples / 4..].iter().enumerate().map(|(i, &x)| {
                    let (sin, cos) = (step * i as f64).sin_cos();
                    (f64::from(x) * cos, f64::from(x) * sin)
                });
                let (re, im) = parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
                f64::hypot(re, im)
            };
            20.0 * (at_tone(&audio[0]) / at_tone(&audio[1])).log10()
        };
        let (linked, apart) = (balance(1.0), balance(0.0));
        println!("26 dB apart: {linked:.2} dB linked, {apart:.2} dB not linked");
        assert!((linked - 26.0).abs() < 0.5, "{linked:.2} dB");
        assert!(apart > 29.0, "{apart:.2} dB: without the link the weak side is noise");
    }
}

#[test]
fn the_sound_does_not_depend_on_the_rate() {
    for quality in TRAINED {
        // Several tones: one of them lies closer to a bin's centre at one rate than at another, where it loses 3 dB when the
        // bins beside it are shut.
        let mean_db = |rate_hz: f64| {
            // As loud over the noise of a bin: the same noise has its power in as many hertz as the rate is.
            let amplitude = WEAK.1 * (48e3f64 / rate_hz).sqrt() as f32;
            let tones = [600.0, 850.0, 1000.0, 1230.0];
            tones.map(|hz| tone_db(quality, rate_hz, (hz, amplitude), settings())).iter().sum::<f64>() / 4.0
        };
        let at_48 = mean_db(48e3);
        for rate_hz in [44.1e3, 96e3] {
            let got = mean_db(rate_hz);
            println!("{quality:?}, {rate_hz} Hz: {got:.2} dB, {at_48:.2} dB at 48 kHz");
            assert!((got - at_48).abs() < 1.0, "{rate_hz} Hz: {got:.2} dB, {at_48:.2} dB at 48 kHz");
        }
    }
}

#[test]
fn hard_is_open_or_shut() {
    for quality in TRAINED {
        let hard = Settings { sharpness: Sharpness::Hard, ..settings() };
        let residue = residue_db(quality, hard);
        let tone = tone_db(quality, RATE_HZ, (1000.0, 0.02), hard);
        println!("{quality:?}: noise at {residue:.2} dB, a tone at {tone:.2} dB");
        assert!(
            residue < -0.8 * f64::from(hard.reduction_db),
            "{quality:?}: noise is left at {residue:.2} dB"
        );
        assert!(tone.abs() < 0.2, "{quality:?}: {tone:.2} dB");
    }
}

#[test]
fn the_noise_of_many_channels_is_noise() {
    for quality in TRAINED {
        for link in [1.0, 0.5] {
            let residue = |channels: usize| {
                let mut engine = learned(RATE_HZ, channels, quality, DEVIATION);
                let mut audio: Vec<_> =
                    (0..channels).map(|c| noise(400 + c as u64, 96_000, DEVIATION)).collect();
                run(&mut engine, &mut audio, Settings { link, ..settings() }, 512);
                20.0 * (rms(&audio[0][20_000..]) / f64::from(DEVIATION)).log10()
            };
            let residues = [1, 2, 5, 8].map(residue);
            println!("{quality:?}, link {link}: {residues:.1?} dB");
            assert!(residues.iter().all(|&left| left < residues[0] + 3.0), "{residues:.1?} dB");
        }
    }
}
