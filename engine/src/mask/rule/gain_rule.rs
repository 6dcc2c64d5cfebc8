//! What every gain rule does: from the SNRs of a frame to its gains.

/// The SNRs of one frame, per bin.
pub(crate) struct FrameSnr<'a> {
    /// Posterior SNR gamma: |X|^2 over what `over` says.
    pub(crate) posterior: &'a [f32],
    /// The posterior SNR that fluctuates least: its mean over similar cells where the estimator has means, else
    /// `posterior`.
    pub(crate) steadiest_posterior: &'a [f32],
    /// A-priori SNR xi.
    pub(crate) prior: &'a [f32],
    /// What the posterior SNR is relative to.
    pub(crate) over: Over,
}

/// What a posterior SNR is relative to.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Over {
    /// The threshold: T^2.
    Threshold,
    /// The mean power of the noise, N, which is this times T^2.
    NoisePower { over_threshold: f32 },
}

/// A gain rule.
pub(crate) trait GainRule: Sync {
    /// Whether the rule compares |X| with the threshold T itself where no a-priori SNR is estimated. All others need
    /// the mean power N of the noise, which is read out of T by [`crate::noise::statistic::Statistic`]: for Gaussian
    /// noise at Threshold 0 dB, N is its mean power whatever the statistic.
    fn compares_with_threshold(&self) -> bool {
        false
    }

    /// Writes log2 of the amplitude gain of every bin, at most 0; a bin without signal gets
    /// [`super::sharpness::SHUT_LOG2`]. RT-safe.
    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]);
}
