//! Merges the figures of two windows of noise into those of one, for Learn Add and for the mapping of channels.

use super::figures::{COLUMNS, DEVIATION, FIRST_QUANTILE, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES};
use super::quantiles::{LANES, Lanes, POSITIONS, position_of_tail, quantile_of, tail_of_position};
use crate::math::{LOG2_POWER_PER_DB, exp2, log2};
use crate::vectorised::vectorised;

/// Beyond the stored quantiles, levels continue with the slope of Gaussian noise: ln(10)/10 per dB.
const SLOPE_PER_DB: f32 = std::f32::consts::LN_10 / 10.0;

/// Figures of two windows of noise as of one, weighted by their lengths. Moments are exact. A quantile is the level at
/// which the weighted sum of the two distributions reaches its share. RT-safe.
pub(super) fn merged(a: [f32; COLUMNS], weight_a: f32, b: [f32; COLUMNS], weight_b: f32) -> [f32; COLUMNS] {
    let share_a = weight_a / (weight_a + weight_b);
    let power = |level_db: f32| exp2(level_db * LOG2_POWER_PER_DB);
    let level_db = |power: f32| log2(power.max(1e-30)) / LOG2_POWER_PER_DB;
    let mix = |x: f32, y: f32| share_a * x + (1.0 - share_a) * y;
    let mean_of = |levels: &[f32; COLUMNS]| power(levels[MEAN_AMPLITUDE]).sqrt();
    let (mean_a, mean_b) = (mean_of(&a), mean_of(&b));
    // The variance of both together: the mean of theirs, and that of their means.
    let apart = mean_a - mean_b;
    let variance = mix(power(a[DEVIATION]), power(b[DEVIATION])) + share_a * (1.0 - share_a) * apart * apart;
    let mean = mix(mean_a, mean_b);
    let mut out = [0.0; COLUMNS];
    out[MEAN_POWER] = level_db(mix(power(a[MEAN_POWER]), power(b[MEAN_POWER])));
    out[MEAN_AMPLITUDE] = level_db(mean * mean);
    out[DEVIATION] = level_db(variance);
    let lanes =
        |levels: &[f32; COLUMNS]| std::array::from_fn(|lane| levels[FIRST_QUANTILE + quantile_of(lane)]);
    let quantiles_db = merged_quantiles(lanes(&a), lanes(&b), share_a);
    out[FIRST_QUANTILE..].copy_from_slice(&quantiles_db[..QUANTILES.len()]);
    out
}

/// A distribution as its quantiles have it: a broken line from level to position.
struct Distribution {
    levels_db: Lanes,
    /// Slope from each quantile to the next, and beyond the last one.
    slopes_per_db: Lanes,
}

impl Distribution {
    #[inline(always)]
    fn new(levels_db: Lanes) -> Self {
        let mut slopes_per_db = [SLOPE_PER_DB; LANES];
        for i in 0..QUANTILES.len() - 1 {
            slopes_per_db[i] =
                (POSITIONS[i + 1] - POSITIONS[i]) / (levels_db[i + 1] - levels_db[i]).max(1e-6);
        }
        Self { levels_db, slopes_per_db }
    }

    /// The share of the frames above each lane's level. Each loop is one over the lanes, which is vectorised.
    #[inline(always)]
    fn tails(&self, levels_db: &Lanes) -> Lanes {
        let mut out = levels_db.map(|level_db| POSITIONS[0] + SLOPE_PER_DB * (level_db - self.levels_db[0]));
        let quantiles = POSITIONS.iter().zip(&self.levels_db).zip(&self.slopes_per_db).take(QUANTILES.len());
        for ((start, quantile_db), slope_per_db) in quantiles {
            for (position, level_db) in out.iter_mut().zip(levels_db) {
                let over_db = level_db - quantile_db;
                *position = if over_db > 0.0 { start + slope_per_db * over_db } else { *position };
            }
        }
        out.iter_mut().for_each(|position| *position = tail_of_position(*position));
        out
    }
}

