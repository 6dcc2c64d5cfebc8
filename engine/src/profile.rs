//! What was learned of a noise: statistics per channel and bin, as densities over hertz, so that they outlive
//! the window and the rate that they were learned with.
//!
//! Every level is in dB re full scale squared per hertz, kept in steps of 0.001 dB: what a project stores is
//! then exactly what the engine plays, and a reopened project sounds the same to the bit.

use crate::settings::MAX_CHANNELS;

/// Shares of the frames whose levels are kept. Between them [`quantile_position`] interpolates.
pub const QUANTILES: [f64; 6] = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
/// Figures per bin: mean power, mean amplitude, deviation of the amplitude, and the [`QUANTILES`].
pub const COLUMNS: usize = 3 + QUANTILES.len();
/// [`quantile_position`] of each of [`QUANTILES`].
const QUANTILE_POSITIONS: [f64; QUANTILES.len()] = [
    -0.36651292058166435,
    0.32663425997828094,
    0.834032445247956,
    1.0971887003649483,
    1.5271796258079011,
    1.9326447339160653,
];
/// Mean power.
pub const MEAN_POWER: usize = 0;
/// Mean of the amplitude (its square, as a level).
pub const MEAN_AMPLITUDE: usize = 1;
/// Standard deviation of the amplitude (its square, as a level).
pub const DEVIATION: usize = 2;
/// First of the [`QUANTILES`] of the power.
pub const FIRST_QUANTILE: usize = 3;

/// Lowest level that is kept: far under the quantisation noise of 24 bits (-190 dB/Hz).
pub const LOWEST_DB: f32 = -220.0;
/// Highest level that is kept.
pub const HIGHEST_DB: f32 = 100.0;
const STEPS_PER_DB: f32 = 1000.0;

/// Where the bins of a spectrum lie and how wide they see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    pub sample_rate_hz: f64,
    /// Length of the analysis window, a power of two.
    pub window_samples: usize,
}

impl Grid {
    pub fn bins(&self) -> usize {
        self.window_samples / 2 + 1
    }

    pub fn bin_width_hz(&self) -> f64 {
        self.sample_rate_hz / self.window_samples as f64
    }

    /// Level in dB/Hz of a bin with |X|^2 = 1: one-sided density, |X|^2 * 2 / (rate * sum of the squared window)
    /// (Heinzel et al. 2002).
    pub fn unit_density_db(&self, window_energy: f64) -> f64 {
        10.0 * (2.0 / (self.sample_rate_hz * window_energy)).log10()
    }

    /// Whether a profile may lie on this grid at all.
    fn is_plausible(&self) -> bool {
        self.sample_rate_hz.is_finite()
            && (100.0..=10e6).contains(&self.sample_rate_hz)
            && self.window_samples.is_power_of_two()
            && (4..=1 << 20).contains(&self.window_samples)
    }
}

/// Levels of one channel: a column per figure, an entry per bin.
pub type Columns = [Vec<f32>; COLUMNS];

/// The learned noise.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseProfile {
    grid: Grid,
    /// Time that was listened to, in seconds: the weight of this profile when more is added.
    seconds: f32,
    channels: Vec<Columns>,
}

/// Why parts do not make a profile.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileError {
    Grid(Grid),
    Channels { got: usize },
    Bins { expected: usize, got: usize },
    Level { got: f32 },
    Seconds { got: f32 },
}

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Grid(grid) => {
                write!(
                    f,
                    "no profile has a rate of {} Hz and a window of {}",
                    grid.sample_rate_hz, grid.window_samples
                )
            }
            Self::Channels { got } => write!(f, "expected 1 to {MAX_CHANNELS} channels, got {got}"),
            Self::Bins { expected, got } => write!(f, "expected {expected} bins, got {got}"),
            Self::Level { got } => write!(f, "expected levels of {LOWEST_DB} to {HIGHEST_DB} dB, got {got}"),
            Self::Seconds { got } => write!(f, "expected a time of more than 0 s, got {got}"),
        }
    }
}

impl std::error::Error for ProfileError {}

impl NoiseProfile {
    /// A profile of silence, as room for a learned one. Setup only.
    pub fn silence(grid: Grid, channels: usize) -> Self {
        let columns = || std::array::from_fn(|_| vec![LOWEST_DB; grid.bins()]);
        Self { grid, seconds: 0.0, channels: (0..channels).map(|_| columns()).collect() }
    }

