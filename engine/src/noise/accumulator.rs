//! Sums and histograms of the frames of a learn window, and the figures of the noise that they give.

use super::figures::{COLUMNS, DEVIATION, FIRST_QUANTILE, LOWEST_DB, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES};
use super::quantiles::{LANES, LaneFigures, Lanes, POSITIONS, position_of_tail};
use crate::math::{LOG2_POWER_PER_DB, log2};
use crate::vectorised::vectorised;

/// Histogram of levels of each bin: steps over 168 dB, from 8 dB above the noise of 24-bit quantisation to a sine of full
/// scale. Levels outside count in the lowest or the highest step, and the moments correct them.
const STEP_DB: f32 = 1.5;
const STEPS: usize = 7 * GROUP;
const LOWEST_STEP_DB: f32 = -180.0;
/// Steps that are passed over together if no quantile lies in them.
const GROUP: usize = 16;
/// Largest number of frames, limited by 16-bit counts: 11 minutes in Standard at 48 kHz.
pub(super) const MOST_FRAMES: u32 = u16::MAX as u32;
/// sqrt(q / (1 - q)) of each quantile q: no more than this many deviations lie between the mean and the quantile
/// (Cantelli 1928). For the other direction it is the reciprocal.
const MOST_DEVIATIONS: [f32; QUANTILES.len()] = [1.0, 1.732_050_8, 3.0, 4.358_899, 9.949_874, 31.606_96];
/// Lower limit of powers under the logarithm.
const SMALLEST_POWER: f32 = 1e-30;

/// Sums and histograms of one channel, per bin.
pub(super) struct Accumulator {
    power: Vec<f64>,
    amplitude: Vec<f64>,
    /// `STEPS` counts for each bin in turn.
    histogram: Vec<[u16; STEPS]>,
    /// Scratch: the step of each bin in the frame that is counted.
    step: Vec<i32>,
}

/// Zeros in memory whose pages are mapped already. The system maps a large zeroed block page by page at the first
/// access, which would cause hundreds of page faults in the first learned hop. Setup only.
fn touched_zeros(length: usize) -> Vec<[u16; STEPS]> {
    let mut block = vec![[1; STEPS]; length];
    std::hint::black_box(&mut block).fill([0; STEPS]);
    block
}

impl Accumulator {
    /// Setup only.
    pub(super) fn new(bins: usize) -> Self {
        Self {
            power: vec![0.0; bins],
            amplitude: vec![0.0; bins],
            histogram: touched_zeros(bins),
            step: vec![0; bins],
        }
    }

    /// Sum of |X|^2 over all frames, averaged over the bins. RT-safe.
    pub(super) fn power_sum(&self) -> f64 {
        self.power.iter().sum::<f64>() / self.power.len() as f64
    }

    /// Counts |X|^2 of one frame. RT-safe.
    pub(super) fn count(&mut self, power: &[f32], unit_density_db: f32) {
        add_to_sums(power, &mut self.power, &mut self.amplitude);
        find_steps(power, unit_density_db, &mut self.step);
        // Each histogram lies in other cache lines: with the steps at hand, the processor waits for many at a time.
        for (counts, &step) in self.histogram.iter_mut().zip(&self.step) {
            counts[step.clamp(0, STEPS as i32 - 1) as usize] += 1;
        }
    }

    /// The figures of [`LANES`] bins from `first_bin` on after `frames` frames, as levels in dB/Hz. Lanes beyond the last
    /// bin repeat it. RT-safe.
    pub(super) fn levels(&self, first_bin: usize, frames: u32, unit_density_db: f32) -> LaneFigures {
        let bin_of = |lane: usize| (first_bin + lane).min(self.power.len() - 1);
        let mean_of =
            |sums: &[f64]| -> [f64; LANES] { std::array::from_fn(|lane| sums[bin_of(lane)] / frames as f64) };
        let (mean_power, mean) = (mean_of(&self.power), mean_of(&self.amplitude));
        let moments = Moments {
            mean_power: mean_power.map(|power| power as f32),
            squared_mean: mean.map(|mean| (mean * mean) as f32),
            variance: std::array::from_fn(|lane| {
                (mean_power[lane] - mean[lane] * mean[lane]).max(0.0) as f32
            }),
        };
        let mut brackets = Brackets::new();
        for lane in 0..LANES {
            brackets.find(lane, &self.histogram[bin_of(lane)], frames);
        }
        let mut out = [[LOWEST_DB; LANES]; COLUMNS];
        write_figures(&moments, &brackets, frames, unit_density_db, &mut out);
        out
    }

    /// Clears up to [`LANES`] bins from `first_bin` on for the next window. RT-safe.
    pub(super) fn clear(&mut self, first_bin: usize) {
        let bins = first_bin..self.power.len().min(first_bin + LANES);
        self.power[bins.clone()].fill(0.0);
        self.amplitude[bins.clone()].fill(0.0);
        self.histogram[bins].fill([0; STEPS]);
    }
}

#[inline(always)]
fn level_db(power: f32, unit_density_db: f32) -> f32 {
    log2(power.max(SMALLEST_POWER)) * (1.0 / LOG2_POWER_PER_DB) + unit_density_db
}

