//! Adapt: follows the level of a noise that drifts after it was learned (a fan that warms up, a tape that was copied in
//! parts), with one level per channel. The learned spectrum does not change.
//!
//! The log power of every bin, smoothed over a quarter of a second, is compared with the learned median. In bins with
//! only noise the difference is the drift; with signal it is larger, often by far. The drift is the centre of these
//! differences by Tukey's biweight (Beaton & Tukey 1974): differences of more than 7 dB from the last drift have no
//! weight. So a held note or a long vowel has no influence, however long it lasts. If hardly any bin resembles the
//! noise, the drift does not change.

use crate::math::{LOG2_POWER_PER_DB, log2, one_pole};
use crate::vectorised::vectorised;

/// Time constant of the smoothing of each bin's log power.
const BIN_S: f32 = 0.25;
/// Time constant of the level.
const LEVEL_S: f32 = 0.8;
/// Largest speed of the level: a drift is slow, and faster changes are signal.
const FASTEST_DB_PER_S: f32 = 1.5;
/// Largest drift from the learned level.
const FURTHEST_DB: f32 = 12.0;
/// Differences beyond this have no weight.
const BEYOND_DB: f32 = 7.0;
/// Least mean weight of the bins for the drift to change.
const LEAST_SHARE: f32 = 0.1;
/// E[log2 P] of noise (exponentially distributed powers) over log2 of its median, in dB: (-0.5772 - ln ln 2) nepers.
const MEAN_LOG_OVER_MEDIAN_DB: f32 = -0.915;
/// Lower limit of powers under the logarithm.
const SMALLEST_POWER: f32 = 1e-30;

/// The drift of one channel.
pub(crate) struct LevelTracker {
    bin_share: f32,
    level_share: f32,
    most_db: f32,
    /// log2 of each bin's power, smoothed.
    level_log2: Vec<f32>,
    /// No frame was followed since the last reset.
    is_first_frame: bool,
    drift_db: f32,
}

impl LevelTracker {
    /// Setup only.
    pub(crate) fn new(bins: usize, hop_s: f32) -> Self {
        Self {
            bin_share: one_pole(hop_s, BIN_S),
            level_share: one_pole(hop_s, LEVEL_S),
            most_db: FASTEST_DB_PER_S * hop_s,
            level_log2: vec![0.0; bins],
            is_first_frame: true,
            drift_db: 0.0,
        }
    }

    /// Resets to the learned level. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.is_first_frame = true;
        self.drift_db = 0.0;
    }

    /// Level of the noise now over its learned level, within +-12 dB. RT-safe.
    pub(crate) fn drift_db(&self) -> f32 {
        self.drift_db
    }

    /// Updates the drift from |X|^2 of a frame; `median_log2` is log2 of the median of the learned |X|^2, per bin.
    /// RT-safe.
    pub(crate) fn follow(&mut self, power: &[f32], median_log2: &[f32]) {
        if self.is_first_frame {
            // Starts as if noise had preceded, so that sound at the start does not set the level.
            let expected = MEAN_LOG_OVER_MEDIAN_DB * LOG2_POWER_PER_DB;
            self.level_log2.iter_mut().zip(median_log2).for_each(|(l, m)| *l = m + expected);
            self.is_first_frame = false;
        }
        smooth(self.bin_share, power, &mut self.level_log2);
        let expected_db = MEAN_LOG_OVER_MEDIAN_DB + self.drift_db;
        let (sum, weight) = biweight(&self.level_log2, median_log2, expected_db);
        if weight > LEAST_SHARE * power.len() as f32 {
            let step = (self.level_share * sum / weight).clamp(-self.most_db, self.most_db);
            self.drift_db = (self.drift_db + step).clamp(-FURTHEST_DB, FURTHEST_DB);
        }
    }
}

vectorised! {
    fn smooth(share: f32, power: &[f32], level_log2: &mut [f32]) {
        for (level, &power) in level_log2.iter_mut().zip(power) {
            *level += share * (log2(power.max(SMALLEST_POWER)) - *level);
        }
    }

    /// Sum of weights x differences, and of the weights, with (1 - (d/7 dB)^2)^2 the weight of a difference of d dB.
    fn biweight(level_log2: &[f32], median_log2: &[f32], expected_db: f32) -> (f32, f32) {
        const LANES: usize = 8;
        let (mut sums, mut weights) = ([0.0f32; LANES], [0.0f32; LANES]);
        for (levels, medians) in level_log2.chunks(LANES).zip(median_log2.chunks(LANES)) {
            let lanes = sums.iter_mut().zip(&mut weights);
            for ((sum, total), (level, median)) in lanes.zip(levels.iter().zip(medians)) {
                let difference_db = (level - median) * (1.0 / LOG2_POWER_PER_DB) - expected_db;
                let share = difference_db * (1.0 / BEYOND_DB);
                let inside = (1.0 - share * share).max(0.0);
                let weight = inside * inside;
                *sum += weight * difference_db;
                *total += weight;
            }
        }
        (sums.iter().sum(), weights.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINS: usize = 1025;
    const HOP_S: f32 = 512.0 / 48_000.0;

    /// Tracks noise of the given level over time (dB) with a signal added; returns the drift at the end of each second.
    fn drifts(seconds: usize, level_db: impl Fn(f32) -> f32, signal: impl Fn(f32, usize) -> f32) -> Vec<f32> {
        let mut tracker = LevelTracker::new(BINS, HOP_S);
        // Exponential powers of mean 1 have the median ln 2.
        let median = vec![std::f32::consts::LN_2.log2(); BINS];
        let mut state = 3u64;
        let mut power = vec![0.0; BINS];
        let hops = (seconds as f32 / HOP_S) as usize;
        let mut seen = Vec::new();
        for hop in 0..hops {
            let t = hop as f32 * HOP_S;
            let level = 10f32.powf(level_db(t) / 10.0);
            for (bin, p) in power.iter_mut().enumerate() {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let uniform = ((state >> 40) as f32 + 0.5) / (1 << 24) as f32;
                *p = -(level + signal(t, bin)) * uniform.ln();
            }
            tracker.follow(&power, &median);
            if (t / 1.0) as usize > seen.len() {
                seen.push(tracker.drift_db());
            }
        }
        seen
    }

    #[test]
    fn follows_six_db_in_twenty_seconds_either_way() {
        for sign in [-1.0f32, 1.0] {
            let level = |t: f32| sign * 6.0 * (t / 20.0).min(1.0);
            for (second, drift) in drifts(25, level, |_, _| 0.0).iter().enumerate() {
                let wanted = level((second + 1) as f32);
                assert!((drift - wanted).abs() < 0.6, "{second} s: {drift} for {wanted}");
            }
        }
    }

    #[test]
    fn a_held_chord_is_not_noise() {
        // A third of all bins, 15 dB above the noise, from the first second on for half a minute.
        let chord = |t: f32, bin: usize| if t > 1.0 && bin % 9 < 3 { 30.0 } else { 0.0 };
        for drift in drifts(30, |_| 0.0, chord) {
            assert!(drift.abs() < 0.3, "{drift}");
        }
    }

    #[test]
    fn what_drowns_the_noise_leaves_it_where_it_was() {
        let level = |t: f32| if t < 5.0 { 3.0 * (t / 5.0) } else { 3.0 };
        let seen = drifts(30, level, |t, _| if t > 8.0 { 300.0 } else { 0.0 });
        assert!((seen[7] - 3.0).abs() < 0.6, "{}", seen[7]);
        assert!((seen[28] - seen[7]).abs() < 0.7, "{} after {}", seen[28], seen[7]);
    }
}
