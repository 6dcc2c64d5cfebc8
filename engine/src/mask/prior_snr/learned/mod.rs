//! Learned: a small network estimates the a-priori SNR from the posterior SNR around a cell.
//!
//! ```text
//! posterior SNR of the latest frame, per bin
//!   -> cells                      cells       more bins a cell the higher it lies
//!   -> 12 figures per cell        inputs      SNRs, their means, cepstrum (cepstrum), place
//!   -> gain per cell              network     layers (layer), two frames later
//!   -> gain, then SNR, per bin
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

use self::model::estimate;
use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;

pub(super) const CHOICE: Choice = Choice { id: "learned", name: "Learned" };

/// The network's gains are raised to this power: SDRi + .04 dB, PESQ + .02, for LSDs + .2 dB.
const EXPONENT: f32 = 1.1;

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
        let EstimatorInput { latest_posterior, noise, memory_factor, .. } = *input;
        // memory_factor is 0.5 to 2 over the range of Smoothing: the exponent changes by a factor of 0.7 to 1.4.
        let exponent = EXPONENT * memory_factor.sqrt();
        estimate(shape, memory, latest_posterior, noise, exponent, prior);
    }
}
