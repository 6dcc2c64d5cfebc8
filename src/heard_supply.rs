//! Gives the engine memory for what it hears when it may be learned from: the window is open, or Learn From says so. Most
//! instances of a project never need it, and it is a quarter of what an instance takes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam::queue::ArrayQueue;
use lull_engine::{Config, Engine, HeardMemory};

/// The way of the memory from the main thread to the engine.
pub struct HeardSupply {
    state: Mutex<State>,
    /// To the audio thread, for the engine that was connected last.
    offered: ArrayQueue<HeardMemory>,
}

/// The audio thread never locks it.
#[derive(Default)]
struct State {
    is_wanted: bool,
    /// The engine, until memory was made for it.
    waiting: Option<Config>,
}

impl Default for HeardSupply {
    fn default() -> Self {
        Self { state: Mutex::default(), offered: ArrayQueue::new(1) }
    }
}

impl HeardSupply {
    /// Makes the engine, and all later ones, keep what they hear from now on. Setup only.
    pub fn want(&self) {
        let mut state = self.lock();
        state.is_wanted = true;
        if let Some(memory) = state.waiting.take().and_then(|config| HeardMemory::new(config).ok()) {
            self.offered.force_push(memory);
        }
    }

    /// Connects a new engine. Setup only, while no audio is processed.
    pub fn connect(&self, engine: &mut Engine) {
        let mut state = self.lock();
        // What was made for an earlier engine.
        drop(self.offered.pop());
        state.waiting = Some(engine.config());
        let is_wanted = state.is_wanted;
        drop(state);
        if is_wanted {
            self.want();
            self.take(engine);
        }
    }

    /// Hands the engine what was made for it. To be called before a block. RT-safe.
    pub fn take(&self, engine: &mut Engine) {
        let refused = self.offered.pop().and_then(|memory| engine.remember(memory));
        debug_assert!(refused.is_none(), "memory for another engine");
        // It would be freed on this thread.
        std::mem::forget(refused);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change leaves a valid state, so a panic elsewhere does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::Quality;

    use super::*;

    fn engine(channels: usize) -> Engine {
        Engine::new(Config { sample_rate_hz: 48e3, channels, quality: Quality::Live }).unwrap()
    }

    #[test]
    fn an_engine_gets_memory_when_it_is_wanted_and_later_ones_at_once() {
        let (supply, mut first, mut second) = (HeardSupply::default(), engine(1), engine(2));
        supply.connect(&mut first);
        supply.take(&mut first);
        assert!(!first.remembers(), "nobody has asked");
        supply.want();
        supply.want();
        assert!(!first.remembers(), "the audio thread takes it");
        supply.take(&mut first);
        assert!(first.remembers());
        assert!(supply.offered.is_empty(), "the second call made none");
        supply.connect(&mut second);
        assert!(second.remembers());
    }

    #[test]
    fn memory_for_an_earlier_engine_is_dropped() {
        let (supply, mut first, mut second) = (HeardSupply::default(), engine(1), engine(2));
        supply.connect(&mut first);
        supply.want();
        supply.connect(&mut second);
        assert!(second.remembers() && supply.offered.is_empty());
    }
}
