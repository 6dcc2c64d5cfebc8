//! Cost per channel of the whole engine over the cost of a bare Fourier transform round trip with the same
//! windows, hop, transform, window multiplication and overlap-add, and nothing else. Both are timed in turns in
//! the same run, so that a noisy machine disturbs both; the smallest time of each counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use lull_engine::overlap_add::{HopClock, OverlapAdd};
use lull_engine::settings::{LearnWindow, Quality, Settings};
use lull_engine::transform::Transform;
use lull_engine::{Config, Engine};
use realfft::num_complex::Complex32;

const RATE_HZ: f64 = 48e3;
const SECONDS: usize = 4;
const TURNS: usize = 40;
const BLOCK: usize = 512;

/// The floor.
struct Bare {
    transform: Transform,
    stream: OverlapAdd,
    clock: HopClock,
    spectrum: Vec<Complex32>,
    dry: Vec<f32>,
    wet: Vec<f32>,
}

impl Bare {
    fn new(window: usize, synthesis: usize) -> Self {
        let hop = synthesis / 4;
        let transform = Transform::new(window, hop);
        let spectrum = vec![Complex32::default(); transform.bins()];
        let stream = OverlapAdd::new(window, synthesis, 0);
        Self {
            transform,
            stream,
            clock: HopClock::new(hop),
            spectrum,
            dry: vec![0.0; hop],
            wet: vec![0.0; hop],
        }
    }

    fn process(&mut self, mut audio: &mut [f32]) {
        while !audio.is_empty() {
            let samples = audio.len().min(self.clock.until_hop());
            let (now, later) = audio.split_at_mut(samples);
            self.stream.exchange(now, &mut self.dry[..samples], &mut self.wet[..samples]);
            now.copy_from_slice(&self.wet[..samples]);
            if self.clock.advance(samples) {
                let (older, newer) = self.stream.frame();
                self.transform.forward(older, newer, &mut self.spectrum);
                self.stream.add(self.transform.inverse(&mut self.spectrum));
            }
            audio = later;
        }
    }
}

/// Bursts of harmonics over noise: the mask opens and closes.
fn signal(samples: usize) -> Vec<f32> {
    let mut state = 7u64;
    (0..samples)
        .map(|i| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let noise = 0.02 * ((state >> 40) as f32 / (1 << 23) as f32 - 1.0);
            let seconds = i as f64 / RATE_HZ;
            let tone: f64 =
                (1..8).map(|h| (seconds * 200.0 * h as f64 * std::f64::consts::TAU).sin() / h as f64).sum();
            noise + 0.1 * (tone * (seconds * 9.0).sin().max(0.0)) as f32
        })
        .collect()
}

fn timed(audio: &mut [Vec<f32>], mut process: impl FnMut(&mut [&mut [f32]])) -> Duration {
    let samples = audio[0].len();
    let begin = Instant::now();
    for start in (0..samples).step_by(BLOCK) {
        let end = samples.min(start + BLOCK);
        match audio {
            [one] => process(&mut [&mut one[start..end]]),
            [left, right] => process(&mut [&mut left[start..end], &mut right[start..end]]),
            _ => unreachable!("one or two channels"),
        }
    }
    black_box(audio);
    begin.elapsed()
}

/// Cost per channel of the engine over the floor's.
fn ratio(quality: Quality, channels: usize, settings: &Settings) -> f64 {
    let mut engine = Engine::new(Config { sample_rate_hz: RATE_HZ, channels, quality });
    let learn = Settings { learn: true, learn_window: LearnWindow::Seconds(1.0), ..*settings };
    let mut noise = vec![signal(2 * RATE_HZ as usize); channels];
    timed(&mut noise, |block| engine.process(block, &learn));
    assert!(engine.profile().is_some());
    let mut bare = Bare::new(quality.window_samples(RATE_HZ), quality.synthesis_samples(RATE_HZ));

    let input = signal(SECONDS * RATE_HZ as usize);
    let (mut engine_best, mut bare_best) = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        let mut audio = vec![input.clone(); channels];
        engine_best = engine_best.min(timed(&mut audio, |block| engine.process(block, settings)));
        let mut audio = vec![input.clone()];
        bare_best = bare_best.min(timed(&mut audio, |block| bare.process(block[0])));
    }
    engine_best.as_secs_f64() / channels as f64 / bare_best.as_secs_f64()
}

fn main() {
    let defaults = Settings::default();
    println!("floor ratio: standard {:.2}", ratio(Quality::Standard, 1, &defaults));
    println!("floor ratio: standard, stereo {:.2}", ratio(Quality::Standard, 2, &defaults));
    println!("floor ratio: live {:.2}", ratio(Quality::Live, 1, &defaults));
    println!("floor ratio: best {:.2}", ratio(Quality::Best, 1, &defaults));
    println!("floor ratio: standard, seed {:.2}", ratio(Quality::Standard, 1, &Settings::seed()));
    let apart = Settings { link: 0.5, makeup: true, ..defaults };
    println!("floor ratio: standard, stereo, half linked, makeup {:.2}", ratio(Quality::Standard, 2, &apart));
}
