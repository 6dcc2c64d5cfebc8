//! How long a learning listens, and what it tells of itself.

/// How long a learning listens once it was started.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearnWindow {
    /// This long, or until it is stopped.
    Seconds(f32),
    /// Until it is stopped.
    UntilStopped,
}

/// What a learning is doing, or did last.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LearnStatus {
    /// Nothing was learned yet.
    #[default]
    Idle,
    /// Listening, or computing the profile.
    Learning {
        /// Heard so far.
        seconds: f32,
        /// Length of the window; infinite until it is stopped.
        of_seconds: f32,
    },
    /// There is a new profile.
    Learned {
        /// Time that it was learned from.
        seconds: f32,
    },
    /// Fewer than four whole windows: the old profile stays.
    TooShort,
    /// Digital silence: the old profile stays.
    Silent,
}
