//! Merges the figures of two windows of noise into those of one, for Learn Add and for the mapping of channels.

use super::figures::{
    COLUMNS, DEVIATION, FIRST_QUANTILE, MEAN_AMPLITUDE, MEAN_POWER, QUANTILES, quantile_position,
};

/// [`quantile_position`] of each of [`QUANTILES`].
const QUANTILE_POSITIONS: [f64; QUANTILES.len()] = [
    -0.36651292058166435,
    0.32663425997828094,
    0.834032445247956,
    1.0971887003649483,
    1.5271796258079011,
    1.9326447339160653,
];

/// The share of the frames below a level, as a [`quantile_position`].
fn quantile_at(levels_db: &[f32; COLUMNS], level_db: f64) -> f64 {
    // Beyond the stored quantiles: the slope of Gaussian noise, ln(10)/10 per dB.
    const SLOPE: f64 = std::f64::consts::LN_10 / 10.0;
    let level = |i: usize| levels_db[FIRST_QUANTILE + i] as f64;
    let last = QUANTILES.len() - 1;
    if level_db <= level(0) {
        return QUANTILE_POSITIONS[0] + SLOPE * (level_db - level(0));
    }
    for i in 0..last {
        if level_db <= level(i + 1) {
            let share = (level_db - level(i)) / (level(i + 1) - level(i)).max(1e-9);
            let (from, to) = (QUANTILE_POSITIONS[i], QUANTILE_POSITIONS[i + 1]);
            return from + share * (to - from);
        }
    }
    QUANTILE_POSITIONS[last] + SLOPE * (level_db - level(last))
}

/// Figures of two windows of noise as of one, weighted by their lengths. Moments are exact. A quantile is the level at
/// which the weighted sum of the two distributions reaches its share. RT-safe.
pub(super) fn merged(a: [f32; COLUMNS], weight_a: f32, b: [f32; COLUMNS], weight_b: f32) -> [f32; COLUMNS] {
    let share_a = (weight_a / (weight_a + weight_b)) as f64;
    let power = |level: f32| 10f64.powf(level as f64 / 10.0);
    let mix = |x: f64, y: f64| share_a * x + (1.0 - share_a) * y;
    let mean_power = mix(power(a[MEAN_POWER]), power(b[MEAN_POWER]));
    let mean_amplitude = mix(power(a[MEAN_AMPLITUDE]).sqrt(), power(b[MEAN_AMPLITUDE]).sqrt());
    // Mean square of each: deviation^2 + mean^2 of the same window, so that rounding cannot make the variance negative.
    let mean_square =
        mix(power(a[DEVIATION]) + power(a[MEAN_AMPLITUDE]), power(b[DEVIATION]) + power(b[MEAN_AMPLITUDE]));
    let mut out = [0.0; COLUMNS];
    let level = |power: f64| 10.0 * power.max(1e-30).log10() as f32;
    out[MEAN_POWER] = level(mean_power);
    out[MEAN_AMPLITUDE] = level(mean_amplitude * mean_amplitude);
    out[DEVIATION] = level(mean_square - mean_amplitude * mean_amplitude);

    let below = |level_db: f64| {
        let share = |levels: &[f32; COLUMNS]| 1.0 - (-quantile_at(levels, level_db).exp()).exp();
        mix(share(&a), share(&b))
    };
    for (i, &position) in QUANTILE_POSITIONS.iter().enumerate() {
        let (x, y) = (a[FIRST_QUANTILE + i] as f64, b[FIRST_QUANTILE + i] as f64);
        let error = |level_db: f64| quantile_position(below(level_db).clamp(1e-12, 1.0 - 1e-12)) - position;
        out[FIRST_QUANTILE + i] = crossing(x.min(y), x.max(y), error) as f32;
    }
    out
}

/// Zero of `error`, which rises, between `low` and `high`, by the Illinois variant of false position: the value at an
/// end that does not move is halved. On the axis of [`quantile_position`] the function is nearly linear, so few steps
/// suffice. Their number is bounded. RT-safe.
fn crossing(mut low: f64, mut high: f64, error: impl Fn(f64) -> f64) -> f64 {
    /// A quarter of a storage step, on the axis of the quantiles and in dB.
    const CLOSE: f64 = 0.00025 * std::f64::consts::LN_10 / 10.0;
    const CLOSE_DB: f64 = 0.00025;
    const MOST_STEPS: usize = 24;
    let (mut at_low, mut at_high) = (error(low), error(high));
    if at_low > -CLOSE {
        return low;
    }
    if at_high < CLOSE {
        return high;
    }
    let mut last_was_low = None;
    for _ in 0..MOST_STEPS {
        let middle = high - at_high * (high - low) / (at_high - at_low);
        let at_middle = error(middle);
        if at_middle.abs() < CLOSE || high - low < CLOSE_DB {
            return middle;
        }
        if at_middle < 0.0 {
            (low, at_low) = (middle, at_middle);
            at_high *= if last_was_low == Some(true) { 0.5 } else { 1.0 };
            last_was_low = Some(true);
        } else {
            (high, at_high) = (middle, at_middle);
            at_low *= if last_was_low == Some(false) { 0.5 } else { 1.0 };
            last_was_low = Some(false);
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::figures::{HIGHEST_DB, LOWEST_DB};
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

    #[test]
    fn positions_are_those_of_the_quantiles() {
        for (quantile, position) in QUANTILES.iter().zip(QUANTILE_POSITIONS) {
            assert!((quantile_position(*quantile) - position).abs() < 1e-12);
        }
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