    /// A profile from stored parts, each level rounded to its step. Setup only.
    ///
    /// # Errors
    /// When the parts do not fit each other or no learner can have made them.
    pub fn from_parts(grid: Grid, seconds: f32, mut channels: Vec<Columns>) -> Result<Self, ProfileError> {
        if !grid.is_plausible() {
            return Err(ProfileError::Grid(grid));
        }
        if !(seconds > 0.0 && seconds.is_finite()) {
            return Err(ProfileError::Seconds { got: seconds });
        }
        if channels.is_empty() || channels.len() > MAX_CHANNELS {
            return Err(ProfileError::Channels { got: channels.len() });
        }
        for column in channels.iter_mut().flatten() {
            if column.len() != grid.bins() {
                return Err(ProfileError::Bins { expected: grid.bins(), got: column.len() });
            }
            for level in column {
                if !(LOWEST_DB..=HIGHEST_DB).contains(level) {
                    return Err(ProfileError::Level { got: *level });
                }
                *level = on_step(*level);
            }
        }
        Ok(Self { grid, seconds, channels })
    }

    pub fn grid(&self) -> Grid {
        self.grid
    }

    pub fn seconds(&self) -> f32 {
        self.seconds
    }

    pub fn channels(&self) -> &[Columns] {
        &self.channels
    }

    /// Level of one figure in one bin, in dB/Hz. RT-safe.
    pub fn level_db(&self, channel: usize, column: usize, bin: usize) -> f32 {
        self.channels[channel][column][bin]
    }

    /// Sets the time that was listened to. RT-safe.
    pub(crate) fn set_seconds(&mut self, seconds: f32) {
        self.seconds = seconds;
    }

    /// Sets all figures of one bin, each held in range and rounded to its step. RT-safe.
    pub(crate) fn set_bin(&mut self, channel: usize, bin: usize, levels_db: [f32; COLUMNS]) {
        for (column, level) in self.channels[channel].iter_mut().zip(levels_db) {
            column[bin] = on_step(level.clamp(LOWEST_DB, HIGHEST_DB));
        }
    }

    pub(crate) fn bin(&self, channel: usize, bin: usize) -> [f32; COLUMNS] {
        std::array::from_fn(|column| self.channels[channel][column][bin])
    }

    /// Takes over what `other` holds; both lie on one grid and have as many channels. RT-safe.
    pub fn copy_from(&mut self, other: &Self) {
        debug_assert!(self.fits(other.grid, other.channels.len()));
        self.seconds = other.seconds;
        for (to, from) in self.channels.iter_mut().flatten().zip(other.channels.iter().flatten()) {
            to.copy_from_slice(from);
        }
    }

    /// Whether this profile can be played on `grid` as it is.
    pub fn fits(&self, grid: Grid, channels: usize) -> bool {
        self.grid == grid && self.channels.len() == channels
    }

    /// The same noise as another grid and another number of channels see it. Setup only.
    ///
    /// Over frequency, levels are interpolated in dB; where the new bins are wider than the old, the powers
    /// under each are averaged. Above the learned Nyquist frequency the last level holds. One channel serves
    /// all; one new channel, or one that was not learned, gets the average of those that were.
    pub fn resampled(&self, grid: Grid, channels: usize) -> Self {
        if self.fits(grid, channels) {
            return self.clone();
        }
        let mut out = Self::silence(grid, channels);
        out.seconds = self.seconds;
        let learned = self.channels.len();
        // Channels that were learned and are asked for; all that are not get one average, worked out once a bin.
        let own = if learned == 1 || channels > 1 { learned.min(channels) } else { 0 };
        for bin in 0..grid.bins() {
            let hz = bin as f64 * grid.bin_width_hz();
            let seen = |channel| self.seen_at(channel, hz, grid.bin_width_hz());
            (0..own).for_each(|channel| out.set_bin(channel, bin, seen(channel)));
            if own < channels {
                let average = (1..learned)
                    .fold(seen(0), |levels, other| merged(levels, other as f32, seen(other), 1.0));
                (own..channels).for_each(|channel| out.set_bin(channel, bin, average));
            }
        }
        out
    }

