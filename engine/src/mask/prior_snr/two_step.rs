//! Two-Step (Plapous, Marro & Scalart 2006, eq. 12): the decision-directed SNR, then the SNR of this frame after the
//! Wiener gain of the first, which has no delay of a frame. Tested against the formula.

use multiversion::multiversion;

use super::memory::{DecisionMemory, LARGEST_SNR, LOWEST_PRIOR};
use super::prior_estimator::{EstimatorInput, PriorEstimator};
use crate::choice::Choice;
use crate::mask::rule::wiener;
use crate::math::exp2;

pub(super) const CHOICE: Choice = Choice { id: "two_step", name: "Two-Step" };

pub(super) struct TwoStep;

impl PriorEstimator for TwoStep {
    fn estimate(
        &self,
        input: &EstimatorInput,
        memory: &mut DecisionMemory,
        scratch: &mut [f32],
        prior: &mut [f32],
    ) {
        let first_gain_log2 = scratch;
        memory.estimate(input.memory_factor, input.posterior, prior);
        wiener(prior, first_gain_log2);
        memory.remember(input.posterior, first_gain_log2);
        of_first_gain(input.posterior, first_gain_log2, prior);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn of_first_gain(posterior: &[f32], gain_log2: &[f32], prior: &mut [f32]) {
    for ((xi, &gamma), &g) in prior.iter_mut().zip(posterior).zip(gain_log2) {
        *xi = (exp2(2.0 * g) * gamma).clamp(LOWEST_PRIOR, LARGEST_SNR);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        let gammas = [0.1f32, 1.0, 2.0, 40.0, 1e4];
        let gains_log2 = [-9.0f32, -3.0, -1.0, -0.1, 0.0];
        let mut prior = [0.0; 5];
        of_first_gain(&gammas, &gains_log2, &mut prior);
        for ((gamma, gain), got) in gammas.iter().zip(gains_log2).zip(prior) {
            let wanted = (gain.exp2().powi(2) * gamma).max(LOWEST_PRIOR);
            assert!((got / wanted - 1.0).abs() < 1e-5, "{gamma}: {got} {wanted}");
        }
    }
}
