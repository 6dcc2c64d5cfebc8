//! What the learned estimator needs: tables that engines share, what each mask remembers, and scratch.

use std::sync::LazyLock;

use super::cells::Cells;
use super::design::{BEST, Design, STANDARD};
use super::held::HeldBins;
use super::inputs::{Frame, InputMemory, InputScratch, InputShape};
use super::network::{Network, NetworkMemory, NetworkScratch};
use crate::config::Config;
use crate::mask::prior_snr::memory::LOWEST_PRIOR;
use crate::math::{exp2, log2};
use crate::quality::Quality;
use crate::shared::{Registry, Shared};
use crate::vectorised::vectorised;

static OF_STANDARD: LazyLock<Network> = LazyLock::new(|| Network::new(&STANDARD));
static OF_BEST: LazyLock<Network> = LazyLock::new(|| Network::new(&BEST));

/// Gains are at least this (-120 dB), where their logarithm is taken.
const SMALLEST_GAIN: f32 = 1e-6;

/// The constants at one rate and quality.
pub(crate) struct LearnedTables {
    design: &'static Design,
    network: &'static Network,
    cells: Cells,
    inputs: InputShape,
    /// The first cell and bin that have Two-Step per cell.
    boundary: (usize, usize),
}

/// Tables that other engines may use as well.
pub(crate) type SharedTables = Shared<Config, LearnedTables>;

static TABLES: Registry<Config, LearnedTables> = Registry::new();

/// What one mask remembers.
pub(crate) struct LearnedMemory {
    inputs: InputMemory,
    network: NetworkMemory,
    pub(super) held: HeldBins,
}

/// What is needed only while a mask is computed.
pub(crate) struct LearnedScratch {
    inputs: InputScratch,
    network: NetworkScratch,
    /// Gain per cell, and per bin.
    gains: Vec<f32>,
    spread: Vec<f32>,
}

impl LearnedTables {
    /// None for qualities that no network was trained for. Setup only.
    pub(crate) fn shared(config: Config) -> Option<SharedTables> {
        let (design, network): (_, &Network) = match config.quality {
            Quality::Live => return None,
            Quality::Standard => (&STANDARD, &OF_STANDARD),
            Quality::Best => (&BEST, &OF_BEST),
        };
        debug_assert_eq!(design.look_ahead_hops, config.quality.look_ahead_hops());
        // They do not depend on the number of channels.
        Some(TABLES.get(Config { channels: 1, ..config }, |config| {
            let cells = Cells::new(config.grid(), design.cell_sizes);
            let boundary = cells.boundary(design.bins_below_hz);
            let inputs = InputShape::new(design, &cells, config.grid(), config.hop_s());
            Self { design, network, inputs, boundary, cells }
        }))
    }
}

impl LearnedMemory {
    /// Setup only.
    pub(crate) fn new(tables: &LearnedTables, config: Config) -> Self {
        Self {
            inputs: InputMemory::new(&tables.inputs, &tables.cells),
            network: NetworkMemory::new(tables.design, tables.cells.count()),
            held: HeldBins::new(config.grid().bins(), config.hop_s()),
        }
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.inputs.reset();
        self.network.reset();
        self.held.reset();
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.inputs.copy_from(&other.inputs);
        self.network.copy_from(&other.network);
        self.held.copy_from(&other.held);
    }
}

impl LearnedScratch {
    /// None for qualities that no network was trained for. Setup only.
    pub(crate) fn new(config: Config) -> Option<Self> {
        let tables = LearnedTables::shared(config)?;
        let cells = tables.cells.count();
        Some(Self {
            inputs: InputScratch::new(&tables.inputs, config.grid(), &tables.cells),
            network: NetworkScratch::new(tables.design, cells),
            gains: vec![0.0; cells],
            spread: vec![0.0; config.grid().bins()],
        })
    }

    /// Posterior SNRs times `scale`, until the next gains. RT-safe.
    pub(super) fn scaled<'a>(&'a mut self, posterior: &'a [f32], scale: f32) -> &'a [f32] {
        if scale == 1.0 {
            return posterior;
        }
        for (scaled, gamma) in self.spread.iter_mut().zip(posterior) {
            *scaled = scale * gamma;
        }
        &self.spread
    }

