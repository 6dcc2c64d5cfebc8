//! The noise profile as a project stores it: numbers, and the levels as base64.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use lull_engine::figures::{self, COLUMNS, Columns};
use lull_engine::{Grid, NoiseProfile};
use serde::{Deserialize, Serialize};

/// Layout of [`StoredProfile`]. Increases with a change that older versions of Lull would misread.
const PROFILE_VERSION: u32 = 1;
/// Bytes of one stored level.
const LEVEL_BYTES: usize = 3;

/// A profile in a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredProfile {
    pub version: u32,
    pub sample_rate_hz: f64,
    pub window_samples: usize,
    /// Time that was learned.
    pub seconds: f32,
    pub channels: usize,
    /// Levels in thousandths of a dB, 24-bit little-endian, base64: channel by channel, column by column.
    pub levels: String,
}

impl From<&NoiseProfile> for StoredProfile {
    fn from(profile: &NoiseProfile) -> Self {
        let levels = profile.channels().iter().flatten().flatten();
        let bytes: Vec<u8> = levels
            .flat_map(|&level| {
                let [low, middle, high, _] = figures::steps_of_level(level).to_le_bytes();
                [low, middle, high]
            })
            .collect();
        Self {
            version: PROFILE_VERSION,
            sample_rate_hz: profile.grid().sample_rate_hz,
            window_samples: profile.grid().window_samples,
            seconds: profile.seconds(),
            channels: profile.channels().len(),
            levels: BASE64.encode(bytes),
        }
    }
}

impl TryFrom<&StoredProfile> for NoiseProfile {
    type Error = String;

    /// Reads any version whose parts fit together.
    ///
    /// # Errors
    /// A message for the user: the levels are damaged, or do not fit the other fields.
    fn try_from(stored: &StoredProfile) -> Result<Self, String> {
        let grid = Grid { sample_rate_hz: stored.sample_rate_hz, window_samples: stored.window_samples };
        let bytes =
            BASE64.decode(&stored.levels).map_err(|error| format!("its levels are damaged: {error}"))?;
        let columns = stored.channels.checked_mul(COLUMNS).filter(|&columns| columns > 0);
        let bins = columns.map(|columns| bytes.len() / LEVEL_BYTES / columns).filter(|&bins| bins > 0);
        let (Some(columns), Some(bins)) = (columns, bins) else {
            return Err(format!("it has {} bytes of levels for {} channels", bytes.len(), stored.channels));
        };
        if bytes.len() != LEVEL_BYTES * columns * bins {
            return Err(format!(
                "expected {} bytes of levels, got {}",
                LEVEL_BYTES * columns * bins,
                bytes.len()
            ));
        }
        let levels: Vec<f32> = bytes
            .chunks_exact(LEVEL_BYTES)
            // Shifted up and down again to extend the sign.
            .map(|b| figures::level_of_steps(i32::from_le_bytes([0, b[0], b[1], b[2]]) >> 8))
            .collect();
        let channel = |levels: &[f32]| -> Columns {
            std::array::from_fn(|column| levels[column * bins..(column + 1) * bins].to_vec())
        };
        let channels = levels.chunks_exact(COLUMNS * bins).map(channel).collect();
        NoiseProfile::from_parts(grid, stored.seconds, channels).map_err(|error| error.to_string())
    }
}

/// The project's field: a profile, or none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredField(pub Option<StoredProfile>);

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
    fn a_stored_profile_is_restored_exactly() {
        let stored = StoredProfile::from(&profile());
        assert_eq!(NoiseProfile::try_from(&stored).unwrap(), profile());
        let later = StoredProfile { version: PROFILE_VERSION + 1, ..stored };
        assert_eq!(NoiseProfile::try_from(&later).unwrap(), profile(), "a later version");
    }

    #[test]
    fn damaged_levels_are_refused() {
        let good = StoredProfile::from(&profile());
        for (levels, why) in [
            ("%%%".to_owned(), "damaged"),
            (String::new(), "0 bytes"),
            (good.levels[..good.levels.len() - 4].to_owned(), "expected"),
        ] {
            let error = NoiseProfile::try_from(&StoredProfile { levels, ..good.clone() }).unwrap_err();
            assert!(error.contains(why), "{why}: {error}");
        }
    }
}
