//! Held bins: where a bin has stood over the noise for some time, as a held note does, its gain is at least Two-Step's.
//!
//! The network judges a cell by its neighbourhood and prefers calm: a single steady tone that stands 10 dB over the noise of
//! its bin is shut out with the noise around it, the more so where a cell has several bins. Two-Step sees bins alone, and in
//! noise its gain is large for moments only. So a bin in which the mean of that gain stays high holds a tone.

use crate::vectorised::vectorised;

/// Time constant of the mean of Two-Step's gain.
const HELD_S: f32 = 0.25;
/// The means from which on Two-Step's gain counts, and counts wholly. Noise alone stays below both.
const BEGINS: f32 = 0.6;
const COUNTS_WHOLLY: f32 = 0.75;
/// How much the learned noise fluctuates in a bin that cannot be held, and in one that can. Where it is steady, it is hum or a
/// whistle, and what stands over it for long is the same one, louder or at another frequency. Gaussian noise has 0.27.
const STEADY: f32 = 0.12;
const NOISY: f32 = 0.18;
/// The gain is at most this: an SNR of 60 dB.
const LARGEST_GAIN: f32 = 1.0 / (1.0 + 1e-6);

/// What one mask remembers of its bins.
pub(super) struct HeldBins {
    /// The mean of Two-Step's gain in each bin.
    means: Vec<f32>,
    /// Share of the mean that stays from hop to hop.
    keep: f32,
}

impl HeldBins {
    /// Setup only.
    pub(super) fn new(bins: usize, hop_s: f32) -> Self {
        Self { means: vec![0.0; bins], keep: (-hop_s / HELD_S).exp() }
    }

    /// Resets to noise alone. RT-safe.
    pub(super) fn reset(&mut self) {
        self.means.fill(0.0);
    }

    /// Copies the memory of another mask on the same grid. RT-safe.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.means.copy_from_slice(&other.means);
    }

    /// `prior` has Two-Step's SNR of every bin, and gets the one of which the Wiener gain is that of `gains`, or Two-Step's where
    /// that is larger and the bin is held. RT-safe.
    pub(super) fn keep_open(&mut self, fluctuation: &[f32], gains: &[f32], prior: &mut [f32]) {
        keep_open(self.keep, fluctuation, gains, &mut self.means, prior);
    }
}

vectorised! {
    fn keep_open(keep: f32, fluctuation: &[f32], gains: &[f32], means: &mut [f32], prior: &mut [f32]) {
        for (((xi, gain), mean), fluctuation) in prior.iter_mut().zip(gains).zip(means).zip(fluctuation) {
            let two_step = *xi / (1.0 + *xi);
            *mean = two_step + keep * (*mean - two_step);
            let noisy = ((fluctuation - STEADY) * (1.0 / (NOISY - STEADY))).clamp(0.0, 1.0);
            let held = noisy * ((*mean - BEGINS) * (1.0 / (COUNTS_WHOLLY - BEGINS))).clamp(0.0, 1.0);
            let limited = (gain + held * (two_step - gain).max(0.0)).min(LARGEST_GAIN);
            *xi = limited / (1.0 - limited);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAUSSIAN: f32 = 0.27;

    fn gain_of(xi: f32) -> f32 {
        xi / (1.0 + xi)
    }

    #[test]
    fn a_bin_that_is_not_held_has_the_gain_that_is_given() {
        let mut bins = HeldBins::new(1, 0.01);
        for gain in [0.0f32, 1e-3, 0.5, 0.999, 1.0] {
            let mut prior = [1e-2];
            bins.keep_open(&[GAUSSIAN], &[gain], &mut prior);
            assert!((gain_of(prior[0]) - gain).abs() < 2e-6, "{gain}: {prior:?}");
        }
    }

    #[test]
    fn a_bin_is_held_once_the_mean_says_so() {
        let hop_s = 0.01;
        let mut bins = HeldBins::new(1, hop_s);
        for hop in 1..200 {
            let mut prior = [19.0f32];
            bins.keep_open(&[GAUSSIAN], &[0.1], &mut prior);
            // The mean of a gain of 0.95 after so many hops.
            let mean = 0.95 * (1.0 - (-hop as f32 * hop_s / HELD_S).exp());
            let held = ((mean - BEGINS) / (COUNTS_WHOLLY - BEGINS)).clamp(0.0, 1.0);
            let wanted = 0.1 + held * (0.95 - 0.1);
            assert!((gain_of(prior[0]) - wanted).abs() < 1e-3, "hop {hop}: {prior:?} {wanted}");
        }
        // A gain above Two-Step's stays, and a frame in which Two-Step shuts is shut.
        for (gain, xi, wanted) in [(0.99, 19.0, 0.99), (0.02, 3.16e-3, 0.02)] {
            let mut prior = [xi];
            bins.keep_open(&[GAUSSIAN], &[gain], &mut prior);
            assert!((gain_of(prior[0]) - wanted).abs() < 2e-3, "{gain}: {prior:?}");
        }
    }

    #[test]
    fn a_bin_of_steady_noise_is_not_held() {
        let mut bins = HeldBins::new(2, 0.01);
        let mut prior = [19.0; 2];
        for _ in 0..200 {
            prior = [19.0; 2];
            bins.keep_open(&[0.02, GAUSSIAN], &[0.1; 2], &mut prior);
        }
        assert!((gain_of(prior[0]) - 0.1).abs() < 1e-5, "{prior:?}");
        assert!((gain_of(prior[1]) - 0.95).abs() < 1e-5, "{prior:?}");
    }

    /// The means of 60 s of noise whose frames have much in common, as overlapping ones do.
    #[test]
    fn noise_alone_is_not_held() {
        use super::super::two_steps;
        use rand::{SeedableRng, rngs::StdRng};
        use rand_distr::{Distribution, StandardNormal};
        const BINS: usize = 64;
        let hop_s = 512.0 / 48_000.0;
        let mut rng = StdRng::seed_from_u64(3);
        let (mut noise, mut clean, mut bins) = ([[0.0f32; 2]; BINS], [0.0; BINS], HeldBins::new(BINS, hop_s));
        let stays = 0.85f32;
        let keep = (-hop_s / 0.25).exp();
        let mut largest = 0.0f32;
        for _ in 0..(60.0 / hop_s) as usize {
            for part in noise.iter_mut().flatten() {
                let new: f32 = StandardNormal.sample(&mut rng);
                *part = stays * *part + (1.0 - stays * stays).sqrt() * new;
            }
            let posterior = noise.map(|[re, im]| 0.5 * (re * re + im * im));
            let mut prior = [0.0; BINS];
            two_steps(keep, &posterior, &mut clean, &mut prior);
            bins.keep_open(&[GAUSSIAN; BINS], &[0.0; BINS], &mut prior);
            largest = bins.means.iter().fold(largest, |largest, mean| largest.max(*mean));
        }
        println!("{largest:.2} at most");
        assert!(largest < BEGINS, "{largest:.2}");
    }

    #[test]
    fn forgets_and_copies() {
        let (mut one, mut other) = (HeldBins::new(1, 0.01), HeldBins::new(1, 0.01));
        (0..100).for_each(|_| one.keep_open(&[GAUSSIAN], &[0.1], &mut [19.0]));
        other.copy_from(&one);
        let next = |bins: &mut HeldBins| {
            let mut prior = [19.0];
            bins.keep_open(&[GAUSSIAN], &[0.1], &mut prior);
            gain_of(prior[0])
        };
        assert_eq!(next(&mut one), next(&mut other));
        one.reset();
        assert!((next(&mut one) - 0.1).abs() < 1e-5);
    }
}
