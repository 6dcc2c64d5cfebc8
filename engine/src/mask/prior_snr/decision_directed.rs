//! Decision-Directed (Ephraim & Malah 1984): [`super::memory`] has the formula and its tests.

use super::memory::DecisionMemory;
use super::prior_estimator::{EstimatorInput, EstimatorState, PriorEstimator};
use crate::choice::Choice;

pub(super) const CHOICE: Choice = Choice { id: "decision_directed", name: "Decision-Directed" };

pub(super) struct DecisionDirected;

impl PriorEstimator for DecisionDirected {
    fn estimate(&self, input: &EstimatorInput, state: EstimatorState, prior: &mut [f32]) {
        state.decision.estimate(input.memory_factor, input.posterior, prior);
    }

    fn remember(&self, posterior: &[f32], gain_log2: &[f32], memory: &mut DecisionMemory) {
        memory.remember(posterior, gain_log2);
    }
}
