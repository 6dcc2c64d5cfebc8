//! Learned: a small network estimates the a-priori SNR from the posterior SNR around a cell.
//!
//! ```text
//! posterior SNR of the latest frame, per bin
//!   -> cells                      cells       more bins a cell the higher it lies
//!   -> 12 figures per cell        inputs      SNRs, their means, cepstrum (cepstrum), place
//!   -> gain per cell              network     layers (layer), two frames later
//!   -> gain per bin, together with Two-Step's, then SNR
//! ```
//!
//! The network is the same at every cell and sees SNRs alone, so it knows neither level nor rate. It was trained on frames
//! as Best has them (docs/training.md), and there it is the choice of Automatic.

mod cells;
mod cepstrum;
mod inputs;
mod layer;
pub(super) mod model;
mod network;
mod weights;

use self::model::gains;
use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use super::two_step::two_steps;
use crate::choice::Choice;
use crate::math::{exp2, log2};
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "learned", name: "Learned" };

/// The gain is a product of two: the network's and Two-Step's, each raised to a power. Two-Step sees every bin and remembers
/// longer, so it knows better what stands still, as hum does, and separates closer partials: with its share SDRi + .1 dB,
/// ESTOI + .004, in hum PESQ + .1.
const NETWORK_EXPONENT: f32 = 0.79;
const TWO_STEP_EXPONENT: f32 = 0.15;

pub(super) struct Learned;

impl PriorEstimator for Learned {
    fn needs_presence(&self) -> bool {
        false
    }

    fn needs_noise_power(&self) -> bool {
        true
    }

    fn needs_latest(&self) -> bool {
        true
    }

    fn estimate(&self, input: &EstimatorInput, state: EstimatorState, prior: &mut [f32]) {
        let Some((shape, memory)) = state.learned else {
            // Settings::method does not choose it there.
            debug_assert!(false, "the learned estimator in a quality that it does not serve");
            return;
        };
        let EstimatorInput { posterior, latest_posterior, noise, memory_factor, .. } = *input;
        two_steps(state.decision.keep(memory_factor), posterior, state.decision.renew_oldest(), prior);
        // memory_factor is 0.5 to 2 over the range of Smoothing: the exponent changes by a factor of 0.7 to 1.4.
        let exponent = NETWORK_EXPONENT * memory_factor.sqrt();
        join(gains(shape, memory, latest_posterior, noise, exponent), TWO_STEP_EXPONENT, prior);
    }
}

/// The gain is at most this: an SNR of 60 dB.
const LARGEST_GAIN: f32 = 1.0 / (1.0 + 1e-6);

vectorised! {
    /// From an SNR of each bin to the one of which the Wiener gain is that of the first, raised to a power, times `gains`.
    fn join(gains: &[f32], exponent: f32, prior: &mut [f32]) {
        for (xi, gain) in prior.iter_mut().zip(gains) {
            let limited = (gain * exp2(exponent * log2(*xi / (1.0 + *xi)))).min(LARGEST_GAIN);
            *xi = limited / (1.0 - limited);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gains_are_multiplied_as_their_exponents_say() {
        for xi in [3.2e-3f32, 0.1, 1.0, 50.0, 1e6] {
            for gain in [0.0f32, 1e-6, 0.2, 0.9, 1.0] {
                let mut prior = [xi];
                join(&[gain], 0.15, &mut prior);
                let wanted = gain * (xi / (1.0 + xi)).powf(0.15);
                let got = prior[0] / (1.0 + prior[0]);
                assert!((got - wanted).abs() < 2e-5, "SNR {xi}, gain {gain}: {got} {wanted}");
            }
        }
    }
}
