//! Estimators of the a-priori SNR, one file each. They determine the sound more than any other stage.

mod combined;
mod decision_directed;
mod memory;
mod non_local_means;
mod prior_estimator;
mod this_frame;
mod two_step;

use crate::choice::choices;

pub(crate) use memory::DecisionMemory;
pub(crate) use prior_estimator::{EstimatorInput, PriorEstimator};

choices! {
    /// How the a-priori SNR of a bin is estimated.
    pub enum Estimator: PriorEstimator {
        /// From this frame alone: raw and fast. Presence is not used.
        ThisFrame in this_frame,
        /// Mostly from the signal that was estimated in an earlier frame.
        DecisionDirected in decision_directed,
        /// Decision-directed, then a second estimate with the first one's gain: follows onsets without delay.
        TwoStep in two_step,
        /// From the mean over similar cells around.
        NonLocalMeans in non_local_means,
        /// The mean of Non-Local Means and Decision-Directed, whose errors seldom coincide.
        Combined in combined,
    }
}
