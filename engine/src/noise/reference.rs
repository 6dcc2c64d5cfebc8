//! The noise that a frame is compared with: threshold T and noise power N of every bin, with their drift.
//!
//! T = statistic of the learned noise x Threshold x band curve x curve of points x drift. With Track, the statistic is moved in frequency as
//! the lines of the noise have moved. N is the mean power of the noise, derived from T by the statistic's closed form for
//! Gaussian noise. Both are stored as reciprocals of powers, so that a comparison is one multiplication per bin. The statistic is read again only when it or the profile changes; T and N are computed
//! only when one of their factors changes.

use super::band_curve::BandCurve;
use super::curve_offsets::CurveOffsets;
use super::figures::{Columns, DEVIATION, MEAN_AMPLITUDE, MEAN_POWER};
use super::learned_noise::LearnedNoise;
use super::level_tracker::LevelTracker;
use super::line_tracker::{LineTracker, warp};
use super::lines;
use super::profile::NoiseProfile;
use super::statistic::{Statistic, read_percentile};
use crate::config::{Config, MAX_CHANNELS};
use crate::math::{LOG2_AMPLITUDE_PER_DB, LOG2_POWER_PER_DB, exp2};
use crate::settings::{BANDS, Settings};
use crate::threshold_curve::ThresholdCurve;
use crate::vectorised::vectorised;

/// The drift is applied in steps of this, so that the threshold is not recomputed in every hop.
const DRIFT_STEP_DB: f32 = 0.1;

/// The factors that T or N is computed from.
#[derive(Clone, Copy, PartialEq)]
struct Parts {
    threshold_db: f32,
    /// Level of the mean power over the statistic; 0 for T.
    to_mean_power_db: f32,
    bands_db: [f32; BANDS],
    /// [`CurveOffsets::changes`].
    curve_changes: u32,
    /// Drift of each channel, in steps of [`DRIFT_STEP_DB`].
    drift_db: [f32; MAX_CHANNELS],
    /// Frequency of each channel's lines over the learned one.
    ratios: [f32; MAX_CHANNELS],
}

/// Reciprocal powers per channel and bin, and the factors that they were computed from.
struct Inverse {
    parts: Option<Parts>,
    rows: Vec<Vec<f32>>,
}

/// T and N of all channels.
pub(crate) struct NoiseReference {
    band_curve: BandCurve,
    curve_offsets: CurveOffsets,
    unit_density_db: f32,
    statistic: Option<Statistic>,
    /// Counts how often the figures of the learned noise were read.
    readings: u32,
    /// Scratch: the curves of bands and points, and a statistic that has moved with its lines, per bin.
    offsets_db: Vec<f32>,
    warped_log2: Vec<f32>,
    inverse_threshold: Inverse,
    inverse_noise_power: Inverse,
    /// The factors of the last frame, for displays.
    last_parts: Option<Parts>,
    channels: Vec<ChannelReference>,
    /// The bins in which at least one channel has a line, and scratch for finding them; room for all bins.
    common_lines: Vec<u32>,
    is_line: Vec<bool>,
}

/// The noise of one channel, arrays over bins.
struct ChannelReference {
    /// log2 of the statistic's |X|^2.
    statistic_log2: Vec<f32>,
    /// Mean |X|^2 of the learned noise.
    learned_power: Vec<f32>,
    /// log2 of the median of the learned |X|^2.
    median_log2: Vec<f32>,
    fluctuation: f32,
    /// Variance of the amplitude over its squared mean.
    fluctuations: Vec<f32>,
    /// The bins of lines as they were learned; room for all bins.
    learned_lines: Vec<u32>,
    /// Whether they were looked for in this profile.
    has_lines: bool,
    /// Where they are now, which is this ratio of frequencies away.
    lines: Vec<u32>,
    lines_ratio: f32,
    tracker: LevelTracker,
    line_tracker: LineTracker,
}

