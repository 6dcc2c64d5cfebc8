//! Cost per channel of the whole engine over the cost of a bare Fourier transform round trip with the same windows,
//! hop, transform, window multiplication and overlap-add. Both are timed alternately in the same run, so that a busy
//! machine affects both; the smallest time of each counts.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lull_engine::{Config, Engine, Estimator, LearnWindow, Quality, Settings};
use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

const RATE_HZ: f64 = 48e3;
const SECONDS: usize = 4;
const TURNS: usize = 40;
const BLOCK: usize = 512;

/// The bare round trip.
struct Bare {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    /// The last window of samples, and the sums that overlapping frames are added to: rings.
    input: Vec<f32>,
    output: Vec<f32>,
    position: usize,
    hop: usize,
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Bare {
    fn new(samples: usize, synthesis: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(samples), planner.plan_fft_inverse(samples));
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        let step = std::f32::consts::TAU / samples as f32;
        Self {
            window: (0..samples).map(|n| 0.5 - 0.5 * (step * n as f32).cos()).collect(),
            input: vec![0.0; samples],
            output: vec![0.0; samples],
            position: 0,
            hop: synthesis / 4,
            frame: vec![0.0; samples],
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex32::default(); scratch],
            forward,
            inverse,
        }
    }

    /// `audio` may end at the end of a hop, but does not reach beyond it.
    fn process(&mut self, mut audio: &mut [f32]) {
        while !audio.is_empty() {
            let samples = audio.len().min(self.hop - self.position % self.hop);
            let (now, later) = audio.split_at_mut(samples);
            let ring = self.position..self.position + samples;
            self.input[ring.clone()].copy_from_slice(now);
            now.copy_from_slice(&self.output[ring.clone()]);
            self.output[ring].fill(0.0);
            self.position = (self.position + samples) % self.input.len();
            if self.position.is_multiple_of(self.hop) {
                self.hop();
            }
            audio = later;
        }
    }

    fn hop(&mut self) {
        let (newer, older) = self.input.split_at(self.position);
        let (head, tail) = self.frame.split_at_mut(older.len());
        let (head_window, tail_window) = self.window.split_at(older.len());
        multiply(older, head_window, head);
        multiply(newer, tail_window, tail);
        let planned = "buffers are as long as the plan";
        let Self { forward, inverse, frame, spectrum, scratch, .. } = self;
        forward.process_with_scratch(frame, spectrum, scratch).expect(planned);
        spectrum[0].im = 0.0;
        spectrum.last_mut().expect("there are bins").im = 0.0;
        inverse.process_with_scratch(spectrum, frame, scratch).expect(planned);
        for (x, w) in self.frame.iter_mut().zip(&self.window) {
            *x *= w;
        }
        let (newer, older) = self.output.split_at_mut(self.position);
        let (head, tail) = self.frame.split_at(older.len());
        older.iter_mut().zip(head).for_each(|(sum, x)| *sum += x);
        newer.iter_mut().zip(tail).for_each(|(sum, x)| *sum += x);
    }
}

fn multiply(samples: &[f32], window: &[f32], product: &mut [f32]) {
    for ((p, x), w) in product.iter_mut().zip(samples).zip(window) {
        *p = x * w;
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

/// Cost per channel of the engine over that of the bare round trip.
fn ratio(quality: Quality, channels: usize, settings: &Settings) -> f64 {
    let config = Config { sample_rate_hz: RATE_HZ, channels, quality };
    let mut engine = Engine::new(config).expect("a config of engines");
    engine.start_learning(LearnWindow::Seconds(1.0), false);
    let mut noise = vec![signal(2 * RATE_HZ as usize); channels];
    timed(&mut noise, |block| engine.process(block, settings));
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
    let two_step = Settings { estimator: Some(Estimator::TwoStep), ..defaults };
    println!("floor ratio: standard, two-step {:.2}", ratio(Quality::Standard, 1, &two_step));
    println!("floor ratio: standard, two-step, stereo {:.2}", ratio(Quality::Standard, 2, &two_step));
    println!("floor ratio: live {:.2}", ratio(Quality::Live, 1, &defaults));
    println!("floor ratio: best {:.2}", ratio(Quality::Best, 1, &defaults));
    println!(
        "floor ratio: standard, textbook gate {:.2}",
        ratio(Quality::Standard, 1, &Settings::textbook_gate())
    );
    let apart = Settings { link: 0.5, makeup: true, ..defaults };
    println!("floor ratio: standard, stereo, half linked, makeup {:.2}", ratio(Quality::Standard, 2, &apart));
}