vectorised! {
    /// For each lane, the zero of the distance of the mixed distribution at a level from the lane's quantile, between the two
    /// levels that the distributions have there: by the Illinois variant of false position (Dowell & Jarratt 1971), which
    /// halves the value at an end that does not move. On the axis of positions the distance is nearly linear, so that few steps
    /// suffice. Their number is bounded.
    fn merged_quantiles(a_db: Lanes, b_db: Lanes, share_a: f32) -> Lanes {
        /// One storage step, on the axis of positions and in dB.
        const CLOSE: f32 = CLOSE_DB * SLOPE_PER_DB;
        const CLOSE_DB: f32 = 0.001;
        const MOST_STEPS: usize = 24;
        let (a, b) = (Distribution::new(a_db), Distribution::new(b_db));
        let errors = |levels_db: &Lanes| -> Lanes {
            let (mut out, b) = (a.tails(levels_db), b.tails(levels_db));
            for ((out, b), position) in out.iter_mut().zip(b).zip(POSITIONS) {
                *out = position_of_tail(b + share_a * (*out - b)) - position;
            }
            out
        };
        let mut low: Lanes = std::array::from_fn(|lane| a_db[lane].min(b_db[lane]));
        let mut high: Lanes = std::array::from_fn(|lane| a_db[lane].max(b_db[lane]));
        let (mut at_low, mut at_high) = (errors(&low), errors(&high));
        // -1 where the low end moved last, 1 where the high end did.
        let mut last_moved = [0.0f32; LANES];
        let mut middle = high;
        for lane in 0..LANES {
            // An end that is the solution stays one: the other end goes there.
            if at_low[lane] > -CLOSE {
                (high[lane], at_high[lane]) = (low[lane], at_low[lane]);
            } else if at_high[lane] < CLOSE {
                (low[lane], at_low[lane]) = (high[lane], at_high[lane]);
            }
        }
        for _ in 0..MOST_STEPS {
            for lane in 0..LANES {
                let rise = (at_high[lane] - at_low[lane]).max(1e-12);
                let step = at_high[lane] * (high[lane] - low[lane]) / rise;
                middle[lane] = (high[lane] - step).max(low[lane]).min(high[lane]);
            }
            let at_middle = errors(&middle);
            let mut is_close = true;
            for lane in 0..LANES {
                let done = at_middle[lane].abs() < CLOSE || high[lane] - low[lane] < CLOSE_DB;
                is_close &= done;
                if done {
                    (low[lane], high[lane]) = (middle[lane], middle[lane]);
                } else if at_middle[lane] < 0.0 {
                    (low[lane], at_low[lane]) = (middle[lane], at_middle[lane]);
                    at_high[lane] *= if last_moved[lane] < 0.0 { 0.5 } else { 1.0 };
                    last_moved[lane] = -1.0;
                } else {
                    (high[lane], at_high[lane]) = (middle[lane], at_middle[lane]);
                    at_low[lane] *= if last_moved[lane] > 0.0 { 0.5 } else { 1.0 };
                    last_moved[lane] = 1.0;
                }
            }
            if is_close {
                break;
            }
        }
        middle
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::figures::{HIGHEST_DB, LOWEST_DB, quantile_position};
    use super::*;

    /// Figures of Gaussian noise of a given mean power.
    pub(in crate::noise) fn gaussian(mean_power_db: f32) -> [f32; COLUMNS] {
        let mut out = [mean_power_db; COLUMNS];
        out[MEAN_AMPLITUDE] += 10.0 * (std::f32::consts::PI / 4.0).log10();
        out[DEVIATION] += 10.0 * (1.0 - std::f32::consts::PI / 4.0).log10();
        for (i, q) in QUANTILES.iter().enumerate() {
            out[FIRST_QUANTILE + i] += 10.0 * (-(1.0 - q).ln()).log10() as f32;
        }
        out
    }

    #[test]
    fn merging_equals_changes_nothing_and_unequal_matches_the_closed_form() {
        let quiet = gaussian(-70.0);
        for (same, was) in merged(quiet, 1.0, quiet, 3.0).iter().zip(quiet) {
            assert!((same - was).abs() < 0.03);
        }
        // Half of the time 10 dB louder: the mean power is 5.5 times, the median solves a sum of exponentials.
        let both = merged(quiet, 1.0, gaussian(-60.0), 1.0);
        assert!((both[MEAN_POWER] - (-70.0 + 10.0 * 5.5f32.log10())).abs() < 0.01);
        let median = 10f64.powf((both[FIRST_QUANTILE] as f64 + 70.0) / 10.0);
        let below = 0.5 * (1.0 - (-median).exp()) + 0.5 * (1.0 - (-median / 10.0).exp());
        assert!((below - 0.5).abs() < 0.01, "{below} of the frames lie under the merged median");
    }

    /// The share of the frames below a level, as a position: the definition, in double precision.
    fn quantile_at(levels_db: &[f32; COLUMNS], level_db: f64) -> f64 {
        let level = |i: usize| levels_db[FIRST_QUANTILE + i] as f64;
        let position = |i: usize| quantile_position(QUANTILES[i]);
        let last = QUANTILES.len() - 1;
        if level_db <= level(0) {
            return position(0) + SLOPE_PER_DB as f64 * (level_db - level(0));
        }
        for i in 0..last {
            if level_db <= level(i + 1) {
                let share = (level_db - level(i)) / (level(i + 1) - level(i)).max(1e-9);
                return position(i) + share * (position(i + 1) - position(i));
            }
        }
        position(last) + SLOPE_PER_DB as f64 * (level_db - level(last))
    }

    #[test]
    fn merged_quantiles_are_where_halving_finds_them() {
        let kinked = |step: f32| {
            let mut levels = gaussian(-60.0);
            levels[FIRST_QUANTILE..]
                .iter_mut()
                .enumerate()
                .for_each(|(i, level)| *level += step * (i * i) as f32);
            levels
        };
        let flat = [-60.0; COLUMNS];
        for (a, b) in [
            (gaussian(-60.0), gaussian(-61.0)),
            (gaussian(-60.0), gaussian(-100.0)),
            (kinked(0.1), gaussian(-50.0)),
            (kinked(2.0), kinked(0.01)),
            (flat, gaussian(-40.0)),
            (flat, kinked(3.0)),
            ([LOWEST_DB; COLUMNS], [HIGHEST_DB; COLUMNS]),
        ] {
            for weight in [0.01, 1.0, 30.0] {
                let both = merged(a, weight, b, 1.0);
                let share_a = (weight / (weight + 1.0)) as f64;
                let below = |level_db: f64| {
                    let share = |levels: &[f32; COLUMNS]| 1.0 - (-quantile_at(levels, level_db).exp()).exp();
                    share_a * share(&a) + (1.0 - share_a) * share(&b)
                };
                for (i, &quantile) in QUANTILES.iter().enumerate() {
                    let (x, y) = (a[FIRST_QUANTILE + i] as f64, b[FIRST_QUANTILE + i] as f64);
                    let (mut low, mut high) = (x.min(y), x.max(y));
                    for _ in 0..60 {
                        let middle = 0.5 * (low + high);
                        if below(middle) < quantile { low = middle } else { high = middle }
                    }
                    // Where the distribution is flat, all levels in between are correct: compare the shares.
                    let got = both[FIRST_QUANTILE + i] as f64;
                    let off =
                        quantile_position(below(got).clamp(1e-12, 1.0 - 1e-12)) - quantile_position(quantile);
                    assert!(
                        (got - low).abs() < 0.002 || off.abs() < 1e-3,
                        "{a:?} {b:?} {weight}: {got} {low}"
                    );
                }
            }
        }
    }
}
