//! The threshold of every bin: statistic of the noise x Threshold x band curve.
//!
//! Kept as 1/T^2 per bin, so that comparing a spectrum with it is one multiplication. The statistic is worked
//! out again only when it or the profile changes, the threshold only when one of its parts does.

use crate::math::{LOG2_AMPLITUDE_PER_DB, LOG2_POWER_PER_DB, exp2, log2};
use crate::profile::{
    Columns, DEVIATION, FIRST_QUANTILE, Grid, MEAN_AMPLITUDE, MEAN_POWER, NoiseProfile, QUANTILES,
    quantile_position,
};
use crate::settings::{BAND_CENTRES_HZ, BANDS, MAX_CHANNELS, Settings, Statistic};

/// The curve through the eight bands: monotone cubic over log frequency (Fritsch & Carlson 1980), level beyond
/// the outer bands.
pub struct BandCurve {
    /// Per bin: the band at or below it, and how far it is to the next, 0 to 1, on the logarithmic axis.
    places: Vec<(u8, f32)>,
}

impl BandCurve {
    /// Setup only.
    pub fn new(grid: Grid) -> Self {
        let places = (0..grid.bins()).map(|bin| place((bin as f64 * grid.bin_width_hz()) as f32)).collect();
        Self { places }
    }

    /// Offsets in dB at every bin for the bands' own offsets. RT-safe.
    pub fn write(&self, bands_db: &[f32; BANDS], offsets_db: &mut [f32]) {
        let slopes = monotone_slopes(bands_db);
        for (out, &(band, t)) in offsets_db.iter_mut().zip(&self.places) {
            *out = hermite(bands_db, &slopes, band as usize, t);
        }
    }
}

/// Offset in dB of the curve at one frequency: what an editor draws. RT-safe.
pub fn band_curve_db(bands_db: &[f32; BANDS], hz: f32) -> f32 {
    let (band, t) = place(hz);
    hermite(bands_db, &monotone_slopes(bands_db), band as usize, t)
}

fn place(hz: f32) -> (u8, f32) {
    if hz <= BAND_CENTRES_HZ[0] {
        return (0, 0.0);
    }
    let above = BAND_CENTRES_HZ.iter().position(|&centre| hz < centre);
    let Some(above) = above else { return (BANDS as u8 - 2, 1.0) };
    let (low, high) = (BAND_CENTRES_HZ[above - 1], BAND_CENTRES_HZ[above]);
    ((above - 1) as u8, (hz / low).ln() / (high / low).ln())
}

fn hermite(bands_db: &[f32; BANDS], slopes: &[f32; BANDS], band: usize, t: f32) -> f32 {
    let (y0, y1, m0, m1) = (bands_db[band], bands_db[band + 1], slopes[band], slopes[band + 1]);
    let (t2, t3) = (t * t, t * t * t);
    y0 + (3.0 * t2 - 2.0 * t3) * (y1 - y0) + (t3 - 2.0 * t2 + t) * m0 + (t3 - t2) * m1
}

/// Slopes per band step that keep the cubic within its points: zero at a turn, else the harmonic mean of the
/// differences at both sides, which is within the bounds of Fritsch & Carlson. The bands' spacing on the
/// logarithmic axis is near enough equal to count as one step each.
fn monotone_slopes(bands_db: &[f32; BANDS]) -> [f32; BANDS] {
    std::array::from_fn(|band| {
        if band == 0 || band == BANDS - 1 {
            return 0.0;
        }
        let (left, right) = (bands_db[band] - bands_db[band - 1], bands_db[band + 1] - bands_db[band]);
        if left * right <= 0.0 { 0.0 } else { 2.0 * left * right / (left + right) }
    })
}

/// The drift is taken up in steps of this, so that the threshold is not worked out anew in every hop.
const DRIFT_STEP_DB: f32 = 0.1;