    /// All figures of one channel around `hz` as a bin of `width_hz` sees them.
    fn seen_at(&self, channel: usize, hz: f64, width_hz: f64) -> [f32; COLUMNS] {
        let ratio = width_hz / self.grid.bin_width_hz();
        let centre = hz / self.grid.bin_width_hz();
        let points = (ratio - 1e-9).ceil().max(1.0) as usize;
        std::array::from_fn(|column| {
            if points == 1 {
                return interpolated(&self.channels[channel][column], centre);
            }
            let power: f64 = (0..points)
                .map(|i| {
                    let offset = ((i as f64 + 0.5) / points as f64 - 0.5) * ratio;
                    let level = interpolated(&self.channels[channel][column], (centre + offset).max(0.0));
                    10f64.powf(level as f64 / 10.0)
                })
                .sum();
            10.0 * (power / points as f64).log10() as f32
        })
    }
}

fn on_step(level_db: f32) -> f32 {
    (level_db * STEPS_PER_DB).round() / STEPS_PER_DB
}

/// The level as the whole number that is stored. Its inverse is [`level_of_steps`].
pub fn steps_of_level(level_db: f32) -> i32 {
    (level_db * STEPS_PER_DB).round() as i32
}

/// The level of a stored whole number.
pub fn level_of_steps(steps: i32) -> f32 {
    steps as f32 / STEPS_PER_DB
}

fn interpolated(levels: &[f32], position: f64) -> f32 {
    let last = levels.len() - 1;
    let below = (position.floor() as usize).min(last);
    let share = if below == last { 0.0 } else { (position - below as f64) as f32 };
    levels[below] + share * (levels[(below + 1).min(last)] - levels[below])
}

/// Place of a quantile on the axis ln(-ln(1 - q)), on which the level in dB of Gaussian noise, whose power is
/// exponentially distributed, is a straight line (a Weibull plot).
pub fn quantile_position(quantile: f64) -> f64 {
    (-(1.0 - quantile).ln()).ln()
}

