//! The Fourier transform of real samples, by a complex transform of half the length (Sorensen et al. 1987).
//!
//! Even samples are the real parts and odd samples the imaginary parts of the complex transform's input. What the spectra of
//! both have in common is taken apart afterwards, bin k together with bin M - k. The loops that do so are vectorised; in
//! realfft 3.5 they are not, and cost as much as the complex transform itself.

use std::sync::Arc;

use crate::vectorised::vectorised;
use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Transforms between 2 M real samples and M + 1 bins, M a power of two from 2 on. Not normalised: there and back multiplies
/// by 2 M.
pub(crate) struct RealFft {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    /// e^(-i pi k/M) for k from 1 to M/2 - 1.
    twiddles: Vec<Complex32>,
    scratch: usize,
}

impl RealFft {
    /// Plans the transforms. Setup only.
    pub(crate) fn new(samples: usize) -> Self {
        assert!(samples.is_power_of_two() && samples >= 4, "{samples} samples");
        let half = samples / 2;
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(half), planner.plan_fft_inverse(half));
        let scratch = forward.get_outofplace_scratch_len().max(inverse.get_outofplace_scratch_len());
        let step = -std::f64::consts::PI / half as f64;
        let twiddle = |k: usize| {
            let (sin, cos) = (step * k as f64).sin_cos();
            Complex32::new(cos as f32, sin as f32)
        };
        Self { twiddles: (1..half / 2).map(twiddle).collect(), scratch, forward, inverse }
    }

    /// The length of the scratch that the transforms need.
    pub(crate) fn scratch_len(&self) -> usize {
        self.scratch
    }

    /// Computes the spectrum and its powers |X|^2 (M + 1 bins) of samples that are packed in pairs (M, overwritten).
    /// RT-safe.
    pub(crate) fn forward(
        &self,
        packed: &mut [Complex32],
        spectrum: &mut [Complex32],
        power: &mut [f32],
        scratch: &mut [Complex32],
    ) {
        let half = packed.len();
        let (bins, last) = spectrum.split_at_mut(half);
        self.forward.process_outofplace_with_scratch(packed, bins, scratch);
        let Complex32 { re, im } = bins[0];
        bins[0] = Complex32::new(re + im, 0.0);
        last[0] = Complex32::new(re - im, 0.0);
        bins[half / 2] = bins[half / 2].conj();
        for (bin, value) in [(0, bins[0]), (half / 2, bins[half / 2]), (half, last[0])] {
            power[bin] = value.norm_sqr();
        }
        let (low, high) = bins.split_at_mut(half / 2);
        let (low_power, high_power) = power[..half].split_at_mut(half / 2);
        take_apart(&self.twiddles, &mut low[1..], &mut low_power[1..], &mut high[1..], &mut high_power[1..]);
    }

    /// Computes the samples, packed in pairs (M), of a spectrum (M + 1 bins, overwritten). The imaginary parts of the first
    /// and the last bin, which real samples do not have, count as 0. RT-safe.
    pub(crate) fn inverse(
        &self,
        spectrum: &mut [Complex32],
        packed: &mut [Complex32],
        scratch: &mut [Complex32],
    ) {
        let half = packed.len();
        let (bins, last) = spectrum.split_at_mut(half);
        bins[0] = Complex32::new(bins[0].re + last[0].re, bins[0].re - last[0].re);
        bins[half / 2] = 2.0 * bins[half / 2].conj();
        let (low, high) = bins.split_at_mut(half / 2);
        put_together(&self.twiddles, &mut low[1..], &mut high[1..]);
        self.inverse.process_outofplace_with_scratch(bins, packed, scratch);
    }
}

vectorised! {
    /// From the complex transform's bins k and M - k to those of the real samples, and their powers. `low` has the bins from 1
    /// on, `high` ends with bin M - 1.
    fn take_apart(
        twiddles: &[Complex32],
        low: &mut [Complex32],
        low_power: &mut [f32],
        high: &mut [Complex32],
        high_power: &mut [f32],
    ) {
        let low = low.iter_mut().zip(low_power);
        let high = high.iter_mut().zip(high_power).rev();
        for (((a, a_power), (b, b_power)), w) in low.zip(high).zip(twiddles) {
            let (sum_re, sum_im) = (0.5 * (a.re + b.re), 0.5 * (a.im - b.im));
            let (difference_re, difference_im) = (0.5 * (a.re - b.re), 0.5 * (a.im + b.im));
            // -i w difference
            let odd_re = w.re * difference_im + w.im * difference_re;
            let odd_im = w.im * difference_im - w.re * difference_re;
            *a = Complex32::new(sum_re + odd_re, sum_im + odd_im);
            *b = Complex32::new(sum_re - odd_re, odd_im - sum_im);
            (*a_power, *b_power) = (a.norm_sqr(), b.norm_sqr());
        }
    }

    /// The reverse of [`take_apart`], times 2.
    fn put_together(twiddles: &[Complex32], low: &mut [Complex32], high: &mut [Complex32]) {
        for ((a, b), w) in low.iter_mut().zip(high.iter_mut().rev()).zip(twiddles) {
            let (even_re, even_im) = (a.re + b.re, a.im - b.im);
            let (difference_re, difference_im) = (a.re - b.re, a.im + b.im);
            // i conj(w) difference
            let odd_re = w.im * difference_re - w.re * difference_im;
            let odd_im = w.re * difference_re + w.im * difference_im;
            *a = Complex32::new(even_re + odd_re, even_im + odd_im);
            *b = Complex32::new(even_re - odd_re, odd_im - even_im);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};
    use realfft::RealFftPlanner;

    fn packed(samples: &[f32]) -> Vec<Complex32> {
        samples.chunks(2).map(|pair| Complex32::new(pair[0], pair[1])).collect()
    }

    #[test]
    fn both_directions_are_those_of_realfft() {
        let mut rng = StdRng::seed_from_u64(5);
        let mut planner = RealFftPlanner::<f32>::new();
        for length in (2..=15).map(|octave| 1usize << octave) {
            let mut samples: Vec<f32> = (0..length).map(|_| rng.random_range(-1.0..1.0)).collect();
            let fft = RealFft::new(length);
            let mut scratch = vec![Complex32::default(); fft.scratch_len()];
            let mut spectrum = vec![Complex32::default(); length / 2 + 1];
            let mut power = vec![0.0; length / 2 + 1];
            fft.forward(&mut packed(&samples), &mut spectrum, &mut power, &mut scratch);
            let mut wanted = spectrum.clone();
            planner.plan_fft_forward(length).process(&mut samples, &mut wanted).unwrap();
            let tolerance = 2e-6 * (length as f32).sqrt();
            for (bin, (got, wanted)) in spectrum.iter().zip(&wanted).enumerate() {
                assert!((got - wanted).norm() < tolerance, "{length} samples, bin {bin}: {got} {wanted}");
                assert!(
                    (power[bin] - got.norm_sqr()).abs() <= 1e-6 * power[bin],
                    "{length} samples, bin {bin}"
                );
            }
            let mut back = vec![Complex32::default(); length / 2];
            fft.inverse(&mut spectrum, &mut back, &mut scratch);
            planner.plan_fft_inverse(length).process(&mut wanted, &mut samples).unwrap();
            for (pair, (got, wanted)) in back.iter().zip(packed(&samples)).enumerate() {
                let error = (got - wanted).norm() / length as f32;
                assert!(error < 2e-6, "{length} samples, pair {pair}: {error}");
            }
        }
    }
}
