//! The values that the editor draws: curves and meters with their ballistics. No drawing.

use super::axes::point_of_hz;
use super::noise_watch::NoiseWatch;
use crate::analyzer::{Analyzer, Curve, Levels, POINTS, point_hz};
use lull_engine::Settings;
use lull_engine::band_curve_db;

/// Lowest level that is shown, in dB re a sine of full scale.
pub const LOWEST_DB: f32 = -120.0;
/// How fast a curve falls, as a time constant; it rises at once.
const CURVE_FALL_S: f32 = 0.15;
/// How fast a meter falls, and how long it holds a peak.
const METER_FALL_DB_PER_S: f32 = 24.0;
const PEAK_HOLD_S: f64 = 1.5;
/// Without a new block for so long, no audio is running.
const STOPPED_S: f64 = 0.5;
/// Below this the input counts as silent: far below the noise of any converter.
const SILENT_DB: f32 = -115.0;
/// A handle stands on the mean of so many points of the axis on either side of its centre.
const HANDLE_REACH: usize = 8;

/// Levels in dB.
#[derive(Debug, Clone)]
pub struct Curves {
    pub input: Curve,
    pub output: Curve,
    /// 0 dB where the mask is open, negative below.
    pub reduction: Curve,
    pub noise: Option<Curve>,
    /// The threshold without Threshold, bands and points, which the editor adds as they are now.
    pub threshold_base: Option<Curve>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meter {
    pub level_db: f32,
    pub peak_db: f32,
    held_at_s: f64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { level_db: LOWEST_DB, peak_db: LOWEST_DB, held_at_s: 0.0 }
    }
}

impl Meter {
    fn advance(&mut self, level_db: f32, peak_db: f32, now_s: f64, step_s: f32) {
        self.level_db = level_db.max(self.level_db - METER_FALL_DB_PER_S * step_s).max(LOWEST_DB);
        if peak_db >= self.peak_db || now_s - self.held_at_s > PEAK_HOLD_S {
            (self.peak_db, self.held_at_s) = (peak_db.max(LOWEST_DB), now_s);
        }
    }
}

/// State of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputState {
    /// No block was processed lately.
    Stopped,
    Silent,
    Sounding,
    /// The noise is louder than what was learned.
    Louder,
}

pub struct View {
    pub curves: Option<Curves>,
    pub input: Meter,
    pub output: Meter,
    pub removed: Meter,
    noise_watch: NoiseWatch,
    writes: u32,
    written_at_s: f64,
    sounded_at_s: f64,
    now_s: f64,
}

impl Default for View {
    fn default() -> Self {
        Self {
            curves: None,
            input: Meter::default(),
            output: Meter::default(),
            removed: Meter::default(),
            noise_watch: NoiseWatch::default(),
            writes: 0,
            written_at_s: f64::NEG_INFINITY,
            sounded_at_s: f64::NEG_INFINITY,
            now_s: 0.0,
        }
    }
}

pub fn power_db(power: f32) -> f32 {
    (10.0 * power.max(1e-20).log10()).max(LOWEST_DB)
}

