//! Whether the host renders offline. The output is the same as in real time: only the window says it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The host's last word on it.
#[derive(Default)]
pub struct RenderMode {
    is_offline: AtomicBool,
}

impl RenderMode {
    /// For the bridges. RT-safe.
    pub fn set_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Relaxed);
    }

    /// RT-safe.
    pub fn is_offline(&self) -> bool {
        self.is_offline.load(Relaxed)
    }
}
