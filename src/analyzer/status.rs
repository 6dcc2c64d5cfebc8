//! The engine's status for the editor. It is written after every block, whether an editor is open or not.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::Relaxed};

use atomic_float::AtomicF32;
use lull_engine::LearnStatus;

/// What the engine does at the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Status {
    pub learn: LearnStatus,
    pub has_profile: bool,
    /// The chosen quality differs from the engine's: the host has to restart the plugin.
    pub restart_needed: bool,
}

/// A [`Status`] that the audio thread writes and the editor reads. RT-safe throughout.
#[derive(Default)]
pub struct AtomicStatus {
    /// Which [`LearnStatus`] it is, as [`parts_of`] numbers them.
    learn: AtomicU8,
    seconds: AtomicF32,
    of_seconds: AtomicF32,
    /// [`NOT_FOUND`] if there is none.
    found_at_s: AtomicF32,
    has_profile: AtomicBool,
    restart_needed: AtomicBool,
}

/// Stands for no time.
const NOT_FOUND: f32 = -1.0;

/// Number of a learn status, its seconds, and those that it is out of.
fn parts_of(learn: LearnStatus) -> (u8, f32, f32) {
    match learn {
        LearnStatus::Idle => (0, 0.0, 0.0),
        LearnStatus::Learning { seconds, of_seconds } => (1, seconds, of_seconds),
        LearnStatus::Learned { seconds, .. } => (2, seconds, 0.0),
        LearnStatus::Recalling { seconds } => (5, seconds, 0.0),
        LearnStatus::TooShort => (3, 0.0, 0.0),
        LearnStatus::Silent => (4, 0.0, 0.0),
    }
}

impl AtomicStatus {
    pub fn store(&self, status: Status) {
        let (learn, seconds, of_seconds) = parts_of(status.learn);
        if let LearnStatus::Learned { found_at_s, .. } = status.learn {
            self.found_at_s.store(found_at_s.unwrap_or(NOT_FOUND), Relaxed);
        }
        self.seconds.store(seconds, Relaxed);
        self.of_seconds.store(of_seconds, Relaxed);
        self.learn.store(learn, Relaxed);
        self.has_profile.store(status.has_profile, Relaxed);
        self.restart_needed.store(status.restart_needed, Relaxed);
    }

    pub fn load(&self) -> Status {
        let seconds = self.seconds.load(Relaxed);
        let learn = match self.learn.load(Relaxed) {
            1 => LearnStatus::Learning { seconds, of_seconds: self.of_seconds.load(Relaxed) },
            2 => {
                let found_at_s = Some(self.found_at_s.load(Relaxed)).filter(|&seconds| seconds > NOT_FOUND);
                LearnStatus::Learned { seconds, found_at_s }
            }
            3 => LearnStatus::TooShort,
            4 => LearnStatus::Silent,
            5 => LearnStatus::Recalling { seconds },
            _ => LearnStatus::Idle,
        };
        Status { learn, has_profile: self.has_profile(), restart_needed: self.restart_needed.load(Relaxed) }
    }

    pub fn has_profile(&self) -> bool {
        self.has_profile.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_as_it_was_written() {
        let shared = AtomicStatus::default();
        for learn in [
            LearnStatus::Idle,
            LearnStatus::Learning { seconds: 0.8, of_seconds: 2.0 },
            LearnStatus::Learned { seconds: 2.0, found_at_s: None },
            LearnStatus::Learned { seconds: 2.0, found_at_s: Some(0.0) },
            LearnStatus::Recalling { seconds: 3.0 },
            LearnStatus::TooShort,
            LearnStatus::Silent,
        ] {
            for flag in [false, true] {
                let status = Status { learn, has_profile: flag, restart_needed: !flag };
                shared.store(status);
                assert_eq!(shared.load(), status);
            }
        }
    }
}
