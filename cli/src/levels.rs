//! Levels over time and frequency, for spectrograms.

use lull_engine::Grid;
use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

use crate::Audio;

/// Window in samples at 48 kHz; at other rates the same duration, rounded up to a power of two.
const WINDOW_AT_48_KHZ: f64 = 2048.0;
/// Distance between columns.
const HOP_S: f64 = 0.005;

/// Levels of one recording, as the mean power of all channels.
pub(crate) struct Levels {
    pub(crate) grid: Grid,
    /// One column per time, with the level of each bin in dB/Hz.
    pub(crate) columns: Vec<Vec<f32>>,
}

impl Levels {
    pub(crate) fn of(audio: &Audio) -> Self {
        let rate = audio.sample_rate_hz as f64;
        let window_samples =
            ((WINDOW_AT_48_KHZ * rate / 48_000.0).round() as usize).next_power_of_two().max(64);
        let grid = Grid { sample_rate_hz: rate, window_samples };
        let hop_samples = ((HOP_S * rate) as usize).max(1);
        let mut analysis = Analysis::new(window_samples);
        // One-sided density (Heinzel et al. 2002).
        let unit_db = (10.0 * (2.0 / (rate * analysis.window_energy())).log10()) as f32;
        let columns = (0..audio.samples().div_ceil(hop_samples))
            .map(|column| {
                // The window is centred on the time of the column.
                let start = (column * hop_samples) as isize - (window_samples / 2) as isize;
                let mut power = vec![0.0f32; grid.bins()];
                for channel in &audio.channels {
                    analysis.add_power(channel, start, 1.0 / audio.channels.len() as f32, &mut power);
                }
                power.into_iter().map(|p| 10.0 * p.max(1e-30).log10() + unit_db).collect()
            })
            .collect();
        Self { grid, columns }
    }

    pub(crate) fn loudest_db(&self) -> f32 {
        self.columns.iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max)
    }
}

/// A Hann window and its transform.
struct Analysis {
    window: Vec<f32>,
    forward: std::sync::Arc<dyn RealToComplex<f32>>,
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
}

impl Analysis {
    fn new(samples: usize) -> Self {
        let step = std::f64::consts::TAU / samples as f64;
        let forward = RealFftPlanner::new().plan_fft_forward(samples);
        Self {
            window: (0..samples).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32).collect(),
            frame: vec![0.0; samples],
            spectrum: forward.make_output_vec(),
            forward,
        }
    }

    /// Sum of the squares of the window.
    fn window_energy(&self) -> f64 {
        self.window.iter().map(|&w| (w as f64).powi(2)).sum()
    }

    /// Adds `share` times |X|^2 of the frame that begins at `start`. Samples beyond the ends count as 0.
    fn add_power(&mut self, samples: &[f32], start: isize, share: f32, power: &mut [f32]) {
        for ((x, w), i) in self.frame.iter_mut().zip(&self.window).zip(start..) {
            let sample = usize::try_from(i).ok().and_then(|i| samples.get(i)).copied();
            *x = w * sample.filter(|x| x.is_finite()).unwrap_or(0.0);
        }
        self.forward.process(&mut self.frame, &mut self.spectrum).expect("buffers are as long as the plan");
        for (p, x) in power.iter_mut().zip(&self.spectrum) {
            *p += share * x.norm_sqr();
        }
    }
}
