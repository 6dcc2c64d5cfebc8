//! Keeps a project that was saved with Learn on from learning whatever comes first after it was opened.
//!
//! The parameter comes back as it was saved, as hosts expect of every parameter. But learning begins where Learn
//! is switched on, and opening a project switches nothing: until Learn has been off once, it counts as off.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nice_plug::params::persist::PersistentField;

/// Set by a state that is loaded with Learn on, let go by Learn going off.
#[derive(Debug, Default)]
pub struct LearnLatch {
    holds: AtomicBool,
    /// What the audio thread has last seen.
    seen_on: AtomicBool,
}

impl LearnLatch {
    /// Whether Learn counts as on. RT-safe; for the audio thread.
    pub fn pass(&self, learn: bool) -> bool {
        self.seen_on.store(learn, Relaxed);
        if !learn {
            self.holds.store(false, Relaxed);
        }
        learn && !self.holds.load(Relaxed)
    }

    /// Whether Learn, switched on now, begins to learn: the audio thread knows it as off.
    pub fn is_ready(&self) -> bool {
        !self.holds.load(Relaxed) && !self.seen_on.load(Relaxed)
    }
}

/// As a field of the project: whether Learn is on in the state that is loaded, which [`crate::state::migrate`]
/// writes there. Saved as false, so that equal projects have equal states.
impl PersistentField<'_, bool> for LearnLatch {
    fn set(&self, learn_is_on: bool) {
        self.holds.store(learn_is_on, Relaxed);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&bool) -> R,
    {
        f(&false)
    }
}
