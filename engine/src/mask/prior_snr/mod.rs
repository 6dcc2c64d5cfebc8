//! Estimators of the a-priori SNR, which decide over the sound: one file an estimator.

mod combined;
mod decision_directed;
mod memory;
mod non_local_means;
mod prior_estimator;
mod this_frame;
mod two_step;

use crate::choice::choices;

pub(crate) use memory::DecisionMemory;
pub(crate) use prior_estimator::{Evidence, PriorEstimator};

choices! {
    /// How the a-priori SNR of a bin is estimated.
    pub enum Estimator: PriorEstimator {
        /// By this frame alone: raw, and the quickest. No presence is judged.
        ThisFrame in this_frame,
        /// Mostly by what the frame before was thought to hold.
        DecisionDirected in decision_directed,
        /// As before, and once more with the gain that this gave: follows onsets without the delay of a frame.
        TwoStep in two_step,
        /// By the mean over all cells around that look alike.
        NonLocalMeans in non_local_means,
        /// By the mean of that and the decision-directed one: what misleads one of them seldom misleads the other.
        Combined in combined,
    }
}
