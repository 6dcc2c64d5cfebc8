//! What masks are told of the learned noise.

/// What was learned of the noise of one channel, arrays over bins.
#[derive(Clone, Copy)]
pub(crate) struct LearnedNoise<'a> {
    /// Mean |X|^2.
    pub(crate) power: &'a [f32],
    /// Variance of |X| over its squared mean: 0.27 for Gaussian noise, 0 for a steady tone.
    pub(crate) fluctuation: &'a [f32],
    /// The bins of lines (hum, whistles), in rising order: on these Tonal Reduction acts.
    pub(crate) lines: &'a [u32],
    /// Changes whenever the figures do.
    pub(crate) reading: u32,
}
