//! Samples to overlapping spectra and back.

mod overlap_add;
mod transform;
mod windows;

pub(crate) use overlap_add::{HopClock, OverlapAdd};
pub use transform::SpectrumScale;
pub(crate) use transform::{Frame, Transform};
