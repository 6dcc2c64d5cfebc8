//! What the network is told of each cell: SNRs over the learned noise, their means around it, and where it lies.
//!
//! Every figure is relative to the learned noise, so that the network knows no level. `training/features.py` computes the
//! same; the test compares both.

use std::ops::Range;

use super::cells::{Cells, Neighbourhood, RunningSums, forget};
use super::cepstrum::{Cepstrum, CepstrumScratch};
use super::design::Design;
use super::layer::Rows;
use crate::grid::Grid;
use crate::mask::prior_snr::memory::{LARGEST_SNR, decided};
use crate::math::log2;
use crate::noise::learned_noise::LearnedNoise;
use crate::vectorised::vectorised;

/// Number of figures per cell, and the row of the posterior SNR.
pub(super) const INPUTS: usize = 12;
pub(super) const POSTERIOR: usize = 2;
/// The figures that change with the profile alone: the last ones.
pub(super) const CONSTANT: Range<usize> = 9..INPUTS;

/// A cell counts at most as this SNR (15 dB) in means, so that one strong cell does not stand for its neighbours.
const CAPPED: f32 = 30.0;
/// Limit of the SNR in the slow mean.
const LARGEST_SLOW: f32 = 1e3;
/// Widths of the means over frequency, and time constants of those over time.
const WIDE_HZ: f32 = 1400.0;
const BROAD_HZ: f32 = 6000.0;
const NARROW_HZ: f32 = 70.0;
const LINE_HZ: f32 = 200.0;
const NARROW_S: f32 = 0.08;
const SLOW_S: f32 = 0.4;
/// Limit of how much noise fluctuates.
const LARGEST_FLUCTUATION: f32 = 2.0;
/// Time constant of the decision-directed SNR.
const DECISION_S: f32 = 0.25;
/// Limits of the SNRs that go into the cepstrum.
const LOWEST_IN_CEPSTRUM: f32 = 0.1;
const LARGEST_IN_CEPSTRUM: f32 = 1e4;

/// A frame as the network is told of it.
pub(super) struct Frame<'a> {
    /// Posterior SNRs per bin, and a factor of all of them.
    pub(super) latest_posterior: &'a [f32],
    pub(super) scale: f32,
    pub(super) noise: LearnedNoise<'a>,
}

/// What is the same for all masks of an engine.
pub(super) struct InputShape {
    wide: Vec<Neighbourhood>,
    broad: Vec<Neighbourhood>,
    narrow: Vec<Neighbourhood>,
    line: Vec<Neighbourhood>,
    place: Vec<f32>,
    keep_narrow: f32,
    keep_slow: f32,
    keep_decision: f32,
    cepstrum: Cepstrum,
    /// The cells that the cepstrum reaches into, and the bins that these have.
    cepstral: (usize, usize),
    cepstrum_every_hops: usize,
}

impl InputShape {
    /// Setup only.
    pub(super) fn new(design: &Design, cells: &Cells, grid: Grid, hop_s: f32) -> Self {
        let keep = |time_s: f32| (-hop_s / time_s).exp();
        let cepstrum = Cepstrum::new(grid, hop_s * design.cepstrum_every_hops as f32);
        Self {
            wide: cells.neighbourhoods(WIDE_HZ),
            broad: cells.neighbourhoods(BROAD_HZ),
            narrow: cells.neighbourhoods(NARROW_HZ),
            line: cells.neighbourhoods(LINE_HZ),
            place: cells.centres_hz().map(|hz| log2(hz.max(30.0) / 1000.0) / 4.0).collect(),
            keep_narrow: keep(NARROW_S),
            keep_slow: keep(SLOW_S),
            keep_decision: keep(DECISION_S),
            cepstral: cells.covering(cepstrum.bins()),
            cepstrum,
            cepstrum_every_hops: design.cepstrum_every_hops,
        }
    }
}

/// The memory of one mask's inputs.
pub(super) struct InputMemory {
    clean: Vec<f32>,
    narrow: Vec<f32>,
    slow: Vec<f32>,
    /// The smoothed cepstrum.
    cepstrum: Vec<f32>,
    /// Frames until the cepstrum is smoothed again, and the levels that it gave, per cell.
    until_cepstrum: usize,
    cepstral: Vec<f32>,
    /// The reading of the learned noise that the constant figures are from, and whether there was one.
    reading: Option<u32>,
    constants: Rows,
}

/// What is needed only while a frame's inputs are computed.
pub(super) struct InputScratch {
    posterior: Vec<f32>,
    limited: Vec<f32>,
    means: Vec<f32>,
    sums: RunningSums,
    /// Levels of bins.
    levels: Vec<f32>,
    cepstrum: CepstrumScratch,
}

