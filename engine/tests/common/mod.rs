//! Signals and comparisons that the tests share.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod any;

use lull_engine::NoiseProfile;
use lull_engine::{Config, Engine, HeardMemory, LearnWindow, Quality, Settings};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};

pub const QUALITIES: [Quality; 3] = [Quality::Live, Quality::Standard, Quality::Best];
pub const RATES_HZ: [f64; 8] = [8e3, 16e3, 44.1e3, 48e3, 88.2e3, 96e3, 192e3, 384e3];

pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// White Gaussian noise of a given standard deviation.
pub fn noise(seed: u64, samples: usize, deviation: f32) -> Vec<f32> {
    let mut rng = rng(seed);
    (0..samples)
        .map(|_| deviation * <StandardNormal as Distribution<f32>>::sample(&StandardNormal, &mut rng))
        .collect()
}

/// A sine of the given frequency and amplitude.
pub fn sine(samples: usize, hz: f64, sample_rate_hz: f64, amplitude: f32) -> Vec<f32> {
    let step = std::f64::consts::TAU * hz / sample_rate_hz;
    (0..samples).map(|i| amplitude * (step * i as f64).sin() as f32).collect()
}

/// A voice-like test signal: harmonics that come and go, over noise.
pub fn tones_in_noise(seed: u64, samples: usize, sample_rate_hz: f64) -> Vec<f32> {
    let mut out = noise(seed, samples, 0.01);
    for harmonic in 1..12 {
        let tone = sine(samples, 180.0 * harmonic as f64, sample_rate_hz, 0.2 / harmonic as f32);
        for (i, (x, t)) in out.iter_mut().zip(tone).enumerate() {
            let seconds = i as f64 / sample_rate_hz;
            *x += t * ((seconds * 2.3 * std::f64::consts::PI).sin().max(0.0)) as f32;
        }
    }
    out
}

pub fn engine(sample_rate_hz: f64, channels: usize, quality: Quality) -> Engine {
    Engine::new(Config { sample_rate_hz, channels, quality }).expect("a config of engines")
}

/// An engine that remembers what it hears.
pub fn remembering(config: Config) -> Engine {
    let mut engine = Engine::new(config).expect("a config of engines");
    assert!(engine.remember(HeardMemory::new(config).expect("a config of engines")).is_none());
    engine
}

/// The state of the controls at one moment: the settings, and the learning while Learn is pressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene {
    pub settings: Settings,
    pub learn: Option<Learn>,
}

/// A learning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learn {
    pub window: LearnWindow,
    pub add: bool,
}

impl From<Settings> for Scene {
    fn from(settings: Settings) -> Self {
        Self { settings, learn: None }
    }
}

impl From<&Settings> for Scene {
    fn from(settings: &Settings) -> Self {
        Self::from(*settings)
    }
}

/// Learn is pressed, and the settings are the defaults.
pub fn learning(window: LearnWindow) -> Scene {
    Scene { settings: Settings::default(), learn: Some(Learn { window, add: false }) }
}

/// Processes all channels in blocks of one size.
pub fn run(engine: &mut Engine, channels: &mut [Vec<f32>], scene: impl Into<Scene>, block: usize) {
    let scene = scene.into();
    run_with(engine, channels, |_| scene, std::iter::repeat(block));
}

/// Processes all channels in the given blocks. The scene at the first sample of a block applies to the whole block, so
/// a change takes effect at the first block that begins after it.
pub fn run_with<S: Into<Scene>>(
    engine: &mut Engine,
    channels: &mut [Vec<f32>],
    scene_at: impl Fn(usize) -> S,
    blocks: impl IntoIterator<Item = usize>,
) {
    let samples = channels[0].len();
    // A learning of an earlier run is stopped, or a new one is started.
    let mut was_learning = scene_at(0).into().learn.is_none();
    let mut start = 0;
    for block in blocks {
        let end = samples.min(start + block);
        let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|c| &mut c[start..end]).collect();
        let Scene { settings, learn } = scene_at(start).into();
        match learn {
            Some(Learn { window, add }) if !was_learning => engine.start_learning(window, add),
            None if was_learning => engine.stop_learning(),
            _ => {}
        }
        was_learning = learn.is_some();
        engine.process(&mut slices, &settings);
        start = end;
        if start == samples {
            break;
        }
    }
}

/// An engine that has learned white noise of the given deviation in every channel.
pub fn learned(sample_rate_hz: f64, channels: usize, quality: Quality, deviation: f32) -> Engine {
    let mut engine = remembering(Config { sample_rate_hz, channels, quality });
    let samples = (sample_rate_hz * 1.5) as usize;
    let mut audio: Vec<_> = (0..channels).map(|c| noise(900 + c as u64, samples, deviation)).collect();
    run(&mut engine, &mut audio, learning(LearnWindow::Seconds(1.0)), 512);
    assert!(engine.profile().is_some(), "learned nothing at {sample_rate_hz} Hz, {quality:?}");
    // Release Learn and flush, so that the test starts from silence.
    let mut rest = vec![vec![0.0; 4 * engine.latency_samples()]; channels];
    run(&mut engine, &mut rest, Settings::default(), 512);
    engine
}

/// The profile of such an engine.
pub fn profile(sample_rate_hz: f64, channels: usize, quality: Quality, deviation: f32) -> NoiseProfile {
    learned(sample_rate_hz, channels, quality, deviation).profile().expect("learned").clone()
}

/// Largest difference between two signals, in dB below the larger one's peak; -400 when they are equal.
pub fn difference_db(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let peak = a.iter().chain(b).fold(1e-30f64, |peak, &x| peak.max(x.abs() as f64));
    let error = a.iter().zip(b).fold(0.0f64, |error, (&x, &y)| error.max((x as f64 - y as f64).abs()));
    20.0 * (error / peak).max(1e-20).log10()
}

/// [`difference_db`] of the input and the output, which is shifted by the latency.
pub fn null_db(input: &[f32], output: &[f32], latency: usize) -> f64 {
    difference_db(&input[..input.len() - latency], &output[latency..])
}

/// Power of a signal at one frequency, by Goertzel's sum with a Hann window.
pub fn power_at(signal: &[f32], hz: f64, sample_rate_hz: f64) -> f64 {
    let step = std::f64::consts::TAU * hz / sample_rate_hz;
    let turn = std::f64::consts::TAU / signal.len() as f64;
    let (mut re, mut im) = (0.0, 0.0);
    for (i, &x) in signal.iter().enumerate() {
        let x = f64::from(x) * (0.5 - 0.5 * (turn * i as f64).cos());
        re += x * (step * i as f64).cos();
        im += x * (step * i as f64).sin();
    }
    (re * re + im * im) / (0.25 * (signal.len() as f64).powi(2))
}

pub fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|&x| (x as f64).powi(2)).sum::<f64>() / samples.len().max(1) as f64).sqrt()
}

/// Largest second difference: tiny for a slow tone, and the size of the click for a click.
pub fn roughness(samples: &[f32]) -> f32 {
    samples.windows(3).fold(0.0, |worst, w| worst.max((w[2] - 2.0 * w[1] + w[0]).abs()))
}

/// Blocks of random sizes from 0 to `most`, without end.
pub fn random_blocks(seed: u64, most: usize) -> impl Iterator<Item = usize> {
    let mut rng = rng(seed);
    std::iter::repeat_with(move || if rng.random_bool(0.2) { 0 } else { rng.random_range(1..=most) })
}
