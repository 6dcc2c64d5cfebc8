//! Sums and histograms of the frames of a learn window, and the figures of the noise that they give.

use super::figures::{COLUMNS, DEVIATION, FIRST_QUANTILE, LOWEST_DB, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES};
use super::quantiles::{Lanes, POSITIONS, position_of_tail, quantile_of};
use crate::math::{LOG2_POWER_PER_DB, log2};
use crate::vectorised::vectorised;

/// Histogram of levels of each bin: steps over 256 dB, which covers all levels of 32-bit audio.
const STEP_DB: f32 = 1.5;
const STEPS: usize = 19 * GROUP;
/// Steps that are passed over together if no quantile lies in them.
const GROUP: usize = 9;
/// Largest number of frames, limited by 16-bit counts: 11 minutes in Standard at 48 kHz.
pub(super) const MOST_FRAMES: u32 = u16::MAX as u32;
/// sqrt(q / (1 - q)) of each lane's quantile q: no more than this many deviations lie between the mean and the quantile
/// (Cantelli 1928). For the other direction it is the reciprocal.
const MOST_DEVIATIONS: Lanes = [1.0, 1.732_050_8, 3.0, 4.358_899, 9.949_874, 31.606_96, 31.606_96, 31.606_96];
/// Lower limit of powers under the logarithm.
const SMALLEST_POWER: f32 = 1e-30;

/// Sums and histograms of one channel, per bin.
pub(super) struct Accumulator {
    power: Vec<f64>,
    amplitude: Vec<f64>,
    /// `STEPS` counts for each bin in turn.
    histogram: Vec<u16>,
}

/// Zeros in memory whose pages are mapped already. The system maps a large zeroed block page by page at the first
/// access, which would cause hundreds of page faults in the first learned hop. Setup only.
fn touched_zeros(length: usize) -> Vec<u16> {
    let mut block = vec![1; length];
    std::hint::black_box(&mut block).fill(0);
    block
}

impl Accumulator {
    /// Setup only.
    pub(super) fn new(bins: usize) -> Self {
        Self { power: vec![0.0; bins], amplitude: vec![0.0; bins], histogram: touched_zeros(bins * STEPS) }
    }

    /// Sum of |X|^2 over all frames, averaged over the bins. RT-safe.
    pub(super) fn power_sum(&self) -> f64 {
        self.power.iter().sum::<f64>() / self.power.len() as f64
    }

    /// Counts |X|^2 of one frame. RT-safe.
    pub(super) fn count(&mut self, power: &[f32], unit_density_db: f32) {
        let sums = self.power.iter_mut().zip(&mut self.amplitude);
        for (((sum, amplitude), counts), &p) in sums.zip(self.histogram.chunks_exact_mut(STEPS)).zip(power) {
            *sum += p as f64;
            *amplitude += p.sqrt() as f64;
            let above_db = log2(p.max(SMALLEST_POWER)) / LOG2_POWER_PER_DB + (unit_density_db - LOWEST_DB);
            // `as` clamps negative numbers to 0: levels below the range count in the lowest step.
            let step = ((above_db * (1.0 / STEP_DB)) as usize).min(STEPS - 1);
            counts[step] += 1;
        }
    }

    /// The figures of one bin after `frames` frames, as levels in dB/Hz. RT-safe.
    pub(super) fn levels(&self, bin: usize, frames: u32, unit_density_db: f32) -> [f32; COLUMNS] {
        let mean_power = self.power[bin] / frames as f64;
        let mean = self.amplitude[bin] / frames as f64;
        let variance = (mean_power - mean * mean).max(0.0);
        let moments = [mean_power as f32, (mean * mean) as f32, variance as f32];
        let counts = &self.histogram[bin * STEPS..(bin + 1) * STEPS];
        figures(counts, frames, moments, unit_density_db)
    }

    /// Clears one bin for the next window. RT-safe.
    pub(super) fn clear(&mut self, bin: usize) {
        self.power[bin] = 0.0;
        self.amplitude[bin] = 0.0;
        self.histogram[bin * STEPS..(bin + 1) * STEPS].fill(0);
    }
}

#[inline(always)]
fn level_db(power: f32, unit_density_db: f32) -> f32 {
    log2(power.max(SMALLEST_POWER)) * (1.0 / LOG2_POWER_PER_DB) + unit_density_db
}

vectorised! {
    /// `moments`: mean power, mean amplitude squared, variance of the amplitude.
    fn figures(counts: &[u16], frames: u32, moments: [f32; 3], unit_density_db: f32) -> [f32; COLUMNS] {
        let mut out = [LOWEST_DB; COLUMNS];
        let [mean_power_db, mean_db, deviation_db] = moments.map(|power| level_db(power, unit_density_db));
        (out[MEAN_POWER], out[MEAN_AMPLITUDE], out[DEVIATION]) = (mean_power_db, mean_db, deviation_db);

        let mut levels_db = quantile_levels(find_steps(counts, frames), frames);
        let [_, mean, deviation] = moments.map(f32::sqrt);
        for (level, most) in levels_db.iter_mut().zip(MOST_DEVIATIONS) {
            let highest = mean + most * deviation;
            let lowest = (mean - deviation / most).max(0.0);
            *level = level
                .max(level_db(lowest * lowest, unit_density_db))
                .min(level_db(highest * highest, unit_density_db));
        }
        out[FIRST_QUANTILE..].copy_from_slice(&levels_db[..QUANTILES.len()]);
        out
    }
}

