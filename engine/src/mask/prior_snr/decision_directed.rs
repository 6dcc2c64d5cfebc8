//! Decision-Directed (Ephraim & Malah 1984): [`super::memory`] has the formula and its tests.

use super::learned::model::LearnedShape;
use super::prior_estimator::{EstimatorInput, EstimatorMemory, PriorEstimator};
use crate::choice::Choice;

pub(super) const CHOICE: Choice = Choice { id: "decision_directed", name: "Decision-Directed" };

pub(super) struct DecisionDirected;

impl PriorEstimator for DecisionDirected {
    fn estimate(
        &self,
        input: &EstimatorInput,
        memory: &mut EstimatorMemory,
        _: Option<&mut LearnedShape>,
        prior: &mut [f32],
    ) {
        memory.decision.estimate(input.memory_factor, input.posterior, prior);
    }

    fn remember(&self, posterior: &[f32], gain_log2: &[f32], memory: &mut EstimatorMemory) {
        memory.decision.remember(posterior, gain_log2);
    }
}
