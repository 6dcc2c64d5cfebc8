//! Holds back a window's size and scale until the host shows the window.
//!
//! On X11, baseview 0.4.2 asks the display for the time of the next frame, and draws when the answer comes. It listens to
//! answers only from the moment on at which the window is shown. If it asks before, which a new size makes it do, it waits
//! for an answer that it has missed, and the window stays empty until it is closed.
//!
//! Can be removed when baseview listens before it asks: the test is `lull-realtime editor-shown-late`.

use std::cell::Cell;
use std::sync::Arc;

use crossbeam::atomic::AtomicCell;
use nice_plug::editor::dpi::NativeSize;

/// The size that a host has given a window that it has not shown yet, for [`nice_plug::editor::Editor::size`].
pub type SizeBeforeShown = Arc<AtomicCell<Option<NativeSize<u32>>>>;

/// What is applied when the window is shown.
pub struct UntilShown {
    is_shown: Cell<bool>,
    scale: Cell<Option<f64>>,
    size: SizeBeforeShown,
}

impl UntilShown {
    /// A window that is not shown. Setup only.
    pub fn new(size: SizeBeforeShown) -> Self {
        size.store(None);
        Self { is_shown: Cell::new(false), scale: Cell::new(None), size }
    }

    /// Keeps the size and returns true if the window is not shown yet.
    pub fn keeps_size(&self, size: NativeSize<u32>) -> bool {
        let keeps = !self.is_shown.get();
        if keeps {
            self.size.store(Some(size));
        }
        keeps
    }

    /// Keeps the scale and returns true if the window is not shown yet.
    pub fn keeps_scale(&self, scale: f64) -> bool {
        let keeps = !self.is_shown.get();
        if keeps {
            self.scale.set(Some(scale));
        }
        keeps
    }

    /// To be called when the window was shown. Returns the scale and the size that it is to have, in this order.
    pub fn shown(&self) -> (Option<f64>, Option<NativeSize<u32>>) {
        self.is_shown.set(true);
        (self.scale.take(), self.size.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_size_and_scale_before_it_is_shown_are_applied_once() {
        let size = SizeBeforeShown::default();
        let until_shown = UntilShown::new(size.clone());
        for width in [800, 1000] {
            assert!(until_shown.keeps_size(NativeSize { width, height: 600 }));
        }
        assert!(until_shown.keeps_scale(2.0));
        assert_eq!(size.load(), Some(NativeSize { width: 1000, height: 600 }));
        assert_eq!(until_shown.shown(), (Some(2.0), Some(NativeSize { width: 1000, height: 600 })));
        assert!(!until_shown.keeps_size(NativeSize { width: 900, height: 600 }));
        assert!(!until_shown.keeps_scale(1.0));
        assert_eq!((until_shown.shown(), size.load()), ((None, None), None));
    }
}
