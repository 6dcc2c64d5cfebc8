//! The window pair and the Fourier transform pair: a frame of samples to a spectrum and back.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex32};

/// Hann window of period `samples` (not the symmetric one: only the periodic form overlaps to a constant).
pub fn periodic_hann(samples: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU / samples as f64;
    (0..samples).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32).collect()
}

/// Analysis and synthesis window of a frame, of one length.
pub struct WindowPair {
    pub analysis: Vec<f32>,
    pub synthesis: Vec<f32>,
}

impl WindowPair {
    /// A periodic Hann window twice.
    pub fn hann(samples: usize, hop_samples: usize) -> Self {
        let analysis = periodic_hann(samples);
        let synthesis = reconstructing(&analysis, analysis.clone(), hop_samples);
        Self { analysis, synthesis }
    }

    /// A long analysis window that rises slowly and falls in the last hop, and a short synthesis window that begins
    /// `latency_samples` before its end (after Mauler & Martin 2007): the frequency resolution is that of the long
    /// one, the latency that of the short one. Their product is a Hann window of `output_samples`, at least two
    /// hops. What comes after that is heard and not put out: look-ahead, for which latency is better spent than for
    /// overlap.
    pub fn low_latency(
        analysis_samples: usize,
        latency_samples: usize,
        output_samples: usize,
        hop_samples: usize,
    ) -> Self {
        let rise = analysis_samples - hop_samples;
        let quarter_turn = |n: usize, of: usize| (std::f64::consts::FRAC_PI_2 * n as f64 / of as f64).sin();
        let analysis: Vec<f32> = (0..rise)
            .map(|n| quarter_turn(n, rise) as f32)
            .chain((0..hop_samples).map(|n| quarter_turn(hop_samples - n, hop_samples) as f32))
            .collect();
        let start = analysis_samples - latency_samples;
        let mut synthesis = vec![0.0; analysis_samples];
        let product = periodic_hann(output_samples);
        for ((s, a), p) in synthesis[start..].iter_mut().zip(&analysis[start..]).zip(product) {
            *s = if p > 0.0 { p / a } else { 0.0 };
        }
        Self { synthesis: reconstructing(&analysis, synthesis, hop_samples), analysis }
    }
}

/// `synthesis`, divided at each phase of the hop by the sum of the products of both windows that overlap there, so
/// that it reconstructs exactly after `analysis` (Griffin & Lim 1984, eq. 6, for two windows). At 75 % overlap of
/// Hann windows the divisor is 1.5 throughout; other overlaps reconstruct as well.
fn reconstructing(analysis: &[f32], synthesis: Vec<f32>, hop_samples: usize) -> Vec<f32> {
    let overlapped: Vec<f64> = (0..hop_samples)
        .map(|phase| {
            let products = analysis.iter().zip(&synthesis).skip(phase).step_by(hop_samples);
            products.map(|(&a, &s)| a as f64 * s as f64).sum()
        })
        .collect();
    synthesis.iter().enumerate().map(|(n, &s)| (s as f64 / overlapped[n % hop_samples]) as f32).collect()
}

/// What the figures of a spectrum mean in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpectrumScale {
    /// Sum of |X|^2 over the bins times this is the mean square of the samples (Parseval), for a frame that the
    /// window weighs evenly.
    pub mean_square: f32,
    /// |X|^2 of a sine of amplitude 1 in the middle of its bin.
    pub full_scale_sine: f32,
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
    /// A Hann pair. Setup only. `window_samples` is a power of two of at least 4 and a multiple of `hop_samples`,
    /// which is at most half of it.
    pub fn new(window_samples: usize, hop_samples: usize) -> Self {
        assert!(
            window_samples.is_multiple_of(hop_samples) && 2 * hop_samples <= window_samples,
            "hop of {hop_samples} samples in a window of {window_samples}"
        );
        Self::with_windows(WindowPair::hann(window_samples, hop_samples))
    }

    /// Any pair of windows whose length is a power of two of at least 4. Setup only.
    pub fn with_windows(WindowPair { analysis, mut synthesis }: WindowPair) -> Self {
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

    /// Number of bins from 0 Hz to the Nyquist frequency, both included.
    pub fn bins(&self) -> usize {
        self.analysis.len() / 2 + 1
    }

    /// Sum of the squares of the analysis window: turns |X|^2 into a density.
    pub fn window_energy(&self) -> f64 {
        self.analysis.iter().map(|&w| (w as f64).powi(2)).sum()
    }

    /// Setup only.
    pub fn scale(&self) -> SpectrumScale {
        let sum: f64 = self.analysis.iter().map(|&w| w as f64).sum();
        SpectrumScale {
            mean_square: (2.0 / (self.analysis.len() as f64 * self.window_energy())) as f32,
            full_scale_sine: (0.25 * sum * sum) as f32,
        }
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
    fn the_window_pairs_sum_to_one_at_every_overlap() {
        for overlap in [2, 4, 8, 16] {
            let hop = 1024 / overlap;
            let mut pairs = vec![WindowPair::hann(1024, hop)];
            let outputs = [512, 384, 256].into_iter().filter(|output| 2 * hop <= *output);
            pairs.extend(outputs.map(|output| WindowPair::low_latency(1024, 512, output, hop)));
            for (index, WindowPair { analysis, synthesis }) in pairs.iter().enumerate() {
                for phase in 0..hop {
                    let sum: f64 =
                        (phase..1024).step_by(hop).map(|n| analysis[n] as f64 * synthesis[n] as f64).sum();
                    assert!(
                        (sum - 1.0).abs() < 1e-6,
                        "pair {index}, overlap {overlap}, phase {phase}: {sum}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_low_latency_pair_is_silent_around_what_it_puts_out_and_gentle_within() {
        let WindowPair { analysis, synthesis } = WindowPair::low_latency(1024, 512, 384, 128);
        assert!(synthesis[..=512].iter().chain(&synthesis[896..]).all(|&s| s == 0.0));
        assert!(synthesis[513..896].iter().all(|&s| s > 0.0));
        assert!(synthesis.iter().chain(&analysis).all(|w| (0.0..=1.01).contains(w)));
        assert_eq!(analysis[896], 1.0);
    }

    #[test]
    fn the_scale_reads_a_sine_of_full_scale_as_one_and_its_mean_square_as_a_half() {
        for pair in [WindowPair::hann(1024, 256), WindowPair::low_latency(1024, 512, 384, 128)] {
            let mut transform = Transform::with_windows(pair);
            let sine: Vec<f32> =
                (0..1024).map(|n| (std::f64::consts::TAU * 100.0 * n as f64 / 1024.0).sin() as f32).collect();
            let mut spectrum = vec![Complex32::default(); transform.bins()];
            transform.forward(&[], &sine, &mut spectrum);
            let scale = transform.scale();
            let power: Vec<f32> = spectrum.iter().map(|x| x.norm_sqr()).collect();
            assert!((power[100] / scale.full_scale_sine - 1.0).abs() < 1e-3);
            let mean_square = power.iter().sum::<f32>() * scale.mean_square;
            assert!((mean_square - 0.5).abs() < 5e-3, "{mean_square}");
        }
    }

    #[test]
    fn the_window_is_periodic() {
        let window = periodic_hann(8);
        assert_eq!((window[0], window[4]), (0.0, 1.0));
        assert_eq!(window[1], window[7], "symmetric about N/2, so it would repeat at N");
    }
}
