//! What the network is told of each cell: SNRs over the learned noise, their means around it, and where it lies.
//!
//! Every figure is relative to the learned noise, so that the network knows no level. `training/features.py` computes the
//! same; the test compares both.

use super::cells::{Cells, Neighbourhood, RunningSums, forget};
use super::cepstrum::Cepstrum;
use super::layer::Rows;
use crate::grid::Grid;
use crate::mask::prior_snr::memory::{LARGEST_SNR, decided};
use crate::math::log2;
use crate::noise::learned_noise::LearnedNoise;
use crate::vectorised::vectorised;

/// Number of figures per cell, and the row of the posterior SNR.
pub(super) const INPUTS: usize = 12;
pub(super) const POSTERIOR: usize = 2;

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
}

impl InputShape {
    /// Setup only.
    pub(super) fn new(cells: &Cells, hop_s: f32) -> Self {
        let keep = |time_s: f32| (-hop_s / time_s).exp();
        Self {
            wide: cells.neighbourhoods(WIDE_HZ),
            broad: cells.neighbourhoods(BROAD_HZ),
            narrow: cells.neighbourhoods(NARROW_HZ),
            line: cells.neighbourhoods(LINE_HZ),
            place: cells.centres_hz().map(|hz| log2(hz.max(30.0) / 1000.0) / 4.0).collect(),
            keep_narrow: keep(NARROW_S),
            keep_slow: keep(SLOW_S),
            keep_decision: keep(DECISION_S),
        }
    }
}

/// The memory of one mask's inputs.
pub(super) struct InputMemory {
    clean: Vec<f32>,
    narrow: Vec<f32>,
    slow: Vec<f32>,
    cepstrum: Cepstrum,
    sums: RunningSums,
    /// The reading of the learned noise that the next two rows are from, and whether there was one.
    reading: Option<u32>,
    fluctuation: Vec<f32>,
    line: Vec<f32>,
    /// Scratch: posterior SNR, limited SNR, means, per cell; levels of bins.
    posterior: Vec<f32>,
    limited: Vec<f32>,
    means: Vec<f32>,
    levels: Vec<f32>,
}

impl InputMemory {
    /// Setup only.
    pub(super) fn new(grid: Grid, hop_s: f32, cells: &Cells) -> Self {
        let zeros = || vec![0.0; cells.count()];
        let cepstrum = Cepstrum::new(grid, hop_s);
        Self {
            clean: zeros(),
            narrow: vec![1.0; cells.count()],
            slow: vec![1.0; cells.count()],
            sums: RunningSums::new(cells),
            reading: None,
            fluctuation: zeros(),
            line: zeros(),
            posterior: zeros(),
            limited: zeros(),
            means: zeros(),
            levels: vec![0.0; grid.bins()],
            cepstrum,
        }
    }

    /// Resets to noise alone. RT-safe.
    pub(super) fn reset(&mut self) {
        self.clean.fill(0.0);
        self.narrow.fill(1.0);
        self.slow.fill(1.0);
        self.cepstrum.reset();
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.clean.copy_from_slice(&other.clean);
        self.narrow.copy_from_slice(&other.narrow);
        self.slow.copy_from_slice(&other.slow);
        self.cepstrum.copy_from(&other.cepstrum);
        // The channels' noises differ.
        self.reading = None;
    }

    /// Computes the first [`INPUTS`] rows of a frame from its posterior SNRs, per bin. RT-safe.
    pub(super) fn gather(
        &mut self,
        cells: &Cells,
        shape: &InputShape,
        bins: &[f32],
        noise: LearnedNoise,
        rows: &mut Rows,
    ) {
        if self.reading != Some(noise.reading) {
            self.read(cells, shape, noise);
        }
        let Self { clean, narrow, slow, cepstrum, sums, posterior, limited, means, levels, .. } = self;
        cells.join(bins, posterior);
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
        let (smoothed, above) = levels.split_at_mut(cepstrum.bins());
        cepstral_level(bins, smoothed);
        cepstrum.smooth(smoothed);
        above.fill(0.0);
        cells.join(levels, rows.row_mut(8));
        rows.row_mut(9).copy_from_slice(&shape.place);
        rows.row_mut(10).copy_from_slice(&self.fluctuation);
        rows.row_mut(11).copy_from_slice(&self.line);
    }

    /// Computes what depends on the learned noise alone: how much it fluctuates, and how far it stands over its
    /// surroundings, as hum does.
    fn read(&mut self, cells: &Cells, shape: &InputShape, noise: LearnedNoise) {
        let Self { sums, reading, fluctuation, line, posterior, means, levels, .. } = self;
        limit(LARGEST_FLUCTUATION, noise.fluctuation, levels);
        cells.join(levels, fluctuation);
        cells.join(noise.power, posterior);
        sums.fill(posterior, f32::INFINITY);
        sums.means(&shape.line, means);
        ratio(posterior, means, line);
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

    fn cepstral_level(snr: &[f32], levels: &mut [f32]) {
        for (level, snr) in levels.iter_mut().zip(snr) {
            *level = level_of(snr.clamp(LOWEST_IN_CEPSTRUM, LARGEST_IN_CEPSTRUM));
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

    /// The levels of the decision-directed SNR with a Wiener gain, and of the SNR after that gain (two-step).
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
    use super::super::weights::floats;
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };
    const HOP_S: f32 = 1024.0 / 48_000.0;

    #[test]
    fn are_those_that_the_network_was_trained_with() {
        let expected = floats(include_bytes!("expected_inputs.bin"));
        let cells = Cells::new(GRID);
        let shape = InputShape::new(&cells, HOP_S);
        let mut memory = InputMemory::new(GRID, HOP_S, &cells);
        let mut rows = Rows::new(INPUTS, cells.count());
        let per_bin =
            |of: fn(f64) -> f64| (0..GRID.bins()).map(move |b| of(b as f64) as f32).collect::<Vec<_>>();
        let power = per_bin(|b| (0.05 * b).sin().exp());
        let fluctuation = per_bin(|b| 0.3 + 0.2 * (0.21 * b).sin());
        for t in 0..12 {
            let posterior = |b: usize| {
                let (t, b) = (f64::from(t), b as f64);
                (2.0 * (0.9 * t + 0.013 * b).sin() + 2.0 * (0.41 * b + 0.3 * t).sin()).exp() as f32
            };
            let bins: Vec<f32> = (0..GRID.bins()).map(posterior).collect();
            let noise = LearnedNoise { power: &power, fluctuation: &fluctuation, lines: &[], reading: 1 };
            memory.gather(&cells, &shape, &bins, noise, &mut rows);
        }
        let per_row = cells.count().div_ceil(16);
        for (input, expected) in expected.chunks_exact(per_row).enumerate() {
            for (got, wanted) in rows.row(input).iter().step_by(16).zip(expected) {
                assert!((got - wanted).abs() < 1e-4, "input {input}: {got} {wanted}");
            }
        }
        assert_eq!(expected.len(), INPUTS * per_row);
    }
}
