//! Promise: the seed recipe (mean + 1.5 sigma, gate, sharpness 2, nothing smoothed) is the formula, within -100 dB
//! of a slow reference that is written straight from it, in double precision, with a transform of its own.

mod common;

use std::f64::consts::TAU;

use common::*;
use lull::engine::settings::{Quality, Rule, Settings, Sharpness, Statistic};

const RATE_HZ: f64 = 8e3;
const WINDOW: usize = 512;
const HOP: usize = WINDOW / 4;

/// Cosines and sines of the discrete Fourier transform, as its definition has them.
struct Dft(Vec<(f64, f64)>);

impl Dft {
    fn new() -> Self {
        Self((0..WINDOW).map(|i| (TAU * i as f64 / WINDOW as f64).sin_cos()).collect())
    }

    fn spectrum(&self, frame: &[f64]) -> Vec<(f64, f64)> {
        (0..=WINDOW / 2)
            .map(|bin| {
                frame.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, x)| {
                    let (sin, cos) = self.0[bin * n % WINDOW];
                    (re + x * cos, im - x * sin)
                })
            })
            .collect()
    }

    fn frame(&self, spectrum: &[(f64, f64)]) -> Vec<f64> {
        (0..WINDOW)
            .map(|n| {
                let sum: f64 = spectrum
                    .iter()
                    .enumerate()
                    .map(|(bin, (re, im))| {
                        let (sin, cos) = self.0[bin * n % WINDOW];
                        let twice = if bin == 0 || bin == WINDOW / 2 { 1.0 } else { 2.0 };
                        twice * (re * cos - im * sin)
                    })
                    .sum();
                sum / WINDOW as f64
            })
            .collect()
    }
}

fn hann() -> Vec<f64> {
    (0..WINDOW).map(|n| 0.5 - 0.5 * (TAU * n as f64 / WINDOW as f64).cos()).collect()
}

/// Frames that start at every hop, the first one a hop after silence began.
fn frames(signal: &[f64]) -> impl Iterator<Item = &[f64]> {
    signal.windows(WINDOW).step_by(HOP)
}

/// T = mean + k sigma of the amplitudes in each bin.
fn threshold(noise: &[f64], k: f64, dft: &Dft) -> Vec<f64> {
    let window = hann();
    let amplitudes: Vec<Vec<f64>> = frames(noise)
        .map(|frame| {
            let windowed: Vec<f64> = frame.iter().zip(&window).map(|(x, w)| x * w).collect();
            dft.spectrum(&windowed).iter().map(|(re, im)| re.hypot(*im)).collect()
        })
        .collect();
    let count = amplitudes.len() as f64;
    (0..=WINDOW / 2)
        .map(|bin| {
            let mean = amplitudes.iter().map(|a| a[bin]).sum::<f64>() / count;
            let variance = amplitudes.iter().map(|a| (a[bin] - mean).powi(2)).sum::<f64>() / count;
            mean + k * variance.sqrt()
        })
        .collect()
}

/// clamp((|X| - T)/|X|, 0, 1)^sharpness on every cell, overlap-added.
fn gated(signal: &[f64], threshold: &[f64], gain: impl Fn(f64, f64) -> f64, dft: &Dft) -> Vec<f64> {
    let window = hann();
    let mut padded = vec![0.0; WINDOW];
    padded.extend_from_slice(signal);
    padded.extend(vec![0.0; WINDOW]);
    let mut out = vec![0.0; padded.len()];
    for (index, frame) in frames(&padded).enumerate() {
        let windowed: Vec<f64> = frame.iter().zip(&window).map(|(x, w)| x * w).collect();
        let mut spectrum = dft.spectrum(&windowed);
        for ((re, im), t) in spectrum.iter_mut().zip(threshold) {
            let g = gain(re.hypot(*im), *t);
            (*re, *im) = (*re * g, *im * g);
        }
        for (n, x) in dft.frame(&spectrum).iter().enumerate() {
            out[index * HOP + n] += x * window[n] / 1.5;
        }
    }
    out[WINDOW..WINDOW + signal.len()].to_vec()
}

fn compare(settings: Settings, k: f64, gain: impl Fn(f64, f64) -> f64) -> f64 {
    let dft = Dft::new();
    // The learn window is cut so that exactly its whole frames are the reference's frames.
    let noise_samples = 100 * HOP;
    let lead = noise(50, noise_samples, 0.02);
    let signal = tones_in_noise(51, 120 * HOP, RATE_HZ);

    // Its window pair is the plain one.
    let mut engine = engine(RATE_HZ, 1, Quality::Best);
    run(&mut engine, &mut [lead.clone()], &Settings { learn: true, ..settings }, HOP);
    run(&mut engine, &mut [vec![0.0; 40 * HOP]], &settings, HOP);
    let latency = engine.latency_samples();
    let mut output = vec![signal.clone()];
    output[0].extend(vec![0.0; latency]);
    run(&mut engine, &mut output, &settings, HOP);

    let double = |samples: &[f32]| samples.iter().map(|&x| x as f64).collect::<Vec<_>>();
    let threshold = threshold(&double(&lead), k, &dft);
    let reference = gated(&double(&signal), &threshold, gain, &dft);
    let reference: Vec<f32> = reference.iter().map(|&x| x as f32).collect();
    assert!(rms(&reference) > 0.01 && rms(&reference) < 0.99 * rms(&signal), "the reference does its work");
    difference_db(&reference, &output[0][latency..])
}

/// A floor of 60 dB stands where the formula has zero.
const FLOOR: f64 = 1e-3;

#[test]
fn the_seed_is_its_formula() {
    let difference = compare(Settings::seed(), 1.5, |x, t| ((x - t) / x).clamp(0.0, 1.0).powi(2).max(FLOOR));
    println!("{difference:.1} dB");
    assert!(difference <= -100.0, "{difference:.1} dB");
}

#[test]
fn other_sharpness_and_rules_are_theirs() {
    let seed = Settings { statistic: Statistic::MeanSigma { spread: 3.0 }, ..Settings::seed() };
    let soft = Settings { sharpness: Sharpness::Exponent(0.7), ..seed };
    let difference = compare(soft, 3.0, |x, t| ((x - t) / x).clamp(0.0, 1.0).powf(0.7).max(FLOOR));
    assert!(difference <= -100.0, "soft: {difference:.1} dB");
    // The estimators read the mean power out of T: (mean + 3 sigma)^2 of Rayleigh amplitudes with that power.
    let wiener = Settings { rule: Some(Rule::Wiener), sharpness: Sharpness::Exponent(1.0), ..seed };
    let pi = std::f64::consts::PI;
    let over_mean_power = (pi.sqrt() / 2.0 + 3.0 * (1.0 - pi / 4.0).sqrt()).powi(2);
    let difference = compare(wiener, 3.0, |x, t| {
        let xi = (x * x / (t * t / over_mean_power) - 1.0).max(0.0);
        (xi / (1.0 + xi)).max(FLOOR)
    });
    assert!(difference <= -100.0, "Wiener: {difference:.1} dB");
}
