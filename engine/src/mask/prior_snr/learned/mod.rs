//! Learned: a small network estimates the a-priori SNR from the posterior SNR around a cell.
//!
//! ```text
//! posterior SNR of the latest frame, per bin
//!   -> cells                      cells       more bins a cell the higher it lies
//!   -> 12 figures per cell        inputs      SNRs, their means, cepstrum (cepstrum), place
//!   -> gain per cell              network     layers (layer); in Best, two frames later
//!   -> gain per bin, together with Two-Step's; held bins stay open (held)
//! ```
//!
//! A network is the same at every cell and sees SNRs alone, so it knows neither level nor rate. There is one for Standard and
//! one for Best (design), each trained on frames as that quality has them (docs/training.md).

mod cells;
mod cepstrum;
mod design;
mod held;
mod inputs;
mod layer;
pub(super) mod model;
mod network;
mod recurrence;

use self::inputs::Frame;
use self::model::{Gains, gains};
use super::prior_estimator::{EstimatorInput, EstimatorState, LearnedState, PriorEstimator};
use super::two_step::two_steps;
use crate::choice::Choice;
use crate::math::{exp2, log2};
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "learned", name: "Learned" };

/// The networks were trained with up to two linked channels, of which noise has this mean posterior SNR. The noise of more
/// channels would count as signal.
const NOISE_OF_TWO: f32 = 1.5;

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
        let Some(LearnedState { tables, memory, scratch }) = state.learned else {
            // Settings::method does not choose it there.
            debug_assert!(false, "the learned estimator in a quality that it does not serve");
            return;
        };
        let EstimatorInput { posterior, latest_posterior, noise, memory_factor, noise_posterior, .. } =
            *input;
        // memory_factor is 0.5 to 2 over the range of Smoothing: the exponent changes by a factor of 0.7 to 1.4.
        let exponent_factor = memory_factor.sqrt();
        let scale = (NOISE_OF_TWO / noise_posterior).min(1.0);
        let keep = state.decision.keep(memory_factor);
        two_steps(keep, scratch.scaled(posterior, scale), state.decision.renew_oldest(), prior);
        let frame = Frame { latest_posterior, scale, noise };
        let Gains { per_bin, boundary, two_step_exponent } =
            gains(tables, memory, scratch, &frame, exponent_factor);
        join(&prior[..boundary], two_step_exponent, &mut per_bin[..boundary]);
        memory.held.keep_open(noise.fluctuation, per_bin, prior);
    }
}

vectorised! {
    /// Multiplies gains by the Wiener gain of an SNR, raised to a power.
    fn join(prior: &[f32], exponent: f32, gains: &mut [f32]) {
        for (gain, xi) in gains.iter_mut().zip(prior) {
            *gain *= exp2(exponent * log2(xi / (1.0 + xi)));
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
                let mut joined = [gain];
                join(&[xi], 0.15, &mut joined);
                let wanted = gain * (xi / (1.0 + xi)).powf(0.15);
                assert!((joined[0] - wanted).abs() < 2e-5, "SNR {xi}, gain {gain}: {joined:?} {wanted}");
            }
        }
    }
}