impl NoiseReference {
    /// `window_energy` is the energy of the analysis window. Setup only.
    pub(crate) fn new(config: Config, window_energy: f64) -> Self {
        let grid = config.grid();
        let bins = grid.bins();
        let inverse = || Inverse { parts: None, rows: vec![vec![0.0; bins]; config.channels] };
        let channel = || ChannelReference {
            statistic_log2: vec![0.0; bins],
            learned_power: vec![0.0; bins],
            median_log2: vec![0.0; bins],
            fluctuation: 0.0,
            fluctuations: vec![0.0; bins],
            learned_lines: Vec::with_capacity(bins),
            has_lines: false,
            lines: Vec::with_capacity(bins),
            lines_ratio: 1.0,
            tracker: LevelTracker::new(bins, config.hop_s()),
            line_tracker: LineTracker::new(bins, config.hop_s()),
        };
        Self {
            band_curve: BandCurve::new(grid),
            curve_offsets: CurveOffsets::new(grid, config.hop_s()),
            unit_density_db: grid.unit_density_db(window_energy) as f32,
            statistic: None,
            readings: 0,
            offsets_db: vec![0.0; bins],
            warped_log2: vec![0.0; bins],
            inverse_threshold: inverse(),
            inverse_noise_power: inverse(),
            last_parts: None,
            channels: (0..config.channels).map(|_| channel()).collect(),
            common_lines: Vec::with_capacity(bins),
            is_line: vec![false; bins],
        }
    }

    /// To be called when the profile has changed: everything is recomputed, and the drift starts at 0. RT-safe.
    pub(crate) fn profile_changed(&mut self) {
        self.statistic = None;
        for channel in &mut self.channels {
            channel.has_lines = false;
            channel.learned_lines.clear();
            channel.lines.clear();
            channel.line_tracker.forget_lines();
        }
        self.common_lines.clear();
        self.reset_drift();
    }

    /// Resets the drift to the learned level and the learned frequencies. RT-safe.
    pub(crate) fn reset_drift(&mut self) {
        for channel in &mut self.channels {
            channel.tracker.reset();
            channel.line_tracker.reset();
        }
    }

    /// The next curve applies at once. RT-safe.
    pub(crate) fn reset_curve(&mut self) {
        self.curve_offsets.reset();
    }

    /// Follows the points of the threshold. To be called in every hop, also in those without a mask. RT-safe.
    pub(crate) fn follow_curve(&mut self, curve: &ThresholdCurve) {
        self.curve_offsets.follow(curve);
    }

    /// Whether the threshold has reached its points. RT-safe.
    pub(crate) fn curve_is_settled(&self) -> bool {
        self.curve_offsets.is_settled()
    }

