//! This Frame: max(gamma - 1, 0), the maximum likelihood estimate of the a-priori SNR (McAulay & Malpass 1980).

use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "this_frame", name: "This Frame" };

pub(super) struct ThisFrame;

impl PriorEstimator for ThisFrame {
    fn needs_presence(&self) -> bool {
        false
    }

    fn is_zero_in_noise(&self) -> bool {
        true
    }

    fn estimate(&self, input: &EstimatorInput, _: EstimatorState, prior: &mut [f32]) {
        of_this_frame(input.posterior, prior);
    }
}

vectorised! {
    fn of_this_frame(posterior: &[f32], prior: &mut [f32]) {
        for (xi, &gamma) in prior.iter_mut().zip(posterior) {
            *xi = (gamma - 1.0).max(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        let mut prior = [9.0; 4];
        of_this_frame(&[0.1, 1.0, 2.0, 40.0], &mut prior);
        assert_eq!(prior, [0.0, 0.0, 1.0, 39.0]);
    }
}