impl InputScratch {
    /// Setup only.
    pub(super) fn new(shape: &InputShape, grid: Grid, cells: &Cells) -> Self {
        let zeros = || vec![0.0; cells.count()];
        Self {
            posterior: zeros(),
            limited: zeros(),
            means: zeros(),
            sums: RunningSums::new(cells),
            levels: vec![0.0; grid.bins()],
            cepstrum: CepstrumScratch::new(&shape.cepstrum),
        }
    }

    /// All arrays of real numbers but the sums, whose first is always 0. For tests.
    #[cfg(debug_assertions)]
    pub(super) fn arrays(&mut self) -> [&mut [f32]; 6] {
        let Self { posterior, limited, means, levels, cepstrum, .. } = self;
        let [coefficients, power] = cepstrum.arrays();
        [posterior, limited, means, levels, coefficients, power]
    }
}

impl InputMemory {
    /// Setup only.
    pub(super) fn new(shape: &InputShape, cells: &Cells) -> Self {
        let zeros = || vec![0.0; cells.count()];
        Self {
            clean: zeros(),
            narrow: vec![1.0; cells.count()],
            slow: vec![1.0; cells.count()],
            cepstrum: vec![0.0; shape.cepstrum.bins()],
            until_cepstrum: 0,
            cepstral: zeros(),
            reading: None,
            constants: Rows::new(CONSTANT.len(), cells.count()),
        }
    }

    /// The figures that change with the profile alone. RT-safe.
    pub(super) fn constants(&self) -> &Rows {
        &self.constants
    }

    /// The SNR of Two-Step in the last frame, per cell. RT-safe.
    pub(super) fn two_step(&self) -> &[f32] {
        &self.clean
    }

    /// Resets to noise alone. RT-safe.
    pub(super) fn reset(&mut self) {
        self.clean.fill(0.0);
        self.narrow.fill(1.0);
        self.slow.fill(1.0);
        self.cepstrum.fill(0.0);
        self.until_cepstrum = 0;
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.clean.copy_from_slice(&other.clean);
        self.narrow.copy_from_slice(&other.narrow);
        self.slow.copy_from_slice(&other.slow);
        self.cepstrum.copy_from_slice(&other.cepstrum);
        self.until_cepstrum = other.until_cepstrum;
        self.cepstral.copy_from_slice(&other.cepstral);
        // The channels' noises differ.
        self.reading = None;
    }

    /// Computes the rows of a frame before [`CONSTANT`], and the constant ones after a new reading of the noise. Returns whether
    /// there was one. RT-safe.
    pub(super) fn gather(
        &mut self,
        cells: &Cells,
        shape: &InputShape,
        &Frame { latest_posterior: bins, scale, noise }: &Frame,
        scratch: &mut InputScratch,
        rows: &mut Rows,
    ) -> bool {
        let is_new = self.reading != Some(noise.reading);
        if is_new {
            self.read(cells, shape, noise, scratch);
        }
        let Self { clean, narrow, slow, cepstrum, until_cepstrum, cepstral, .. } = self;
        let InputScratch { posterior, limited, means, sums, levels, cepstrum: of_cepstrum } = scratch;
        cells.join(bins, posterior);
        if scale != 1.0 {
            posterior.iter_mut().for_each(|gamma| *gamma *= scale);
        }
        decide(shape.keep_decision, posterior, clean, rows.row_mut(0), means);
        // Two rows of one buffer cannot be borrowed at once: the second goes through scratch.
        rows.row_mut(1).copy_from_slice(means);
        level(posterior, rows.row_mut(POSTERIOR));
        share(posterior, rows.row_mut(3));
        sums.fill(posterior, CAPPED);
        for (row, near) in [(4, &shape.wide), (5, &shape.broad)] {
            sums.means(near, means);
            level(means, rows.row_mut(row));
        }
        sums.means(&shape.narrow, means);
        forget(shape.keep_narrow, means, narrow);
        level(narrow, rows.row_mut(6));
        limit(LARGEST_SLOW, posterior, limited);
        forget(shape.keep_slow, limited, slow);
        level(slow, rows.row_mut(7));
        if *until_cepstrum == 0 {
            *until_cepstrum = shape.cepstrum_every_hops;
            let (smoothed, above) = levels.split_at_mut(shape.cepstrum.bins());
            let (cells_in_it, bins_of_them) = shape.cepstral;
            cepstral_level(scale, bins, smoothed);
            shape.cepstrum.smooth(cepstrum, of_cepstrum, smoothed);
            above[..bins_of_them - smoothed.len()].fill(0.0);
            cells.join_first(cells_in_it, levels, cepstral);
        }
        *until_cepstrum -= 1;
        rows.row_mut(8).copy_from_slice(cepstral);
        is_new
    }

