//! Estimators of the a-priori SNR, one file each. They determine the sound more than any other stage.

mod combined;
mod decision_directed;
mod learned;
mod memory;
mod non_local_means;
mod prior_estimator;
mod this_frame;
mod two_step;

use crate::choice::choices;

pub(crate) use learned::model::{LearnedScratch, LearnedTables, SharedTables};
pub(crate) use prior_estimator::{EstimatorInput, EstimatorMemory, PriorEstimator};

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
        /// A small network that learned what signal looks like over learned noise.
        Learned in learned,
    }
}
