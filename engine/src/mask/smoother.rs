//! Smoothing of the mask against musical noise: median over time, mean over frequency, attack and release.
//!
//! All three work on the logarithm of the gain. A stage that is switched off changes nothing.

use crate::grid::Grid;
use crate::mask::band_mean::{Cumulative, Spans};
use crate::math::one_pole;
use crate::settings::{MAX_TIME_MEDIAN_MS, Settings};
use crate::vectorised::vectorised;

/// Largest number of frames of the median: its longest time at the shortest hop (Live at 48 kHz: 2.7 ms).
const MOST_FRAMES: usize = 19;
/// Bins that the median sorts in parallel.
const LANES: usize = 8;

/// Equivalent rectangular bandwidth of hearing, in hertz (Glasberg & Moore 1990, eq. 3).
pub(crate) fn erb_hz(hz: f32) -> f32 {
    24.7 * (4.37e-3 * hz + 1.0)
}

/// The smoothers' coefficients for one set of settings, shared by all channels.
pub(crate) struct SmootherShape {
    grid: Grid,
    hop_s: f32,
    made_for: Option<[f32; 4]>,
    attack: f32,
    release: f32,
    median_frames: usize,
    spans: Spans,
    spans_used: bool,
}

impl SmootherShape {
    /// Setup only.
    pub(crate) fn new(grid: Grid, hop_samples: usize) -> Self {
        Self {
            grid,
            hop_s: (hop_samples as f64 / grid.sample_rate_hz) as f32,
            made_for: None,
            attack: 1.0,
            release: 1.0,
            median_frames: 1,
            spans: Spans::new(grid.bins()),
            spans_used: false,
        }
    }

    /// Computes the coefficients if the settings have changed. RT-safe.
    pub(crate) fn update(&mut self, settings: &Settings) {
        let wanted =
            [settings.attack_ms, settings.release_ms, settings.time_median_ms, settings.freq_smoothing_erb];
        if self.made_for == Some(wanted) {
            return;
        }
        let old_width = self.made_for.map_or(0.0, |made| made[3]);
        self.made_for = Some(wanted);
        let [attack_ms, release_ms, median_ms, width_erb] = wanted;
        self.attack = one_pole(self.hop_s, attack_ms / 1000.0);
        self.release = one_pole(self.hop_s, release_ms / 1000.0);
        self.median_frames = median_frames(median_ms, self.hop_s);
        self.spans_used = width_erb > 0.0;
        if self.spans_used && width_erb != old_width {
            self.spans.set(self.grid, |hz| 0.5 * width_erb * erb_hz(hz));
        }
    }
}

/// Frames of a median of at most `median_ms`: the largest odd number, so that there is a middle frame.
fn median_frames(median_ms: f32, hop_s: f32) -> usize {
    let frames = median_ms.min(MAX_TIME_MEDIAN_MS) / (1000.0 * hop_s);
    (2 * (frames / 2.0) as usize + 1).min(MOST_FRAMES)
}

/// The smoothers' memory for one mask.
#[derive(Clone)]
pub(crate) struct MaskSmoother {
    /// The last frames' gains before the median, a ring of frames.
    history: Vec<Vec<f32>>,
    newest: usize,
    /// The median was off in the last frame, so the history lacks frames.
    history_is_old: bool,
    smoothed: Vec<f32>,
}

impl MaskSmoother {
    /// Setup only.
    pub(crate) fn new(bins: usize, hop_s: f32) -> Self {
        let kept_frames = median_frames(MAX_TIME_MEDIAN_MS, hop_s);
        Self {
            history: vec![vec![0.0; bins]; kept_frames],
            newest: 0,
            history_is_old: false,
            smoothed: vec![0.0; bins],
        }
    }

