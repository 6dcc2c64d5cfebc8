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
pub struct ProfileStore(Mutex<State>);

/// The audio thread never locks it.
#[derive(Default)]
struct State {
    history: ProfileHistory,
    /// The oldest first. There are two while one is to take the other's place: the older one plays until then.
    engines: Vec<Connection>,
    /// Projects that were loaded.
    loads: u32,
}

/// The main thread's end of what leads to an engine.
struct Connection {
    grid: Grid,
    channels: usize,
    exchange: Arc<ProfileExchange>,
}

impl Connection {
    /// Makes the engine play `profile`, or the dry signal, from its next block on.
    fn send(&self, profile: Option<&NoiseProfile>) {
        self.exchange.send(profile.map(|profile| profile.resampled(self.grid, self.channels)));
    }
}

impl State {
    /// Takes what engines have learned, passes it on to those that are to follow them, and forgets those that are gone.
    fn take_learned(&mut self) {
        // Only the store is left of those. Asked first, so that nothing is learned between these lines.
        let is_gone = |engine: &Connection| Arc::strong_count(&engine.exchange) == 1;
        let gone: Vec<bool> = self.engines.iter().map(is_gone).collect();
        let mut newest = None;
        for (index, engine) in self.engines.iter().enumerate() {
            if let Some(learned) = engine.exchange.take_learned() {
                self.history.replace(learned);
                newest = Some(index);
            }
        }
        if let Some(newest) = newest {
            self.engines[newest + 1..].iter().for_each(|engine| engine.send(self.history.current()));
        }
        let mut gone = gone.into_iter();
        self.engines.retain(|_| !gone.next().unwrap_or(false));
    }

    /// Makes the engines play the current profile from their next block on.
    fn send_current(&self) {
        self.engines.iter().for_each(|engine| engine.send(self.history.current()));
    }
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
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.take_learned();
        state
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
            state.send_current();
        }
    }

    /// Replaces the project's profile by an imported one, which the user can undo.
    pub fn import(&self, profile: NoiseProfile) {
        let mut state = self.lock();
        state.history.replace(profile);
        state.send_current();
    }

    /// Replaces the project's profile by the one of a loaded project. There is nothing to undo.
    pub fn set_profile(&self, profile: Option<NoiseProfile>) {
        let mut state = self.lock();
        state.history.load(profile);
        state.loads = state.loads.wrapping_add(1);
        state.send_current();
    }

    /// Counts the projects that were loaded.
    pub fn loads(&self) -> u32 {
        self.lock().loads
    }

    /// Loads the project's profile into a new engine, and returns the audio thread's end. An earlier engine may play
    /// meanwhile: what it learns from now on goes to the new one as well.
    pub fn attach(&self, engine: &mut Engine) -> EngineProfile {
        let (grid, channels) = (engine.config().grid(), engine.config().channels);
        let mut state = self.lock();
        if let Some(profile) = state.history.current() {
            engine.set_profile(&profile.resampled(grid, channels));
        }
        let (exchange, profile) = ProfileExchange::connect(engine);
        state.engines.push(Connection { grid, channels, exchange });
        profile
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

#[cfg(test)]
mod tests {
    use lull_engine::{Config, LearnWindow, Quality, Settings};

    use super::*;

    fn engine(quality: Quality) -> Engine {
        Engine::new(Config { sample_rate_hz: 48e3, channels: 1, quality }).unwrap()
    }

    /// Half a second of a hiss, of which the engine learns.
    fn learn(engine: &mut Engine) {
        engine.start_learning(LearnWindow::Seconds(0.5), false);
        let mut hiss: Vec<f32> =
            (0..48_000u32).map(|i| 1e-5 * (i.wrapping_mul(2_654_435_761) >> 20) as f32).collect();
        engine.process(&mut [&mut hiss], &Settings::default());
    }

    #[test]
    fn what_an_engine_learns_goes_to_the_one_that_is_to_follow_it() {
        let (store, mut old, mut new) =
            (ProfileStore::default(), engine(Quality::Live), engine(Quality::Best));
        let (mut of_old, mut of_new) = (store.attach(&mut old), store.attach(&mut new));
        learn(&mut old);
        assert!(of_old.publish_learned(&old));
        of_new.take_orders(&mut new);
        assert!(new.profile().is_none(), "nobody has read it");
        let learned = store.profile().unwrap();
        of_new.take_orders(&mut new);
        assert_eq!(new.profile(), Some(&learned.resampled(new.config().grid(), 1)));
        // An order of the user's goes to both.
        store.set_profile(None);
        of_old.take_orders(&mut old);
        of_new.take_orders(&mut new);
        assert!(old.profile().is_none() && new.profile().is_none());
    }

    #[test]
    fn what_was_learned_by_an_engine_that_is_gone_is_kept() {
        let (store, mut old) = (ProfileStore::default(), engine(Quality::Live));
        let mut of_old = store.attach(&mut old);
        learn(&mut old);
        of_old.publish_learned(&old);
        drop((of_old, old));
        let mut new = engine(Quality::Standard);
        let _of_new = store.attach(&mut new);
        assert!(new.profile().is_some());
        assert_eq!(store.lock().engines.len(), 1, "the other is forgotten");
    }
}