/// What the threshold was worked out from.
#[derive(Clone, Copy, PartialEq)]
struct Parts {
    threshold_db: f32,
    /// What brings the statistic down to a mean power, if one is asked for.
    to_mean_power_db: f32,
    bands_db: [f32; BANDS],
    /// Per channel: the noise's level now over that of the profile, in steps of [`DRIFT_STEP_DB`].
    drift_db: [f32; MAX_CHANNELS],
}

pub struct Threshold {
    curve: BandCurve,
    unit_density_db: f32,
    statistic: Option<Statistic>,
    parts: Option<Parts>,
    offsets_db: Vec<f32>,
    /// Per channel and bin: log2 of the statistic's |X|^2.
    statistic_log2: Vec<Vec<f32>>,
    inverse_power: Vec<Vec<f32>>,
    mean_power: Vec<Vec<f32>>,
    median_log2: Vec<Vec<f32>>,
    /// Per channel.
    fluctuation: Vec<f32>,
}

impl Threshold {
    /// `window_energy` is that of the analysis window whose |X|^2 is compared. Setup only.
    pub fn new(grid: Grid, window_energy: f64, channels: usize) -> Self {
        let rows = || vec![vec![0.0; grid.bins()]; channels];
        Self {
            curve: BandCurve::new(grid),
            unit_density_db: grid.unit_density_db(window_energy) as f32,
            statistic: None,
            parts: None,
            offsets_db: vec![0.0; grid.bins()],
            statistic_log2: rows(),
            inverse_power: rows(),
            mean_power: rows(),
            median_log2: rows(),
            fluctuation: vec![0.0; channels],
        }
    }

    /// The profile has changed: nothing worked out before holds. RT-safe.
    pub fn invalidate(&mut self) {
        self.statistic = None;
    }

    /// log2 of the median of the profile's |X|^2, per bin of one channel.
    pub fn median_log2(&self, channel: usize) -> &[f32] {
        &self.median_log2[channel]
    }

    /// Works out anew the statistic of the noise, if that or the profile has changed. To be followed by
    /// [`Self::update`]. RT-safe.
    pub fn take_statistic(&mut self, profile: &NoiseProfile, statistic: Statistic) {
        if self.statistic != Some(statistic) {
            self.statistic = Some(statistic);
            self.parts = None;
            self.work_out_statistic(profile, statistic);
        }
    }

    /// Works out anew what `settings`, the statistic or the drift have changed. RT-safe.
    ///
    /// `drift_db`: per channel, the noise's level now over that of the profile. `as_mean_power`: the mean power of the
    /// noise is asked for, not the threshold itself.
    pub fn update(&mut self, settings: &Settings, drift_db: impl Iterator<Item = f32>, as_mean_power: bool) {
        let mut parts = Parts {
            threshold_db: settings.threshold_db,
            to_mean_power_db: if as_mean_power { -settings.statistic.over_mean_power_db() } else { 0.0 },
            bands_db: settings.bands_db,
            drift_db: [0.0; MAX_CHANNELS],
        };
        for (stepped, drift_db) in parts.drift_db.iter_mut().zip(drift_db) {
            *stepped = (drift_db / DRIFT_STEP_DB).round() * DRIFT_STEP_DB;
        }
        if self.parts != Some(parts) {
            self.parts = Some(parts);
            self.curve.write(&parts.bands_db, &mut self.offsets_db);
            let rows = self.inverse_power.iter_mut().zip(&self.statistic_log2);
            for ((inverse, statistic), drift_db) in rows.zip(parts.drift_db) {
                let shift_db = parts.threshold_db + parts.to_mean_power_db + drift_db;
                for ((inv, &level), &offset) in inverse.iter_mut().zip(statistic).zip(&self.offsets_db) {
                    *inv = exp2(-(level + (shift_db + offset) * LOG2_POWER_PER_DB));
                }
            }
        }
    }