    /// Computes T (if `threshold_itself`) or N for the profile, `settings` and the drift, where they have changed.
    /// `latest_power_of` returns |X|^2 of the latest frame of a channel, from which the drift is followed. RT-safe.
    pub(crate) fn update<'a>(
        &mut self,
        profile: &NoiseProfile,
        settings: &Settings,
        latest_power_of: impl Fn(usize) -> &'a [f32],
        threshold_itself: bool,
    ) {
        // The hop that reads a new profile is expensive already.
        let is_new_profile = self.statistic.is_none();
        if !is_new_profile && (settings.tonal_db != 0.0 || settings.track) {
            self.find_lines(profile);
        }
        if self.statistic != Some(settings.statistic) {
            self.statistic = Some(settings.statistic);
            self.inverse_threshold.parts = None;
            self.inverse_noise_power.parts = None;
            self.read_statistic(profile, settings.statistic);
        }
        self.follow_drift(settings.adapt, &latest_power_of);
        self.follow_lines(settings.track, &latest_power_of);
        self.compute(settings, threshold_itself);
    }

    fn follow_drift<'a>(&mut self, adapt: bool, latest_power_of: impl Fn(usize) -> &'a [f32]) {
        for (index, ChannelReference { tracker, median_log2, .. }) in self.channels.iter_mut().enumerate() {
            if adapt {
                tracker.follow(latest_power_of(index), median_log2);
            } else {
                tracker.reset();
            }
        }
    }

    fn follow_lines<'a>(&mut self, track: bool, latest_power_of: impl Fn(usize) -> &'a [f32]) {
        let mut have_moved = false;
        for (index, ChannelReference { line_tracker, lines_ratio, .. }) in
            self.channels.iter_mut().enumerate()
        {
            if track {
                line_tracker.follow(latest_power_of(index));
            } else {
                line_tracker.reset();
            }
            have_moved |= line_tracker.ratio() != *lines_ratio;
        }
        if have_moved {
            self.place_lines();
        }
    }

    /// Writes where the lines of all channels are now, once they were looked for in all of them: channels are alike.
    fn place_lines(&mut self) {
        if !self.channels.iter().all(|channel| channel.has_lines) {
            return;
        }
        self.is_line.fill(false);
        for ChannelReference { line_tracker, learned_lines, lines, lines_ratio, .. } in &mut self.channels {
            *lines_ratio = line_tracker.ratio();
            lines::moved(learned_lines, *lines_ratio, self.is_line.len(), lines);
            lines.iter().for_each(|&bin| self.is_line[bin as usize] = true);
        }
        self.common_lines.clear();
        let bins = (0u32..).zip(&self.is_line).filter(|&(_, is_line)| *is_line).map(|(bin, _)| bin);
        self.common_lines.extend(bins);
    }

    fn compute(&mut self, settings: &Settings, threshold_itself: bool) {
        let to_mean_power_db = if threshold_itself { 0.0 } else { -settings.statistic.over_mean_power_db() };
        let mut drift_db = [0.0; MAX_CHANNELS];
        for (stepped, channel) in drift_db.iter_mut().zip(&self.channels) {
            *stepped = (channel.tracker.drift_db() / DRIFT_STEP_DB).round() * DRIFT_STEP_DB;
        }
        let mut ratios = [1.0; MAX_CHANNELS];
        for (ratio, channel) in ratios.iter_mut().zip(&self.channels) {
            *ratio = channel.line_tracker.ratio();
        }
        let Settings { threshold_db, bands_db, .. } = *settings;
        let curve_changes = self.curve_offsets.changes();
        let parts = Parts { threshold_db, to_mean_power_db, bands_db, curve_changes, drift_db, ratios };
        self.last_parts = Some(parts);
        let inverse =
            if threshold_itself { &mut self.inverse_threshold } else { &mut self.inverse_noise_power };
        if inverse.parts == Some(parts) {
            return;
        }
        inverse.parts = Some(parts);
        self.band_curve.write(&bands_db, &mut self.offsets_db);
        self.curve_offsets.add_to(&mut self.offsets_db);
        let rows = inverse.rows.iter_mut().zip(&self.channels);
        for ((row, channel), (drift_db, ratio)) in rows.zip(drift_db.into_iter().zip(ratios)) {
            let shift_db = threshold_db + to_mean_power_db + drift_db;
            let mut statistic_log2 = &channel.statistic_log2;
            if ratio != 1.0 {
                warp(statistic_log2, ratio, &mut self.warped_log2);
                statistic_log2 = &self.warped_log2;
            }
            write_inverse(statistic_log2, &self.offsets_db, shift_db, row);
        }
    }

    /// 1/T^2 per bin of one channel; valid after an update with `threshold_itself`. RT-safe.
    pub(crate) fn inverse_threshold(&self, channel: usize) -> &[f32] {
        &self.inverse_threshold.rows[channel]
    }

    /// 1/N per bin of one channel; valid after an update without `threshold_itself`. RT-safe.
    pub(crate) fn inverse_noise_power(&self, channel: usize) -> &[f32] {
        &self.inverse_noise_power.rows[channel]
    }

    /// How much louder than learned the noise is, as it was followed. For displays. RT-safe.
    pub(crate) fn drift_db(&self, channel: usize) -> f32 {
        self.last_parts.map_or(0.0, |parts| parts.drift_db[channel])
    }

    /// The level that distinguishes signal from noise, with Threshold and all bands at 0 dB and no points: log2 of |X|^2 per bin of
    /// one channel, and an offset in dB for all bins. For displays. RT-safe.
    pub(crate) fn base(&self, channel: usize) -> (&[f32], f32) {
        let shift_db = self.last_parts.map_or(0.0, |parts| parts.to_mean_power_db + parts.drift_db[channel]);
        (&self.channels[channel].statistic_log2, shift_db)
    }

    /// How much the noise of one channel fluctuates: the ratio of the amplitude's deviation to its mean, averaged over
    /// all bins, squared. 0.27 for Gaussian noise, less for steady tones, 0.7 for babble. RT-safe.
    pub(crate) fn fluctuation(&self, channel: usize) -> f32 {
        self.channels[channel].fluctuation
    }

    /// The learned noise for one mask of all channels: that of the first channel, with the lines of all. RT-safe.
    pub(crate) fn learned_by_all(&self) -> LearnedNoise<'_> {
        LearnedNoise { lines: &self.common_lines, ..self.learned(0) }
    }

    /// The learned noise of one channel. RT-safe.
    pub(crate) fn learned(&self, channel: usize) -> LearnedNoise<'_> {
        let ChannelReference { learned_power, fluctuations, lines, .. } = &self.channels[channel];
        LearnedNoise { power: learned_power, fluctuation: fluctuations, lines, reading: self.readings }
    }

    /// Mean |X|^2 of the learned noise per bin of one channel. RT-safe.
    pub(crate) fn learned_power(&self, channel: usize) -> &[f32] {
        &self.channels[channel].learned_power
    }

    /// Finds the lines of one channel in which they were not looked for yet: one channel in each hop, as it takes a third of
    /// an ordinary one.
    fn find_lines(&mut self, profile: &NoiseProfile) {
        let unit_log2 = -self.unit_density_db * LOG2_POWER_PER_DB;
        let mut channels = profile.channels().iter().zip(&mut self.channels);
        let Some((columns, channel)) = channels.find(|(_, channel)| !channel.has_lines) else { return };
        let ChannelReference { learned_lines, has_lines, line_tracker, .. } = channel;
        let mean_db = &columns[MEAN_POWER];
        lines::find(mean_db, profile.grid().bin_width_hz(), profile.seconds(), learned_lines);
        line_tracker.learn(learned_lines, mean_db, unit_log2);
        *has_lines = true;
        self.place_lines();
    }

    fn read_statistic(&mut self, profile: &NoiseProfile, statistic: Statistic) {
        let unit_log2 = -self.unit_density_db * LOG2_POWER_PER_DB;
        self.readings = self.readings.wrapping_add(1);
        for (columns, channel) in profile.channels().iter().zip(&mut self.channels) {
            let ChannelReference {
                statistic_log2,
                learned_power,
                median_log2,
                fluctuation,
                fluctuations,
                ..
            } = channel;
            *fluctuation = mean_fluctuation(columns);
            write_fluctuations(&columns[DEVIATION], &columns[MEAN_AMPLITUDE], fluctuations);
            read_percentile(columns, 50.0, median_log2);
            median_log2.iter_mut().for_each(|level| *level += unit_log2);
            statistic.read(columns, statistic_log2);
            statistic_log2.iter_mut().for_each(|level| *level += unit_log2);
            write_powers(&columns[MEAN_POWER], unit_log2, learned_power);
        }
    }
}

