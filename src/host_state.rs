//! What the host says of itself: whether it renders offline, and how large its points are. No project keeps it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crossbeam::atomic::AtomicCell;

/// The host's last words. RT-safe throughout.
#[derive(Default)]
pub struct HostState {
    is_offline: AtomicBool,
    scale: AtomicCell<Option<f32>>,
}

impl HostState {
    /// For the bridges.
    pub fn set_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, Relaxed);
    }

    /// Whether the host renders offline. The output is the same as in real time: only the window says it.
    pub fn is_offline(&self) -> bool {
        self.is_offline.load(Relaxed)
    }

    /// For the bridges: pixels per point of the window that the host will open. False if it is no scale.
    pub fn set_scale(&self, scale: f32) -> bool {
        let is_scale = scale.is_finite() && scale > 0.0;
        if is_scale {
            self.scale.store(Some(scale));
        }
        is_scale
    }

    /// Pixels per point, if the host has said it before it opened a window.
    pub fn scale(&self) -> Option<f32> {
        self.scale.load()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_scale_is_taken_for_one() {
        let state = HostState::default();
        assert!(!state.set_scale(f32::NAN) && !state.set_scale(0.0) && !state.set_scale(-1.0));
        assert_eq!(state.scale(), None);
        assert!(state.set_scale(1.5));
        assert_eq!(state.scale(), Some(1.5));
    }
}
