//! The noise profile: statistics per channel and bin, as densities over hertz, so that they do not depend on the window
//! and the rate that they were learned with.
//!
//! Every level is in dB re full scale squared per hertz, in steps of 0.001 dB. A project stores exactly these steps, so
//! a reopened project sounds the same to the bit.

use super::figures::{COLUMNS, Columns, HIGHEST_DB, LOWEST_DB, MEAN_POWER, on_step};
use super::lines;
use super::merge::merged;
use super::quantiles::LaneFigures;
use crate::config::MAX_CHANNELS;
use crate::grid::Grid;
use crate::vectorised::vectorised;

/// The learned noise: statistics per channel and bin.
#[derive(Debug, Clone, PartialEq)]
pub struct NoiseProfile {
    grid: Grid,
    /// Duration of the learned noise, which is the weight of this profile when more is added.
    seconds: f32,
    channels: Vec<Columns>,
}

/// Why parts are not a valid profile.
#[derive(Debug, Clone, PartialEq)]
pub enum ProfileError {
    /// The sample rate or the window is not one of an engine.
    Grid(Grid),
    /// The number of channels is not 1 to [`MAX_CHANNELS`].
    Channels {
        /// The number of channels.
        got: usize,
    },
    /// A column and the grid differ in their number of bins.
    Bins {
        /// Bins of the grid.
        expected: usize,
        /// Entries of the column.
        got: usize,
    },
    /// A level is out of range.
    Level {
        /// The level in dB.
        got: f32,
    },
    /// The duration is not a positive number.
    Seconds {
        /// The duration in seconds.
        got: f32,
    },
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
    /// A profile of silence, as storage for a learned one. Setup only.
    pub fn silence(grid: Grid, channels: usize) -> Self {
        let columns = || std::array::from_fn(|_| vec![LOWEST_DB; grid.bins()]);
        Self { grid, seconds: 0.0, channels: (0..channels).map(|_| columns()).collect() }
    }

    /// A profile from stored parts; each level is rounded to its step. Setup only.
    ///
    /// # Errors
    /// When the parts contradict each other or are out of range.
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

    /// The grid of its bins. RT-safe.
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// Duration of the learned noise in seconds. RT-safe.
    pub fn seconds(&self) -> f32 {
        self.seconds
    }

    /// The figures of every channel. RT-safe.
    pub fn channels(&self) -> &[Columns] {
        &self.channels
    }

    /// Frequencies of the lines of one channel: hum with its harmonics, whistles. Tonal Reduction acts on these. Setup only.
    pub fn lines_hz(&self, channel: usize) -> Vec<f32> {
        let (levels_db, bin_width_hz) = (&self.channels[channel][MEAN_POWER], self.grid.bin_width_hz());
        let mut lines = Vec::with_capacity(levels_db.len());
        lines::find(levels_db, bin_width_hz, self.seconds, &mut lines);
        lines::tops(&lines, levels_db).map(|bin| (bin as f64 * bin_width_hz) as f32).collect()
    }

    /// Level of one figure in one bin, in dB/Hz. RT-safe.
    pub fn level_db(&self, channel: usize, column: usize, bin: usize) -> f32 {
        self.channels[channel][column][bin]
    }

    /// Sets the duration of the learned noise. RT-safe.
    pub(super) fn set_seconds(&mut self, seconds: f32) {
        self.seconds = seconds;
    }

    /// Sets all figures of one bin, each clamped and rounded to its step. RT-safe.
    pub(super) fn set_bin(&mut self, channel: usize, bin: usize, levels_db: [f32; COLUMNS]) {
        for (column, level) in self.channels[channel].iter_mut().zip(levels_db) {
            store(&[level], &mut column[bin..]);
        }
    }

    /// Sets the figures of up to [`LANES`] bins from `first_bin` on, each clamped and rounded to its step. RT-safe.
    pub(super) fn set_lanes(&mut self, channel: usize, first_bin: usize, levels_db: &LaneFigures) {
        for (column, levels_db) in self.channels[channel].iter_mut().zip(levels_db) {
            store(levels_db, &mut column[first_bin..]);
        }
    }

    /// The figures of [`LANES`] bins from `first_bin` on; the last bin again beyond it. RT-safe.
    pub(super) fn lanes(&self, channel: usize, first_bin: usize) -> LaneFigures {
        let last_bin = self.grid.bins() - 1;
        self.channels[channel]
            .each_ref()
            .map(|column| std::array::from_fn(|lane| column[last_bin.min(first_bin + lane)]))
    }

    /// Copies `other`, which must have the same grid and number of channels. RT-safe.
    pub fn copy_from(&mut self, other: &Self) {
        debug_assert!(self.fits(other.grid, other.channels.len()));
        self.seconds = other.seconds;
        for (to, from) in self.channels.iter_mut().flatten().zip(other.channels.iter().flatten()) {
            to.copy_from_slice(from);
        }
    }

    /// Whether an engine with this grid and number of channels can use the profile without resampling. RT-safe.
    pub fn fits(&self, grid: Grid, channels: usize) -> bool {
        self.grid == grid && self.channels.len() == channels
    }

    /// The same noise on another grid and for another number of channels. Setup only.
    ///
    /// Levels are interpolated in dB over frequency; where the new bins are wider than the old ones, powers are
    /// averaged. Above the learned Nyquist frequency the last level is used. A single learned channel is used for all
    /// channels; a single new channel, or one that was not learned, gets the average of all learned ones.
    pub fn resampled(&self, grid: Grid, channels: usize) -> Self {
        if self.fits(grid, channels) {
            return self.clone();
        }
        let mut out = Self::silence(grid, channels);
        out.seconds = self.seconds;
        let learned = self.channels.len();
        // Channels that were learned and are needed. All others get one average, computed once per bin.
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

    /// All figures of one channel for a bin of `width_hz` around `hz`.
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

vectorised! {
    /// Stores levels, as many as there are or as have room, each clamped and rounded to its step.
    fn store(levels_db: &[f32], column: &mut [f32]) {
        for (stored, level_db) in column.iter_mut().zip(levels_db) {
            *stored = on_step(level_db.clamp(LOWEST_DB, HIGHEST_DB));
        }
    }
}

fn interpolated(levels: &[f32], position: f64) -> f32 {
    let last = levels.len() - 1;
    let below = (position.floor() as usize).min(last);
    let share = if below == last { 0.0 } else { (position - below as f64) as f32 };
    levels[below] + share * (levels[(below + 1).min(last)] - levels[below])
}

#[cfg(test)]
mod tests {
    use super::super::figures::MEAN_POWER;
    use super::super::merge::tests::gaussian;
    use super::*;

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