    /// Resets to an open mask. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.history.iter_mut().for_each(|frame| frame.fill(0.0));
        self.newest = 0;
        self.history_is_old = false;
        self.smoothed.fill(0.0);
    }

    /// Copies the memory of another smoother with the same number of bins. RT-safe.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        for (to, from) in self.history.iter_mut().zip(&other.history) {
            to.copy_from_slice(from);
        }
        self.newest = other.newest;
        self.history_is_old = other.history_is_old;
        self.smoothed.copy_from_slice(&other.smoothed);
    }

    /// Smooths one frame of gains (log2 of amplitude) in place. `cumulative` is scratch. RT-safe.
    pub(crate) fn smooth(
        &mut self,
        shape: &SmootherShape,
        cumulative: &mut Cumulative,
        gain_log2: &mut [f32],
    ) {
        if shape.median_frames > 1 {
            self.remember(gain_log2);
            self.median_over_time(shape.median_frames, gain_log2);
        } else {
            self.history_is_old = true;
        }
        if shape.spans_used {
            mean_over_frequency(&shape.spans, cumulative, gain_log2);
        }
        if shape.attack == 1.0 && shape.release == 1.0 {
            self.smoothed.copy_from_slice(gain_log2);
        } else {
            attack_and_release(shape.attack, shape.release, &mut self.smoothed, gain_log2);
        }
    }

    fn remember(&mut self, gain_log2: &[f32]) {
        if std::mem::take(&mut self.history_is_old) {
            // The median begins as if these gains had been there before.
            self.history.iter_mut().for_each(|frame| frame.copy_from_slice(gain_log2));
            return;
        }
        self.newest = (self.newest + 1) % self.history.len();
        self.history[self.newest].copy_from_slice(gain_log2);
    }

    /// Median of each bin over the last `frames` frames, an odd number: each group of bins is sorted by
    /// the odd-even transposition network (Knuth 1973), whose steps do not depend on the values.
    fn median_over_time(&self, frames: usize, gain_log2: &mut [f32]) {
        for (group, out) in gain_log2.chunks_mut(LANES).enumerate() {
            let start = group * LANES;
            let mut rows = [[0.0f32; LANES]; MOST_FRAMES];
            for (age, row) in rows[..frames].iter_mut().enumerate() {
                let kept_frames = self.history.len();
                let frame = &self.history[(self.newest + kept_frames - age) % kept_frames];
                row[..out.len()].copy_from_slice(&frame[start..start + out.len()]);
            }
            for pass in 0..frames {
                for upper in (pass % 2..frames - 1).step_by(2) {
                    let (low, high) = rows.split_at_mut(upper + 1);
                    for (a, b) in low[upper].iter_mut().zip(&mut high[0]) {
                        (*a, *b) = (a.min(*b), a.max(*b));
                    }
                }
            }
            out.copy_from_slice(&rows[frames / 2][..out.len()]);
        }
    }
}

/// Mean of each bin over its span.
fn mean_over_frequency(spans: &Spans, cumulative: &mut Cumulative, gain_log2: &mut [f32]) {
    cumulative.fill(gain_log2.iter().copied());
    for (g, mean) in gain_log2.iter_mut().zip(cumulative.means(spans)) {
        // Rounding must not raise a gain above 1.
        *g = mean.min(0.0);
    }
}

