//! A noise profile as a file: JSON with sample rate, window and unit, readable for people and other programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use lull_engine::figures::{COLUMNS, Columns};
use lull_engine::{Grid, NoiseProfile};

use crate::check_version;

/// Layout of [`ProfileFile`].
const VERSION: u32 = 1;
const UNIT: &str = "dB re full scale squared per hertz";

/// Names of a channel's columns, in the engine's order. Each has a level per bin, from 0 Hz to the Nyquist frequency. Mean
/// and deviation of the amplitude are squared; percentiles are of the power over the frames.
const COLUMN_NAMES: [&str; COLUMNS] = [
    "mean_power",
    "mean_amplitude",
    "deviation_of_amplitude",
    "median",
    "percentile_75",
    "percentile_90",
    "percentile_95",
    "percentile_99",
    "percentile_99_9",
];

/// Columns by their names.
type Channel = BTreeMap<String, Vec<f64>>;

#[derive(Serialize, Deserialize)]
struct ProfileFile {
    lull_profile: u32,
    unit: String,
    sample_rate_hz: f64,
    window_samples: usize,
    seconds_learned: f32,
    channels: Vec<Channel>,
}

fn channel_of(columns: &Columns) -> Channel {
    // Levels are multiples of 0.001 dB, so three digits are exact.
    let rounded = |level: &f32| (f64::from(*level) * 1e3).round() / 1e3;
    let column = |column: &Vec<f32>| column.iter().map(rounded).collect();
    COLUMN_NAMES.iter().zip(columns).map(|(name, levels)| ((*name).to_owned(), column(levels))).collect()
}

fn columns_of(mut channel: Channel) -> Result<Columns, String> {
    let mut columns = Columns::default();
    for (column, name) in columns.iter_mut().zip(COLUMN_NAMES) {
        let levels = channel.remove(name).ok_or_else(|| format!("a channel has no {name}"))?;
        column.extend(levels.into_iter().map(|level| level as f32));
    }
    Ok(columns)
}

/// Writes a profile as JSON. Setup only.
pub fn to_json(profile: &NoiseProfile) -> String {
    let file = ProfileFile {
        lull_profile: VERSION,
        unit: UNIT.to_owned(),
        sample_rate_hz: profile.grid().sample_rate_hz,
        window_samples: profile.grid().window_samples,
        seconds_learned: profile.seconds(),
        channels: profile.channels().iter().map(channel_of).collect(),
    };
    serde_json::to_string(&file).expect("finite numbers are JSON")
}

/// Reads a profile. Setup only.
///
/// # Errors
/// A message for the user: it is no profile, of a later version, in another unit, or its parts do not fit.
pub fn from_json(json: &str) -> Result<NoiseProfile, String> {
    let file: ProfileFile =
        serde_json::from_str(json).map_err(|error| format!("no noise profile of Lull: {error}"))?;
    check_version(file.lull_profile, VERSION)?;
    if file.unit != UNIT {
        return Err(format!("its unit is '{}', expected '{UNIT}'", file.unit));
    }
    let grid = Grid { sample_rate_hz: file.sample_rate_hz, window_samples: file.window_samples };
    let channels = file.channels.into_iter().map(columns_of).collect::<Result<_, _>>()?;
    NoiseProfile::from_parts(grid, file.seconds_learned, channels).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> NoiseProfile {
        let grid = Grid { sample_rate_hz: 44_100.0, window_samples: 64 };
        let level = |seed: usize| (0..grid.bins()).map(|bin| -60.0 - 0.123 * (bin * seed) as f32).collect();
        let channel = |first: usize| std::array::from_fn(|column| level(first + column));
        NoiseProfile::from_parts(grid, 1.5, vec![channel(1), channel(7)]).unwrap()
    }

    #[test]
    fn a_profile_is_read_exactly_as_it_was_written() {
        let profile = profile();
        let json = to_json(&profile);
        assert!(json.contains(UNIT) && json.contains("\"sample_rate_hz\":44100.0"), "{json}");
        assert_eq!(from_json(&json).unwrap(), profile);
    }

    #[test]
    fn a_damaged_file_is_refused_with_the_reason() {
        let good = to_json(&profile());
        for (from, to, why) in [
            ("lull_profile\":1", "lull_profile\":2", "later"),
            ("per hertz", "per octave", "unit"),
            ("44100.0", "-1", "rate"),
            ("\"window_samples\":64", "\"window_samples\":32", "17 bins"),
            ("\"mean_power\":[-60.0", "\"mean_power\":[900.0", "900"),
            ("{", "[", "no noise profile"),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good, "{from}");
            let error = from_json(&broken).unwrap_err();
            assert!(error.contains(why), "{to}: {error}");
        }
        assert!(from_json("").is_err() && from_json("\0\u{1}").is_err());
    }
}
