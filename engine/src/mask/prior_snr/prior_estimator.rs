//! The interface of estimators of the a-priori SNR.

use super::learned::model::{LearnedMemory, LearnedScratch, LearnedTables};
use super::memory::DecisionMemory;
use crate::config::Config;
use crate::noise::learned_noise::LearnedNoise;

/// The input of an estimator: figures per bin of one frame and one mask.
pub(crate) struct EstimatorInput<'a> {
    /// Posterior SNR gamma.
    pub(crate) posterior: &'a [f32],
    /// Its means over similar cells; valid only if [`PriorEstimator::needs_means`].
    pub(crate) mean_posterior: &'a [f32],
    /// Posterior SNR of the latest frame, one look-ahead later; valid only if [`PriorEstimator::needs_latest`].
    pub(crate) latest_posterior: &'a [f32],
    /// What was learned of the noise.
    pub(crate) noise: LearnedNoise<'a>,
    /// The mean that the posterior SNRs of noise have after they were linked: 1 for one channel.
    pub(crate) noise_posterior: f32,
    /// Factor of the time constant of the decision-directed estimate.
    pub(crate) memory_factor: f32,
}

/// What the estimators of one mask remember from frame to frame.
pub(crate) struct EstimatorMemory {
    pub(crate) decision: DecisionMemory,
    /// None where the learned estimator does not serve.
    learned: Option<LearnedMemory>,
}

/// What an estimator works with: its memory, and what it shares with the other masks.
pub(crate) struct EstimatorState<'a> {
    pub(crate) decision: &'a mut DecisionMemory,
    /// None where the learned estimator does not serve.
    pub(crate) learned: Option<LearnedState<'a>>,
}

/// What the learned estimator works with.
pub(crate) struct LearnedState<'a> {
    pub(crate) tables: &'a LearnedTables,
    pub(crate) memory: &'a mut LearnedMemory,
    pub(crate) scratch: &'a mut LearnedScratch,
}

impl EstimatorMemory {
    /// Setup only.
    pub(crate) fn new(config: Config, tables: Option<&LearnedTables>) -> Self {
        Self {
            decision: DecisionMemory::new(config.grid().bins(), config.hop_s()),
            learned: tables.map(|tables| LearnedMemory::new(tables, config)),
        }
    }

    /// RT-safe.
    pub(crate) fn state<'a>(
        &'a mut self,
        tables: Option<&'a LearnedTables>,
        scratch: Option<&'a mut LearnedScratch>,
    ) -> EstimatorState<'a> {
        let learned = self.learned.as_mut().zip(tables).zip(scratch);
        EstimatorState {
            decision: &mut self.decision,
            learned: learned.map(|((memory, tables), scratch)| LearnedState { tables, memory, scratch }),
        }
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.decision.reset();
        self.learned.iter_mut().for_each(LearnedMemory::reset);
    }

    /// Copies the memory of another mask of the same engine. RT-safe.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.decision.copy_from(&other.decision);
        if let (Some(own), Some(other)) = (&mut self.learned, &other.learned) {
            own.copy_from(other);
        }
    }
}

/// An estimator of the a-priori SNR. Estimators do not share state: the memory is reset when another one is chosen.
pub(crate) trait PriorEstimator: Sync {
    /// Whether the gain is weighted by the presence of signal.
    fn needs_presence(&self) -> bool {
        true
    }

    /// Whether the SNR is 0 in most bins of noise alone, and not just small.
    fn is_zero_in_noise(&self) -> bool {
        false
    }

    /// Whether [`EstimatorInput::mean_posterior`] is read. Presence is then computed from these means, with limits of its
    /// own.
    fn needs_means(&self) -> bool {
        false
    }

    /// Whether [`EstimatorInput::latest_posterior`] is read.
    fn needs_latest(&self) -> bool {
        false
    }

    /// Whether the posterior SNR is relative to the mean power of the noise whatever the rule.
    fn needs_noise_power(&self) -> bool {
        self.needs_presence()
    }

    /// Writes the a-priori SNR xi of every bin. RT-safe.
    fn estimate(&self, input: &EstimatorInput, state: EstimatorState, prior: &mut [f32]);

    /// Receives the gains that the rule computed from the estimate. RT-safe.
    fn remember(&self, _posterior: &[f32], _gain_log2: &[f32], _memory: &mut DecisionMemory) {}
}
