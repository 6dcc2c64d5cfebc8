//! Statistics: the figure of the learned noise that the threshold is based on. Each is tested against its closed form
//! for Gaussian noise in [`super::reference`].

use super::figures::{Columns, DEVIATION, FIRST_QUANTILE, MEAN_AMPLITUDE, QUANTILES, quantile_position};
use crate::choice::Choice;
use crate::math::{LOG2_AMPLITUDE_PER_DB, LOG2_POWER_PER_DB, exp2, log2};
use crate::vectorised::vectorised;

/// The figure of the learned noise that the threshold of each bin is based on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// Mean of the amplitude plus `spread` standard deviations of the amplitude (Boll 1979 and after).
    MeanSigma {
        /// Standard deviations above the mean, 0 to 4.
        spread: f32,
    },
    /// The amplitude that half of the frames are below: a click or a word in the window does not raise it.
    Median,
    /// The amplitude that this share of the frames is below.
    Percentile {
        /// 50 to 99.9 %.
        percent: f32,
    },
}

impl Statistic {
    /// Ids and names, in the order of [`Statistic::place`].
    pub const CHOICES: &'static [Choice] = &[
        Choice { id: "mean_sigma", name: "Mean + k sigma" },
        Choice { id: "median", name: "Median" },
        Choice { id: "percentile", name: "Percentile" },
    ];

    /// Index in [`Statistic::CHOICES`]. RT-safe.
    pub fn place(self) -> usize {
        match self {
            Self::MeanSigma { .. } => 0,
            Self::Median => 1,
            Self::Percentile { .. } => 2,
        }
    }

    /// Level in dB of this figure above the mean power, for Gaussian noise, whose amplitudes are Rayleigh distributed
    /// and whose powers are exponentially distributed. It converts any statistic to a mean power. RT-safe.
    pub fn over_mean_power_db(self) -> f32 {
        match self {
            Self::MeanSigma { spread } => mean_sigma_over_mean_power_db(spread),
            Self::Median => percentile_over_mean_power_db(50.0),
            Self::Percentile { percent } => percentile_over_mean_power_db(percent),
        }
    }

    /// Writes log2 of the figure's power for every bin. RT-safe.
    pub(crate) fn read(self, columns: &Columns, log2_power: &mut [f32]) {
        match self {
            Self::MeanSigma { spread } => read_mean_sigma(columns, spread, log2_power),
            Self::Median => read_percentile(columns, 50.0, log2_power),
            Self::Percentile { percent } => read_percentile(columns, percent, log2_power),
        }
    }
}

// Mean + k sigma.

fn mean_sigma_over_mean_power_db(spread: f32) -> f32 {
    use std::f32::consts::PI;
    20.0 * (PI.sqrt() / 2.0 + spread * (1.0 - PI / 4.0).sqrt()).log10()
}

fn read_mean_sigma(columns: &Columns, spread: f32, log2_power: &mut [f32]) {
    write_mean_sigma(&columns[MEAN_AMPLITUDE], &columns[DEVIATION], spread, log2_power);
}

vectorised! {
    /// Writes log2 of (mean + spread * sigma)^2, with mean and deviation of the amplitude.
    fn write_mean_sigma(mean_db: &[f32], deviation_db: &[f32], spread: f32, log2_power: &mut [f32]) {
        for (out, (&mean_db, &deviation_db)) in log2_power.iter_mut().zip(mean_db.iter().zip(deviation_db)) {
            let amplitude =
                exp2(mean_db * LOG2_AMPLITUDE_PER_DB) + spread * exp2(deviation_db * LOG2_AMPLITUDE_PER_DB);
            *out = 2.0 * log2(amplitude);
        }
    }
}

// Percentile, and the median, which is the percentile of 50 %.

fn percentile_over_mean_power_db(percent: f32) -> f32 {
    10.0 * (-(1.0 - percent.clamp(50.0, 99.9) / 100.0).ln()).log10()
}

/// Writes log2 of the power that `percent` of the frames are below: interpolated linearly between the stored quantiles,
/// on the axis of [`quantile_position`].
pub(super) fn read_percentile(columns: &Columns, percent: f32, log2_power: &mut [f32]) {
    let last = QUANTILES.len() - 1;
    let quantile = (percent as f64 / 100.0).clamp(QUANTILES[0], QUANTILES[last]);
    let above = QUANTILES.iter().position(|&kept| quantile <= kept).unwrap_or(last).max(1);
    let [from, to] = [above - 1, above].map(|i| quantile_position(QUANTILES[i]));
    let share = ((quantile_position(quantile) - from) / (to - from)) as f32;
    let kept = columns[FIRST_QUANTILE + above - 1].iter().zip(&columns[FIRST_QUANTILE + above]);
    for (out, (&low_db, &high_db)) in log2_power.iter_mut().zip(kept) {
        *out = (low_db + share * (high_db - low_db)) * LOG2_POWER_PER_DB;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaussian_noise_has_the_published_levels() {
        for (statistic, db) in [
            (Statistic::MeanSigma { spread: 0.0 }, -1.05),
            (Statistic::MeanSigma { spread: 2.0 }, 5.17),
            (Statistic::Median, -1.59),
            (Statistic::Percentile { percent: 95.0 }, 4.77),
            (Statistic::Percentile { percent: 99.0 }, 6.63),
        ] {
            assert!((statistic.over_mean_power_db() - db).abs() < 0.01, "{statistic:?}");
        }
    }
}
