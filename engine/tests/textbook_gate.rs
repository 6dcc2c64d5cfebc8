//! Promise: the textbook gate (mean + 1.5 sigma, sharpness 2, no smoothing) is its formula, within -100 dB of a slow
//! reference that is written directly from the formula, in double precision, with a transform of its own.

mod common;

use std::f64::consts::TAU;

use common::*;
use lull_engine::{LearnWindow, Quality, Rule, Settings, Sharpness, Statistic};

const RATE_HZ: f64 = 8e3;
const WINDOW: usize = 512;

/// Cosines and sines of the discrete Fourier transform, from its definition.
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

fn hann(samples: usize) -> Vec<f64> {
    (0..samples).map(|n| 0.5 - 0.5 * (TAU * n as f64 / samples as f64).cos()).collect()
}

/// Hop and windows of a quality at this rate.
struct Frames {
    hop: usize,
    analysis: Vec<f64>,
    synthesis: Vec<f64>,
}

impl Frames {
    fn of(quality: Quality) -> Self {
        match quality {
            // A Hann window twice, four times overlapped: their squares sum up to 1.5.
            Quality::Best => Self {
                hop: WINDOW / 4,
                analysis: hann(WINDOW),
                synthesis: hann(WINDOW).iter().map(|w| w / 1.5).collect(),
            },
            // A quarter period of a sine up, and one down within the last hop. The output has the shape of a Hann
            // window of three hops in the last half, which overlaps to 1.5.
            Quality::Standard => {
                let hop = WINDOW / 8;
                let rise = WINDOW - hop;
                let quarter_turn = |share: f64| (TAU / 4.0 * share).sin();
                let analysis: Vec<f64> = (0..WINDOW)
                    .map(|n| match n.checked_sub(rise) {
                        None => quarter_turn(n as f64 / rise as f64),
                        Some(fallen) => quarter_turn(1.0 - fallen as f64 / hop as f64),
                    })
                    .collect();
                let mut synthesis = vec![0.0; WINDOW];
                for (n, w) in hann(3 * hop).into_iter().enumerate() {
                    synthesis[WINDOW / 2 + n] = w / 1.5 / analysis[WINDOW / 2 + n];
                }
                Self { hop, analysis, synthesis }
            }
            Quality::Live => unreachable!("a Standard of half the length"),
        }
    }

    /// Windowed frames that start at every hop, the first one with the signal.
    fn of_signal(&self, signal: &[f64]) -> impl Iterator<Item = Vec<f64>> {
        let windowed = |frame: &[f64]| frame.iter().zip(&self.analysis).map(|(x, w)| x * w).collect();
        signal.windows(WINDOW).step_by(self.hop).map(windowed)
    }
}

/// T = mean + k sigma of the amplitudes in each bin.
fn threshold(noise: &[f64], k: f64, frames: &Frames, dft: &Dft) -> Vec<f64> {
    let amplitudes: Vec<Vec<f64>> = frames
        .of_signal(noise)
        .map(|frame| dft.spectrum(&frame).iter().map(|(re, im)| re.hypot(*im)).collect())
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
fn gated(
    signal: &[f64],
    threshold: &[f64],
    gain: impl Fn(f64, f64) -> f64,
    frames: &Frames,
    dft: &Dft,
) -> Vec<f64> {
    let mut padded = vec![0.0; WINDOW];
    padded.extend_from_slice(signal);
    padded.extend(vec![0.0; WINDOW]);
    let mut out = vec![0.0; padded.len()];
    for (index, frame) in frames.of_signal(&padded).enumerate() {
        let mut spectrum = dft.spectrum(&frame);
        for ((re, im), t) in spectrum.iter_mut().zip(threshold) {
            let g = gain(re.hypot(*im), *t);
            (*re, *im) = (*re * g, *im * g);
        }
        for (n, x) in dft.frame(&spectrum).iter().enumerate() {
            out[index * frames.hop + n] += x * frames.synthesis[n];
        }
    }
    out[WINDOW..WINDOW + signal.len()].to_vec()
}

/// The larger difference of both kinds of windows.
fn compare(settings: Settings, k: f64, gain: impl Fn(f64, f64) -> f64) -> f64 {
    [Quality::Standard, Quality::Best]
        .map(|quality| compare_at(quality, settings, k, &gain))
        .into_iter()
        .fold(f64::NEG_INFINITY, f64::max)
}

fn compare_at(quality: Quality, settings: Settings, k: f64, gain: impl Fn(f64, f64) -> f64) -> f64 {
    let (dft, frames) = (Dft::new(), Frames::of(quality));
    let hop = frames.hop;
    // The learn window is cut so that exactly its whole frames are the reference's frames.
    let noise_samples = 100 * hop;
    let lead = noise(50, noise_samples, 0.02);
    let signal = tones_in_noise(51, 120 * hop, RATE_HZ);

    let mut engine = engine(RATE_HZ, 1, quality);
    run(
        &mut engine,
        &mut [lead.clone()],
        Scene { settings, learn: learning(LearnWindow::Seconds(2.0)).learn },
        hop,
    );
    run(&mut engine, &mut [vec![0.0; 40 * hop]], settings, hop);
    let latency = engine.latency_samples();
    let mut output = vec![signal.clone()];
    output[0].extend(vec![0.0; latency]);
    run(&mut engine, &mut output, settings, hop);

    let double = |samples: &[f32]| samples.iter().map(|&x| x as f64).collect::<Vec<_>>();
    let threshold = threshold(&double(&lead), k, &frames, &dft);
    let reference = gated(&double(&signal), &threshold, gain, &frames, &dft);
    let reference: Vec<f32> = reference.iter().map(|&x| x as f32).collect();
    assert!(rms(&reference) > 0.01, "something is left");
    assert!(difference_db(&signal, &reference) > -40.0, "the reference does its work");
    difference_db(&reference, &output[0][latency..])
}

/// The floor is -60 dB where the formula has zero.
const FLOOR: f64 = 1e-3;

#[test]
fn the_gate_is_its_formula() {
    let difference =
        compare(Settings::textbook_gate(), 1.5, |x, t| ((x - t) / x).clamp(0.0, 1.0).powi(2).max(FLOOR));
    println!("{difference:.1} dB");
    assert!(difference <= -100.0, "{difference:.1} dB");
}

#[test]
fn other_sharpness_and_rules_are_theirs() {
    let gate = Settings { statistic: Statistic::MeanSigma { spread: 3.0 }, ..Settings::textbook_gate() };
    let soft = Settings { sharpness: Sharpness::Exponent(0.7), ..gate };
    let difference = compare(soft, 3.0, |x, t| ((x - t) / x).clamp(0.0, 1.0).powf(0.7).max(FLOOR));
    assert!(difference <= -100.0, "soft: {difference:.1} dB");
    // The estimators derive the mean power from T: (mean + 3 sigma)^2 of Rayleigh amplitudes with that power.
    let wiener = Settings { rule: Some(Rule::Wiener), sharpness: Sharpness::Exponent(1.0), ..gate };
    let pi = std::f64::consts::PI;
    let over_mean_power = (pi.sqrt() / 2.0 + 3.0 * (1.0 - pi / 4.0).sqrt()).powi(2);
    let difference = compare(wiener, 3.0, |x, t| {
        let xi = (x * x / (t * t / over_mean_power) - 1.0).max(0.0);
        (xi / (1.0 + xi)).max(FLOOR)
    });
    assert!(difference <= -100.0, "Wiener: {difference:.1} dB");
}
