//! Non-local means over the posterior SNR (after Buades, Coll & Morel 2005; on spectrograms Lukin & Todd 2007): each
//! cell becomes a weighted mean of the cells around it in time and frequency, with larger weights for cells whose
//! surroundings are similar. Noise is similar to noise and is averaged to its mean. A partial is similar to its past,
//! an onset to its neighbours in frequency, and neither is smeared into cells that are not similar.
//!
//! Surroundings ("patches") are compared by their features, ln(mean SNR of 3 bins + 0.3). The logarithm makes the
//! distance one of levels; the offset limits the influence of deep notches of noise. The distance that noise has from
//! noise on average is subtracted, so that all patches of noise count as equal. The centre gets the largest weight of
//! any other cell, because its distance from itself is always 0.
//!
//! The cost is cells searched x bins per hop, independent of the signal.

use super::patches::{Law, gather_3, gather_5, gather_9, gather_any, settle, sum_squares};
use crate::math::log2;
use crate::vectorised::vectorised;

/// Extent of the search: into the past, and to each side in frequency.
const PAST_S: f32 = 0.107;
const REACH_HZ: f32 = 94.0;
/// Size of the patches.
const PATCH_S: f32 = 0.06;
const PATCH_HZ: f32 = 105.0;
/// Distance of patches at which the weight is 1/e: mean square of the differences of features, in nepers of power.
const ALIKE: f32 = 0.45 * 0.45;
/// Offset of the SNR under the logarithm. SNRs below it (-5 dB) hardly differ in their feature.
const OFFSET: f32 = 0.3;
/// The SNR of a cell is limited to this (40 dB).
const LARGEST_SNR: f32 = 1e4;
/// Least weight of the centre, where no cell is similar to it.
const SMALLEST_WEIGHT: f32 = 1e-6;
/// Bins that are processed at a time, so that their sums stay in the first-level cache during the search.
const STRIP_BINS: usize = 512;

/// The search on one grid, in frames and bins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Search {
    past_frames: usize,
    future_frames: usize,
    reach_bins: usize,
    patch_half_frames: usize,
    patch_half_bins: usize,
}

impl Search {
    /// The search in cells of `bin_hz`, for estimates that may be `look_ahead` hops late. These hops are used for the later
    /// half of the patches first, and the rest for the search. Setup only.
    pub(crate) fn new(bin_hz: f32, hop_s: f32, look_ahead: usize) -> Self {
        let half = |cells: f32| ((cells - 1.0) / 2.0).round() as usize;
        let patch_half_frames = half(PATCH_S / hop_s).min(look_ahead);
        Self {
            past_frames: (PAST_S / hop_s).round() as usize,
            future_frames: look_ahead - patch_half_frames,
            reach_bins: (REACH_HZ / bin_hz).round() as usize,
            patch_half_frames,
            patch_half_bins: half(PATCH_HZ / bin_hz).clamp(1, 8),
        }
    }

    fn look_ahead(&self) -> usize {
        self.future_frames + self.patch_half_frames
    }

    /// Frames that are kept: from the latest back to the oldest one of a patch.
    fn kept_frames(&self) -> usize {
        self.look_ahead() + self.past_frames + self.patch_half_frames + 1
    }

    /// Mirrored bins at both ends of the spectrum, so that no loop treats the ends specially.
    pub(crate) fn margin(&self) -> usize {
        self.reach_bins + self.patch_half_bins
    }
}

/// The last frames of one channel, from which the means are computed.
pub(crate) struct SimilarCells {
    search: Search,
    bins: usize,
    /// Rings of rows, with margins: posterior SNR and its feature.
    snr: Vec<Vec<f32>>,
    features: Vec<Vec<f32>>,
    newest: usize,
    strip: Strip,
}

/// Sums over the search for a strip of bins.
struct Strip {
    /// Squared differences of features, summed over the patch's frames; with the patch's margin.
    squares: Vec<f32>,
    total: Vec<f32>,
    weights: Vec<f32>,
    largest: Vec<f32>,
}

