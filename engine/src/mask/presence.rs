//! Presence: how sure it is that a cell holds signal and not noise alone.
//!
//! A single cell of noise may be 10 dB above its mean, but the mean of many cells is not. Evidence is therefore
//! gathered over two neighbourhoods: one wide in frequency and short in time (for onsets and consonants), one narrow in
//! frequency and longer in time (for partials, and hum that is not part of the noise). Either suffices. Without
//! evidence the gain is the floor, so that noise keeps its character and becomes quieter, without the chirps that are
//! called musical noise. Gating a log-MMSE gain by presence, as a power of the gain, follows Cohen & Berdugo (2001),
//! whose evidence differs.

use crate::grid::Grid;
use crate::mask::box_mean::{self, BoxMeans, MeanShape};
use crate::math::LOG2_POWER_PER_DB;
use crate::vectorised::vectorised;

/// Widths of the two neighbourhoods.
const WIDE_HZ: f32 = 1400.0;
const NARROW_HZ: f32 = 70.0;
/// Time constant of the wide neighbourhood.
const WIDE_S: f32 = 0.004;
/// The SNR of a cell is limited to this (15 dB), so that one strong cell does not open its neighbours.
const LARGEST_SNR: f32 = 30.0;
const _: () = assert!(LARGEST_SNR <= box_mean::LARGEST);

/// Limits between noise and signal. They depend on how much the gathered SNRs fluctuate in noise alone.
#[derive(Clone, Copy)]
pub(crate) struct Sensitivity {
    /// Mean SNR of each neighbourhood at which presence is one half.
    wide_half_db: f32,
    narrow_half_db: f32,
    /// Time constant of the narrow neighbourhood.
    narrow_s: f32,
}

impl Sensitivity {
    /// For the SNRs of single cells.
    pub(crate) const CELLS: Self = Self { wide_half_db: 3.5, narrow_half_db: 5.0, narrow_s: 0.08 };
    /// For means over many cells, which hardly fluctuate and include the past already: see [`super::similar_cells`].
    pub(crate) const MEANS: Self = Self { wide_half_db: 2.0, narrow_half_db: 3.8, narrow_s: 0.05 };
}

/// The neighbourhoods on this engine's grid, shared by all channels.
pub(crate) struct PresenceShape {
    wide_scale: f32,
    narrow_scale: f32,
    wide: MeanShape,
    narrow: MeanShape,
}

impl PresenceShape {
    /// Setup only.
    pub(crate) fn new(grid: Grid, hop_s: f32, sensitivity: Sensitivity) -> Self {
        let below = |db: f32| (-db * LOG2_POWER_PER_DB).exp2();
        let mean = |width_hz: f32, time_s: f32| MeanShape {
            // The nearest odd number of bins.
            half_bins: (((width_hz / grid.bin_width_hz() as f32 - 1.0) / 2.0).round() as usize)
                .min(grid.bins() - 1),
            keep: (-hop_s / time_s).exp(),
        };
        Self {
            wide_scale: below(sensitivity.wide_half_db),
            narrow_scale: below(sensitivity.narrow_half_db),
            wide: mean(WIDE_HZ, WIDE_S),
            narrow: mean(NARROW_HZ, sensitivity.narrow_s),
        }
    }
}

/// The recursive means of one channel's neighbourhoods.
pub(crate) struct Presence {
    /// Mean posterior SNR of each neighbourhood, per bin.
    wide: Vec<f32>,
    narrow: Vec<f32>,
}

impl Presence {
    /// Setup only.
    pub(crate) fn new(bins: usize) -> Self {
        Self { wide: vec![1.0; bins], narrow: vec![1.0; bins] }
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.wide.fill(1.0);
        self.narrow.fill(1.0);
    }

