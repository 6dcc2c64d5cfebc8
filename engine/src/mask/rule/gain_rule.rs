//! The interface of gain rules: from the SNRs of a frame to its gains.

/// The SNRs of one frame, per bin.
pub(crate) struct FrameSnr<'a> {
    /// Posterior SNR gamma: |X|^2 relative to `over`.
    pub(crate) posterior: &'a [f32],
    /// The posterior SNR that fluctuates least: the mean over similar cells if the estimator has means, else
    /// `posterior`.
    pub(crate) steadiest_posterior: &'a [f32],
    /// A-priori SNR xi.
    pub(crate) prior: &'a [f32],
    /// The reference of the posterior SNR.
    pub(crate) over: Over,
}

/// The reference of a posterior SNR.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Over {
    /// The threshold: T^2.
    Threshold,
    /// The mean power of the noise, N, which is this times T^2.
    NoisePower { over_threshold: f32 },
}

/// A gain rule.
pub(crate) trait GainRule: Sync {
    /// Whether the rule compares |X| with the threshold T itself when no a-priori SNR is estimated. All other rules
    /// need the mean power N of the noise, which [`crate::noise::statistic::Statistic`] derives from T: for Gaussian
    /// noise at Threshold 0 dB, N is its mean power with every statistic.
    fn compares_with_threshold(&self) -> bool {
        false
    }

    /// Writes log2 of the amplitude gain of every bin, at most 0; a bin without signal gets
    /// [`super::sharpness::SHUT_LOG2`]. RT-safe.
    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]);
}
