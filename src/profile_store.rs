//! The project's noise profile: how it is written into a project, and how it travels between threads.
//!
//! The host's main thread saves and loads it, the audio thread plays and learns it. Between the two only boxes
//! change hands, through bounded lock-free queues: the audio thread neither waits, nor allocates, nor frees. The
//! mutex inside is for the main thread and the editor.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use crossbeam::queue::ArrayQueue;
use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

use lull_engine::Engine;
use lull_engine::profile::{self, COLUMNS, Columns, Grid, NoiseProfile};

/// Layout of [`StoredProfile`]. It grows with a change that older versions of Lull would misread.
const PROFILE_VERSION: u32 = 1;
/// Bytes of one stored level.
const LEVEL_BYTES: usize = 3;
/// Boxes that a learned profile travels in: one being filled, one under way, one being read.
const BOXES: usize = 3;

/// A profile as it is written into a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredProfile {
    pub version: u32,
    pub sample_rate_hz: f64,
    pub window_samples: usize,
    /// Time that was listened to.
    pub seconds: f32,
    pub channels: usize,
    /// Levels in thousandths of a dB, 24-bit little-endian, base64: channel by channel, column by column.
    pub levels: String,
}

impl From<&NoiseProfile> for StoredProfile {
    fn from(profile: &NoiseProfile) -> Self {
        let levels = profile.channels().iter().flatten().flatten();
        let bytes: Vec<u8> = levels
            .flat_map(|&level| {
                let [low, middle, high, _] = profile::steps_of_level(level).to_le_bytes();
                [low, middle, high]
            })
            .collect();
        Self {
            version: PROFILE_VERSION,
            sample_rate_hz: profile.grid().sample_rate_hz,
            window_samples: profile.grid().window_samples,
            seconds: profile.seconds(),
            channels: profile.channels().len(),
            levels: BASE64.encode(bytes),
        }
    }
}

impl TryFrom<&StoredProfile> for NoiseProfile {
    type Error = String;

    /// Whatever the version: a profile whose parts fit is a profile.
    fn try_from(stored: &StoredProfile) -> Result<Self, String> {
        let grid = Grid { sample_rate_hz: stored.sample_rate_hz, window_samples: stored.window_samples };
        let bytes =
            BASE64.decode(&stored.levels).map_err(|error| format!("its levels are damaged: {error}"))?;
        let columns = stored.channels.checked_mul(COLUMNS).filter(|&columns| columns > 0);
        let bins = columns.map(|columns| bytes.len() / LEVEL_BYTES / columns).filter(|&bins| bins > 0);
        let (Some(columns), Some(bins)) = (columns, bins) else {
            return Err(format!("it has {} bytes of levels for {} channels", bytes.len(), stored.channels));
        };
        if bytes.len() != LEVEL_BYTES * columns * bins {
            return Err(format!(
                "expected {} bytes of levels, got {}",
                LEVEL_BYTES * columns * bins,
                bytes.len()
            ));
        }
        let levels: Vec<f32> = bytes
            .chunks_exact(LEVEL_BYTES)
            // Into the upper bytes and down again, which brings the sign along.
            .map(|b| profile::level_of_steps(i32::from_le_bytes([0, b[0], b[1], b[2]]) >> 8))
            .collect();
        let channel = |levels: &[f32]| -> Columns {
            std::array::from_fn(|column| levels[column * bins..(column + 1) * bins].to_vec())
        };
        let channels = levels.chunks_exact(COLUMNS * bins).map(channel).collect();
        NoiseProfile::from_parts(grid, stored.seconds, channels).map_err(|error| error.to_string())
    }
}

/// What the main thread asks of the audio thread.
enum Order {
    Play(Box<NoiseProfile>),
    Clear,
}

/// The project's profile, and the queues between the main thread's and the audio thread's copy of it.
pub struct ProfileStore {
    main: Mutex<MainSide>,
    /// To the audio thread; the newest order replaces one that was not taken yet.
    orders: ArrayQueue<Order>,
    /// From the audio thread: the profile learned last.
    learned: ArrayQueue<Box<NoiseProfile>>,
    /// Boxes of the right size for the audio thread to fill.
    empty: ArrayQueue<Box<NoiseProfile>>,
    /// Boxes that the audio thread has no use for; the main thread frees them.
    spent: ArrayQueue<Box<NoiseProfile>>,
}

/// Of the host's main thread and the editor's. The audio thread never locks it.
#[derive(Default)]
struct MainSide {
    profile: Option<NoiseProfile>,
    /// What [`ProfileStore::undo_learn`] brings back.
    before: Option<Before>,
    /// Grid and channels of the engine, once there is one.
    fits: Option<(Grid, usize)>,
}

/// The profile, or none, that a newer one took the place of.
struct Before {
    profile: Option<NoiseProfile>,
    /// It was brought in by an undo itself.
    undone: bool,
}

/// What an undo would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    Nothing,
    /// Bring back what there was before the last profile.
    Undo,
    /// Bring back the last profile.
    Redo,
}

/// A profile in a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    pub seconds: f32,
    pub sample_rate_hz: f64,
}

impl Default for ProfileStore {
    fn default() -> Self {
        Self {
            main: Mutex::default(),
            orders: ArrayQueue::new(1),
            learned: ArrayQueue::new(1),
            empty: ArrayQueue::new(BOXES),
            spent: ArrayQueue::new(2 * BOXES),
        }
    }
}

impl ProfileStore {
    fn lock(&self) -> MutexGuard<'_, MainSide> {
        // Every write under the lock is a single assignment, so a panic elsewhere leaves nothing half-done.
        self.main.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the audio thread has learned meanwhile, and frees what it has left.
    fn collect(&self, main: &mut MainSide) {
        while self.spent.pop().is_some() {}
        if let Some(learned) = self.learned.pop() {
            let profile = main.profile.replace((*learned).clone());
            main.before = Some(Before { profile, undone: false });
            // Full only if the grid has changed in between: then the box is of no use.
            let _ = self.empty.push(learned);
        }
    }

