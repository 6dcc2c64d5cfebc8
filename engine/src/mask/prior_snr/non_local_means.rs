//! Non-Local Means: the a-priori SNR from the means of the posterior SNR over similar cells
//! ([`crate::mask::similar_cells`]), reduced by 1.8 dB. Tested against the formula.

use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "non_local_means", name: "Non-Local Means" };

/// A mean over many cells must be above the noise by this (1.8 dB) to count as signal, because means of noise fluctuate
/// a little.
const MEAN_OVER_NOISE: f32 = 1.513_6;

pub(super) struct NonLocalMeans;

impl PriorEstimator for NonLocalMeans {
    fn needs_means(&self) -> bool {
        true
    }

    fn estimate(&self, input: &EstimatorInput, _: EstimatorState, prior: &mut [f32]) {
        of_means(input.mean_posterior, prior);
    }
}

vectorised! {
    fn of_means(mean: &[f32], prior: &mut [f32]) {
        for (xi, &mean) in prior.iter_mut().zip(mean) {
            *xi = above_noise(mean);
        }
    }
}

/// The a-priori SNR of one mean.
#[inline(always)]
pub(super) fn above_noise(mean: f32) -> f32 {
    (mean * (1.0 / MEAN_OVER_NOISE) - 1.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        let means = [0.1f32, 1.0, 2.0, 40.0, 1e4];
        let mut prior = [9.0; 5];
        of_means(&means, &mut prior);
        for (mean, got) in means.iter().zip(prior) {
            let wanted = (mean / 10f32.powf(0.18) - 1.0).max(0.0);
            assert!((got - wanted).abs() <= 1e-3 * wanted, "{mean}: {got} {wanted}");
        }
    }
}