    /// 1/T^2 per bin of one channel; for the estimators 1/N, with N the mean power read out of T.
    pub fn inverse_power(&self, channel: usize) -> &[f32] {
        &self.inverse_power[channel]
    }

    /// The threshold with Threshold and all bands at 0 dB: log2 of |X|^2 per bin of one channel, and what is to be
    /// added to all of them, in dB. For displays.
    pub fn base(&self, channel: usize) -> (&[f32], f32) {
        let shift_db = self.parts.map_or(0.0, |parts| parts.to_mean_power_db + parts.drift_db[channel]);
        (&self.statistic_log2[channel], shift_db)
    }

    /// How much the noise of one channel fluctuates: the square of its amplitude's deviation over its mean, which
    /// are averaged over all bins. 0.27 for Gaussian noise, less for steady tones, 0.7 for babble.
    pub fn fluctuation(&self, channel: usize) -> f32 {
        self.fluctuation[channel]
    }

    /// Mean |X|^2 of the noise per bin of one channel.
    pub fn mean_power(&self, channel: usize) -> &[f32] {
        &self.mean_power[channel]
    }

    fn work_out_statistic(&mut self, profile: &NoiseProfile, statistic: Statistic) {
        let unit_log2 = -self.unit_density_db * LOG2_POWER_PER_DB;
        let rows = self.statistic_log2.iter_mut().zip(&mut self.mean_power).zip(&mut self.median_log2);
        for ((columns, ((levels, mean_power), median)), fluctuation) in
            profile.channels().iter().zip(rows).zip(&mut self.fluctuation)
        {
            *fluctuation = mean_fluctuation(columns);
            percentile(columns, 50.0, median);
            median.iter_mut().for_each(|level| *level += unit_log2);
            match statistic {
                Statistic::MeanSigma { spread } => mean_and_sigma(columns, spread, levels),
                Statistic::Median => percentile(columns, 50.0, levels),
                Statistic::Percentile { percent } => percentile(columns, percent, levels),
            }
            levels.iter_mut().for_each(|level| *level += unit_log2);
            for (mean, &level_db) in mean_power.iter_mut().zip(&columns[MEAN_POWER]) {
                *mean = exp2(level_db * LOG2_POWER_PER_DB + unit_log2);
            }
        }
    }
}

fn mean_fluctuation(columns: &Columns) -> f32 {
    let bins = columns[DEVIATION].len() as f32;
    let figures = columns[MEAN_AMPLITUDE].iter().zip(&columns[DEVIATION]);
    let sum: f32 =
        figures.map(|(mean_db, deviation_db)| exp2((deviation_db - mean_db) * LOG2_AMPLITUDE_PER_DB)).sum();
    (sum / bins).clamp(0.0, 1.0).powi(2)
}

/// log2 of (mean + spread * sigma)^2, the amplitudes' mean and deviation.
fn mean_and_sigma(columns: &Columns, spread: f32, log2_power: &mut [f32]) {
    let figures = columns[MEAN_AMPLITUDE].iter().zip(&columns[DEVIATION]);
    for (out, (&mean_db, &deviation_db)) in log2_power.iter_mut().zip(figures) {
        let amplitude =
            exp2(mean_db * LOG2_AMPLITUDE_PER_DB) + spread * exp2(deviation_db * LOG2_AMPLITUDE_PER_DB);
        *out = 2.0 * log2(amplitude);
    }
}

