//! The project's profile and the one before it, for one step of undo and redo.

use lull_engine::NoiseProfile;

/// What an undo would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    Nothing,
    /// Restore the profile, or none, before the last one.
    Undo,
    /// Restore the last profile.
    Redo,
}

/// The current profile, and what an undo restores.
#[derive(Default)]
pub struct ProfileHistory {
    current: Option<NoiseProfile>,
    other: Option<Other>,
}

/// The profile, or none, that an undo or a redo restores.
struct Other {
    profile: Option<NoiseProfile>,
    is_redo: bool,
}

impl ProfileHistory {
    pub fn current(&self) -> Option<&NoiseProfile> {
        self.current.as_ref()
    }

    pub fn undo(&self) -> Undo {
        match &self.other {
            None => Undo::Nothing,
            Some(Other { is_redo: false, .. }) => Undo::Undo,
            Some(Other { is_redo: true, .. }) => Undo::Redo,
        }
    }

    /// Replaces the current profile by one that was learned or imported; an undo restores the old one.
    pub fn replace(&mut self, profile: NoiseProfile) {
        let old = self.current.replace(profile);
        self.other = Some(Other { profile: old, is_redo: false });
    }

    /// Replaces the current profile by the one of a loaded project. There is nothing to undo.
    pub fn load(&mut self, profile: Option<NoiseProfile>) {
        self.current = profile;
        self.other = None;
    }

    /// Undoes the last [`Self::replace`]; called again, redoes it. False if there is nothing to undo.
    pub fn undo_or_redo(&mut self) -> bool {
        let Some(Other { profile, is_redo }) = &mut self.other else { return false };
        std::mem::swap(&mut self.current, profile);
        *is_redo = !*is_redo;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lull_engine::Grid;

    #[test]
    fn an_undo_restores_the_profile_before_and_a_redo_the_last() {
        let profile =
            |channels| NoiseProfile::silence(Grid { sample_rate_hz: 48e3, window_samples: 64 }, channels);
        let mut history = ProfileHistory::default();
        assert!(!history.undo_or_redo());
        history.replace(profile(1));
        assert!(history.undo_or_redo());
        assert_eq!((history.current(), history.undo()), (None, Undo::Redo));
        history.undo_or_redo();
        assert_eq!((history.current(), history.undo()), (Some(&profile(1)), Undo::Undo));
        history.replace(profile(2));
        history.undo_or_redo();
        assert_eq!(history.current(), Some(&profile(1)));
        history.load(Some(profile(3)));
        assert_eq!((history.current(), history.undo()), (Some(&profile(3)), Undo::Nothing));
    }
}
