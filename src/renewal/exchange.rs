//! Engines on their way between the watcher and the audio thread. Only boxes change hands, through bounded lock-free queues.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::SeqCst};

use crossbeam::queue::ArrayQueue;

use super::stillness::Stillness;
use crate::engine_parts::EngineParts;

/// Stands for no number of samples in [`Exchange::standing_at`].
const NOT_STANDING: u64 = u64::MAX;

/// What watcher and audio thread know of each other.
pub struct Exchange {
    /// To the audio thread: the engine that it may put in place.
    offered: ArrayQueue<Box<EngineParts>>,
    /// The offer holds while no sample is processed after so many.
    standing_at: AtomicU64,
    /// From the audio thread: engines that it needs no longer.
    returned: ArrayQueue<Box<EngineParts>>,
    processed_samples: AtomicU64,
    stillness: AtomicU8,
    /// The quality that the audio thread saw last is not that of its engine.
    is_pending: AtomicBool,
}

impl Default for Exchange {
    fn default() -> Self {
        Self {
            offered: ArrayQueue::new(1),
            standing_at: AtomicU64::new(NOT_STANDING),
            returned: ArrayQueue::new(2),
            processed_samples: AtomicU64::new(0),
            // Nothing was processed yet.
            stillness: AtomicU8::new(Stillness::Block as u8),
            is_pending: AtomicBool::new(false),
        }
    }
}

/// The watcher's end.
impl Exchange {
    /// Lets the audio thread put the engine in place once nothing plays; or, with `standing_at`, at the beginning of its next
    /// block, whatever it holds, if no sample was processed after so many.
    pub fn offer(&self, parts: Box<EngineParts>, standing_at: Option<u64>) {
        self.standing_at.store(standing_at.unwrap_or(NOT_STANDING), SeqCst);
        self.offered.force_push(parts);
    }

    /// Takes the offer back; None if there is none, or the audio thread has just taken it.
    pub fn withdraw(&self) -> Option<Box<EngineParts>> {
        self.offered.pop()
    }

    /// An engine that the audio thread needs no longer, to be freed.
    pub fn take_returned(&self) -> Option<Box<EngineParts>> {
        self.returned.pop()
    }

    pub fn processed_samples(&self) -> u64 {
        self.processed_samples.load(SeqCst)
    }

    /// Whether the audio thread saw another quality than that of its engine in the last block.
    pub fn is_pending(&self) -> bool {
        self.is_pending.load(SeqCst)
    }

    /// Whether nothing has played in the last block.
    pub fn is_still(&self) -> bool {
        self.stillness.load(SeqCst) >= Stillness::Block as u8
    }

    /// Whether nothing has played for a while.
    pub fn is_parked(&self) -> bool {
        self.stillness.load(SeqCst) == Stillness::Parked as u8
    }
}

/// The audio thread's end. RT-safe.
impl Exchange {
    pub fn has_offer(&self) -> bool {
        !self.offered.is_empty()
    }

    /// Whether the offer holds for a block that begins after so many samples.
    pub fn holds_at(&self, samples: u64) -> bool {
        self.has_offer() && self.standing_at.load(SeqCst) == samples
    }

    pub fn take_offer(&self) -> Option<Box<EngineParts>> {
        self.offered.pop()
    }

    pub fn give_back(&self, parts: Box<EngineParts>) {
        // There is space: one engine is offered at a time, and the watcher empties this before it offers. If there were none,
        // leaking would be better than freeing on this thread.
        if let Err(parts) = self.returned.push(parts) {
            std::mem::forget(parts);
        }
    }

    /// Counts a block. Only the audio thread writes.
    pub fn count(&self, samples: usize) {
        self.processed_samples.store(self.processed_samples() + samples as u64, SeqCst);
    }

    pub fn set_pending(&self, is_pending: bool) {
        self.is_pending.store(is_pending, SeqCst);
    }

    pub fn set_stillness(&self, stillness: Stillness) {
        self.stillness.store(stillness as u8, SeqCst);
    }
}