/// log2 of the power under which `percent` of the frames lie: a straight line between the kept quantiles on
/// the axis of [`quantile_position`].
fn percentile(columns: &Columns, percent: f32, log2_power: &mut [f32]) {
    let last = QUANTILES.len() - 1;
    let quantile = (percent as f64 / 100.0).clamp(QUANTILES[0], QUANTILES[last]);
    let above = QUANTILES.iter().position(|&kept| quantile <= kept).unwrap_or(last).max(1);
    let [from, to] = [above - 1, above].map(|i| quantile_position(QUANTILES[i]));
    let share = ((quantile_position(quantile) - from) / (to - from)) as f32;
    let kept = columns[FIRST_QUANTILE + above - 1].iter().zip(&columns[FIRST_QUANTILE + above]);
    for (out, (&low_db, &high_db)) in log2_power.iter_mut().zip(kept) {
        *out = (low_db + share * (high_db - low_db)) * LOG2_POWER_PER_DB;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };
    /// Of a periodic Hann window.
    const ENERGY: f64 = 0.375 * 2048.0;

    #[test]
    fn the_curve_passes_its_handles_and_never_overshoots() {
        let bands = [-24.0, 24.0, 24.0, -6.0, -5.0, 3.0, 3.0, -12.0];
        for (centre, offset) in BAND_CENTRES_HZ.iter().zip(bands) {
            assert!((band_curve_db(&bands, *centre) - offset).abs() < 1e-3, "{centre} Hz");
        }
        let mut hz = 1.0;
        while hz < 24_000.0 {
            let (band, _) = place(hz);
            let (a, b) = (bands[band as usize], bands[band as usize + 1]);
            let value = band_curve_db(&bands, hz);
            assert!(value >= a.min(b) - 1e-3 && value <= a.max(b) + 1e-3, "{hz} Hz: {value}");
            hz *= 1.01;
        }
        assert_eq!((band_curve_db(&bands, 1.0), band_curve_db(&bands, 23_000.0)), (-24.0, -12.0));
    }

    #[test]
    fn each_statistic_is_its_closed_form_for_gaussian_noise() {
        // Rayleigh amplitudes of mean square 1: mean sqrt(pi)/2, deviation sqrt(1 - pi/4).
        let mean = std::f32::consts::PI.sqrt() / 2.0;
        let deviation = (1.0 - std::f32::consts::PI / 4.0).sqrt();
        let mut profile = NoiseProfile::silence(GRID, 1);
        let mut levels = [-60.0; crate::profile::COLUMNS];
        levels[MEAN_AMPLITUDE] += 20.0 * mean.log10();
        levels[DEVIATION] += 20.0 * deviation.log10();
        for (i, q) in QUANTILES.iter().enumerate() {
            levels[FIRST_QUANTILE + i] += 10.0 * (-(1.0 - q).ln()).log10() as f32;
        }
        (0..GRID.bins()).for_each(|bin| profile.set_bin(0, bin, levels));

        let mut threshold = Threshold::new(GRID, ENERGY, 1);
        let mut check = |statistic, threshold_db, wanted_db: f32| {
            threshold.invalidate();
            threshold.take_statistic(&profile, statistic);
            let settings = Settings { statistic, threshold_db, ..Settings::seed() };
            threshold.update(&settings, std::iter::once(0.0), false);
            let power_db =
                -10.0 * threshold.inverse_power(0)[500].log10() + GRID.unit_density_db(ENERGY) as f32;
            assert!(
                (power_db + 60.0 - wanted_db).abs() < 0.02,
                "{statistic:?}: {} {wanted_db}",
                power_db + 60.0
            );
        };
        for spread in [0.0, 1.5, 2.0, 3.0, 4.0] {
            check(Statistic::MeanSigma { spread }, 0.0, 20.0 * (mean + spread * deviation).log10());
        }
        check(Statistic::MeanSigma { spread: 2.0 }, 3.0, 8.168);
        check(Statistic::Median, 0.0, -1.59);
        for (percent, wanted) in
            [(50.0, -1.59), (80.0, 2.07), (90.0, 3.62), (95.0, 4.77), (97.0, 5.45), (99.9, 8.39)]
        {
            check(Statistic::Percentile { percent }, 0.0, wanted);
        }
        let fluctuation = threshold.fluctuation(0);
        assert!((fluctuation - (deviation / mean).powi(2)).abs() < 1e-3, "{fluctuation}");
    }
}