vectorised! {
    fn attack_and_release(attack: f32, release: f32, smoothed: &mut [f32], gain_log2: &mut [f32]) {
        for (g, y) in gain_log2.iter_mut().zip(smoothed) {
            let way = *g - *y;
            // With a coefficient of 1 the gain itself, without the rounding of the subtraction.
            let coefficient = if way > 0.0 { attack } else { release };
            *y = if coefficient == 1.0 { *g } else { *y + coefficient * way };
            *g = *y;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };
    const HOP: usize = 512;

    fn shape(settings: Settings) -> SmootherShape {
        let mut shape = SmootherShape::new(GRID, HOP);
        shape.update(&settings);
        shape
    }

    fn scratch() -> Cumulative {
        Cumulative::new(GRID.bins())
    }

    fn random_gains(seed: u64, bins: usize) -> Vec<f32> {
        let mut state = seed;
        (0..bins)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                -((state >> 40) as f32 / (1 << 24) as f32) * 8.0
            })
            .collect()
    }

    #[test]
    fn all_off_changes_nothing() {
        let shape = shape(Settings::textbook_gate());
        let mut smoother = MaskSmoother::new(GRID.bins(), 512.0 / 48_000.0);
        for seed in 0..5 {
            let gains = random_gains(seed, GRID.bins());
            let mut out = gains.clone();
            smoother.smooth(&shape, &mut scratch(), &mut out);
            assert_eq!(out, gains);
        }
    }

    #[test]
    fn the_median_matches_sorting() {
        for (ms, frames) in [(0.0, 1), (20.0, 1), (33.0, 3), (50.0, 5), (99.0, 5)] {
            assert_eq!(median_frames(ms, 512.0 / 48_000.0), frames, "{ms} ms");
        }
        assert_eq!(median_frames(50.0, 0.0026666), 19);
        let shape = shape(Settings { time_median_ms: 40.0, ..Settings::textbook_gate() });
        assert_eq!(shape.median_frames, 3);
        let mut smoother = MaskSmoother::new(GRID.bins(), 512.0 / 48_000.0);
        let frames: Vec<_> = (0..9).map(|seed| random_gains(seed, GRID.bins())).collect();
        for (now, gains) in frames.iter().enumerate() {
            let mut out = gains.clone();
            smoother.smooth(&shape, &mut scratch(), &mut out);
            if now < 2 {
                continue;
            }
            for (bin, got) in out.iter().enumerate() {
                let mut last: Vec<f32> = frames[now - 2..=now].iter().map(|frame| frame[bin]).collect();
                last.sort_by(f32::total_cmp);
                assert_eq!(*got, last[1]);
            }
        }
    }

    #[test]
    fn frequency_smoothing_is_the_mean_over_its_width_in_erb() {
        let width_erb = 0.7;
        let shape = shape(Settings { freq_smoothing_erb: width_erb, ..Settings::textbook_gate() });
        let mut gains = vec![0.0; GRID.bins()];
        gains[400] = -8.0;
        MaskSmoother::new(GRID.bins(), 512.0 / 48_000.0).smooth(&shape, &mut scratch(), &mut gains);
        // One shut bin is spread over the bins of the width around it.
        let width_bins = 1.0 + width_erb * erb_hz(400.0 * 23.4375) / 23.4375;
        assert!((gains[400] + 8.0 / width_bins).abs() < 1e-3, "{} over {width_bins} bins", gains[400]);
        assert_eq!((gains[300], gains[500]), (0.0, 0.0));
    }

    #[test]
    fn attack_and_release_reach_63_percent_in_their_time_at_every_rate() {
        for (rate, window) in [(48_000.0, 2048), (48_000.0, 512), (192_000.0, 8192)] {
            let grid = Grid { sample_rate_hz: rate, window_samples: window };
            let settings = Settings { attack_ms: 40.0, release_ms: 200.0, ..Settings::textbook_gate() };
            let mut shape = SmootherShape::new(grid, window / 4);
            shape.update(&settings);
            let mut smoother = MaskSmoother::new(grid.bins(), (window / 4) as f32 / rate as f32);
            let hop_ms = 1000.0 * (window / 4) as f32 / rate as f32;
            // From open towards shut (release), then back (attack).
            for (time_ms, target) in [(200.0, -6.0), (40.0, 0.0)] {
                let start = smoother.smoothed[10];
                let hops = (time_ms / hop_ms).round() as usize;
                let mut gains = vec![0.0; grid.bins()];
                for _ in 0..hops {
                    gains.fill(target);
                    smoother.smooth(&shape, &mut scratch(), &mut gains);
                }
                let way = (gains[10] - start) / (target - start);
                let wanted = 1.0 - (-(hops as f32) * hop_ms / time_ms).exp();
                assert!((way - wanted).abs() < 1e-3, "{rate} Hz, {time_ms} ms: {way} {wanted}");
                (0..200).for_each(|_| {
                    gains.fill(target);
                    smoother.smooth(&shape, &mut scratch(), &mut gains);
                });
            }
        }
    }
}
