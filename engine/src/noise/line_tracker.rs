//! Track: follows the frequency of hum that drifts after it was learned, with one ratio for all lines: harmonics move together.
//!
//! The power of every bin, smoothed over a third of a second, has its peaks where the lines are now. Each peak that resembles its
//! learned line gives a ratio of frequencies. The weighted median of the ratios is where they have moved: notes that lie on some of the
//! lines have no influence. The further up a line, the more exact is its ratio, so weights are proportional to the frequency.

use super::lines;
use crate::math::{LOG2_POWER_PER_DB, log2, one_pole};
use crate::vectorised::vectorised;

/// Largest drift, as a share of the frequency.
const FURTHEST: f32 = 0.012;
/// Largest speed, per second, and the time constant.
const FASTEST_PER_S: f32 = 0.004;
const RATIO_S: f32 = 0.5;
/// Time constant of the smoothing of each bin's power.
const BIN_S: f32 = 0.3;
/// The ratio is applied in steps of this, so that the threshold is not recomputed in every hop.
const STEP: f32 = 1.0 / 4096.0;
/// Lines that are followed, from the lowest on.
const MOST_LINES: usize = 64;
/// Lines below this bin say too little: a share of a bin is much of their frequency.
const LOWEST_BIN: f32 = 8.0;
/// How far from where it is expected a peak is looked for.
const REACH_BINS: f32 = 1.6;
/// A peak stands at least this high over what is around it, and differs by no more than this from its learned level.
const HEIGHT_DB: f32 = 5.0;
const ALIKE_DB: f32 = 12.0;
/// Distance at which a peak's surroundings are looked at: the main lobe's edge.
const AROUND_BINS: usize = 3;
/// Least number of peaks for the ratio to change, and their least share of the lines.
const FEWEST_PEAKS: usize = 2;
const LEAST_SHARE: f32 = 0.3;

/// A learned line: its bin, between whole ones, and log2 of its power.
#[derive(Clone, Copy)]
struct Line {
    bin: f32,
    level_log2: f32,
}

/// The drift of one channel's lines.
pub(crate) struct LineTracker {
    bin_share: f32,
    ratio_share: f32,
    most: f32,
    power: Vec<f32>,
    lines: Vec<Line>,
    /// Scratch: ratio and weight of each peak.
    peaks: Vec<(f32, f32)>,
    /// No frame was followed since the last reset.
    is_first_frame: bool,
    ratio: f32,
}

impl LineTracker {
    /// Setup only.
    pub(crate) fn new(bins: usize, hop_s: f32) -> Self {
        Self {
            bin_share: one_pole(hop_s, BIN_S),
            ratio_share: one_pole(hop_s, RATIO_S),
            most: FASTEST_PER_S * hop_s,
            power: vec![0.0; bins],
            lines: Vec::with_capacity(MOST_LINES),
            peaks: Vec::with_capacity(MOST_LINES),
            is_first_frame: true,
            ratio: 1.0,
        }
    }

    /// Drops the lines of the last profile. RT-safe.
    pub(crate) fn forget_lines(&mut self) {
        self.lines.clear();
    }

    /// Takes the lines of a profile: their bins, as [`lines::find`] writes them, the mean levels of all bins, and log2 of the
    /// power that has a level of 0 dB. RT-safe.
    pub(crate) fn learn(&mut self, line_bins: &[u32], mean_db: &[f32], unit_log2: f32) {
        self.lines.clear();
        let level = |bin: usize| mean_db[bin] * LOG2_POWER_PER_DB + unit_log2;
        for top in lines::tops(line_bins, mean_db) {
            let bin = top as f32 + vertex([level(top - 1), level(top), level(top + 1)]);
            if bin >= LOWEST_BIN && self.lines.len() < MOST_LINES {
                self.lines.push(Line { bin, level_log2: level(top) });
            }
        }
        self.reset();
    }

