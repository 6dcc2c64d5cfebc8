//! The plain numbers that the engine obeys. Who sets them (a host, a command line, a test) is not its concern.

/// Centres of the eight threshold bands, in hertz: equal steps of about 1.15 octaves.
pub const BAND_CENTRES_HZ: [f32; BANDS] = [60.0, 130.0, 290.0, 640.0, 1400.0, 3100.0, 6800.0, 15000.0];
/// Number of threshold bands.
pub const BANDS: usize = 8;
/// Most channels that one engine takes.
pub const MAX_CHANNELS: usize = 8;
/// Longest median over time.
pub const MAX_TIME_MEDIAN_MS: f32 = 50.0;

/// How much time resolution, frequency resolution and latency the engine is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quality {
    /// For playing through it: a quarter of the standard latency.
    Live,
    /// Like Live, a long analysis window and the latency of a short synthesis window.
    #[default]
    Standard,
    /// For mixing and rendering: a symmetric window, and two hops of look-ahead, so that a sound is judged by what
    /// follows it as well.
    Best,
}

impl Quality {
    /// Length of the analysis window: how finely frequencies are told apart. Like that of the synthesis window it
    /// is a length in time: the same at 44.1 and 48 kHz, doubled with every doubling of the rate and halved below,
    /// so that the sound does not change with the rate.
    pub fn window_samples(self, sample_rate_hz: f64) -> usize {
        at_rate(
            match self {
                Quality::Live => 2048,
                Quality::Standard | Quality::Best => 4096,
            },
            sample_rate_hz,
        )
    }

    /// Hops that a frame waits for those after it.
    pub fn look_ahead_hops(self) -> usize {
        match self {
            Quality::Live | Quality::Standard => 0,
            Quality::Best => 2,
        }
    }

    /// Length of the synthesis window, which is the latency but for the look-ahead.
    pub fn synthesis_samples(self, sample_rate_hz: f64) -> usize {
        match self {
            Quality::Live => self.window_samples(sample_rate_hz) / 4,
            Quality::Standard => self.window_samples(sample_rate_hz) / 2,
            Quality::Best => self.window_samples(sample_rate_hz),
        }
    }

    /// Length of the part of a frame that is put out; what the synthesis window has left is look-ahead.
    pub fn output_samples(self, sample_rate_hz: f64) -> usize {
        let quarter = self.synthesis_samples(sample_rate_hz) / 4;
        match self {
            Quality::Live => 2 * quarter,
            Quality::Standard => 3 * quarter,
            Quality::Best => 4 * quarter,
        }
    }
}

fn at_rate(at_48_khz: usize, sample_rate_hz: f64) -> usize {
    let octaves = (sample_rate_hz / 48_000.0).log2().round().clamp(-5.0, 5.0) as i32;
    if octaves >= 0 { at_48_khz << octaves } else { at_48_khz >> -octaves }
}

/// Which figure of the learned noise stands for it, bin by bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// Mean of the amplitude plus `spread` standard deviations of the amplitude (Boll 1979 and after).
    MeanSigma {
        /// Standard deviations above the mean, 0 to 4.
        spread: f32,
    },
    /// The amplitude that half of the frames stay below: a click or a word in the window does not raise it.
    Median,
    /// The amplitude that this share of the frames stays below.
    Percentile {
        /// 50 to 99.9 %.
        percent: f32,
    },
}

/// How the SNR of a cell is estimated, which is what decides over the sound; see [`crate::snr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// By this frame alone: raw, and the quickest. No presence is judged.
    ThisFrame,
    /// Mostly by what the frame before was thought to hold.
    DecisionDirected,
    /// As before, and once more with the gain that this gave: follows onsets without the frame of delay.
    TwoStep,
    /// By all cells around that look alike; see [`crate::non_local_means`].
    NonLocalMeans,
    /// By the mean of that and the decision-directed one: what misleads one of them seldom misleads the other.
    Combined,
}

/// How an SNR becomes a gain. The gate of [`Estimator::ThisFrame`] compares |X| with the threshold T itself; all
/// else needs the mean power N of the noise, which it takes from T by [`Statistic::over_mean_power_db`]: for
/// Gaussian noise at Threshold 0 dB, N is its mean power whatever the statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// clamp((|X| - T)/|X|, 0, 1)^sharpness; with an estimated SNR, |X|^2 is N (1 + xi).
    Gate,
    /// xi/(1 + xi).
    Wiener,
    /// Log-spectral amplitude estimator.
    LogMmse,
}

impl Statistic {
    /// Level in dB of this figure above the mean power, for Gaussian noise: its amplitudes are Rayleigh
    /// distributed, its powers exponentially. What it takes to read a mean power out of any of them.
    pub fn over_mean_power_db(self) -> f32 {
        use std::f32::consts::{LN_2, PI};
        match self {
            Self::MeanSigma { spread } => 20.0 * (PI.sqrt() / 2.0 + spread * (1.0 - PI / 4.0).sqrt()).log10(),
            Self::Median => 10.0 * LN_2.log10(),
            Self::Percentile { percent } => 10.0 * (-(1.0 - percent.clamp(50.0, 99.9) / 100.0).ln()).log10(),
        }
    }
}