    /// Computes the evidence of a frame from its posterior SNRs: the mean SNR of each neighbourhood over the one at
    /// which presence is one half; the larger of the two. `boxes` is scratch. RT-safe.
    pub(crate) fn gather(
        &mut self,
        shape: &PresenceShape,
        snr: &[f32],
        boxes: &mut BoxMeans,
        evidence: &mut [f32],
    ) {
        boxes.fill(snr, LARGEST_SNR);
        boxes.update(shape.wide, &mut self.wide);
        boxes.update(shape.narrow, &mut self.narrow);
        stronger(shape.wide_scale, shape.narrow_scale, &self.wide, &self.narrow, evidence);
    }
}

vectorised! {
    fn stronger(wide_scale: f32, narrow_scale: f32, wide: &[f32], narrow: &[f32], evidence: &mut [f32]) {
        for ((e, w), n) in evidence.iter_mut().zip(wide).zip(narrow) {
            *e = (w * wide_scale).max(n * narrow_scale);
        }
    }
}

/// Presence, from 0 to 1: one half at evidence 1. The odds are the 12th power of the evidence: 1 dB more evidence is 12
/// dB more odds.
#[inline(always)]
fn certainty(evidence: f32) -> f32 {
    let squared = evidence.min(100.0) * evidence.min(100.0);
    let fourth = squared * squared;
    let odds = fourth * fourth * fourth;
    odds / (1.0 + odds)
}

vectorised! {
    /// Limits gains (log2 of amplitude) to the floor and weights them by presence p: floor^(1 - p) * gain^p. `scale` multiplies
    /// the evidence. RT-safe.
    pub(crate) fn weight_by_presence(evidence: &[f32], scale: f32, floor_log2: f32, gain_log2: &mut [f32]) {
        for (g, &e) in gain_log2.iter_mut().zip(evidence) {
            *g = floor_log2 + certainty(e * scale) * (g.max(floor_log2) - floor_log2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };
    const HOP_S: f32 = 512.0 / 48_000.0;

    fn settled(snr_at: impl Fn(usize) -> f32, frames: usize) -> Vec<f32> {
        let shape = PresenceShape::new(GRID, HOP_S, Sensitivity::CELLS);
        let (mut presence, mut boxes) = (Presence::new(GRID.bins()), BoxMeans::new(GRID.bins()));
        let snr: Vec<f32> = (0..GRID.bins()).map(snr_at).collect();
        let mut out = vec![0.0; GRID.bins()];
        (0..frames).for_each(|_| presence.gather(&shape, &snr, &mut boxes, &mut out));
        out.into_iter().map(certainty).collect()
    }

    #[test]
    fn is_a_half_at_its_thresholds() {
        // All bins alike: the wide neighbourhood decides, because its threshold is the lower one.
        for frames in [50, 200] {
            let p = settled(|_| (Sensitivity::CELLS.wide_half_db * LOG2_POWER_PER_DB).exp2(), frames);
            assert!((p[500] - 0.5).abs() < 1e-3, "{}", p[500]);
        }
        // A single partial, three bins wide, which the wide neighbourhood does not notice.
        let partial = |bin: usize| {
            if bin.abs_diff(500) <= 1 {
                (Sensitivity::CELLS.narrow_half_db * LOG2_POWER_PER_DB).exp2()
            } else {
                1.0
            }
        };
        let p = settled(partial, 200);
        assert!((p[500] - 0.5).abs() < 0.02 && p[600] < 1e-3, "{} {}", p[500], p[600]);
    }

    #[test]
    fn an_onset_over_all_bins_is_noticed_at_once_and_noise_is_not() {
        assert!(settled(|_| 10.0, 1)[300] > 0.99);
        assert!(settled(|_| 1.0, 100).iter().all(|&p| p < 1e-3));
    }

    #[test]
    fn one_strong_cell_does_not_open_its_neighbours() {
        let p = settled(|bin| if bin == 500 { 1e6 } else { 1.0 }, 1);
        assert!(p[480] < 0.01 && p[520] < 0.01);
    }
}
