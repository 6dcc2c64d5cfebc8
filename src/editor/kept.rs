//! What the window of an instance keeps while it is closed. No project keeps it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::history::History;
use super::memories::{Compare, LoadedPreset};
use crate::params::LullParams;

/// What stays from one opening of the window to the next. For the window's thread alone; the audio thread has no access.
pub struct Kept {
    /// The user's steps, for undo and redo.
    pub history: History,
    memories: Mutex<Memories>,
}

/// What is remembered of settings.
#[derive(Default)]
pub struct Memories {
    pub compare: Compare,
    /// The preset that was loaded last.
    pub preset: Option<LoadedPreset>,
    /// Projects that were loaded when these were taken.
    loads: u32,
}

impl Kept {
    /// Setup only.
    pub fn new(params: &LullParams) -> Self {
        Self { history: History::new(params), memories: Mutex::default() }
    }

    /// What is remembered of settings. Not to be held across frames.
    pub fn memories(&self) -> MutexGuard<'_, Memories> {
        // Each change under the lock leaves a valid state at every step, so a panic elsewhere does no harm.
        self.memories.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all when another project was loaded since the last call: it belongs to the settings of the old one. `loads`
    /// counts the projects that were loaded.
    pub fn follow_loads(&self, loads: u32) {
        let mut memories = self.memories();
        if memories.loads != loads {
            *memories = Memories { loads, ..Memories::default() };
            self.history.clear();
        }
    }
}
