//! The frequency axis of the editor, and curves over it.

use std::sync::atomic::Ordering::Relaxed;

use atomic_float::AtomicF32;

/// Points of a curve, from [`LOWEST_HZ`] to [`HIGHEST_HZ`] in equal steps of log frequency.
pub const POINTS: usize = 256;
pub const LOWEST_HZ: f32 = 20.0;
pub const HIGHEST_HZ: f32 = 20_000.0;

/// One value per point.
pub type Curve = [f32; POINTS];

/// Frequency of a point in hertz; `point` may be fractional.
pub fn point_hz(point: f32) -> f32 {
    LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(point / (POINTS - 1) as f32)
}

/// A curve that one thread writes and another reads, value by value.
pub struct AtomicCurve([AtomicF32; POINTS]);

impl Default for AtomicCurve {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicF32::new(0.0)))
    }
}

impl AtomicCurve {
    /// RT-safe.
    pub fn store(&self, curve: &Curve) {
        self.0.iter().zip(curve).for_each(|(cell, &value)| cell.store(value, Relaxed));
    }

    /// RT-safe.
    pub fn load(&self) -> Curve {
        std::array::from_fn(|point| self.0[point].load(Relaxed))
    }
}
