//! Combined: the mean, by amplitude, of the decision-directed SNR and the SNR of Non-Local Means. Tested against the
//! formula.

use super::memory::DecisionMemory;
use super::non_local_means::above_noise;
use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "combined", name: "Combined" };

pub(super) struct Combined;

impl PriorEstimator for Combined {
    fn needs_means(&self) -> bool {
        true
    }

    fn estimate(&self, input: &EstimatorInput, state: EstimatorState, prior: &mut [f32]) {
        state.decision.estimate(input.memory_factor, input.posterior, prior);
        combine_with_means(input.mean_posterior, prior);
    }

    fn remember(&self, posterior: &[f32], gain_log2: &[f32], memory: &mut DecisionMemory) {
        memory.remember(posterior, gain_log2);
    }
}

vectorised! {
    fn combine_with_means(mean: &[f32], prior: &mut [f32]) {
        for (xi, &mean) in prior.iter_mut().zip(mean) {
            let amplitude = 0.5 * (xi.sqrt() + above_noise(mean).sqrt());
            *xi = amplitude * amplitude;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        let means = [0.1f32, 1.0, 2.0, 40.0, 1e4];
        let mut prior = [9.0; 5];
        combine_with_means(&means, &mut prior);
        for (&mean, got) in means.iter().zip(prior) {
            let wanted = ((3.0 + above_noise(mean).sqrt()) / 2.0).powi(2);
            assert!((got / wanted - 1.0).abs() < 1e-5, "{mean}: {got} {wanted}");
        }
    }
}
