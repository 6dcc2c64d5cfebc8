//! What an engine is built for: sample rate, channels, quality.

use crate::grid::{Grid, RATES_HZ};
use crate::quality::Quality;

/// The largest number of channels of an engine.
pub const MAX_CHANNELS: usize = 8;
/// Hops in a synthesis window.
pub(crate) const OVERLAP: usize = 4;

/// What an engine is built for. A change of any field needs a new engine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Config {
    /// 100 Hz to 10 MHz.
    pub sample_rate_hz: f64,
    /// 1 to [`MAX_CHANNELS`].
    pub channels: usize,
    /// Windows, look-ahead and latency.
    pub quality: Quality,
}

/// Why no engine can be built for a [`Config`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ConfigError {
    /// The number of channels is not 1 to [`MAX_CHANNELS`].
    Channels(usize),
    /// The sample rate is not 100 Hz to 10 MHz.
    SampleRate(f64),
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Channels(channels) => {
                write!(f, "expected 1 to {MAX_CHANNELS} channels, got {channels} channels")
            }
            Self::SampleRate(hz) => write!(f, "expected a sample rate of 100 Hz to 10 MHz, got {hz} Hz"),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// The grid of this engine's spectra and profiles. RT-safe.
    pub fn grid(&self) -> Grid {
        Grid {
            sample_rate_hz: self.sample_rate_hz,
            window_samples: self.quality.window_samples(self.sample_rate_hz),
        }
    }

    /// Distance from one frame to the next. RT-safe.
    pub fn hop_samples(&self) -> usize {
        self.quality.synthesis_samples(self.sample_rate_hz) / OVERLAP
    }

    pub(crate) fn hop_s(&self) -> f32 {
        (self.hop_samples() as f64 / self.sample_rate_hz) as f32
    }

    /// Delay from input to output. RT-safe.
    pub fn latency_samples(&self) -> usize {
        let synthesis_samples = self.quality.synthesis_samples(self.sample_rate_hz);
        synthesis_samples + self.quality.look_ahead_hops() * self.hop_samples()
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !RATES_HZ.contains(&self.sample_rate_hz) {
            return Err(ConfigError::SampleRate(self.sample_rate_hz));
        }
        if !(1..=MAX_CHANNELS).contains(&self.channels) {
            return Err(ConfigError::Channels(self.channels));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_engine_can_be_built_for_is_refused() {
        let config = |sample_rate_hz, channels| Config { sample_rate_hz, channels, quality: Quality::Live };
        assert_eq!(config(48e3, 8).check(), Ok(()));
        for channels in [0, 9] {
            assert_eq!(config(48e3, channels).check(), Err(ConfigError::Channels(channels)));
        }
        for hz in [0.0, -48e3, f64::INFINITY, 99.0] {
            assert_eq!(config(hz, 1).check(), Err(ConfigError::SampleRate(hz)));
        }
        assert!(config(f64::NAN, 1).check().is_err());
    }
}