    /// Computes what depends on the learned noise alone: how much it fluctuates, and how far it stands over its
    /// surroundings, as hum does.
    fn read(&mut self, cells: &Cells, shape: &InputShape, noise: LearnedNoise, scratch: &mut InputScratch) {
        let Self { reading, constants, .. } = self;
        constants.row_mut(0).copy_from_slice(&shape.place);
        let InputScratch { posterior, means, sums, levels, .. } = scratch;
        limit(LARGEST_FLUCTUATION, noise.fluctuation, levels);
        cells.join(levels, constants.row_mut(1));
        cells.join(noise.power, posterior);
        sums.fill(posterior, f32::INFINITY);
        sums.means(&shape.line, means);
        ratio(posterior, means, constants.row_mut(2));
        *reading = Some(noise.reading);
    }
}

/// -1 to 3 for -20 to 60 dB.
#[inline(always)]
fn level_of(snr: f32) -> f32 {
    0.5 * std::f32::consts::LOG10_2 * log2(snr.clamp(1e-2, 1e6))
}

vectorised! {
    fn level(snr: &[f32], levels: &mut [f32]) {
        for (level, snr) in levels.iter_mut().zip(snr) {
            *level = level_of(*snr);
        }
    }

    fn cepstral_level(scale: f32, snr: &[f32], levels: &mut [f32]) {
        for (level, snr) in levels.iter_mut().zip(snr) {
            *level = level_of((scale * snr).clamp(LOWEST_IN_CEPSTRUM, LARGEST_IN_CEPSTRUM));
        }
    }

    fn share(snr: &[f32], shares: &mut [f32]) {
        for (share, snr) in shares.iter_mut().zip(snr) {
            let snr = snr.min(LARGEST_SNR);
            *share = snr / (1.0 + snr);
        }
    }

    /// The levels of power ratios; 0 where there is no power.
    fn ratio(powers: &[f32], means: &[f32], levels: &mut [f32]) {
        for ((level, power), mean) in levels.iter_mut().zip(powers).zip(means) {
            *level = if *mean > f32::MIN_POSITIVE { level_of(power / mean) } else { 0.0 };
        }
    }

    fn limit(largest: f32, snr: &[f32], limited: &mut [f32]) {
        for (limited, snr) in limited.iter_mut().zip(snr) {
            *limited = snr.min(largest);
        }
    }

    /// The levels of the decision-directed SNR with a Wiener gain, and of the SNR after that gain, which is Two-Step's.
    fn decide(keep: f32, posterior: &[f32], clean: &mut [f32], prior: &mut [f32], two_step: &mut [f32]) {
        let outputs = prior.iter_mut().zip(two_step);
        for (((prior, two_step), clean), gamma) in outputs.zip(clean).zip(posterior) {
            let xi = decided(keep, *clean, *gamma);
            let gain = xi / (1.0 + xi);
            let after = gain * gain * gamma.min(LARGEST_SNR);
            *clean = after;
            (*prior, *two_step) = (level_of(xi), level_of(after));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::{BEST, STANDARD, floats};
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };

    fn per_bin(of: fn(f64) -> f64) -> Vec<f32> {
        (0..GRID.bins()).map(|b| of(b as f64) as f32).collect()
    }

    #[test]
    fn are_those_that_the_networks_were_trained_with() {
        let power = per_bin(|b| (0.05 * b).sin().exp());
        let fluctuation = per_bin(|b| 0.3 + 0.2 * (0.21 * b).sin());
        let of_best = floats(include_bytes!("best_inputs.bin"));
        let of_standard = floats(include_bytes!("standard_inputs.bin"));
        for (design, hop_samples, expected) in [(&BEST, 1024.0, of_best), (&STANDARD, 512.0, of_standard)] {
            let hop_s = hop_samples / 48_000.0;
            let cells = Cells::new(GRID, design.cell_sizes);
            let shape = InputShape::new(design, &cells, GRID, hop_s);
            let mut memory = InputMemory::new(&shape, &cells);
            let mut scratch = InputScratch::new(&shape, GRID, &cells);
            let mut rows = Rows::new(INPUTS, cells.count());
            for t in 0..12 {
                let posterior = |b: usize| {
                    let (t, b) = (f64::from(t), b as f64);
                    (2.0 * (0.9 * t + 0.013 * b).sin() + 2.0 * (0.41 * b + 0.3 * t).sin()).exp() as f32
                };
                let bins: Vec<f32> = (0..GRID.bins()).map(posterior).collect();
                let noise = LearnedNoise { power: &power, fluctuation: &fluctuation, lines: &[], reading: 1 };
                let frame = Frame { latest_posterior: &bins, scale: 1.0, noise };
                memory.gather(&cells, &shape, &frame, &mut scratch, &mut rows);
            }
            let per_row = cells.count().div_ceil(16);
            for (input, expected) in expected.chunks_exact(per_row).enumerate() {
                let row = if CONSTANT.contains(&input) {
                    memory.constants().row(input - CONSTANT.start)
                } else {
                    rows.row(input)
                };
                for (got, wanted) in row.iter().step_by(16).zip(expected) {
                    assert!((got - wanted).abs() < 1e-4, "input {input}: {got} {wanted}");
                }
            }
            assert_eq!(expected.len(), INPUTS * per_row);
        }
    }
}
