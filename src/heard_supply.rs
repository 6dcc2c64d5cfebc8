//! Gives the engine memory for what it hears when it may be learned from: the window is open, or Learn From says so. Most
//! instances of a project never need it, and it is a quarter of what an instance takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crossbeam::queue::ArrayQueue;
use lull_engine::{Config, Engine, HeardMemory};

/// The way of the memory from the main thread to one engine.
type Way = ArrayQueue<HeardMemory>;

/// The main thread's end of all ways.
#[derive(Default)]
pub struct HeardSupply(Mutex<State>);

/// The audio thread never locks it.
#[derive(Default)]
struct State {
    is_wanted: bool,
    /// The engines that no memory was made for.
    waiting: Vec<(Config, Weak<Way>)>,
}

/// The audio thread's end of the way to one engine.
pub struct HeardInlet(Arc<Way>);

impl HeardSupply {
    /// Makes all engines, and all later ones, keep what they hear from now on. Setup only.
    pub fn want(&self) {
        let mut state = self.lock();
        state.is_wanted = true;
        for (config, way) in state.waiting.drain(..) {
            if let Some((way, memory)) = way.upgrade().zip(HeardMemory::new(config).ok()) {
                way.force_push(memory);
            }
        }
    }

    /// Connects a new engine. Setup only.
    pub fn connect(&self, engine: &mut Engine) -> HeardInlet {
        let inlet = HeardInlet(Arc::new(ArrayQueue::new(1)));
        let mut state = self.lock();
        state.waiting.retain(|(_, way)| way.strong_count() > 0);
        state.waiting.push((engine.config(), Arc::downgrade(&inlet.0)));
        let is_wanted = state.is_wanted;
        drop(state);
        if is_wanted {
            self.want();
            inlet.take(engine);
        }
        inlet
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change leaves a valid state, so a panic elsewhere does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HeardInlet {
    /// Hands the engine what was made for it. To be called before a block, with the engine that was connected. RT-safe.
    pub fn take(&self, engine: &mut Engine) {
        let refused = self.0.pop().and_then(|memory| engine.remember(memory));
        debug_assert!(refused.is_none(), "memory for another engine");
        // It would be freed on this thread.
        std::mem::forget(refused);
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
        let inlet = supply.connect(&mut first);
        inlet.take(&mut first);
        assert!(!first.remembers(), "nobody has asked");
        supply.want();
        supply.want();
        assert!(!first.remembers(), "the audio thread takes it");
        inlet.take(&mut first);
        assert!(first.remembers());
        assert!(inlet.0.is_empty(), "the second call made none");
        supply.connect(&mut second);
        assert!(second.remembers());
    }

    #[test]
    fn engines_that_are_there_at_once_get_memory_of_their_own() {
        let (supply, mut first, mut second) = (HeardSupply::default(), engine(1), engine(2));
        let inlets = [supply.connect(&mut first), supply.connect(&mut second)];
        drop(supply.connect(&mut engine(3)));
        supply.want();
        inlets[0].take(&mut first);
        inlets[1].take(&mut second);
        assert!(first.remembers() && second.remembers());
        assert!(supply.lock().waiting.is_empty());
    }
}
