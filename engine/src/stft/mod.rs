//! Short-time Fourier transform: from samples to overlapping spectra and back.

mod overlap_add;
mod real_fft;
#[cfg(test)]
mod round_trip;
mod tables;
mod transform;
mod windows;

pub(crate) use overlap_add::{HopClock, OverlapAdd};
pub(crate) use real_fft::RealFft;
pub use transform::SpectrumScale;
pub(crate) use transform::{Transform, TransformScratch, multiply_spectrum};
