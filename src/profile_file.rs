//! A noise profile as a file: JSON with its rate, its window and units, for people and other programs to read.

use serde::{Deserialize, Serialize};

use crate::engine::profile::{COLUMNS, Columns, Grid, NoiseProfile};

/// Layout of [`ProfileFile`].
const VERSION: u32 = 1;
const UNIT: &str = "dB re full scale squared per hertz";

#[derive(Serialize, Deserialize)]
struct ProfileFile {
    lull_profile: u32,
    unit: String,
    sample_rate_hz: f64,
    window_samples: usize,
    seconds_learned: f32,
    channels: Vec<Channel>,
}

/// Levels per bin, from 0 Hz to the Nyquist frequency. The amplitudes' mean and deviation are squared, the
/// percentiles are those of the power over the frames.
#[derive(Serialize, Deserialize)]
struct Channel {
    mean_power: Vec<f64>,
    mean_amplitude: Vec<f64>,
    deviation_of_amplitude: Vec<f64>,
    median: Vec<f64>,
    percentile_75: Vec<f64>,
    percentile_90: Vec<f64>,
    percentile_95: Vec<f64>,
    percentile_99: Vec<f64>,
    percentile_99_9: Vec<f64>,
}

impl From<&Columns> for Channel {
    fn from(columns: &Columns) -> Self {
        // Levels lie on steps of 0.001 dB, so three digits say all.
        let rounded = |level: &f32| (f64::from(*level) * 1e3).round() / 1e3;
        let [
            mean_power,
            mean_amplitude,
            deviation_of_amplitude,
            median,
            percentile_75,
            percentile_90,
            percentile_95,
            percentile_99,
            percentile_99_9,
        ]: [Vec<f64>; COLUMNS] = columns.each_ref().map(|column| column.iter().map(rounded).collect());
        Self {
            mean_power,
            mean_amplitude,
            deviation_of_amplitude,
            median,
            percentile_75,
            percentile_90,
            percentile_95,
            percentile_99,
            percentile_99_9,
        }
    }
}

impl From<Channel> for Columns {
    fn from(channel: Channel) -> Self {
        [
            channel.mean_power,
            channel.mean_amplitude,
            channel.deviation_of_amplitude,
            channel.median,
            channel.percentile_75,
            channel.percentile_90,
            channel.percentile_95,
            channel.percentile_99,
            channel.percentile_99_9,
        ]
        .map(|column| column.into_iter().map(|level| level as f32).collect())
    }
}

/// Setup only.
pub fn to_json(profile: &NoiseProfile) -> String {
    let file = ProfileFile {
        lull_profile: VERSION,
        unit: UNIT.to_owned(),
        sample_rate_hz: profile.grid().sample_rate_hz,
        window_samples: profile.grid().window_samples,
        seconds_learned: profile.seconds(),
        channels: profile.channels().iter().map(Channel::from).collect(),
    };
    serde_json::to_string(&file).expect("finite numbers are JSON")
}

/// Setup only.
///
/// # Errors
/// In words for the user, when it is no profile, of a later version, in another unit, or its parts do not fit.
pub fn from_json(json: &str) -> Result<NoiseProfile, String> {
    let file: ProfileFile =
        serde_json::from_str(json).map_err(|error| format!("no noise profile of Lull: {error}"))?;
    if file.lull_profile > VERSION {
        return Err(format!(
            "a later Lull wrote it (version {}, this one reads {VERSION})",
            file.lull_profile
        ));
    }
    if file.unit != UNIT {
        return Err(format!("its unit is '{}', expected '{UNIT}'", file.unit));
    }
    let grid = Grid { sample_rate_hz: file.sample_rate_hz, window_samples: file.window_samples };
    let channels = file.channels.into_iter().map(Columns::from).collect();
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
    fn a_profile_comes_back_to_the_bit() {
        let profile = profile();
        let json = to_json(&profile);
        assert!(json.contains(UNIT) && json.contains("\"sample_rate_hz\":44100.0"), "{json}");
        assert_eq!(from_json(&json).unwrap(), profile);
    }

    #[test]
    fn a_broken_file_says_why() {
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
