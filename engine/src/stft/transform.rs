//! The Fourier transforms with their windows: from a frame of samples to a spectrum and back.

use rustfft::num_complex::Complex32;

use super::tables::{Lengths, SharedTables, Tables, shared_tables};
use crate::config::Config;
use crate::vectorised::vectorised;

/// Factors between the powers of a spectrum and the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpectrumScale {
    /// Mean square of the samples = this times the sum of |X|^2 over the bins (Parseval), for a stationary signal.
    pub mean_square: f32,
    /// |X|^2 of a sine of amplitude 1 in the middle of its bin.
    pub full_scale_sine: f32,
}

/// Windows and transforms of one configuration.
pub(crate) struct Transform {
    tables: SharedTables,
}

/// Scratch of a transform.
#[derive(Default)]
pub(crate) struct TransformScratch {
    /// Windowed samples, packed in pairs as the transform takes and gives them.
    packed: Vec<Complex32>,
    fft: Vec<Complex32>,
}

impl TransformScratch {
    /// Overwrites everything with NaN. RT-safe.
    #[cfg(debug_assertions)]
    pub(crate) fn spoil(&mut self) {
        for row in [&mut self.packed, &mut self.fft] {
            row.fill(Complex32::new(f32::NAN, f32::NAN));
        }
    }
}

impl Transform {
    /// The windows and transforms of an engine. Setup only.
    pub(crate) fn for_config(config: Config) -> Self {
        let Config { sample_rate_hz, quality, .. } = config;
        Self::new(Lengths {
            analysis: quality.window_samples(sample_rate_hz),
            synthesis: quality.synthesis_samples(sample_rate_hz),
            output: quality.output_samples(sample_rate_hz),
            hop: config.hop_samples(),
        })
    }

    /// The analysis window's length is a power of two, at least 4. A synthesis window that is as long makes both Hann
    /// windows. Setup only.
    pub(crate) fn new(lengths: Lengths) -> Self {
        Self { tables: shared_tables(lengths) }
    }

    /// Sum of the squares of the analysis window, which relates |X|^2 to a density.
    pub(crate) fn window_energy(&self) -> f64 {
        self.tables.analysis.iter().map(|&w| (w as f64).powi(2)).sum()
    }

    /// Setup only.
    pub(crate) fn scale(&self) -> SpectrumScale {
        let sum: f64 = self.tables.analysis.iter().map(|&w| w as f64).sum();
        SpectrumScale {
            mean_square: (2.0 / (self.tables.analysis.len() as f64 * self.window_energy())) as f32,
            full_scale_sine: (0.25 * sum * sum) as f32,
        }
    }

    /// Scratch for this transform. Setup only.
    pub(crate) fn scratch(&self) -> TransformScratch {
        TransformScratch {
            packed: vec![Complex32::default(); self.tables.analysis.len() / 2],
            fft: vec![Complex32::default(); self.tables.fft.scratch_len()],
        }
    }

    /// Computes spectrum and powers |X|^2 of the frame whose samples are `older` followed by `newer`, both of even length.
    /// RT-safe.
    pub(crate) fn forward(
        &self,
        (older, newer): (&[f32], &[f32]),
        spectrum: &mut [Complex32],
        power: &mut [f32],
        scratch: &mut TransformScratch,
    ) {
        let TransformScratch { packed, fft } = scratch;
        let (head, tail) = packed.split_at_mut(older.len() / 2);
        let (head_window, tail_window) = self.tables.analysis.split_at(older.len());
        pack(older, head_window, head);
        pack(newer, tail_window, tail);
        self.tables.fft.forward(packed, spectrum, power, fft);
    }

    /// Adds the windowed samples of a spectrum to `older` followed by `newer`, both of even length, which begin where the
    /// synthesis window does. The spectrum is overwritten. RT-safe.
    pub(crate) fn inverse(
        &self,
        spectrum: &mut [Complex32],
        (older, newer): (&mut [f32], &mut [f32]),
        scratch: &mut TransformScratch,
    ) {
        let TransformScratch { packed, fft } = scratch;
        let Tables { fft: real_fft, synthesis, output_start, .. } = &*self.tables;
        real_fft.inverse(spectrum, packed, fft);
        let in_older = older.len().min(synthesis.len());
        let (head_window, tail_window) = synthesis.split_at(in_older);
        let (head, tail) = packed[output_start / 2..].split_at(in_older / 2);
        add_unpacked(head, head_window, older);
        add_unpacked(tail, tail_window, newer);
    }
}

vectorised! {
    /// Multiplies samples by their window.
    fn pack(samples: &[f32], window: &[f32], packed: &mut [Complex32]) {
        let (samples, window) = (samples.as_chunks::<2>().0, window.as_chunks::<2>().0);
        for ((pair, x), w) in packed.iter_mut().zip(samples).zip(window) {
            *pair = Complex32::new(x[0] * w[0], x[1] * w[1]);
        }
    }

    /// Multiplies packed samples by their window, and adds them to sums.
    fn add_unpacked(packed: &[Complex32], window: &[f32], sums: &mut [f32]) {
        let (sums, window) = (sums.as_chunks_mut::<2>().0, window.as_chunks::<2>().0);
        for ((sum, pair), w) in sums.iter_mut().zip(packed).zip(window) {
            *sum = [sum[0] + pair.re * w[0], sum[1] + pair.im * w[1]];
        }
    }

    /// Multiplies every bin by its gain; the phases do not change. RT-safe.
    pub(crate) fn multiply_spectrum(gain: &[f32], spectrum: &mut [Complex32]) {
        for (x, g) in spectrum.iter_mut().zip(gain) {
            *x *= *g;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_reads_a_sine_of_full_scale_as_one_and_its_mean_square_as_a_half() {
        for (synthesis, output, hop) in [(1024, 1024, 256), (512, 384, 128)] {
            let transform = Transform::new(Lengths { analysis: 1024, synthesis, output, hop });
            let sine: Vec<f32> =
                (0..1024).map(|n| (std::f64::consts::TAU * 100.0 * n as f64 / 1024.0).sin() as f32).collect();
            let (mut spectrum, mut power) = (vec![Complex32::default(); 513], vec![0.0; 513]);
            transform.forward((&[], &sine), &mut spectrum, &mut power, &mut transform.scratch());
            let scale = transform.scale();
            assert!((power[100] / scale.full_scale_sine - 1.0).abs() < 1e-3);
            let mean_square = power.iter().sum::<f32>() * scale.mean_square;
            assert!((mean_square - 0.5).abs() < 5e-3, "{mean_square}");
        }
    }
}