    /// Overwrites everything with values that no frame can have computed, by `spoil`. RT-safe.
    #[cfg(debug_assertions)]
    pub(crate) fn spoil(&mut self, spoil: impl Fn(&mut [f32])) {
        let Self { inputs, network, gains, spread } = self;
        inputs.arrays().into_iter().chain([&mut **gains, &mut **spread]).for_each(&spoil);
        network.spoil(spoil);
    }
}

/// The gains of a frame.
pub(super) struct Gains<'a> {
    /// The network's gain of every bin, raised to its power; from `boundary` on, times Two-Step's.
    pub(super) per_bin: &'a mut [f32],
    /// The bins before this one still lack Two-Step's gain, raised to this power.
    pub(super) boundary: usize,
    pub(super) two_step_exponent: f32,
}

/// The gains of the latest frame. `exponent_factor` is 1 where Smoothing is in its middle. RT-safe.
pub(super) fn gains<'a>(
    tables: &LearnedTables,
    memory: &mut LearnedMemory,
    scratch: &'a mut LearnedScratch,
    frame: &Frame,
    exponent_factor: f32,
) -> Gains<'a> {
    let LearnedScratch { inputs, network, gains, spread } = scratch;
    let LearnedTables { design, cells, inputs: shape, .. } = tables;
    let has_new_constants = memory.inputs.gather(cells, shape, frame, inputs, &mut network.inputs);
    let constants = memory.inputs.constants();
    if has_new_constants {
        tables.network.set_constants(constants, &mut memory.network);
    }
    tables.network.gains(constants, &mut memory.network, network, gains);
    let [exponent, two_step_exponent] = design.exponents;
    let (cell, boundary) = tables.boundary;
    let (below, above) = gains.split_at_mut(cell);
    let exponent = exponent_factor * exponent;
    if exponent != 1.0 {
        raise(exponent, below);
    }
    raise_and_join(exponent, two_step_exponent, &memory.inputs.two_step()[cell..], above);
    cells.spread(gains, spread);
    Gains { per_bin: spread, boundary, two_step_exponent }
}

vectorised! {
    /// Raises gains to a power: less than 1 for more detail, more for calm.
    fn raise(exponent: f32, gains: &mut [f32]) {
        for gain in gains {
            *gain = exp2(exponent * log2(gain.max(SMALLEST_GAIN)));
        }
    }

    /// The same, times the Wiener gains of Two-Step's SNRs, raised to another power.
    fn raise_and_join(exponent: f32, two_step_exponent: f32, two_step: &[f32], gains: &mut [f32]) {
        for (gain, xi) in gains.iter_mut().zip(two_step) {
            let xi = xi.max(LOWEST_PRIOR);
            let two_step_log2 = two_step_exponent * log2(xi / (1.0 + xi));
            *gain = exp2(exponent * log2(gain.max(SMALLEST_GAIN)) + two_step_log2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_are_raised_and_multiplied_as_their_exponents_say() {
        for gain in [0.0f32, 1e-6, 0.2, 0.9, 1.0] {
            for other in [4e-3f32, 0.5, 0.999] {
                let (mut alone, mut joined) = ([gain], [gain]);
                raise(1.2, &mut alone);
                raise_and_join(1.2, 0.15, &[other / (1.0 - other)], &mut joined);
                let wanted = gain.max(1e-6).powf(1.2);
                assert!((alone[0] - wanted).abs() < 2e-5, "{gain}: {alone:?}");
                let wanted = wanted * other.powf(0.15);
                assert!((joined[0] - wanted).abs() < 2e-5, "{gain}, {other}: {joined:?}");
            }
        }
    }

    #[test]
    fn engines_of_one_rate_and_quality_share_their_tables() {
        let shared = |sample_rate_hz, channels, quality| {
            LearnedTables::shared(Config { sample_rate_hz, channels, quality })
        };
        assert!(shared(48e3, 2, Quality::Live).is_none());
        for quality in [Quality::Standard, Quality::Best] {
            let [one, same, other] = [(48e3, 1), (48e3, 2), (44.1e3, 1)]
                .map(|(rate_hz, channels)| shared(rate_hz, channels, quality).expect("a network"));
            assert!(std::ptr::eq::<LearnedTables>(&*one, &*same));
            assert!(!std::ptr::eq::<LearnedTables>(&*one, &*other));
        }
    }
}