fn mean_fluctuation(columns: &Columns) -> f32 {
    let bins = columns[DEVIATION].len() as f32;
    (sum_of_ratios(&columns[DEVIATION], &columns[MEAN_AMPLITUDE]) / bins).clamp(0.0, 1.0).powi(2)
}

vectorised! {
    /// 1 / (statistic x Threshold x curves), as powers.
    fn write_inverse(statistic_log2: &[f32], offsets_db: &[f32], shift_db: f32, inverse: &mut [f32]) {
        for ((inverse, &level), &offset) in inverse.iter_mut().zip(statistic_log2).zip(offsets_db) {
            *inverse = exp2(-(level + (shift_db + offset) * LOG2_POWER_PER_DB));
        }
    }

    fn write_powers(levels_db: &[f32], unit_log2: f32, powers: &mut [f32]) {
        for (power, &level_db) in powers.iter_mut().zip(levels_db) {
            *power = exp2(level_db * LOG2_POWER_PER_DB + unit_log2);
        }
    }

    /// The squared ratios of amplitudes, from their levels.
    fn write_fluctuations(deviation_db: &[f32], mean_db: &[f32], fluctuations: &mut [f32]) {
        for ((fluctuation, deviation), mean) in fluctuations.iter_mut().zip(deviation_db).zip(mean_db) {
            *fluctuation = exp2((deviation - mean) * LOG2_POWER_PER_DB);
        }
    }

    /// The sum of the ratios of amplitudes, from their levels; in lanes, so that it is vectorised.
    fn sum_of_ratios(levels_db: &[f32], to_levels_db: &[f32]) -> f32 {
        const LANES: usize = 16;
        let ratio = |db: f32, to_db: f32| exp2((db - to_db) * LOG2_AMPLITUDE_PER_DB);
        let (pairs, rest) = levels_db.as_chunks::<LANES>();
        let (to_pairs, to_rest) = to_levels_db.as_chunks::<LANES>();
        let mut sums = [0.0; LANES];
        for (levels_db, to_levels_db) in pairs.iter().zip(to_pairs) {
            for lane in 0..LANES {
                sums[lane] += ratio(levels_db[lane], to_levels_db[lane]);
            }
        }
        let rest: f32 = rest.iter().zip(to_rest).map(|(&db, &to_db)| ratio(db, to_db)).sum();
        sums.iter().sum::<f32>() + rest
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::{COLUMNS, FIRST_QUANTILE, QUANTILES};
    use super::*;
    use crate::quality::Quality;

    #[test]
    fn each_statistic_is_its_closed_form_for_gaussian_noise() {
        let config = Config { sample_rate_hz: 48_000.0, channels: 1, quality: Quality::Live };
        // Energy of a periodic Hann window.
        let energy = 0.375 * 2048.0;
        // Rayleigh amplitudes of mean square 1: mean sqrt(pi)/2, deviation sqrt(1 - pi/4).
        let mean = std::f32::consts::PI.sqrt() / 2.0;
        let deviation = (1.0 - std::f32::consts::PI / 4.0).sqrt();
        let mut profile = NoiseProfile::silence(config.grid(), 1);
        let mut levels = [-60.0; COLUMNS];
        levels[MEAN_AMPLITUDE] += 20.0 * mean.log10();
        levels[DEVIATION] += 20.0 * deviation.log10();
        for (i, q) in QUANTILES.iter().enumerate() {
            levels[FIRST_QUANTILE + i] += 10.0 * (-(1.0 - q).ln()).log10() as f32;
        }
        (0..config.grid().bins()).for_each(|bin| profile.set_bin(0, bin, levels));

        let mut reference = NoiseReference::new(config, energy);
        let mut check = |statistic, threshold_db, wanted_db: f32| {
            reference.profile_changed();
            let settings = Settings { statistic, threshold_db, ..Settings::textbook_gate() };
            let level_db = |inverse: &[f32]| {
                60.0 - 10.0 * inverse[500].log10() + config.grid().unit_density_db(energy) as f32
            };
            reference.update(&profile, &settings, |_| &[], true);
            let got_db = level_db(reference.inverse_threshold(0));
            assert!((got_db - wanted_db).abs() < 0.02, "T by {statistic:?}: {got_db} {wanted_db}");
            // All statistics yield the same mean power.
            reference.update(&profile, &settings, |_| &[], false);
            let got_db = level_db(reference.inverse_noise_power(0));
            assert!((got_db - threshold_db).abs() < 0.03, "N by {statistic:?}: {got_db} {threshold_db}");
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
        let fluctuation = reference.fluctuation(0);
        assert!((fluctuation - (deviation / mean).powi(2)).abs() < 1e-3, "{fluctuation}");
    }

    /// Levels of T or N per bin, in dB.
    fn levels_db(config: Config, settings: &Settings, threshold_itself: bool) -> Vec<f32> {
        let mut reference = NoiseReference::new(config, 1.0);
        reference.profile_changed();
        reference.follow_curve(&settings.curve);
        let profile = NoiseProfile::silence(config.grid(), 1);
        reference.update(&profile, settings, |_| &[], threshold_itself);
        let inverse = match threshold_itself {
            true => reference.inverse_threshold(0),
            false => reference.inverse_noise_power(0),
        };
        inverse.iter().map(|inverse| -10.0 * inverse.log10()).collect()
    }

    #[test]
    fn threshold_and_noise_are_offset_by_the_bands_and_the_points() {
        let config = Config { sample_rate_hz: 48_000.0, channels: 1, quality: Quality::Live };
        let mut settings = Settings { threshold_db: 2.0, ..Settings::default() };
        settings.bands_db = [1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0, 0.0];
        for threshold_itself in [true, false] {
            settings.curve = ThresholdCurve::default();
            let without = levels_db(config, &settings, threshold_itself);
            settings.curve = "100:-12,1000:6,8000:-3".parse().expect("a curve");
            let with = levels_db(config, &settings, threshold_itself);
            for (bin, (with, without)) in with.iter().zip(without).enumerate() {
                let wanted_db = settings.curve.offset_db((bin as f64 * config.grid().bin_width_hz()) as f32);
                assert!(
                    (with - without - wanted_db).abs() < 1e-3,
                    "bin {bin}: {with}, {without}, {wanted_db}"
                );
            }
        }
    }
}