    /// The project's profile as it is now. Main thread.
    pub fn profile(&self) -> Option<NoiseProfile> {
        let mut main = self.lock();
        self.collect(&mut main);
        main.profile.clone()
    }

    /// Time and rate of the project's profile. Main thread.
    pub fn summary(&self) -> Option<Summary> {
        let mut main = self.lock();
        self.collect(&mut main);
        let profile = main.profile.as_ref()?;
        Some(Summary { seconds: profile.seconds(), sample_rate_hz: profile.grid().sample_rate_hz })
    }

    /// What [`ProfileStore::undo_learn`] would do. Main thread.
    pub fn undo(&self) -> Undo {
        let mut main = self.lock();
        self.collect(&mut main);
        match &main.before {
            None => Undo::Nothing,
            Some(before) if before.undone => Undo::Redo,
            Some(_) => Undo::Undo,
        }
    }

    /// Brings back the profile, or none, that there was before the last one was learned or imported; called again,
    /// the last one. Main thread.
    pub fn undo_learn(&self) {
        let mut main = self.lock();
        self.collect(&mut main);
        if let Some(Before { profile, undone }) = main.before.take() {
            let current = main.profile.clone();
            self.put(&mut main, profile);
            main.before = Some(Before { profile: current, undone: !undone });
        }
    }

    /// As [`ProfileStore::set_profile`], but a user can undo it. Main thread.
    pub fn import(&self, profile: NoiseProfile) {
        let mut main = self.lock();
        self.collect(&mut main);
        let current = main.profile.clone();
        self.put(&mut main, Some(profile));
        main.before = Some(Before { profile: current, undone: false });
    }

    /// Replaces the project's profile and passes it on to the engine, which takes it up at its next block.
    /// Main thread.
    pub fn set_profile(&self, profile: Option<NoiseProfile>) {
        let mut main = self.lock();
        self.collect(&mut main);
        self.put(&mut main, profile);
        main.before = None;
    }

    fn put(&self, main: &mut MainSide, profile: Option<NoiseProfile>) {
        if let Some((grid, channels)) = main.fits {
            let order = match &profile {
                Some(profile) => Order::Play(Box::new(profile.resampled(grid, channels))),
                None => Order::Clear,
            };
            self.orders.force_push(order);
        }
        main.profile = profile;
    }

    /// Gives a new engine the project's profile and the audio thread its end of the queues. Main thread, while
    /// no audio is processed.
    pub fn attach(self: &Arc<Self>, engine: &mut Engine) -> AudioSide {
        let (grid, channels) = (engine.config().grid(), engine.config().channels);
        let mut main = self.lock();
        self.collect(&mut main);
        while self.orders.pop().is_some() {}
        while self.empty.pop().is_some() {}
        main.fits = Some((grid, channels));
        if let Some(profile) = &main.profile {
            engine.set_profile(&profile.resampled(grid, channels));
        }
        let silence = || Box::new(NoiseProfile::silence(grid, channels));
        (1..BOXES).for_each(|_| drop(self.empty.push(silence())));
        AudioSide { store: self.clone(), outgoing: Some(silence()), published: engine.learned_count() }
    }
}

/// The audio thread's end: brings loaded profiles in and learned ones out. RT-safe throughout.
pub struct AudioSide {
    store: Arc<ProfileStore>,
    /// The box that the next learned profile goes into.
    outgoing: Option<Box<NoiseProfile>>,
    /// The engine's count of learned profiles that the main thread knows of.
    published: u32,
}

impl AudioSide {
    /// Plays what was loaded since the last call. Before a block.
    pub fn bring_in(&mut self, engine: &mut Engine) {
        let Some(order) = self.store.orders.pop() else { return };
        // A profile learned before the load is not the project's any more.
        if let Some(stale) = self.store.learned.pop() {
            self.keep(stale);
        }
        self.published = engine.learned_count();
        match order {
            Order::Play(profile) => {
                engine.set_profile(&profile);
                self.discard(profile);
            }
            Order::Clear => engine.clear_profile(),
        }
    }

    /// Hands out what was learned since the last call; true if there was anything. After a block.
    pub fn hand_out(&mut self, engine: &Engine) -> bool {
        if self.published == engine.learned_count() {
            return false;
        }
        // The box is taken last: one that is taken and not sent would be freed here.
        let Some(profile) = engine.profile() else { return false };
        let Some(mut outgoing) = self.outgoing.take() else { return false };
        self.published = engine.learned_count();
        outgoing.copy_from(profile);
        // What was not collected yet is out of date, and its box is the next to fill.
        self.outgoing = self.store.learned.force_push(outgoing).or_else(|| self.store.empty.pop());
        true
    }

    fn keep(&mut self, spare: Box<NoiseProfile>) {
        match &self.outgoing {
            None => self.outgoing = Some(spare),
            Some(_) => {
                if let Err(spare) = self.store.empty.push(spare) {
                    self.discard(spare);
                }
            }
        }
    }

    fn discard(&self, spent: Box<NoiseProfile>) {
        // The main thread empties this queue before it sends an order, and each order leaves one box, so there
        // is room. Were there none, leaking would be better than freeing here.
        if let Err(spent) = self.store.spent.push(spent) {
            std::mem::forget(spent);
        }
    }
}

/// The project's field: a profile, or none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredField(Option<StoredProfile>);

impl PersistentField<'_, StoredField> for Arc<ProfileStore> {
    /// A damaged profile changes nothing: the one that is there stays.
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
