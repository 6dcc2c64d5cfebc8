//! The noise profile between the main thread and the audio thread.
//!
//! Only boxes change hands, through bounded lock-free queues: the audio thread neither waits, nor allocates, nor frees.

use std::sync::Arc;

use crossbeam::queue::ArrayQueue;
use lull_engine::Engine;
use lull_engine::{Grid, NoiseProfile};

/// Boxes for learned profiles: one in the queue, and one being filled or read.
const BOXES: usize = 2;

/// What the main thread tells the audio thread to do.
enum Order {
    Play(Box<NoiseProfile>),
    Clear,
}

/// The queues of one engine.
pub struct ProfileExchange {
    /// To the audio thread. A new order replaces one that was not taken yet.
    orders: ArrayQueue<Order>,
    /// From the audio thread: the profile learned last.
    learned: ArrayQueue<Box<NoiseProfile>>,
    /// Boxes of the engine's size for the audio thread to fill.
    empty: ArrayQueue<Box<NoiseProfile>>,
    /// Boxes that the audio thread does not need any more. The main thread frees them.
    used: ArrayQueue<Box<NoiseProfile>>,
}

/// The main thread's end.
impl ProfileExchange {
    /// The profile that was learned since the last call, if any. Frees what the audio thread has used up.
    pub fn take_learned(&self) -> Option<NoiseProfile> {
        while self.used.pop().is_some() {}
        let learned = self.learned.pop()?;
        let profile = (*learned).clone();
        // There is space for all boxes. If there were none, this one would be freed here.
        let _ = self.empty.push(learned);
        Some(profile)
    }

    /// Makes the engine play `profile`, or the dry signal, from its next block on. The profile must fit the engine.
    pub fn send(&self, profile: Option<NoiseProfile>) {
        let order = profile.map_or(Order::Clear, |profile| Order::Play(Box::new(profile)));
        self.orders.force_push(order);
    }

    /// Makes the queues of a new engine, and the audio thread's end of them.
    pub fn connect(engine: &Engine) -> (Arc<Self>, EngineProfile) {
        let (grid, channels): (Grid, usize) = (engine.config().grid(), engine.config().channels);
        let exchange = Arc::new(Self {
            orders: ArrayQueue::new(1),
            learned: ArrayQueue::new(1),
            empty: ArrayQueue::new(BOXES),
            used: ArrayQueue::new(2 * BOXES),
        });
        let new_box = || Box::new(NoiseProfile::silence(grid, channels));
        (1..BOXES).for_each(|_| drop(exchange.empty.push(new_box())));
        let profile = EngineProfile {
            exchange: exchange.clone(),
            outgoing: Some(new_box()),
            published_count: engine.learned_count(),
        };
        (exchange, profile)
    }
}

/// The audio thread's end: applies the main thread's orders to the engine, and publishes what the engine has learned.
/// RT-safe throughout.
pub struct EngineProfile {
    exchange: Arc<ProfileExchange>,
    /// The box for the next learned profile.
    outgoing: Option<Box<NoiseProfile>>,
    /// [`Engine::learned_count`] at the last publication.
    published_count: u32,
}

impl EngineProfile {
    /// Applies the order that came since the last call. To be called before a block.
    pub fn take_orders(&mut self, engine: &mut Engine) {
        let Some(order) = self.exchange.orders.pop() else { return };
        // The order replaces a profile that was learned before it.
        if let Some(outdated) = self.exchange.learned.pop() {
            self.recycle(outdated);
        }
        self.published_count = engine.learned_count();
        match order {
            Order::Play(profile) => {
                engine.set_profile(&profile);
                self.return_used(profile);
            }
            Order::Clear => engine.clear_profile(),
        }
    }

    /// Sends the main thread what was learned since the last call; true if there was anything. To be called after a
    /// block.
    pub fn publish_learned(&mut self, engine: &Engine) -> bool {
        if self.published_count == engine.learned_count() {
            return false;
        }
        // The box is taken last: one that is taken and not sent would be freed here.
        let Some(profile) = engine.profile() else { return false };
        // While the main thread reads one, the one that waits for it is outdated.
        let spare = self
            .outgoing
            .take()
            .or_else(|| self.exchange.empty.pop())
            .or_else(|| self.exchange.learned.pop());
        let Some(mut outgoing) = spare else { return false };
        self.published_count = engine.learned_count();
        outgoing.copy_from(profile);
        // An earlier profile that was not read yet is outdated. Its box is the next one to fill.
        self.outgoing = self.exchange.learned.force_push(outgoing).or_else(|| self.exchange.empty.pop());
        true
    }

    /// Keeps a box of the engine's size for another profile.
    fn recycle(&mut self, spare: Box<NoiseProfile>) {
        match &self.outgoing {
            None => self.outgoing = Some(spare),
            Some(_) => {
                if let Err(spare) = self.exchange.empty.push(spare) {
                    self.return_used(spare);
                }
            }
        }
    }

    /// Leaves a box for the main thread to free.
    fn return_used(&self, used: Box<NoiseProfile>) {
        // There is space: the main thread empties this queue before it sends an order, and each order leaves one box.
        // If it were full, leaking would be better than freeing on this thread.
        if let Err(used) = self.exchange.used.push(used) {
            std::mem::forget(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::{Config, LearnWindow, Quality, Settings};

    use super::*;

    /// Learns noise of this amplitude, and publishes what was learned.
    fn learn(engine: &mut Engine, profile: &mut EngineProfile, amplitude: f32) -> bool {
        let count = engine.learned_count();
        engine.start_learning(LearnWindow::Seconds(0.2), false);
        let mut state = 1u32;
        while engine.learned_count() == count {
            let mut block: Vec<f32> = (0..512)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    amplitude * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
                })
                .collect();
            engine.process(&mut [&mut block], &Settings::default());
        }
        profile.publish_learned(engine)
    }

    #[test]
    fn the_latest_profile_arrives_whatever_the_main_thread_holds() {
        let config = Config { sample_rate_hz: 8e3, channels: 1, quality: Quality::Live };
        let mut engine = Engine::new(config).expect("a config of engines");
        let (exchange, mut profile) = ProfileExchange::connect(&engine);
        // Nobody reads the first ones.
        assert!(learn(&mut engine, &mut profile, 0.1));
        assert!(learn(&mut engine, &mut profile, 0.2));
        assert_eq!(exchange.take_learned().as_ref(), engine.profile());
        assert!(exchange.take_learned().is_none());
        // The main thread is about to read one, and another one waits.
        assert!(learn(&mut engine, &mut profile, 0.3));
        let in_hand = exchange.learned.pop().expect("published");
        assert!(learn(&mut engine, &mut profile, 0.4));
        assert!(learn(&mut engine, &mut profile, 0.5));
        assert!(exchange.empty.push(in_hand).is_ok());
        assert!(!profile.publish_learned(&engine), "once");
        assert_eq!(exchange.take_learned().as_ref(), engine.profile());
    }
}