    /// Resets to the learned frequencies. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.is_first_frame = true;
        self.ratio = 1.0;
    }

    /// Frequency of the lines now over the learned one, in small steps. RT-safe.
    pub(crate) fn ratio(&self) -> f32 {
        1.0 + ((self.ratio - 1.0) / STEP).round() * STEP
    }

    /// Updates the ratio from |X|^2 of a frame. RT-safe.
    pub(crate) fn follow(&mut self, power: &[f32]) {
        if self.lines.is_empty() {
            return;
        }
        if self.is_first_frame {
            self.power.copy_from_slice(power);
            self.is_first_frame = false;
        }
        smooth(self.bin_share, power, &mut self.power);
        self.find_peaks();
        let fewest = FEWEST_PEAKS.max((LEAST_SHARE * self.lines.len() as f32) as usize);
        if self.peaks.len() < fewest {
            return;
        }
        let step = self.ratio_share * (weighted_median(&mut self.peaks) - self.ratio);
        self.ratio = (self.ratio + step.clamp(-self.most, self.most)).clamp(1.0 - FURTHEST, 1.0 + FURTHEST);
    }

    /// Writes ratio and weight of each line's peak.
    fn find_peaks(&mut self) {
        let Self { power, lines, peaks, ratio, .. } = self;
        peaks.clear();
        for line in lines {
            let expected = line.bin * *ratio;
            let first = (expected - REACH_BINS).ceil() as usize;
            let last = ((expected + REACH_BINS) as usize).min(power.len() - 1 - AROUND_BINS);
            let top = (first.max(AROUND_BINS)..=last).max_by(|&a, &b| power[a].total_cmp(&power[b]));
            let Some(top) = top.filter(|&top| power[top] >= power[top - 1] && power[top] >= power[top + 1])
            else {
                continue;
            };
            let level = |bin: usize| log2(power[bin].max(f32::MIN_POSITIVE));
            let around = level(top - AROUND_BINS).max(level(top + AROUND_BINS));
            let is_high = level(top) - around > HEIGHT_DB * LOG2_POWER_PER_DB;
            let is_alike = (level(top) - line.level_log2).abs() < ALIKE_DB * LOG2_POWER_PER_DB;
            if is_high && is_alike {
                let bin = top as f32 + vertex([level(top - 1), level(top), level(top + 1)]);
                peaks.push((bin / line.bin, line.bin));
            }
        }
    }
}

/// Where the vertex of the parabola through three equally spaced values lies, from the middle one: -0.5 to 0.5 if that is the
/// largest.
fn vertex([below, middle, above]: [f32; 3]) -> f32 {
    let curvature = below - 2.0 * middle + above;
    if curvature < -1e-6 { (0.5 * (below - above) / curvature).clamp(-0.5, 0.5) } else { 0.0 }
}

/// The value that half of the weight lies below. `values` must not be empty.
fn weighted_median(values: &mut [(f32, f32)]) -> f32 {
    values.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let half = 0.5 * values.iter().map(|(_, weight)| weight).sum::<f32>();
    let mut sum = 0.0;
    for &(value, weight) in values.iter() {
        sum += weight;
        if sum >= half {
            return value;
        }
    }
    values[values.len() - 1].0
}