/// Form of the mask between "soft" and "shut or open".
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sharpness {
    /// Exponent of the gain, 0.5 to 8: the rule as it is written at 1.
    Exponent(f32),
    /// Open where there is signal, shut where there is none.
    Hard,
}

/// How long Learn listens once it was switched on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LearnWindow {
    Seconds(f32),
    /// As long as Learn stays on.
    WhileOn,
}

/// Everything that can be set while the engine runs. Values beyond their range are held at its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The rising edge opens the learn window.
    pub learn: bool,
    pub learn_window: LearnWindow,
    /// Keep what was learned before and add to it.
    pub learn_add: bool,

    pub statistic: Statistic,
    /// Threshold above (or below) the statistic, -24 to +24 dB.
    pub threshold_db: f32,
    /// Offset of the threshold around each of [`BAND_CENTRES_HZ`], -24 to +24 dB.
    pub bands_db: [f32; BANDS],

    /// `None` is what measured best at each quality; see [`Settings::method`].
    pub rule: Option<Rule>,
    /// `None` is what measured best with the rule at each quality.
    pub estimator: Option<Estimator>,
    pub sharpness: Sharpness,
    /// Follow a noise whose level drifts; see [`crate::tracker`].
    pub adapt: bool,

    /// The most that any bin is turned down, 0 to 60 dB.
    pub reduction_db: f32,

    /// Between detail (0) and calm (1): how much the estimators average, and the mask with them. 0.5 is what
    /// measured best; see [`crate::smoothing`].
    pub smoothing: f32,
    /// Time constant of an opening mask, 0 to 200 ms; 0 is at once.
    pub attack_ms: f32,
    /// Time constant of a closing mask, 0 to 1000 ms; 0 is at once.
    pub release_ms: f32,
    /// Width of the smoothing over frequency in ERB (equivalent rectangular bandwidths), 0 to 2; 0 is off.
    pub freq_smoothing_erb: f32,
    /// Length of the median over time, 0 to [`MAX_TIME_MEDIAN_MS`]; 0 is off.
    pub time_median_ms: f32,

    /// How much the channels share one mask, 0 to 1.
    pub link: f32,
    /// Give back, slowly, the level that the mask takes from the signal.
    pub makeup: bool,
    /// -24 to +24 dB.
    pub output_db: f32,
    /// Share of the denoised signal, 0 to 1; the rest is the dry signal.
    pub mix: f32,
    /// Hear what is removed.
    pub listen: bool,
    pub bypass: bool,
}

impl Default for Settings {
    /// The sound that a new instance has.
    fn default() -> Self {
        Self {
            learn: false,
            learn_window: LearnWindow::Seconds(2.0),
            learn_add: false,
            statistic: Statistic::MeanSigma { spread: 0.5 },
            threshold_db: 0.0,
            bands_db: [0.0; BANDS],
            rule: None,
            estimator: None,
            sharpness: Sharpness::Exponent(1.0),
            adapt: false,
            reduction_db: 27.0,
            smoothing: 0.5,
            attack_ms: 0.0,
            release_ms: 0.0,
            freq_smoothing_erb: 0.0,
            time_median_ms: 0.0,
            link: 1.0,
            makeup: false,
            output_db: 0.0,
            mix: 1.0,
            listen: false,
            bypass: false,
        }
    }
}

impl Settings {
    /// Rule and estimator: those that are chosen, and the best known for what is left open. RT-safe.
    pub fn method(&self, quality: Quality) -> (Rule, Estimator) {
        let rule = self.rule.unwrap_or(match quality {
            Quality::Live | Quality::Standard => Rule::LogMmse,
            Quality::Best => Rule::Wiener,
        });
        let estimator = self.estimator.unwrap_or(match (rule, quality) {
            (Rule::Gate, _) => Estimator::ThisFrame,
            (_, Quality::Live) => Estimator::DecisionDirected,
            (_, Quality::Standard) => Estimator::TwoStep,
            (_, Quality::Best) => Estimator::Combined,
        });
        (rule, estimator)
    }

    /// The reference form of the mask: mean + 1.5 sigma, Gate, sharpness 2, nothing smoothed.
    pub fn seed() -> Self {
        Self {
            statistic: Statistic::MeanSigma { spread: 1.5 },
            rule: Some(Rule::Gate),
            estimator: Some(Estimator::ThisFrame),
            sharpness: Sharpness::Exponent(2.0),
            reduction_db: 60.0,
            attack_ms: 0.0,
            release_ms: 0.0,
            freq_smoothing_erb: 0.0,
            time_median_ms: 0.0,
            ..Self::default()
        }
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