/// For each quantile, the step of the histogram in which it lies, and the frames below and up to the end of this step.
struct Steps {
    step: [usize; QUANTILES.len()],
    below: [u32; QUANTILES.len()],
    up_to: [u32; QUANTILES.len()],
}

#[inline(always)]
fn find_steps(counts: &[u16], frames: u32) -> Steps {
    let mut steps = Steps { step: [0; _], below: [0; _], up_to: [frames; _] };
    // A quantile lies in the step at whose end this many frames are counted.
    let ranks = QUANTILES.map(|quantile| (quantile * frames as f64).ceil() as u32);
    let (mut below, mut next) = (0u32, 0);
    for (group, counts) in counts.chunks_exact(GROUP).enumerate() {
        let in_group: u32 = counts.iter().map(|&count| count as u32).sum();
        if below + in_group < ranks[next] {
            below += in_group;
            continue;
        }
        for (index, &count) in counts.iter().enumerate() {
            let up_to = below + count as u32;
            while up_to >= ranks[next] {
                (steps.step[next], steps.below[next], steps.up_to[next]) =
                    (group * GROUP + index, below, up_to);
                next += 1;
                if next == QUANTILES.len() {
                    return steps;
                }
            }
            below = up_to;
        }
    }
    steps
}

/// Interpolates in the steps on the axis of [`super::figures::quantile_position`], on which the levels of Gaussian noise
/// are a straight line.
#[inline(always)]
fn quantile_levels(steps: Steps, frames: u32) -> Lanes {
    let frames = frames as f32;
    let lanes =
        |of: &[u32; QUANTILES.len()]| -> Lanes { std::array::from_fn(|lane| of[quantile_of(lane)] as f32) };
    let (below, up_to) = (lanes(&steps.below), lanes(&steps.up_to));
    let mut levels_db = [0.0; _];
    for (lane, level) in levels_db.iter_mut().enumerate() {
        // No frame is below the first step or above the last one: half a frame is, so that the positions are finite.
        let tail = |below: f32| ((frames - below) / frames).clamp(0.5 / frames, 1.0 - 0.5 / frames);
        let from = position_of_tail(tail(below[lane]));
        let to = position_of_tail(tail(up_to[lane]));
        let share = ((POSITIONS[lane] - from) / (to - from).max(1e-6)).clamp(0.0, 1.0);
        *level = LOWEST_DB + STEP_DB * (steps.step[quantile_of(lane)] as f32 + share);
    }
    levels_db
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    /// Levels in dB of the quantiles of exponentially distributed powers: `counted`, and by sorting.
    fn quantiles_db(frames: usize, power: impl Fn(f64) -> f64) -> ([f32; COLUMNS], Vec<f32>) {
        let mut rng = StdRng::seed_from_u64(11);
        let mut accumulator = Accumulator::new(1);
        let mut powers: Vec<f64> = (0..frames).map(|_| power(rng.random::<f64>())).collect();
        powers.iter().for_each(|&p| accumulator.count(&[p as f32], 0.0));
        powers.sort_by(f64::total_cmp);
        let sorted = QUANTILES
            .iter()
            .map(|q| {
                let rank = ((q * frames as f64).ceil() as usize).clamp(1, frames);
                10.0 * (powers[rank - 1] as f32).log10()
            })
            .collect();
        (accumulator.levels(0, frames as u32, 0.0), sorted)
    }

    #[test]
    fn the_quantiles_of_noise_are_those_of_the_sorted_powers() {
        for level in [1e-9, 1.0, 3e2] {
            let (counted, sorted) = quantiles_db(60_000, |u| -level * (1.0 - u).ln());
            for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
                assert!((got - wanted).abs() < 0.1, "{level}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn a_steady_tone_has_its_level_in_all_quantiles() {
        for level in [1e-9, 1.0, 1.3, 3e4] {
            let (counted, sorted) = quantiles_db(500, |u| level * (1.0 + 1e-3 * (u - 0.5)));
            for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
                assert!((got - wanted).abs() < 0.1, "{level}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn two_levels_are_told_apart() {
        // 3 of 10 frames are 20 dB louder.
        let (counted, sorted) = quantiles_db(1000, |u| if u < 0.7 { 1.0 } else { 100.0 });
        for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
            assert!((got - wanted).abs() < STEP_DB, "{got} {wanted}");
        }
    }
}