vectorised! {
    fn smooth(share: f32, power: &[f32], smoothed: &mut [f32]) {
        for (smoothed, power) in smoothed.iter_mut().zip(power) {
            *smoothed += share * (power - *smoothed);
        }
    }

    /// Writes levels as they are when all frequencies have moved by a ratio.
    pub(crate) fn warp(levels: &[f32], ratio: f32, warped: &mut [f32]) {
        let last = levels.len() - 1;
        let back = 1.0 / ratio;
        for (bin, warped) in warped.iter_mut().enumerate() {
            let from = (bin as f32 * back).min(last as f32);
            let below = (from as usize).min(last.saturating_sub(1));
            let share = from - below as f32;
            let above = (below + 1).min(last);
            *warped = levels[below] + share * (levels[above] - levels[below]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_S: f32 = 512.0 / 48_000.0;
    const BINS: usize = 2049;

    /// Powers with main lobes at these bins, 30 dB over a floor.
    fn spectrum(lines: impl Iterator<Item = f32> + Clone) -> Vec<f32> {
        let power = |bin: usize| {
            let lobe = |line: f32| 30.0 - 6.0 * (bin as f32 - line).powi(2);
            10f32.powf(0.1 * lines.clone().map(lobe).fold(0.0, f32::max))
        };
        (0..BINS).map(power).collect()
    }

    fn harmonics(ratio: f32) -> impl Iterator<Item = f32> + Clone {
        (2..30).map(move |harmonic| 5.12 * ratio * harmonic as f32)
    }

    fn tracker() -> LineTracker {
        let learned = spectrum(harmonics(1.0));
        let mut line_bins = Vec::new();
        let levels_db: Vec<f32> = learned.iter().map(|power| 10.0 * power.log10()).collect();
        lines::find(&levels_db, 48_000.0 / 4096.0, 5.0, &mut line_bins);
        let mut tracker = LineTracker::new(BINS, HOP_S);
        tracker.learn(&line_bins, &levels_db, 0.0);
        assert!(tracker.lines.len() > 20, "{}", tracker.lines.len());
        tracker
    }

    #[test]
    fn a_slow_drift_is_followed_and_a_jump_within_some_seconds() {
        for direction in [1.0, -1.0] {
            let mut tracker = tracker();
            for hop in 0..1900 {
                // 1 % over 20 s.
                let ratio = 1.0 + direction * 0.01 * hop as f32 / 1900.0;
                tracker.follow(&spectrum(harmonics(ratio)));
                assert!((tracker.ratio() - ratio).abs() < 1e-3, "{hop}: {} {ratio}", tracker.ratio());
            }
            let mut tracker = self::tracker();
            (0..600).for_each(|_| tracker.follow(&spectrum(harmonics(1.0 + direction * 0.005))));
            assert!((tracker.ratio() - 1.0 - direction * 0.005).abs() < 5e-4, "{}", tracker.ratio());
        }
    }

    #[test]
    fn notes_beside_the_lines_and_other_sounds_change_nothing() {
        let mut tracker = tracker();
        // Every third line has a louder note a fifth of a semitone above it.
        let notes = harmonics(1.0).step_by(3).map(|bin| bin * 1.0116);
        let with_notes = spectrum(harmonics(1.0).chain(notes));
        (0..900).for_each(|_| tracker.follow(&with_notes));
        assert!((tracker.ratio() - 1.0).abs() < 5e-4, "{}", tracker.ratio());
        // A sound with partials beside all lines, 30 dB louder.
        let loud: Vec<f32> = spectrum(harmonics(1.005)).iter().map(|power| 1e3 * power).collect();
        (0..900).for_each(|_| tracker.follow(&loud));
        assert!((tracker.ratio() - 1.0).abs() < 5e-4, "{}", tracker.ratio());
        (0..400).for_each(|_| tracker.follow(&spectrum(harmonics(1.0))));
        let flat = vec![1.0; BINS];
        (0..900).for_each(|_| tracker.follow(&flat));
        (0..900).for_each(|_| tracker.follow(&vec![0.0; BINS]));
        assert!((tracker.ratio() - 1.0).abs() < 5e-4, "{}", tracker.ratio());
    }

    #[test]
    fn levels_move_with_the_ratio() {
        let levels: Vec<f32> = (0..100).map(|bin| bin as f32).collect();
        let mut warped = vec![0.0; 100];
        warp(&levels, 1.01, &mut warped);
        for (bin, level) in warped.iter().enumerate() {
            assert!((level - bin as f32 / 1.01).abs() < 1e-3, "{bin}: {level}");
        }
        warp(&levels, 0.99, &mut warped);
        assert!((warped[50] - 50.0 / 0.99).abs() < 1e-3 && warped[99] == 99.0);
    }
}