impl SimilarCells {
    /// Setup only. `bins` must be larger than the margins of `search`.
    pub(crate) fn new(search: Search, bins: usize) -> Self {
        let rows = |value| vec![vec![value; bins + 2 * search.margin()]; search.kept_frames()];
        let strip_bins = STRIP_BINS.min(bins);
        Self {
            search,
            bins,
            snr: rows(1.0),
            features: rows(feature(1.0)),
            newest: 0,
            strip: Strip {
                squares: vec![0.0; strip_bins + 2 * search.patch_half_bins],
                total: vec![0.0; strip_bins],
                weights: vec![0.0; strip_bins],
                largest: vec![0.0; strip_bins],
            },
        }
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.snr.iter_mut().for_each(|row| row.fill(1.0));
        self.features.iter_mut().for_each(|row| row.fill(feature(1.0)));
    }

    /// Adds the posterior SNR of the latest frame. RT-safe.
    pub(crate) fn push(&mut self, snr: &[f32]) {
        self.newest = (self.newest + 1) % self.snr.len();
        let margin = self.search.margin();
        let row = &mut self.snr[self.newest];
        hold(snr, &mut row[margin..margin + self.bins]);
        mirror(row, margin);
        let features = &mut self.features[self.newest];
        // Every bin except the outermost of the margins has two neighbours in the row.
        let inner = 1..row.len() - 1;
        featurise(row, &mut features[inner]);
        mirror(features, margin);
    }

    /// Computes the mean SNR of the frame `look_ahead` hops before the latest. `fluctuation` is the variance of the
    /// feature in noise alone, in squared nepers; `alike` scales the distance at which the weight is 1/e. RT-safe.
    pub(crate) fn estimate(&mut self, fluctuation: f32, alike: f32, mean: &mut [f32]) {
        let Search { patch_half_frames, patch_half_bins, .. } = self.search;
        let patch_cells = (2 * patch_half_frames + 1) * (2 * patch_half_bins + 1);
        let law = Law::new(2.0 * fluctuation, alike * ALIKE, patch_cells);
        for start in (0..self.bins).step_by(STRIP_BINS) {
            let end = self.bins.min(start + STRIP_BINS);
            self.estimate_strip(start, law, &mut mean[start..end]);
        }
    }

    fn estimate_strip(&mut self, start: usize, law: Law, mean: &mut [f32]) {
        let Search { past_frames, future_frames, reach_bins, patch_half_frames, patch_half_bins } =
            self.search;
        let bins = mean.len();
        let Self { snr, features, newest, strip, .. } = self;
        let frames = snr.len();
        // Frames by their age: 0 is the latest. No age exceeds the length of the ring.
        let row_of = |age: usize| (*newest + frames - age) % frames;
        let centre_age = future_frames + patch_half_frames;
        let first = start + self.search.margin() - patch_half_bins;
        let patch_bins = bins + 2 * patch_half_bins;

        let squares = &mut strip.squares[..patch_bins];
        let (total, weights) = (&mut strip.total[..bins], &mut strip.weights[..bins]);
        let largest = &mut strip.largest[..bins];
        total.fill(0.0);
        weights.fill(0.0);
        largest.fill(SMALLEST_WEIGHT);
        for age in centre_age - future_frames..=centre_age + past_frames {
            for shift in 0..=2 * reach_bins {
                if age == centre_age && shift == reach_bins {
                    continue;
                }
                let other = first + shift - reach_bins;
                let pair_of = |patch_age: usize| {
                    let own = &features[row_of(patch_age)][first..];
                    (own, &features[row_of(patch_age + age - centre_age)][other..])
                };
                let patch_ages = centre_age - patch_half_frames..=centre_age + patch_half_frames;
                sum_squares(patch_ages, pair_of, squares);
                let values = &snr[row_of(age)][other + patch_half_bins..];
                match patch_half_bins {
                    1 => gather_3(law, squares, values, total, weights, largest),
                    2 => gather_5(law, squares, values, total, weights, largest),
                    4 => gather_9(law, squares, values, total, weights, largest),
                    _ => gather_any(law, patch_half_bins, squares, values, total, weights, largest),
                }
            }
        }
        let own = &snr[row_of(centre_age)][first + patch_half_bins..];
        settle(own, total, weights, largest, mean);
    }
}

