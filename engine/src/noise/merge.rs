//! Merges the figures of two windows of noise into those of one, for Learn Add and for the mapping of channels.

use super::figures::{COLUMNS, DEVIATION, FIRST_QUANTILE, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES};
use super::quantiles::{LANES, LaneFigures, Lanes, POSITIONS, position_of_tail, tail_of_position};
use crate::math::{LOG2_POWER_PER_DB, exp2, log2};
use crate::vectorised::vectorised;

/// Beyond the stored quantiles, levels continue with the slope of Gaussian noise: ln(10)/10 per dB.
const SLOPE_PER_DB: f32 = std::f32::consts::LN_10 / 10.0;

/// [`merge`] of one bin. RT-safe.
pub(super) fn merged(a: [f32; COLUMNS], weight_a: f32, b: [f32; COLUMNS], weight_b: f32) -> [f32; COLUMNS] {
    let mut lanes = b.map(|level_db| [level_db; LANES]);
    merge(&a.map(|level_db| [level_db; LANES]), weight_a, &mut lanes, weight_b);
    lanes.map(|column| column[0])
}

/// Figures of two windows of noise as of one, weighted by their lengths, in place of those of `b`. Moments are exact. A
/// quantile is the level at which the weighted sum of the two distributions reaches its share. RT-safe.
pub(super) fn merge(a: &LaneFigures, weight_a: f32, b: &mut LaneFigures, weight_b: f32) {
    let share_a = weight_a / (weight_a + weight_b);
    let (quantiles_a, quantiles_b) = (Distribution::new(a), Distribution::new(b));
    merge_moments(a, b, share_a);
    for (quantile, &position) in POSITIONS.iter().enumerate() {
        let row = FIRST_QUANTILE + quantile;
        merge_quantile(&quantiles_a, &quantiles_b, share_a, position, &a[row], &mut b[row]);
    }
}

vectorised! {
    fn merge_moments(a: &LaneFigures, b: &mut LaneFigures, share_a: f32) {
        for lane in 0..LANES {
            let power = |level_db: f32| exp2(level_db * LOG2_POWER_PER_DB);
            let level_db = |power: f32| log2(power.max(1e-30)) * (1.0 / LOG2_POWER_PER_DB);
            let mix = |x: f32, y: f32| share_a * x + (1.0 - share_a) * y;
            let (mean_a, mean_b) = (power(a[MEAN_AMPLITUDE][lane]).sqrt(), power(b[MEAN_AMPLITUDE][lane]).sqrt());
            // The variance of both together: the mean of theirs, and that of their means.
            let apart = mean_a - mean_b;
            let variance = mix(power(a[DEVIATION][lane]), power(b[DEVIATION][lane]))
                + share_a * (1.0 - share_a) * apart * apart;
            let mean = mix(mean_a, mean_b);
            b[MEAN_POWER][lane] = level_db(mix(power(a[MEAN_POWER][lane]), power(b[MEAN_POWER][lane])));
            b[MEAN_AMPLITUDE][lane] = level_db(mean * mean);
            b[DEVIATION][lane] = level_db(variance);
        }
    }
}

/// Distributions as their quantiles have them: broken lines from level to position.
struct Distribution {
    levels_db: [Lanes; QUANTILES.len()],
    /// Slopes from each quantile to the next, and beyond the last one.
    slopes_per_db: [Lanes; QUANTILES.len()],
}

impl Distribution {
    fn new(figures: &LaneFigures) -> Self {
        let levels_db = std::array::from_fn(|quantile| figures[FIRST_QUANTILE + quantile]);
        let mut slopes_per_db = [[SLOPE_PER_DB; LANES]; _];
        for (i, slopes) in slopes_per_db.iter_mut().take(QUANTILES.len() - 1).enumerate() {
            let rise = POSITIONS[i + 1] - POSITIONS[i];
            let levels_db: [&Lanes; 2] = [&levels_db[i], &levels_db[i + 1]];
            *slopes = std::array::from_fn(|lane| rise / (levels_db[1][lane] - levels_db[0][lane]).max(1e-6));
        }
        Self { levels_db, slopes_per_db }
    }

    /// The share of the frames above a level in each lane. Each loop is one over the lanes, which is vectorised.
    #[inline(always)]
    fn tails(&self, level_db: &Lanes) -> Lanes {
        let mut position: Lanes = std::array::from_fn(|lane| {
            POSITIONS[0] + SLOPE_PER_DB * (level_db[lane] - self.levels_db[0][lane])
        });
        let lines = POSITIONS.iter().zip(&self.levels_db).zip(&self.slopes_per_db);
        for ((start, quantile_db), slope_per_db) in lines {
            for lane in 0..LANES {
                let over_db = level_db[lane] - quantile_db[lane];
                let on_line = start + slope_per_db[lane] * over_db;
                position[lane] = if over_db > 0.0 { on_line } else { position[lane] };
            }
        }
        for position in &mut position {
            *position = tail_of_position(*position);
        }
        position
    }
}

