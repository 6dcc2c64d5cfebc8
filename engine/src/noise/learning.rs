//! What a learning listens to, and its status.

/// What a learning listens to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearnWindow {
    /// To this many seconds from now on, or until it is stopped.
    Seconds(f32),
    /// To everything from now on, until it is stopped.
    UntilStopped,
    /// To everything from now on, until it is stopped; then it learns from the quietest stretch of what it has heard: a
    /// quarter of it, half a second at least and two seconds at most.
    Quietest,
    /// To the last seconds that were heard, ten at most. Digital silence is not heard.
    Last(f32),
    /// To what came between these two times before now, in seconds, of the last ten that were heard: `Between(3.0, 1.0)`
    /// are two seconds that ended a second ago.
    Between(f32, f32),
}

impl LearnWindow {
    /// Whether it needs [`crate::HeardMemory`]. RT-safe.
    pub fn needs_memory(self) -> bool {
        self.is_past() || self == Self::Quietest
    }

    /// Whether it listens to what was heard before it was opened. RT-safe.
    pub(crate) fn is_past(self) -> bool {
        matches!(self, Self::Last(_) | Self::Between(..))
    }
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
        /// Length of the window; infinite if it lasts until it is stopped.
        of_seconds: f32,
    },
    /// Computing the profile of what was heard before; the old one is in use meanwhile.
    Recalling {
        /// Time that was heard.
        seconds: f32,
    },
    /// There is a new profile.
    Learned {
        /// Duration that the profile was learned from, including what it was added to.
        seconds: f32,
        /// With [`LearnWindow::Quietest`], how long after the start the stretch began, in seconds.
        found_at_s: Option<f32>,
    },
    /// Fewer than four whole frames were heard: the old profile stays.
    TooShort,
    /// The input was digital silence: the old profile stays.
    Silent,
}
