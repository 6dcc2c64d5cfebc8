//! The host, as far as it is told of the latency. The framework tells it only what activate() has set; Lull's latency can
//! change later as well (`crate::renewal`).

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nice_plug::wrapper::vst3::vst3::ComPtr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, RestartFlags_,
};

// On Windows the enumeration has another type.
#[allow(clippy::unnecessary_cast)]
const LATENCY_CHANGED: i32 = RestartFlags_::kLatencyChanged as i32;

/// Main thread, except on Linux, where the framework has none without a window.
#[derive(Default)]
pub struct LatencyListener {
    handler: Mutex<Option<ComPtr<IComponentHandler>>>,
    /// The latency that it was told last; hosts start with 0.
    told_samples: AtomicU32,
}

impl LatencyListener {
    /// The host's handler, or none any more.
    pub fn set(&self, handler: Option<ComPtr<IComponentHandler>>) {
        let before = std::mem::replace(&mut *self.lock(), handler);
        // Its release is a call of the host's, which comes after the lock.
        drop(before);
    }

    /// Has the host read the latency, which is `samples`, or restart the plugin.
    pub fn tell(&self, samples: u32) {
        self.told_samples.store(samples, SeqCst);
        // The host may set another handler meanwhile, so the lock is not held.
        let handler = self.lock().clone();
        if let Some(handler) = handler {
            // SAFETY: the host's own object, of which `handler` counts a reference.
            unsafe { handler.restartComponent(LATENCY_CHANGED) };
        }
    }

    /// The same if the host was told another latency.
    pub fn tell_if_changed(&self, samples: u32) {
        if self.told_samples.load(SeqCst) != samples {
            self.tell(samples);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<ComPtr<IComponentHandler>>> {
        self.handler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