/// Level in dB under which `position` (see [`quantile_position`]) of the frames lie.
fn quantile_at(levels_db: &[f32; COLUMNS], level_db: f64) -> f64 {
    // Beyond the kept quantiles: the slope of Gaussian noise, ln(10)/10 per dB.
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

/// Figures of two windows of noise taken as one, weighted by their lengths. Moments add up exactly; a quantile
/// is found where the weighted sum of the two distributions reaches its share. RT-safe.
pub fn merged(a: [f32; COLUMNS], weight_a: f32, b: [f32; COLUMNS], weight_b: f32) -> [f32; COLUMNS] {
    let share_a = (weight_a / (weight_a + weight_b)) as f64;
    let power = |level: f32| 10f64.powf(level as f64 / 10.0);
    let mix = |x: f64, y: f64| share_a * x + (1.0 - share_a) * y;
    let mean_power = mix(power(a[MEAN_POWER]), power(b[MEAN_POWER]));
    let mean_amplitude = mix(power(a[MEAN_AMPLITUDE]).sqrt(), power(b[MEAN_AMPLITUDE]).sqrt());
    // Mean square of each: deviation^2 + mean^2, from its own pair, so that rounding cannot turn it negative.
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

/// Where `error`, which rises, crosses zero between `low` and `high`: by false position, as on the axis of
/// [`quantile_position`] it is nearly a straight line, with the end that stays put weighed less and less
/// (Illinois). The number of steps is bounded. RT-safe.
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
mod tests {
    use super::*;

    /// Figures of Gaussian noise of a given mean power.
    pub fn gaussian(mean_power_db: f32) -> [f32; COLUMNS] {
        let mut out = [mean_power_db; COLUMNS];
        out[MEAN_AMPLITUDE] += 10.0 * (std::f32::consts::PI / 4.0).log10();
        out[DEVIATION] += 10.0 * (1.0 - std::f32::consts::PI / 4.0).log10();
        for (i, q) in QUANTILES.iter().enumerate() {
            out[FIRST_QUANTILE + i] += 10.0 * (-(1.0 - q).ln()).log10() as f32;
        }
        out
    }

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };

    fn sloped(grid: Grid) -> NoiseProfile {
        let mut profile = NoiseProfile::silence(grid, 1);
        profile.set_seconds(1.0);
        for bin in 0..grid.bins() {
            let hz = bin as f64 * grid.bin_width_hz();
            profile.set_bin(0, bin, gaussian(-60.0 - 20.0 * (hz / 24_000.0) as f32));
        }
        profile
    }

    #[test]
    fn a_level_survives_its_storage_exactly() {
        for steps in steps_of_level(LOWEST_DB)..=steps_of_level(HIGHEST_DB) {
            let level = level_of_steps(steps);
            assert_eq!(steps_of_level(level), steps);
            assert_eq!(on_step(level), level);
        }
    }

    #[test]
    fn merging_equals_changes_nothing_and_unequal_matches_the_closed_form() {
        let quiet = gaussian(-70.0);
        for (same, was) in merged(quiet, 1.0, quiet, 3.0).iter().zip(quiet) {
            assert!((same - was).abs() < 0.03);
        }
        // Half the time 10 dB louder: powers average to 5.5 times, the median solves a sum of exponentials.
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
                    // Where the distribution stands still, any level between is as right: compare the shares.
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

    #[test]
    fn another_rate_and_window_sees_the_same_density() {
        let profile = sloped(GRID);
        for (rate, window) in
            [(48_000.0, 4096), (48_000.0, 512), (96_000.0, 4096), (44_100.0, 2048), (8_000.0, 256)]
        {
            let grid = Grid { sample_rate_hz: rate, window_samples: window };
            let seen = profile.resampled(grid, 1);
            for bin in 1..grid.bins() - 1 {
                let hz = bin as f64 * grid.bin_width_hz();
                if hz > 23_900.0 {
                    assert!(
                        (seen.level_db(0, MEAN_POWER, bin) + 80.0).abs() < 0.2,
                        "{rate} {window} {hz} Hz holds"
                    );
                } else {
                    let wanted = -60.0 - 20.0 * (hz / 24_000.0) as f32;
                    let got = seen.level_db(0, MEAN_POWER, bin);
                    assert!((got - wanted).abs() < 0.06, "{rate} {window} {hz} Hz: {got} {wanted}");
                }
            }
        }
    }

    #[test]
    fn channels_are_mapped() {
        let mut stereo = NoiseProfile::silence(GRID, 2);
        stereo.set_seconds(1.0);
        for bin in 0..GRID.bins() {
            stereo.set_bin(0, bin, gaussian(-50.0));
            stereo.set_bin(1, bin, gaussian(-60.0));
        }
        let level = |profile: &NoiseProfile, channel| profile.level_db(channel, MEAN_POWER, 100);
        assert!((level(&stereo.resampled(GRID, 1), 0) - (-52.6)).abs() < 0.02, "mono takes the mean power");
        let six = stereo.resampled(GRID, 6);
        assert_eq!((level(&six, 0), level(&six, 1)), (-50.0, -60.0));
        assert!((level(&six, 5) + 52.6).abs() < 0.02);
        let eight = stereo.resampled(GRID, 1).resampled(GRID, 8);
        assert_eq!(level(&eight, 7), level(&eight, 0));
    }

    #[test]
    fn impossible_parts_are_refused() {
        let good = sloped(GRID);
        let parts = || good.channels().to_vec();
        assert_eq!(NoiseProfile::from_parts(GRID, 1.0, parts()), Ok(good.clone()));
        let odd = Grid { sample_rate_hz: f64::NAN, ..GRID };
        assert!(matches!(NoiseProfile::from_parts(odd, 1.0, parts()), Err(ProfileError::Grid(_))));
        for sample_rate_hz in [-48e3, 0.0, 99.0, 1.1e7, f64::INFINITY] {
            let odd = Grid { sample_rate_hz, ..GRID };
            assert!(matches!(NoiseProfile::from_parts(odd, 1.0, parts()), Err(ProfileError::Grid(_))));
        }
        let odd = Grid { window_samples: 1000, ..GRID };
        assert!(matches!(NoiseProfile::from_parts(odd, 1.0, parts()), Err(ProfileError::Grid(_))));
        assert!(matches!(NoiseProfile::from_parts(GRID, 0.0, parts()), Err(ProfileError::Seconds { .. })));
        assert!(matches!(
            NoiseProfile::from_parts(GRID, 1.0, vec![]),
            Err(ProfileError::Channels { got: 0 })
        ));
        let mut short = parts();
        short[0][4].pop();
        assert_eq!(
            NoiseProfile::from_parts(GRID, 1.0, short),
            Err(ProfileError::Bins { expected: 1025, got: 1024 })
        );
        let mut loud = parts();
        loud[0][4][7] = f32::NAN;
        assert!(matches!(NoiseProfile::from_parts(GRID, 1.0, loud), Err(ProfileError::Level { .. })));
    }
}