fn feature(mean_snr: f32) -> f32 {
    std::f32::consts::LN_2 * log2(mean_snr + OFFSET)
}

vectorised! {
    fn hold(snr: &[f32], held: &mut [f32]) {
        for (h, &snr) in held.iter_mut().zip(snr) {
            *h = snr.min(LARGEST_SNR);
        }
    }

    /// Features of all bins of `row` except the first and the last.
    fn featurise(row: &[f32], features: &mut [f32]) {
        let after = row[1..].iter().zip(&row[2..]);
        for ((f, before), (own, after)) in features.iter_mut().zip(row).zip(after) {
            *f = std::f32::consts::LN_2 * log2((before + own + after) * (1.0 / 3.0) + OFFSET);
        }
    }
}

/// Fills the margins of a row with its bins mirrored at the first and the last bin.
fn mirror(row: &mut [f32], margin: usize) {
    let last = row.len() - 1;
    for n in 0..margin {
        row[n] = row[2 * margin - n];
        row[last - n] = row[last + n - 2 * margin];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 256 };
    const HOP_S: f32 = 64.0 / 48_000.0;

    /// The definition, computed cell by cell in double precision.
    fn slow(search: Search, frames: &[Vec<f32>], t: usize, noise_distance: f64) -> Vec<f64> {
        let bins = frames[0].len() as isize;
        let fold = |bin: isize| {
            let bin = bin.abs();
            (if bin >= bins { 2 * bins - 2 - bin } else { bin }) as usize
        };
        let snr = |t: usize, bin: isize| frames[t][fold(bin)] as f64;
        let feature = |t: usize, bin: isize| {
            // In the margin the neighbours are those of the mirrored bin.
            let bin = fold(bin) as isize;
            ((snr(t, bin - 1) + snr(t, bin) + snr(t, bin + 1)) / 3.0 + OFFSET as f64).ln()
        };
        let Search { past_frames, future_frames, reach_bins, patch_half_frames, patch_half_bins } = search;
        let (reach, half_bins) = (reach_bins as isize, patch_half_bins as isize);
        (0..bins)
            .map(|bin| {
                let (mut total, mut weights, mut largest) = (0.0, 0.0, SMALLEST_WEIGHT as f64);
                for other_t in t - past_frames..=t + future_frames {
                    for other in bin - reach..=bin + reach {
                        if (other_t, other) == (t, bin) {
                            continue;
                        }
                        let (mut distance, mut cells) = (0.0, 0.0);
                        for k in 0..=2 * patch_half_frames {
                            for j in -half_bins..=half_bins {
                                let own = feature(t + k - patch_half_frames, bin + j);
                                let its = feature(other_t + k - patch_half_frames, other + j);
                                distance += (own - its).powi(2);
                                cells += 1.0;
                            }
                        }
                        let excess = (distance / cells - noise_distance).max(0.0);
                        let weight = (-excess / ALIKE as f64).exp();
                        total += weight * snr(other_t, other);
                        weights += weight;
                        largest = largest.max(weight);
                    }
                }
                (total + largest * snr(t, bin)) / (weights + largest)
            })
            .collect()
    }

    /// Exponentially distributed SNRs, as noise has, with a partial and a step.
    fn spectrogram(frames: usize, bins: usize) -> Vec<Vec<f32>> {
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 40) as f32 + 0.5) / (1 << 24) as f32
        };
        let level = |t: usize, bin: usize| match (t, bin) {
            (_, 40..=42) => 300.0,
            (12.., 80..) => 20.0,
            _ => 1.0,
        };
        (0..frames).map(|t| (0..bins).map(|bin| -level(t, bin) * uniform().ln()).collect()).collect()
    }

    fn check(search: Search) {
        let bins = GRID.bins();
        let frames = spectrogram(24, bins);
        let mut means = SimilarCells::new(search, bins);
        let mut got = vec![0.0; bins];
        let fluctuation = 0.26;
        for (t, frame) in frames.iter().enumerate() {
            means.push(frame);
            means.estimate(fluctuation, 1.0, &mut got);
            let Some(centre) = t.checked_sub(search.look_ahead()) else { continue };
            if centre < search.past_frames + search.patch_half_frames {
                continue;
            }
            let wanted = slow(search, &frames, centre, 2.0 * fluctuation as f64);
            for (bin, (got, wanted)) in got.iter().zip(&wanted).enumerate() {
                assert!(
                    (*got as f64 / wanted - 1.0).abs() < 2e-3,
                    "{search:?}, frame {centre}, bin {bin}: {got} {wanted}"
                );
            }
        }
    }

    #[test]
    fn is_the_slow_definition() {
        for (past_frames, future_frames, reach_bins, patch_half_frames, patch_half_bins) in
            [(5, 1, 8, 1, 4), (10, 0, 4, 0, 2), (4, 2, 2, 2, 1), (3, 0, 1, 1, 3)]
        {
            check(Search { past_frames, future_frames, reach_bins, patch_half_frames, patch_half_bins });
        }
    }

    #[test]
    fn the_search_is_as_large_in_seconds_and_hertz_on_every_grid() {
        let best = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };
        let search = Search::new(best.bin_width_hz() as f32, 1024.0 / 48_000.0, 2);
        let wanted = Search {
            past_frames: 5,
            future_frames: 1,
            reach_bins: 8,
            patch_half_frames: 1,
            patch_half_bins: 4,
        };
        assert_eq!(search, wanted);
        let doubled = Grid { sample_rate_hz: 96_000.0, window_samples: 8192 };
        assert_eq!(Search::new(doubled.bin_width_hz() as f32, 1024.0 / 48_000.0, 2), wanted);
        let standard = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };
        let causal = Search::new(standard.bin_width_hz() as f32, 512.0 / 48_000.0, 0);
        assert_eq!((causal.past_frames, causal.look_ahead(), causal.reach_bins), (10, 0, 4));
    }

    #[test]
    fn noise_is_averaged_and_a_partial_keeps_its_level() {
        let search = Search::new(GRID.bin_width_hz() as f32, 64.0 / 12_000.0, 2);
        let bins = GRID.bins();
        let mut means = SimilarCells::new(search, bins);
        let mut out = vec![0.0; bins];
        for mut frame in spectrogram(40, bins) {
            frame[40..=42].fill(300.0);
            means.push(&frame);
            means.estimate(0.26, 1.0, &mut out);
        }
        assert!((out[41] / 300.0 - 1.0).abs() < 0.3, "partial {}", out[41]);
        let mean = out[5..30].iter().sum::<f32>() / 25.0;
        let spread = out[5..30].iter().map(|x| (x / mean - 1.0).powi(2)).sum::<f32>() / 25.0;
        // A single cell of noise has a relative variance of 1.
        assert!((mean - 1.0).abs() < 0.25 && spread < 0.1, "mean {mean}, relative variance {spread}");
    }

    #[test]
    fn reset_forgets() {
        let search = Search::new(GRID.bin_width_hz() as f32, HOP_S, 2);
        let frames = spectrogram(30, GRID.bins());
        let run = |means: &mut SimilarCells| {
            let mut out = vec![0.0; GRID.bins()];
            for frame in &frames[20..] {
                means.push(frame);
                means.estimate(0.26, 1.0, &mut out);
            }
            out
        };
        let mut used = SimilarCells::new(search, GRID.bins());
        frames[..20].iter().for_each(|frame| used.push(frame));
        used.reset();
        assert_eq!(run(&mut used), run(&mut SimilarCells::new(search, GRID.bins())));
    }
}
