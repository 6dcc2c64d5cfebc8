//! What the learned estimator keeps, and how it computes a frame.

use std::sync::LazyLock;

use super::cells::Cells;
use super::inputs::{InputMemory, InputShape};
use super::network::{LOOK_AHEAD, Network, NetworkMemory, NetworkScratch};
use super::weights;
use crate::config::Config;
use crate::math::{exp2, log2};
use crate::noise::learned_noise::LearnedNoise;
use crate::vectorised::vectorised;

static NETWORK: LazyLock<Network> = LazyLock::new(|| Network::new(&weights::stored()));

/// Gains are at least this (-120 dB), where their logarithm is taken.
const SMALLEST_GAIN: f32 = 1e-6;

/// What all masks of an engine share.
pub(crate) struct LearnedShape {
    network: &'static Network,
    cells: Cells,
    inputs: InputShape,
    scratch: NetworkScratch,
    /// Scratch: gain per cell, and per bin.
    gains: Vec<f32>,
    spread: Vec<f32>,
}

/// What one mask remembers.
pub(crate) struct LearnedMemory {
    inputs: InputMemory,
    network: NetworkMemory,
}

impl LearnedShape {
    /// None for qualities that do not wait for as many frames as the network was trained with. Setup only.
    pub(crate) fn new(config: Config) -> Option<Self> {
        if config.quality.look_ahead_hops() != LOOK_AHEAD {
            return None;
        }
        let cells = Cells::new(config.grid());
        Some(Self {
            network: &NETWORK,
            inputs: InputShape::new(&cells, config.hop_s()),
            scratch: NetworkScratch::new(cells.count()),
            gains: vec![0.0; cells.count()],
            spread: vec![0.0; config.grid().bins()],
            cells,
        })
    }
}

impl LearnedMemory {
    /// Setup only.
    pub(crate) fn new(shape: &LearnedShape, config: Config) -> Self {
        Self {
            inputs: InputMemory::new(config.grid(), config.hop_s(), &shape.cells),
            network: NetworkMemory::new(shape.cells.count()),
        }
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.inputs.reset();
        self.network.reset();
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.inputs.copy_from(&other.inputs);
        self.network.copy_from(&other.network);
    }
}

/// The gain of every bin, from the posterior SNRs of the latest frame, raised to a power. RT-safe.
pub(super) fn gains<'a>(
    shape: &'a mut LearnedShape,
    memory: &mut LearnedMemory,
    latest_posterior: &[f32],
    noise: LearnedNoise,
    exponent: f32,
) -> &'a [f32] {
    let LearnedMemory { inputs, network } = memory;
    let LearnedShape { cells, scratch, gains, spread, .. } = shape;
    inputs.gather(cells, &shape.inputs, latest_posterior, noise, &mut scratch.inputs);
    shape.network.gains(network, scratch, gains);
    raise(exponent, gains);
    cells.spread(gains, spread);
    spread
}

vectorised! {
    /// Raises gains to a power: less than 1 for more detail, more for calm.
    fn raise(exponent: f32, gains: &mut [f32]) {
        for gain in gains {
            *gain = exp2(exponent * log2(gain.max(SMALLEST_GAIN)));
        }
    }
}
