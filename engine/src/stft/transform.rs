//! The Fourier transforms with their windows: from a frame of samples to a spectrum and back.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex32};

use super::windows::WindowPair;
use crate::config::Config;

/// Factors between the powers of a spectrum and the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpectrumScale {
    /// Mean square of the samples = this times the sum of |X|^2 over the bins (Parseval), for a stationary signal.
    pub mean_square: f32,
    /// |X|^2 of a sine of amplitude 1 in the middle of its bin.
    pub full_scale_sine: f32,
}

/// The spectrum of one frame of one channel.
#[derive(Default)]
pub(crate) struct Frame {
    pub(crate) spectrum: Vec<Complex32>,
    /// |X|^2.
    pub(crate) power: Vec<f32>,
}

impl Frame {
    /// A silent frame. Setup only.
    pub(crate) fn new(bins: usize) -> Self {
        Self { spectrum: vec![Complex32::default(); bins], power: vec![0.0; bins] }
    }

    /// Sets the frame to silence. RT-safe.
    pub(crate) fn clear(&mut self) {
        self.spectrum.fill(Complex32::default());
        self.power.fill(0.0);
    }

    /// Multiplies every bin by its gain; the phases do not change. RT-safe.
    pub(crate) fn apply(&mut self, gain: &[f32]) {
        multiply_spectrum(gain, &mut self.spectrum);
    }
}

/// Windows, transforms and their scratch for one window length.
pub(crate) struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    analysis: Vec<f32>,
    /// Includes the factor 1/length that the inverse transform lacks.
    synthesis: Vec<f32>,
    frame: Vec<f32>,
    scratch: Vec<Complex32>,
}

impl Transform {
    /// The windows and transforms of an engine. Setup only.
    pub(crate) fn for_config(config: Config) -> Self {
        let Config { sample_rate_hz, quality, .. } = config;
        let window_samples = quality.window_samples(sample_rate_hz);
        let synthesis_samples = quality.synthesis_samples(sample_rate_hz);
        let output_samples = quality.output_samples(sample_rate_hz);
        let hop_samples = config.hop_samples();
        Self::new(if synthesis_samples < window_samples {
            WindowPair::low_latency(window_samples, synthesis_samples, output_samples, hop_samples)
        } else {
            WindowPair::hann(window_samples, hop_samples)
        })
    }

    /// For any pair of windows; their length is a power of two, at least 4. Setup only.
    pub(crate) fn new(WindowPair { analysis, mut synthesis }: WindowPair) -> Self {
        let window_samples = analysis.len();
        assert!(
            window_samples.is_power_of_two() && window_samples >= 4,
            "window of {window_samples} samples"
        );
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(window_samples);
        let inverse = planner.plan_fft_inverse(window_samples);
        synthesis.iter_mut().for_each(|w| *w /= window_samples as f32);
        let scratch_len = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            forward,
            inverse,
            analysis,
            synthesis,
            frame: vec![0.0; window_samples],
            scratch: vec![Complex32::default(); scratch_len],
        }
    }

    /// Sum of the squares of the analysis window, which relates |X|^2 to a density.
    pub(crate) fn window_energy(&self) -> f64 {
        self.analysis.iter().map(|&w| (w as f64).powi(2)).sum()
    }

    /// Setup only.
    pub(crate) fn scale(&self) -> SpectrumScale {
        let sum: f64 = self.analysis.iter().map(|&w| w as f64).sum();
        SpectrumScale {
            mean_square: (2.0 / (self.analysis.len() as f64 * self.window_energy())) as f32,
            full_scale_sine: (0.25 * sum * sum) as f32,
        }
    }

    /// Computes spectrum and powers of the frame whose samples are `older` followed by `newer`. RT-safe.
    pub(crate) fn forward(&mut self, older: &[f32], newer: &[f32], frame: &mut Frame) {
        let (head, tail) = self.frame.split_at_mut(older.len());
        let (head_window, tail_window) = self.analysis.split_at(older.len());
        multiply(older, head_window, head);
        multiply(newer, tail_window, tail);
        let Frame { spectrum, power } = frame;
        self.forward
            .process_with_scratch(&mut self.frame, spectrum, &mut self.scratch)
            .expect("buffers are as long as the plan");
        powers(spectrum, power);
    }

    /// Returns the windowed samples of a spectrum, for overlap-add. The spectrum is overwritten. RT-safe.
    pub(crate) fn inverse(&mut self, frame: &mut Frame) -> &[f32] {
        let spectrum = &mut frame.spectrum;
        // The first and the last bin of a real signal are real. This clears rounding errors.
        let last = spectrum.len() - 1;
        spectrum[0].im = 0.0;
        spectrum[last].im = 0.0;
        self.inverse
            .process_with_scratch(spectrum, &mut self.frame, &mut self.scratch)
            .expect("buffers are as long as the plan");
        for (x, w) in self.frame.iter_mut().zip(&self.synthesis) {
            *x *= w;
        }
        &self.frame
    }
}

fn multiply(samples: &[f32], window: &[f32], product: &mut [f32]) {
    for ((p, x), w) in product.iter_mut().zip(samples).zip(window) {
        *p = x * w;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn powers(spectrum: &[Complex32], power: &mut [f32]) {
    for (p, x) in power.iter_mut().zip(spectrum) {
        *p = x.re * x.re + x.im * x.im;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn multiply_spectrum(gain: &[f32], spectrum: &mut [Complex32]) {
    for (x, g) in spectrum.iter_mut().zip(gain) {
        *x *= *g;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_reads_a_sine_of_full_scale_as_one_and_its_mean_square_as_a_half() {
        for pair in [WindowPair::hann(1024, 256), WindowPair::low_latency(1024, 512, 384, 128)] {
            let mut transform = Transform::new(pair);
            let sine: Vec<f32> =
                (0..1024).map(|n| (std::f64::consts::TAU * 100.0 * n as f64 / 1024.0).sin() as f32).collect();
            let mut frame = Frame::new(513);
            transform.forward(&[], &sine, &mut frame);
            let scale = transform.scale();
            let power = frame.power;
            assert!((power[100] / scale.full_scale_sine - 1.0).abs() < 1e-3);
            let mean_square = power.iter().sum::<f32>() * scale.mean_square;
            assert!((mean_square - 0.5).abs() < 5e-3, "{mean_square}");
        }
    }
}