impl View {
    /// Reads the analyzer at the time `now_s`.
    pub fn advance(&mut self, analyzer: &Analyzer, now_s: f64) {
        let step_s = (now_s - self.now_s).clamp(0.0, 1.0) as f32;
        self.now_s = now_s;
        let writes = analyzer.writes();
        let levels = if writes == self.writes { Levels::default() } else { analyzer.take_levels() };
        let peak_db = |peak: f32| power_db(peak * peak);
        self.input.advance(power_db(levels.input), peak_db(levels.input_peak), now_s, step_s);
        self.output.advance(power_db(levels.output), peak_db(levels.output_peak), now_s, step_s);
        let removed_db = power_db(levels.removed);
        self.removed.advance(removed_db, removed_db, now_s, step_s);
        if writes == self.writes {
            return;
        }
        self.writes = writes;
        self.written_at_s = now_s;
        if power_db(levels.input) > SILENT_DB {
            self.sounded_at_s = now_s;
        }
        let spectra = analyzer.spectra();
        let noise_db = spectra.noise.map(|noise| noise.map(power_db));
        self.noise_watch.advance(&spectra.input.map(power_db), noise_db.as_ref(), step_s);
        let fallen = (-step_s / CURVE_FALL_S).exp();
        let falling = |new: &Curve, old: Option<&Curve>| -> Curve {
            std::array::from_fn(|point| {
                let db = power_db(new[point]);
                old.map_or(db, |old| db.max(db + (old[point] - db) * fallen))
            })
        };
        let old = self.curves.as_ref();
        self.curves = Some(Curves {
            input: falling(&spectra.input, old.map(|old| &old.input)),
            output: falling(&spectra.output, old.map(|old| &old.output)),
            reduction: spectra.gain.map(|gain| 2.0 * power_db(gain)),
            noise: noise_db,
            threshold_base: spectra.threshold_base_db,
        });
    }

    /// Whether the next frame differs even without a new block: meters and curves fall for a while.
    pub fn is_moving(&self) -> bool {
        self.now_s - self.written_at_s < STOPPED_S
            || [&self.input, &self.output, &self.removed].iter().any(|meter| meter.level_db > LOWEST_DB)
    }

    pub fn input_state(&self) -> InputState {
        if self.now_s - self.written_at_s > STOPPED_S {
            InputState::Stopped
        } else if self.now_s - self.sounded_at_s > STOPPED_S {
            InputState::Silent
        } else if self.noise_watch.is_louder() {
            InputState::Louder
        } else {
            InputState::Sounding
        }
    }

    /// The threshold in dB as `settings` have it now, if there is a profile.
    pub fn threshold(&self, settings: &Settings) -> Option<Curve> {
        let base = self.curves.as_ref()?.threshold_base.as_ref()?;
        let curve_db = settings.curve.offset_db_of_hz();
        Some(std::array::from_fn(|point| {
            let hz = point_hz(point as f32);
            let offset_db = band_curve_db(&settings.bands_db, hz) + curve_db(hz);
            base[point] + settings.threshold_db + offset_db
        }))
    }

    /// Level in dB at which a handle or a point of 0 dB stands: the mean threshold around its frequency, without bands and
    /// points. Without a profile, a level in the middle.
    pub fn handle_base_db(&self, hz: f32, settings: &Settings) -> f32 {
        const WITHOUT_PROFILE_DB: f32 = -60.0;
        let base = self.curves.as_ref().and_then(|curves| curves.threshold_base.as_ref());
        let around = base.map_or(WITHOUT_PROFILE_DB, |base| {
            let centre = (point_of_hz(hz).round().max(0.0) as usize).min(POINTS - 1);
            let stretch = centre.saturating_sub(HANDLE_REACH)..(centre + HANDLE_REACH + 1).min(POINTS);
            let length = stretch.len() as f32;
            base[stretch].iter().sum::<f32>() / length
        });
        around + settings.threshold_db
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_rises_at_once_falls_slowly_and_holds_its_peak() {
        let mut meter = Meter::default();
        meter.advance(-20.0, -10.0, 0.0, 0.02);
        assert_eq!((meter.level_db, meter.peak_db), (-20.0, -10.0));
        meter.advance(-120.0, -120.0, 0.5, 0.5);
        assert_eq!((meter.level_db, meter.peak_db), (-32.0, -10.0));
        meter.advance(-120.0, -90.0, 1.6, 1.1);
        assert_eq!(meter.peak_db, -90.0);
    }

    #[test]
    fn without_blocks_nothing_runs() {
        let (analyzer, mut view) = (Analyzer::default(), View::default());
        view.advance(&analyzer, 10.0);
        assert_eq!(view.input_state(), InputState::Stopped);
        assert!(view.curves.is_none() && view.threshold(&Settings::default()).is_none());
    }
}
