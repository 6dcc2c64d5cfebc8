//! The project's noise profile. The host saves and loads it, the editor imports it and undoes, the engine learns it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lull_engine::Engine;
use lull_engine::{Grid, NoiseProfile};
use nice_plug::params::persist::PersistentField;

use super::profile_codec::{StoredField, StoredProfile};
use super::profile_exchange::{EngineProfile, ProfileExchange};
use super::undo::{ProfileHistory, Undo};

/// Owner of the project's profile. All functions are for the main thread and the editor's; the audio thread has an
/// [`EngineProfile`].
#[derive(Default)]
pub struct ProfileStore {
    state: Mutex<State>,
    exchange: Arc<ProfileExchange>,
}

/// The audio thread never locks it.
#[derive(Default)]
struct State {
    history: ProfileHistory,
    /// Grid and channels of the engine, once there is one.
    engine: Option<(Grid, usize)>,
    loads: u32,
}

/// A profile in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Time that was learned.
    pub seconds: f32,
    pub sample_rate_hz: f64,
}

impl ProfileStore {
    /// The state, with what the audio thread has learned since the last call.
    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change under the lock leaves a valid state at every step, so a panic elsewhere does no harm.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(learned) = self.exchange.take_learned() {
            state.history.replace(learned);
        }
        state
    }

    /// Makes the engine play the current profile from its next block on.
    fn send_current(&self, state: &State) {
        if let Some((grid, channels)) = state.engine {
            self.exchange.send(state.history.current().map(|profile| profile.resampled(grid, channels)));
        }
    }

    /// The project's profile.
    pub fn profile(&self) -> Option<NoiseProfile> {
        self.lock().history.current().cloned()
    }

    /// Duration and sample rate of the project's profile.
    pub fn summary(&self) -> Option<Summary> {
        let state = self.lock();
        let profile = state.history.current()?;
        Some(Summary { seconds: profile.seconds(), sample_rate_hz: profile.grid().sample_rate_hz })
    }

    /// Frequencies of the lines of the project's profile, as hum has them, in its first channel.
    pub fn lines_hz(&self) -> Vec<f32> {
        self.lock().history.current().map_or_else(Vec::new, |profile| profile.lines_hz(0))
    }

    /// What [`Self::undo_or_redo`] would do.
    pub fn undo(&self) -> Undo {
        self.lock().history.undo()
    }

    /// Restores the profile, or none, before the last one was learned or imported; called again, restores the last one.
    pub fn undo_or_redo(&self) {
        let mut state = self.lock();
        if state.history.undo_or_redo() {
            self.send_current(&state);
        }
    }

    /// Replaces the project's profile by an imported one, which the user can undo.
    pub fn import(&self, profile: NoiseProfile) {
        let mut state = self.lock();
        state.history.replace(profile);
        self.send_current(&state);
    }

    /// Replaces the project's profile by the one of a loaded project. There is nothing to undo.
    pub fn set_profile(&self, profile: Option<NoiseProfile>) {
        let mut state = self.lock();
        state.history.load(profile);
        state.loads = state.loads.wrapping_add(1);
        self.send_current(&state);
    }

    /// Counts the projects that were loaded.
    pub fn loads(&self) -> u32 {
        self.lock().loads
    }

    /// Loads the project's profile into a new engine, and returns the audio thread's end. Only while no audio is
    /// processed.
    pub fn attach(&self, engine: &mut Engine) -> EngineProfile {
        let (grid, channels) = (engine.config().grid(), engine.config().channels);
        let mut state = self.lock();
        state.engine = Some((grid, channels));
        if let Some(profile) = state.history.current() {
            engine.set_profile(&profile.resampled(grid, channels));
        }
        self.exchange.connect(engine)
    }
}

impl PersistentField<'_, StoredField> for Arc<ProfileStore> {
    /// A damaged profile is ignored: the current one stays.
    fn set(&self, StoredField(stored): StoredField) {
        match stored.as_ref().map(NoiseProfile::try_from) {
            None => self.set_profile(None),
            Some(Ok(profile)) => self.set_profile(Some(profile)),
            Some(Err(why)) => nice_plug::nice_warn!("The project's noise profile is not usable: {why}"),
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&StoredField) -> R,
    {
        f(&StoredField(self.profile().as_ref().map(StoredProfile::from)))
    }
}