/// A weighted sum of two distributions, seen from the position of one quantile.
struct Mix<'d> {
    a: &'d Distribution,
    b: &'d Distribution,
    share_a: f32,
    position: f32,
}

impl Mix<'_> {
    /// How far beyond the position a level lies.
    #[inline(always)]
    fn off(&self, level_db: &Lanes) -> Lanes {
        let (mut tail_a, tail_b) = (self.a.tails(level_db), self.b.tails(level_db));
        for (a, b) in tail_a.iter_mut().zip(tail_b) {
            *a = position_of_tail(b + self.share_a * (*a - b)) - self.position;
        }
        tail_a
    }
}

/// The state of a search for a level in each lane: two levels around it, and how far the mixed distribution is from its
/// share there.
struct Search {
    low: Lanes,
    high: Lanes,
    at_low: Lanes,
    at_high: Lanes,
    /// -1 where the low end moved last, 1 where the high end did.
    last_moved: Lanes,
}

/// A search is done within this: one step in which levels are stored.
const CLOSE_DB: f32 = 0.001;
/// The same on the axis of positions.
const CLOSE: f32 = CLOSE_DB * SLOPE_PER_DB;
const MOST_STEPS: usize = 24;

impl Search {
    #[inline(always)]
    fn new(a_db: &Lanes, b_db: &Lanes, mix: &Mix<'_>) -> Self {
        let mut low: Lanes = std::array::from_fn(|lane| a_db[lane].min(b_db[lane]));
        let mut high: Lanes = std::array::from_fn(|lane| a_db[lane].max(b_db[lane]));
        let (mut at_low, mut at_high) = (mix.off(&low), mix.off(&high));
        for lane in 0..LANES {
            // An end that is the solution stays one: the other end goes there.
            let low_is_close = at_low[lane] > -CLOSE;
            let high_is_close = !low_is_close && at_high[lane] < CLOSE;
            (high[lane], at_high[lane]) =
                if low_is_close { (low[lane], at_low[lane]) } else { (high[lane], at_high[lane]) };
            (low[lane], at_low[lane]) =
                if high_is_close { (high[lane], at_high[lane]) } else { (low[lane], at_low[lane]) };
        }
        Self { low, high, at_low, at_high, last_moved: [0.0; LANES] }
    }

    /// One step in every lane, to the levels `middle`. Returns the number of lanes that are not done.
    #[inline(always)]
    fn step(&mut self, middle: &mut Lanes, mix: &Mix<'_>) -> u32 {
        let Self { low, high, at_low, at_high, last_moved } = self;
        for lane in 0..LANES {
            let rise = (at_high[lane] - at_low[lane]).max(1e-12);
            let step = at_high[lane] * (high[lane] - low[lane]) / rise;
            middle[lane] = (high[lane] - step).max(low[lane]).min(high[lane]);
        }
        let at_middle = mix.off(middle);
        let mut open = 0;
        for lane in 0..LANES {
            let at_middle = at_middle[lane];
            let done = at_middle.abs() < CLOSE || high[lane] - low[lane] < CLOSE_DB;
            open += !done as u32;
            let (to_low, to_high) = (done || at_middle < 0.0, done || at_middle >= 0.0);
            let half_if = |moved_again: bool| if moved_again { 0.5 } else { 1.0 };
            at_low[lane] = if to_low { at_middle } else { at_low[lane] * half_if(last_moved[lane] > 0.0) };
            at_high[lane] = if to_high { at_middle } else { at_high[lane] * half_if(last_moved[lane] < 0.0) };
            low[lane] = if to_low { middle[lane] } else { low[lane] };
            high[lane] = if to_high { middle[lane] } else { high[lane] };
            last_moved[lane] = if at_middle < 0.0 { -1.0 } else { 1.0 };
        }
        open
    }
}

vectorised! {
    /// Finds the level at which the mix of two distributions reaches `position`, between the levels that they have there
    /// themselves (`a_db`, and `b_db`, which is overwritten): by the Illinois variant of false position (Dowell & Jarratt
    /// 1971), which halves the value at an end that does not move. On the axis of positions the distance is nearly
    /// linear, so that few steps suffice. Their number is bounded.
    fn merge_quantile(
        a: &Distribution,
        b: &Distribution,
        share_a: f32,
        position: f32,
        a_db: &Lanes,
        b_db: &mut Lanes,
    ) {
        let mix = Mix { a, b, share_a, position };
        let mut search = Search::new(a_db, b_db, &mix);
        for _ in 0..MOST_STEPS {
            if search.step(b_db, &mix) == 0 {
                break;
            }
        }
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