vectorised! {
    fn add_to_sums(power: &[f32], power_sum: &mut [f64], amplitude_sum: &mut [f64]) {
        for ((power_sum, amplitude_sum), &p) in power_sum.iter_mut().zip(amplitude_sum).zip(power) {
            *power_sum += p as f64;
            *amplitude_sum += p.sqrt() as f64;
        }
    }

    /// The step of the histogram in which each bin's power lies. Levels below the range count in the lowest step.
    fn find_steps(power: &[f32], unit_density_db: f32, step: &mut [i32]) {
        for (step, &p) in step.iter_mut().zip(power) {
            let above_db = log2(p.max(SMALLEST_POWER)) / LOG2_POWER_PER_DB + (unit_density_db - LOWEST_STEP_DB);
            *step = (above_db * (1.0 / STEP_DB)) as i32;
        }
    }
}

/// The moments of a window.
struct Moments {
    mean_power: Lanes,
    /// Mean of the amplitude, squared.
    squared_mean: Lanes,
    /// Variance of the amplitude.
    variance: Lanes,
}

/// For each quantile, the step of the histogram in which it lies, and the frames below and up to the end of this step.
struct Brackets {
    step: [Lanes; QUANTILES.len()],
    below: [Lanes; QUANTILES.len()],
    up_to: [Lanes; QUANTILES.len()],
}

impl Brackets {
    fn new() -> Self {
        let zeros = [[0.0; LANES]; QUANTILES.len()];
        Self { step: zeros, below: zeros, up_to: zeros }
    }

    /// Finds those of one histogram, which has `frames` counts.
    fn find(&mut self, lane: usize, counts: &[u16; STEPS], frames: u32) {
        // A quantile lies in the step at whose end this many frames are counted.
        let ranks = QUANTILES.map(|quantile| (quantile * frames as f64).ceil() as u32);
        let (mut below, mut next) = (0u32, 0);
        for (group, counts) in counts.as_chunks::<GROUP>().0.iter().enumerate() {
            let in_group: u32 = counts.iter().map(|&count| count as u32).sum();
            if below + in_group < ranks[next] {
                below += in_group;
                continue;
            }
            for (index, &count) in counts.iter().enumerate() {
                let up_to = below + count as u32;
                while up_to >= ranks[next] {
                    self.step[next][lane] = (group * GROUP + index) as f32;
                    (self.below[next][lane], self.up_to[next][lane]) = (below as f32, up_to as f32);
                    next += 1;
                    if next == QUANTILES.len() {
                        return;
                    }
                }
                below = up_to;
            }
        }
    }
}

vectorised! {
    fn write_figures(
        moments: &Moments,
        brackets: &Brackets,
        frames: u32,
        unit_density_db: f32,
        out: &mut LaneFigures,
    ) {
        let Moments { mean_power, squared_mean, variance } = moments;
        for lane in 0..LANES {
            out[MEAN_POWER][lane] = level_db(mean_power[lane], unit_density_db);
            out[MEAN_AMPLITUDE][lane] = level_db(squared_mean[lane], unit_density_db);
            out[DEVIATION][lane] = level_db(variance[lane], unit_density_db);
        }
        let frames = frames as f32;
        for quantile in 0..QUANTILES.len() {
            let most = MOST_DEVIATIONS[quantile];
            for lane in 0..LANES {
                let step = brackets.step[quantile][lane];
                let (below, up_to) = (brackets.below[quantile][lane], brackets.up_to[quantile][lane]);
                let level = LOWEST_STEP_DB + STEP_DB * (step + share_of_step(quantile, below, up_to, frames));
                let (mean, deviation) = (squared_mean[lane].sqrt(), variance[lane].sqrt());
                let highest = mean + most * deviation;
                let lowest = (mean - deviation / most).max(0.0);
                out[FIRST_QUANTILE + quantile][lane] = level
                    .max(level_db(lowest * lowest, unit_density_db))
                    .min(level_db(highest * highest, unit_density_db));
            }
        }
    }
}

/// Where in its step a quantile lies, from 0 to 1: interpolated on the axis of [`super::figures::quantile_position`], on
/// which the levels of Gaussian noise are a straight line.
#[inline(always)]
fn share_of_step(quantile: usize, below: f32, up_to: f32, frames: f32) -> f32 {
    // No frame is below the first step or above the last one: half a frame is, so that the positions are finite.
    let tail = |below: f32| ((frames - below) / frames).clamp(0.5 / frames, 1.0 - 0.5 / frames);
    let from = position_of_tail(tail(below));
    let to = position_of_tail(tail(up_to));
    ((POSITIONS[quantile] - from) / (to - from).max(1e-6)).clamp(0.0, 1.0)
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
        (accumulator.levels(0, frames as u32, 0.0).map(|column| column[0]), sorted)
    }

    #[test]
    fn the_quantiles_of_noise_are_those_of_the_sorted_powers() {
        for level in [1e-16, 1e-9, 1e-3] {
            let (counted, sorted) = quantiles_db(60_000, |u| -level * (1.0 - u).ln());
            for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
                assert!((got - wanted).abs() < 0.1, "{level}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn a_steady_tone_has_its_level_in_all_quantiles() {
        // The first and the last lie outside the histogram.
        for level in [1e-21, 1e-9, 1.0, 1.3, 3e4] {
            let (counted, sorted) = quantiles_db(500, |u| level * (1.0 + 1e-3 * (u - 0.5)));
            for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
                assert!((got - wanted).abs() < 0.1, "{level}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn two_levels_are_told_apart() {
        // 3 of 10 frames are 20 dB louder.
        let (counted, sorted) = quantiles_db(1000, |u| if u < 0.7 { 1e-4 } else { 1e-2 });
        for (got, wanted) in counted[FIRST_QUANTILE..].iter().zip(sorted) {
            assert!((got - wanted).abs() < STEP_DB, "{got} {wanted}");
        }
    }
}
