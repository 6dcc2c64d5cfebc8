//! Learning from a whole recording.

use rustfft::num_complex::Complex32;

use super::learner::{FEWEST_FRAMES, Learner};
use super::learning::{LearnStatus, LearnWindow};
use super::profile::NoiseProfile;
use crate::config::{Config, ConfigError};
use crate::sanitise::sanitise;
use crate::stft::Transform;

/// Why nothing can be learned from a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearnError {
    /// No engine can be built for the config.
    Config(ConfigError),
    /// The recording and the config differ in their number of channels.
    Channels {
        /// Channels of the config.
        expected: usize,
        /// Channels of the recording.
        got: usize,
    },
    /// The recording has fewer than four whole frames.
    TooShort {
        /// Length of the recording.
        seconds: f64,
        /// The least length.
        least_seconds: f64,
    },
    /// The recording is digital silence.
    Silent,
}

impl std::fmt::Display for LearnError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Channels { expected, got } => write!(f, "expected {expected} channels, got {got}"),
            Self::TooShort { seconds, least_seconds } => {
                // Rounded up, so that this length is enough.
                let least_seconds = (100.0 * least_seconds).ceil() / 100.0;
                write!(f, "{seconds:.2} s are too short to learn from; {least_seconds:.2} s is the least")
            }
            Self::Silent => f.write_str("the passage is digital silence, there is no noise to learn"),
        }
    }
}

impl std::error::Error for LearnError {}

impl From<ConfigError> for LearnError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl NoiseProfile {
    /// Learns the noise of a whole recording, for an engine that is built for `config`. `recording` has one slice per
    /// channel, all of the same length. An engine that learns from the same samples has the same profile, to the bit.
    /// Setup only.
    ///
    /// # Errors
    /// When the recording does not fit `config`, is too short, or is silent.
    pub fn learn(recording: &[impl AsRef<[f32]>], config: Config) -> Result<Self, LearnError> {
        config.check()?;
        if recording.len() != config.channels {
            return Err(LearnError::Channels { expected: config.channels, got: recording.len() });
        }
        let mut recording: Vec<Vec<f32>> =
            recording.iter().map(|channel| channel.as_ref().to_vec()).collect();
        let samples = recording.iter().map(Vec::len).min().unwrap_or(0);
        let (grid, hop_samples) = (config.grid(), config.hop_samples());
        let transform = Transform::for_config(config);
        let mut learner = Learner::new(grid, transform.window_energy(), hop_samples, config.channels);
        let mut powers = vec![vec![0.0; grid.bins()]; recording.len()];
        let (mut spectrum, mut scratch) = (vec![Complex32::default(); grid.bins()], transform.scratch());

        learner.start(LearnWindow::UntilStopped, false, 0);
        for frame_end in (hop_samples..=samples).step_by(hop_samples) {
            for channel in &mut recording {
                if sanitise(&mut channel[frame_end - hop_samples..frame_end]) {
                    learner.taint_until(frame_end as u64);
                }
            }
            let Some(frame_start) = frame_end.checked_sub(grid.window_samples) else { continue };
            for (power, channel) in powers.iter_mut().zip(&recording) {
                transform.forward(
                    (&channel[frame_start..frame_end], &[]),
                    &mut spectrum,
                    power,
                    &mut scratch,
                );
            }
            learner.hop(frame_end as u64, powers.iter().map(Vec::as_slice), None);
        }
        learner.stop(samples as u64);
        // The window has ended. Each further hop computes a share of the figures.
        let mut hop_end = samples as u64;
        while learner.is_busy() {
            hop_end += hop_samples as u64;
            if let Some(profile) = learner.hop(hop_end, std::iter::empty(), None) {
                return Ok(profile.clone());
            }
        }
        if learner.status() == LearnStatus::Silent {
            return Err(LearnError::Silent);
        }
        let least_samples = grid.window_samples + (FEWEST_FRAMES as usize - 1) * hop_samples;
        let seconds = |samples: usize| samples as f64 / config.sample_rate_hz;
        Err(LearnError::TooShort { seconds: seconds(samples), least_seconds: seconds(least_samples) })
    }
}
