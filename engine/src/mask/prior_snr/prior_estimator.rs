//! What every estimator of the a-priori SNR does.

use super::memory::DecisionMemory;

/// What an estimator works from, per bin of one frame and one mask.
pub(crate) struct Evidence<'a> {
    /// Posterior SNR gamma.
    pub(crate) posterior: &'a [f32],
    /// Its means over similar cells, where [`PriorEstimator::needs_means`].
    pub(crate) mean_posterior: &'a [f32],
    /// Factor of the usual memory of the decision-directed estimate.
    pub(crate) memory_factor: f32,
}

/// An estimator of the a-priori SNR. Estimators do not share state: `memory` is reset when another one is chosen.
pub(crate) trait PriorEstimator: Sync {
    /// Whether the gain is weighted by the presence of signal.
    fn needs_presence(&self) -> bool {
        true
    }

    /// Whether [`Evidence::mean_posterior`] is read. What fluctuates less in noise needs another sensitivity of
    /// presence as well.
    fn needs_means(&self) -> bool {
        false
    }

    /// Writes the a-priori SNR xi of every bin. `scratch` is as long. RT-safe.
    fn estimate(
        &self,
        evidence: &Evidence,
        memory: &mut DecisionMemory,
        scratch: &mut [f32],
        prior: &mut [f32],
    );

    /// Told the gains that the rule made of the estimate. RT-safe.
    fn remember(&self, _posterior: &[f32], _gain_log2: &[f32], _memory: &mut DecisionMemory) {}
}
