//! Duration and status of a learning.

/// How long a learning lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearnWindow {
    /// For this many seconds, or until it is stopped.
    Seconds(f32),
    /// Until it is stopped.
    UntilStopped,
}

/// State of the current learning, or outcome of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LearnStatus {
    /// No learning was started yet.
    #[default]
    Idle,
    /// Listening, or computing the profile.
    Learning {
        /// Time heard so far.
        seconds: f32,
        /// Length of the window; infinite with [`LearnWindow::UntilStopped`].
        of_seconds: f32,
    },
    /// There is a new profile.
    Learned {
        /// Duration that the profile was learned from, including what it was added to.
        seconds: f32,
    },
    /// Fewer than four whole frames were heard: the old profile stays.
    TooShort,
    /// The input was digital silence: the old profile stays.
    Silent,
}
