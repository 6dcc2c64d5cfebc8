//! Quality: the lengths of the windows and the look-ahead, which determine the latency.

use crate::choice::Choice;

/// The trade-off between time resolution, frequency resolution and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quality {
    /// For live playing: a quarter of the latency of Standard.
    Live,
    /// For most uses: like Live, a long analysis window and a short synthesis window, which is the latency.
    #[default]
    Standard,
    /// For mixing and rendering: a symmetric window, and two hops of look-ahead, so that the estimators also use the
    /// sound that follows.
    Best,
}

impl Quality {
    /// All of them, in the order in which hosts list them.
    pub const ALL: &'static [Self] = &[Self::Live, Self::Standard, Self::Best];

    /// Id and name. RT-safe.
    pub const fn choice(self) -> Choice {
        match self {
            Self::Live => Choice { id: "live", name: "Live" },
            Self::Standard => Choice { id: "standard", name: "Standard" },
            Self::Best => Choice { id: "best", name: "Best" },
        }
    }

    /// Length of the analysis window, which sets the frequency resolution. Windows are lengths in time: the same number
    /// of samples at 44.1 and 48 kHz, doubled or halved with the rate, so that the sound does not change with the rate.
    /// RT-safe.
    pub fn window_samples(self, sample_rate_hz: f64) -> usize {
        at_rate(
            match self {
                Self::Live => 2048,
                Self::Standard | Self::Best => 4096,
            },
            sample_rate_hz,
        )
    }

    /// The number of hops that a frame waits for later frames. RT-safe.
    pub fn look_ahead_hops(self) -> usize {
        match self {
            Self::Live | Self::Standard => 0,
            Self::Best => 2,
        }
    }

    /// Length of the synthesis window: the latency without the look-ahead. RT-safe.
    pub fn synthesis_samples(self, sample_rate_hz: f64) -> usize {
        match self {
            Self::Live => self.window_samples(sample_rate_hz) / 4,
            Self::Standard => self.window_samples(sample_rate_hz) / 2,
            Self::Best => self.window_samples(sample_rate_hz),
        }
    }

    /// Length of the part of a frame that reaches the output. The rest of the synthesis window is analysed only.
    /// RT-safe.
    pub fn output_samples(self, sample_rate_hz: f64) -> usize {
        let quarter = self.synthesis_samples(sample_rate_hz) / 4;
        match self {
            Self::Live => 2 * quarter,
            Self::Standard => 3 * quarter,
            Self::Best => 4 * quarter,
        }
    }
}

fn at_rate(at_48_khz: usize, sample_rate_hz: f64) -> usize {
    let octaves = (sample_rate_hz / 48_000.0).log2().round().clamp(-5.0, 5.0) as i32;
    if octaves >= 0 { at_48_khz << octaves } else { at_48_khz >> -octaves }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_lengths_in_time() {
        for (rate, samples) in [
            (8_000.0, 256),
            (16_000.0, 512),
            (32_000.0, 1024),
            (44_100.0, 2048),
            (48_000.0, 2048),
            (88_200.0, 4096),
            (96_000.0, 4096),
            (192_000.0, 8192),
            (384_000.0, 16384),
        ] {
            let windows = |quality: Quality| {
                (quality.window_samples(rate), quality.synthesis_samples(rate), quality.output_samples(rate))
            };
            assert_eq!(windows(Quality::Live), (samples, samples / 4, samples / 8), "{rate} Hz");
            assert_eq!(windows(Quality::Standard), (2 * samples, samples, 3 * samples / 4), "{rate} Hz");
            assert_eq!(windows(Quality::Best), (2 * samples, 2 * samples, 2 * samples), "{rate} Hz");
        }
    }
}
