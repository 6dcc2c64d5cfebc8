//! The window pair and the Fourier transform pair: a frame of samples to a spectrum and back.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex32};

/// Hann window of period `samples` (not the symmetric one: only the periodic form overlaps to a constant).
pub fn periodic_hann(samples: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU / samples as f64;
    (0..samples).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32).collect()
}

/// The synthesis window that reconstructs exactly after `analysis`: the same window, divided at each phase of
/// the hop by the sum of the squares that overlap there (Griffin & Lim 1984, eq. 6). At 75 % overlap of Hann
/// windows the divisor is 1.5 throughout; other overlaps reconstruct as well.
pub fn synthesis_window(analysis: &[f32], hop_samples: usize) -> Vec<f32> {
    let overlapped: Vec<f64> = (0..hop_samples)
        .map(|phase| analysis.iter().skip(phase).step_by(hop_samples).map(|&w| (w as f64).powi(2)).sum())
        .collect();
    analysis.iter().enumerate().map(|(n, &w)| (w as f64 / overlapped[n % hop_samples]) as f32).collect()
}

/// Windows, transforms and their scratch for one window length.
pub struct Transform {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    analysis: Vec<f32>,
    /// Includes the 1/N that the inverse transform leaves out.
    synthesis: Vec<f32>,
    frame: Vec<f32>,
    scratch: Vec<Complex32>,
}

impl Transform {
    /// Setup only. `window_samples` is a power of two of at least 4 and a multiple of `hop_samples`, which is
    /// at most half of it.
    pub fn new(window_samples: usize, hop_samples: usize) -> Self {
        assert!(
            window_samples.is_power_of_two() && window_samples >= 4,
            "window of {window_samples} samples"
        );
        assert!(
            window_samples.is_multiple_of(hop_samples) && 2 * hop_samples <= window_samples,
            "hop of {hop_samples} samples in a window of {window_samples}"
        );
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(window_samples);
        let inverse = planner.plan_fft_inverse(window_samples);
        let analysis = periodic_hann(window_samples);
        let mut synthesis = synthesis_window(&analysis, hop_samples);
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

    /// Number of bins from 0 Hz to the Nyquist frequency, both included.
    pub fn bins(&self) -> usize {
        self.analysis.len() / 2 + 1
    }

    /// Sum of the squares of the analysis window: turns |X|^2 into a density.
    pub fn window_energy(&self) -> f32 {
        self.analysis.iter().map(|w| w * w).sum()
    }

    /// Spectrum of the frame whose samples are `older` followed by `newer`. RT-safe.
    pub fn forward(&mut self, older: &[f32], newer: &[f32], spectrum: &mut [Complex32]) {
        let (head, tail) = self.frame.split_at_mut(older.len());
        let (head_window, tail_window) = self.analysis.split_at(older.len());
        multiply(older, head_window, head);
        multiply(newer, tail_window, tail);
        self.forward
            .process_with_scratch(&mut self.frame, spectrum, &mut self.scratch)
            .expect("buffers are as long as the plan");
    }

    /// The windowed frame of a spectrum, ready for overlap-add. The spectrum is used up. RT-safe.
    pub fn inverse(&mut self, spectrum: &mut [Complex32]) -> &[f32] {
        // A real signal has real ends; a mask keeps them so, and this clears what rounding leaves.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_pair_sums_to_one_at_every_overlap() {
        for overlap in [2, 4, 8, 16] {
            let window = periodic_hann(1024);
            let hop = 1024 / overlap;
            let synthesis = synthesis_window(&window, hop);
            for phase in 0..hop {
                let sum: f64 =
                    (phase..1024).step_by(hop).map(|n| window[n] as f64 * synthesis[n] as f64).sum();
                assert!((sum - 1.0).abs() < 1e-6, "overlap {overlap}, phase {phase}: {sum}");
            }
        }
    }

    #[test]
    fn the_window_is_periodic() {
        let window = periodic_hann(8);
        assert_eq!((window[0], window[4]), (0.0, 1.0));
        assert_eq!(window[1], window[7], "symmetric about N/2, so it would repeat at N");
    }
}
