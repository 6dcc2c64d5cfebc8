//! The noise profile between the main thread and the audio thread.
//!
//! Only boxes change hands, through bounded lock-free queues: the audio thread neither waits, nor allocates, nor frees.

use std::sync::Arc;

use crossbeam::queue::ArrayQueue;
use lull_engine::Engine;
use lull_engine::{Grid, NoiseProfile};

/// Boxes that the audio thread may have used up before the main thread frees them.
const MOST_USED: usize = 4;

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
    /// The box of the engine's size for the audio thread to fill, after the main thread has read it. There is one: it is large,
    /// and what waits unread is outdated when another profile is learned.
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
        // There is space for the one box. If there were none, it would be freed here.
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
            empty: ArrayQueue::new(1),
            used: ArrayQueue::new(MOST_USED),
        });
        let profile = EngineProfile {
            exchange: exchange.clone(),
            outgoing: Some(Box::new(NoiseProfile::silence(grid, channels))),
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
        // While the main thread reads it there is none: then a later call publishes.
        let spare = self
            .outgoing
            .take()
            .or_else(|| self.exchange.empty.pop())
            .or_else(|| self.exchange.learned.pop());
        let Some(mut outgoing) = spare else { return false };
        self.published_count = engine.learned_count();
        outgoing.copy_from(profile);
        self.outgoing = self.exchange.learned.force_push(outgoing);
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
        // The main thread is reading one.
        assert!(learn(&mut engine, &mut profile, 0.3));
        let in_hand = exchange.learned.pop().expect("published");
        assert!(!learn(&mut engine, &mut profile, 0.4));
        assert!(exchange.empty.push(in_hand).is_ok());
        assert!(profile.publish_learned(&engine), "in the next block");
        assert!(!profile.publish_learned(&engine), "once");
        assert_eq!(exchange.take_learned().as_ref(), engine.profile());
    }
}
