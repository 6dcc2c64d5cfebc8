//! The figures of a noise profile, per bin: moments and quantiles, as levels in dB re full scale squared per hertz.

/// Quantiles that are stored, as shares of the frames. Between them levels are interpolated on the axis ln(-ln(1 - q)).
pub const QUANTILES: [f64; 6] = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
/// Figures per bin: mean power, mean amplitude, deviation of the amplitude, and the [`QUANTILES`].
pub const COLUMNS: usize = 3 + QUANTILES.len();
/// Mean power.
pub const MEAN_POWER: usize = 0;
/// Mean of the amplitude (its square, as a level).
pub const MEAN_AMPLITUDE: usize = 1;
/// Standard deviation of the amplitude (its square, as a level).
pub const DEVIATION: usize = 2;
/// First of the [`QUANTILES`] of the power.
pub const FIRST_QUANTILE: usize = 3;

/// Lowest level: far below the quantisation noise of 24 bits (-190 dB/Hz).
pub const LOWEST_DB: f32 = -220.0;
/// Highest level.
pub const HIGHEST_DB: f32 = 100.0;

/// Levels are stored in steps of 1/1000 dB.
const STEPS_PER_DB: f32 = 1000.0;

/// Levels of one channel: one column per figure, one entry per bin.
pub type Columns = [Vec<f32>; COLUMNS];

/// Position of a quantile on the axis ln(-ln(1 - q)), on which the level in dB of Gaussian noise, whose power is
/// exponentially distributed, is a straight line (a Weibull plot).
pub(crate) fn quantile_position(quantile: f64) -> f64 {
    (-(1.0 - quantile).ln()).ln()
}

/// Rounds a level to its step. RT-safe.
#[inline(always)]
pub(crate) fn on_step(level_db: f32) -> f32 {
    (level_db * STEPS_PER_DB).round() / STEPS_PER_DB
}

/// The level as the integer that is stored. The inverse of [`level_of_steps`]. RT-safe.
pub fn steps_of_level(level_db: f32) -> i32 {
    (level_db * STEPS_PER_DB).round() as i32
}

/// The level in dB of a stored integer. RT-safe.
pub fn level_of_steps(steps: i32) -> f32 {
    steps as f32 / STEPS_PER_DB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_survives_its_storage_exactly() {
        for steps in steps_of_level(LOWEST_DB)..=steps_of_level(HIGHEST_DB) {
            let level = level_of_steps(steps);
            assert_eq!(steps_of_level(level), steps);
            assert_eq!(on_step(level), level);
        }
    }
}
