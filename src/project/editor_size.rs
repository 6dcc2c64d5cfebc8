//! The editor's size and zoom, which the project keeps.

use std::sync::Arc;

use crossbeam::atomic::AtomicCell;
use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

/// Smallest and largest window in points, which are pixels at 100 %.
pub const SMALLEST: (f32, f32) = (560.0, 380.0);
pub const LARGEST: (f32, f32) = (3840.0, 2160.0);
/// Zooms that the editor offers.
pub const ZOOMS: [f32; 3] = [1.0, 1.5, 2.0];

/// Size of the editor's window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EditorSize {
    /// In points.
    pub width: f32,
    pub height: f32,
    /// Pixels per point, beyond those of the screen.
    pub zoom: f32,
}

impl Default for EditorSize {
    fn default() -> Self {
        Self { width: 900.0, height: 640.0, zoom: 1.0 }
    }
}

impl EditorSize {
    /// Clamped to the limits; values that are not finite get their default.
    pub fn within_limits(self) -> Self {
        let default = Self::default();
        let clamp = |value: f32, default: f32, low: f32, high: f32| {
            if value.is_finite() { value.clamp(low, high) } else { default }
        };
        Self {
            width: clamp(self.width, default.width, SMALLEST.0, LARGEST.0),
            height: clamp(self.height, default.height, SMALLEST.1, LARGEST.1),
            zoom: clamp(self.zoom, default.zoom, ZOOMS[0], ZOOMS[ZOOMS.len() - 1]),
        }
    }
}

/// The project's field: the editor writes it, the host's main thread saves and loads it.
#[derive(Debug, Clone, Default)]
pub struct EditorSizeCell(Arc<AtomicCell<EditorSize>>);

impl EditorSizeCell {
    pub fn get(&self) -> EditorSize {
        self.0.load()
    }

    pub fn put(&self, size: EditorSize) {
        self.0.store(size.within_limits());
    }
}

impl PersistentField<'_, EditorSize> for EditorSizeCell {
    fn set(&self, size: EditorSize) {
        self.put(size);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&EditorSize) -> R,
    {
        f(&self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_from_a_project_is_clamped() {
        let cell = EditorSizeCell::default();
        assert_eq!(cell.get(), EditorSize::default());
        cell.set(EditorSize { width: 1200.0, height: 800.0, zoom: 1.5 });
        assert_eq!(cell.map(|size| *size), EditorSize { width: 1200.0, height: 800.0, zoom: 1.5 });
        cell.set(EditorSize { width: f32::NAN, height: -3.0, zoom: 1e9 });
        assert_eq!(cell.get(), EditorSize { width: 900.0, height: 380.0, zoom: 2.0 });
    }
}
