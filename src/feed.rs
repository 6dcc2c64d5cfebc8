//! Engine to editor, lock-free: what Learn is doing and how loud it is. The audio thread writes, the editor
//! reads; each figure is an atomic of its own, so that a pair read in between may be one block apart.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};

use atomic_float::AtomicF32;

use crate::engine::learner::LearnStatus;

#[derive(Default)]
pub struct Feed {
    phase: AtomicU8,
    seconds: AtomicF32,
    of_seconds: AtomicF32,
    has_profile: AtomicBool,
    restart_needed: AtomicBool,
}

/// One reading of the feed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub learn: LearnStatus,
    pub has_profile: bool,
    /// Another quality was chosen than the engine was made for: the host has to restart the plugin.
    pub restart_needed: bool,
}

impl Feed {
    /// RT-safe.
    pub fn write(&self, reading: Reading) {
        let (phase, seconds, of_seconds) = match reading.learn {
            LearnStatus::Idle => (0, 0.0, 0.0),
            LearnStatus::Learning { seconds, of_seconds } => (1, seconds, of_seconds),
            LearnStatus::Learned { seconds } => (2, seconds, 0.0),
            LearnStatus::TooShort => (3, 0.0, 0.0),
            LearnStatus::Silent => (4, 0.0, 0.0),
        };
        self.seconds.store(seconds, Relaxed);
        self.of_seconds.store(of_seconds, Relaxed);
        self.phase.store(phase, Relaxed);
        self.has_profile.store(reading.has_profile, Relaxed);
        self.restart_needed.store(reading.restart_needed, Relaxed);
    }

    pub fn read(&self) -> Reading {
        let seconds = self.seconds.load(Relaxed);
        let learn = match self.phase.load(Relaxed) {
            1 => LearnStatus::Learning { seconds, of_seconds: self.of_seconds.load(Relaxed) },
            2 => LearnStatus::Learned { seconds },
            3 => LearnStatus::TooShort,
            4 => LearnStatus::Silent,
            _ => LearnStatus::Idle,
        };
        Reading {
            learn,
            has_profile: self.has_profile.load(Relaxed),
            restart_needed: self.restart_needed.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_arrives_as_it_was_written() {
        let feed = Feed::default();
        for learn in [
            LearnStatus::Idle,
            LearnStatus::Learning { seconds: 0.8, of_seconds: 2.0 },
            LearnStatus::Learned { seconds: 2.0 },
            LearnStatus::TooShort,
            LearnStatus::Silent,
        ] {
            for flag in [false, true] {
                let reading = Reading { learn, has_profile: flag, restart_needed: !flag };
                feed.write(reading);
                assert_eq!(feed.read(), reading);
            }
        }
    }
}
