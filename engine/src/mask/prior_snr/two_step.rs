//! Two-Step (Plapous, Marro & Scalart 2006, eq. 12): the decision-directed SNR, then the SNR of this frame after the
//! Wiener gain of the first, which has no delay of a frame. Tested against the formula.

use super::memory::{LARGEST_SNR, LOWEST_PRIOR, decided};
use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "two_step", name: "Two-Step" };

pub(super) struct TwoStep;

impl PriorEstimator for TwoStep {
    fn estimate(&self, input: &EstimatorInput, state: EstimatorState, prior: &mut [f32]) {
        let keep = state.decision.keep(input.memory_factor);
        two_steps(keep, input.posterior, state.decision.renew_oldest(), prior);
    }
}

vectorised! {
    /// `clean` is the memory of the decision-directed SNR: read, and renewed with the first gain.
    pub(super) fn two_steps(keep: f32, posterior: &[f32], clean: &mut [f32], prior: &mut [f32]) {
        for ((xi, &gamma), clean) in prior.iter_mut().zip(posterior).zip(clean) {
            let first = decided(keep, *clean, gamma);
            let gain = first / (1.0 + first);
            *clean = gain * gain * gamma.min(LARGEST_SNR);
            *xi = (gain * gain * gamma).clamp(LOWEST_PRIOR, LARGEST_SNR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        for gamma in [0.1f32, 1.0, 2.0, 40.0, 1e4, 1e7] {
            for before in [0.0f32, 0.5, 30.0] {
                let (mut clean, mut prior) = ([before], [0.0]);
                two_steps(0.9, &[gamma], &mut clean, &mut prior);
                let first = decided(0.9, before, gamma);
                let wanted = (first / (1.0 + first)).powi(2) * gamma;
                let within = wanted.clamp(LOWEST_PRIOR, LARGEST_SNR);
                assert!((prior[0] / within - 1.0).abs() < 1e-5, "{gamma}: {prior:?} {within}");
                assert!((clean[0] / wanted.min(LARGEST_SNR) - 1.0).abs() < 1e-5, "{gamma}: {clean:?}");
            }
        }
    }
}
