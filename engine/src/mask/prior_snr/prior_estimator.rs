//! The interface of estimators of the a-priori SNR.

use super::memory::DecisionMemory;

/// The input of an estimator: figures per bin of one frame and one mask.
pub(crate) struct EstimatorInput<'a> {
    /// Posterior SNR gamma.
    pub(crate) posterior: &'a [f32],
    /// Its means over similar cells; valid only if [`PriorEstimator::needs_means`].
    pub(crate) mean_posterior: &'a [f32],
    /// Factor of the time constant of the decision-directed estimate.
    pub(crate) memory_factor: f32,
}

/// An estimator of the a-priori SNR. Estimators do not share state: `memory` is reset when another one is chosen.
pub(crate) trait PriorEstimator: Sync {
    /// Whether the gain is weighted by the presence of signal.
    fn needs_presence(&self) -> bool {
        true
    }

    /// Whether [`EstimatorInput::mean_posterior`] is read. Presence is then computed from these means, with limits of its
    /// own.
    fn needs_means(&self) -> bool {
        false
    }

    /// Writes the a-priori SNR xi of every bin. RT-safe.
    fn estimate(&self, input: &EstimatorInput, memory: &mut DecisionMemory, prior: &mut [f32]);

    /// Receives the gains that the rule computed from the estimate. RT-safe.
    fn remember(&self, _posterior: &[f32], _gain_log2: &[f32], _memory: &mut DecisionMemory) {}
}
