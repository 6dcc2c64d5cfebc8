//! The networks that there are: one for each quality that has one.

/// The layers of a network, and the cells that it works on. `training/designs.py` has the same.
pub(super) struct Design {
    /// From these frequencies on, in Hz, this many bins are one cell.
    pub(super) cell_sizes: &'static [(f64, usize)],
    /// The cepstrum is smoothed in one of so many frames, and held meanwhile.
    pub(super) cepstrum_every_hops: usize,
    /// Frames that the gain comes after the latest one. With any, the last layers see the inputs of the frame that the gain
    /// is for.
    pub(super) look_ahead_hops: usize,
    /// Powers of the network's gain and of Two-Step's, whose product is the gain. The second knows better what stands still,
    /// as hum does.
    pub(super) exponents: [f32; 2],
    /// Below this, in Hz, Two-Step is computed per bin, which separates closer partials, and above it per cell, which costs less.
    pub(super) bins_below_hz: f64,
    /// Rows between the layers.
    pub(super) channels: usize,
    /// The layers between the first and the last ones.
    pub(super) blocks: &'static [BlockKind],
    /// 32-bit floats, little endian, written by `training/export.py`.
    pub(super) weights: &'static [u8],
}

/// A layer whose output is added to its input.
#[derive(Clone, Copy)]
pub(super) enum BlockKind {
    /// Over three cells at this distance.
    Convolution(usize),
    /// Over time.
    Recurrence,
}

use BlockKind::{Convolution, Recurrence};

pub(super) static STANDARD: Design = Design {
    cell_sizes: &[(0.0, 1), (1500.0, 2), (3000.0, 4), (6000.0, 8), (9000.0, 16)],
    cepstrum_every_hops: 2,
    look_ahead_hops: 0,
    exponents: [1.0, 0.25],
    bins_below_hz: 6000.0,
    channels: 8,
    blocks: &[Recurrence, Convolution(2), Recurrence],
    weights: include_bytes!("standard.bin"),
};

pub(super) static BEST: Design = Design {
    cell_sizes: &[(0.0, 1), (3000.0, 2), (6000.0, 4), (12_000.0, 8)],
    cepstrum_every_hops: 1,
    look_ahead_hops: 2,
    exponents: [0.79, 0.15],
    bins_below_hz: f64::INFINITY,
    channels: 16,
    blocks: &[Convolution(2), Recurrence, Convolution(4), Recurrence],
    weights: include_bytes!("best.bin"),
};

impl Design {
    /// The weights in the order of the layers. Setup only.
    pub(super) fn stored(&self) -> Vec<f32> {
        floats(self.weights)
    }
}

/// 32-bit floats, little endian. Setup only.
pub(super) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()
}
