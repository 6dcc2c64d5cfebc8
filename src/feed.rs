//! Engine to editor, lock-free: spectra and mask, levels, spectrogram columns, and what Learn is doing.
//!
//! The audio thread writes through a [`FeedWriter`], the editor reads the [`Feed`]. Each figure is an atomic of its
//! own, so that two figures read together may be one hop apart; spectrogram columns go through a bounded queue that
//! drops what nobody fetches. While no editor is open only the status is written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};

use atomic_float::AtomicF32;
use crossbeam::queue::ArrayQueue;

use lull_engine::learner::LearnStatus;
use lull_engine::math::{LOG2_POWER_PER_DB, log2};
use lull_engine::{Engine, LARGEST_SAMPLE};

/// Frequencies that a spectrum is shown at, from [`LOWEST_HZ`] to [`HIGHEST_HZ`] in equal steps of their logarithm.
pub const POINTS: usize = 256;
pub const LOWEST_HZ: f32 = 20.0;
pub const HIGHEST_HZ: f32 = 20_000.0;
/// Time that one spectrogram column stands for.
pub const COLUMN_S: f32 = 0.02;
/// Columns that wait for the editor: about two seconds.
const COLUMNS: usize = 100;
/// Level that a column's 0 stands for; 255 is 0 dB re a sine of full scale.
pub const COLUMN_FLOOR_DB: f32 = -120.0;
/// Time from one reading of the profile to the next: it moves slowly, if at all.
const PROFILE_READ_S: f32 = 0.05;
/// Powers below this count as nothing.
const SMALLEST_POWER: f32 = 1e-20;

/// Frequency of a point in hertz; points may lie between.
pub fn point_hz(point: f32) -> f32 {
    LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ).powf(point / (POINTS - 1) as f32)
}

/// A curve over the points.
pub type Curve = [f32; POINTS];

/// One moment of the spectrogram: levels per point, from [`COLUMN_FLOOR_DB`] to 0 dB in 255 steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub input: [u8; POINTS],
    pub output: [u8; POINTS],
    pub removed: [u8; POINTS],
}

/// Powers re a sine of full scale, the mask as a gain, a threshold in dB re a sine of full scale; averaged over the
/// channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectra {
    pub input: Curve,
    pub output: Curve,
    pub gain: Curve,
    /// Mean power of the learned noise; there with a profile only.
    pub noise: Option<Curve>,
    /// What signal is told from noise by, with Threshold and all bands at 0 dB; there with a profile only.
    pub threshold_base_db: Option<Curve>,
}

/// How loud it is: mean squares as they are now, peaks since the last reading.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Levels {
    /// Mean squares, smoothed over [`LEVEL_S`].
    pub input: f32,
    pub output: f32,
    pub removed: f32,
    /// Largest absolute samples.
    pub input_peak: f32,
    pub output_peak: f32,
}

/// Time constant of the mean squares.
pub const LEVEL_S: f32 = 0.1;

/// One reading of the status.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub learn: LearnStatus,
    pub has_profile: bool,
    /// Another quality was chosen than the engine was made for: the host has to restart the plugin.
    pub restart_needed: bool,
}

struct AtomicCurve([AtomicF32; POINTS]);

impl Default for AtomicCurve {
    fn default() -> Self {
        Self(std::array::from_fn(|_| AtomicF32::new(0.0)))
    }
}

impl AtomicCurve {
    fn write(&self, curve: &Curve) {
        self.0.iter().zip(curve).for_each(|(cell, &value)| cell.store(value, Relaxed));
    }

    fn read(&self) -> Curve {
        std::array::from_fn(|point| self.0[point].load(Relaxed))
    }
}

pub struct Feed {
    phase: AtomicU8,
    seconds: AtomicF32,
    of_seconds: AtomicF32,
    has_profile: AtomicBool,
    restart_needed: AtomicBool,

    editor_is_open: AtomicBool,
    /// Counts what was written while the editor is open.
    writes: AtomicU32,
    latency_ms: AtomicF32,
    input: AtomicCurve,
    output: AtomicCurve,
    gain: AtomicCurve,
    noise: AtomicCurve,
    threshold_base_db: AtomicCurve,
    levels: [AtomicF32; 3],
    peaks: [AtomicF32; 2],
    columns: ArrayQueue<Column>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            phase: AtomicU8::default(),
            seconds: AtomicF32::default(),
            of_seconds: AtomicF32::default(),
            has_profile: AtomicBool::default(),
            restart_needed: AtomicBool::default(),
            editor_is_open: AtomicBool::default(),
            writes: AtomicU32::default(),
            latency_ms: AtomicF32::default(),
            input: AtomicCurve::default(),
            output: AtomicCurve::default(),
            gain: AtomicCurve::default(),
            noise: AtomicCurve::default(),
            threshold_base_db: AtomicCurve::default(),
            levels: Default::default(),
            peaks: Default::default(),
            columns: ArrayQueue::new(COLUMNS),
        }
    }
}

/// The editor's end.
impl Feed {
    /// Switches the spectra, levels and columns on or off; columns of an earlier time are dropped.
    pub fn set_editor_open(&self, open: bool) {
        while self.columns.pop().is_some() {}
        self.editor_is_open.store(open, Relaxed);
    }

    /// Grows while audio is processed and the editor is open: the same number twice is the same picture twice.
    pub fn writes(&self) -> u32 {
        self.writes.load(Relaxed)
    }

    /// Delay from input to output; 0 before the first block.
    pub fn latency_ms(&self) -> f32 {
        self.latency_ms.load(Relaxed)
    }

    pub fn spectra(&self) -> Spectra {
        let has_profile = self.has_profile.load(Relaxed);
        Spectra {
            input: self.input.read(),
            output: self.output.read(),
            gain: self.gain.read(),
            noise: has_profile.then(|| self.noise.read()),
            threshold_base_db: has_profile.then(|| self.threshold_base_db.read()),
        }
    }

    /// The peaks begin anew with every call.
    pub fn take_levels(&self) -> Levels {
        let [input, output, removed] = self.levels.each_ref().map(|level| level.load(Relaxed));
        let [input_peak, output_peak] = self.peaks.each_ref().map(|peak| peak.swap(0.0, Relaxed));
        Levels { input, output, removed, input_peak, output_peak }
    }

    /// The next spectrogram column that was not fetched yet.
    pub fn next_column(&self) -> Option<Column> {
        self.columns.pop()
    }

    pub fn read(&self) -> Reading {
        let seconds = self.seconds.load(Relaxed);
        let learn = match self.phase.load(Relaxed) {
            1 => LearnStatus::Learning { seconds, of_seconds: self.of_seconds.load(Relaxed) },
            2 => LearnStatus::Learned { seconds },
            3 => LearnStatus::TooShort,
            4 => LearnStatus::Silent,
            _ => LearnStatus::Idle,
        };
        Reading {
            learn,
            has_profile: self.has_profile.load(Relaxed),
            restart_needed: self.restart_needed.load(Relaxed),
        }
    }
}

/// The audio thread's end. RT-safe but for `new`.
impl Feed {
    /// RT-safe.
    pub fn write(&self, reading: Reading) {
        let (phase, seconds, of_seconds) = match reading.learn {
            LearnStatus::Idle => (0, 0.0, 0.0),
            LearnStatus::Learning { seconds, of_seconds } => (1, seconds, of_seconds),
            LearnStatus::Learned { seconds } => (2, seconds, 0.0),
            LearnStatus::TooShort => (3, 0.0, 0.0),
            LearnStatus::Silent => (4, 0.0, 0.0),
        };
        self.seconds.store(seconds, Relaxed);
        self.of_seconds.store(of_seconds, Relaxed);
        self.phase.store(phase, Relaxed);
        self.has_profile.store(reading.has_profile, Relaxed);
        self.restart_needed.store(reading.restart_needed, Relaxed);
    }
}

/// How a point reads the bins: the mean of those that it covers, or between two where bins are wider than points.
#[derive(Clone, Copy)]
enum Reach {
    Between { bin: u32, share: f32 },
    Mean { from: u32, to: u32 },
    Beyond,
}

impl Reach {
    fn of_point(point: usize, bin_width_hz: f32, bins: usize) -> Self {
        let bin_of = |point: f32| point_hz(point) / bin_width_hz;
        let (low, centre, high) =
            (bin_of(point as f32 - 0.5), bin_of(point as f32), bin_of(point as f32 + 0.5));
        let last = bins - 1;
        if centre > last as f32 {
            return Self::Beyond;
        }
        let (from, to) = (low.ceil() as usize, high.ceil() as usize);
        if to >= from + 2 {
            return Self::Mean { from: from as u32, to: to.min(bins) as u32 };
        }
        let bin = (centre as usize).min(last - 1);
        Self::Between { bin: bin as u32, share: centre - bin as f32 }
    }

    fn read(self, value: impl Fn(usize) -> f32) -> f32 {
        match self {
            Self::Between { bin, share } => {
                let bin = bin as usize;
                value(bin) * (1.0 - share) + value(bin + 1) * share
            }
            Self::Mean { from, to } => {
                (from..to).map(|bin| value(bin as usize)).sum::<f32>() / (to - from) as f32
            }
            Self::Beyond => 0.0,
        }
    }
}

/// Reads the engine for the [`Feed`]. Owned by the audio thread.
pub struct FeedWriter {
    feed: Arc<Feed>,
    reaches: [Reach; POINTS],
    sample_rate_hz: f32,
    hop_s: f32,
    latency_ms: f32,
    /// Mean squares of input, output and what was removed.
    levels: [f32; 3],
    /// Largest powers since the last column, and the time that they cover.
    column: [Curve; 3],
    column_s: f32,
    /// Time since the profile was read last.
    profile_read_s: f32,
}

impl FeedWriter {
    /// Setup only.
    pub fn new(feed: Arc<Feed>, engine: &Engine) -> Self {
        let config = engine.config();
        let grid = config.grid();
        let reach = |point| Reach::of_point(point, grid.bin_width_hz() as f32, grid.bins());
        Self {
            feed,
            reaches: std::array::from_fn(reach),
            sample_rate_hz: config.sample_rate_hz as f32,
            hop_s: engine.hop_samples() as f32 / config.sample_rate_hz as f32,
            latency_ms: 1e3 * engine.latency_samples() as f32 / config.sample_rate_hz as f32,
            levels: [0.0; 3],
            column: [[0.0; POINTS]; 3],
            column_s: 0.0,
            profile_read_s: PROFILE_READ_S,
        }
    }

    /// Whether anyone is looking.
    pub fn is_watched(&self) -> bool {
        self.feed.editor_is_open.load(Relaxed)
    }

    /// Takes in a block before it is processed.
    pub fn read_input(&mut self, audio: &[&mut [f32]]) {
        self.read_block(audio, 0);
    }

    /// Takes in a processed block, and publishes the levels.
    pub fn read_output(&mut self, audio: &[&mut [f32]]) {
        self.read_block(audio, 1);
        for (cell, &level) in self.feed.levels.iter().zip(&self.levels) {
            cell.store(level, Relaxed);
        }
        self.feed.latency_ms.store(self.latency_ms, Relaxed);
        self.feed.writes.fetch_add(1, Relaxed);
    }

    fn read_block(&mut self, audio: &[&mut [f32]], which: usize) {
        let samples = audio.iter().map(|channel| channel.len()).sum::<usize>();
        if samples == 0 {
            return;
        }
        let (mut squares, mut peak) = (0.0f32, 0.0f32);
        for &x in audio.iter().flat_map(|channel| channel.iter()) {
            // A host may send anything: what is no number is no level.
            let x = if x.abs() <= LARGEST_SAMPLE { x.abs() } else { 0.0 };
            squares += x * x;
            peak = peak.max(x);
        }
        let block_s = samples as f32 / audio.len() as f32 / self.sample_rate_hz;
        let share = block_s / (block_s + LEVEL_S);
        self.levels[which] += share * (squares / samples as f32 - self.levels[which]);
        self.feed.peaks[which].fetch_max(peak, Relaxed);
    }

    /// Takes in what the last hop did.
    pub fn read_hop(&mut self, engine: &Engine) {
        let [input, output, gain, removed] = self.read_mask(engine);
        let feed = &self.feed;
        feed.input.write(&input);
        feed.output.write(&output);
        feed.gain.write(&gain);
        self.add_to_column([&input, &output, &removed]);
        self.profile_read_s += self.hop_s;
        if engine.profile().is_some() && self.profile_read_s >= PROFILE_READ_S {
            self.profile_read_s = 0.0;
            self.read_profile(engine);
        }
    }

    /// Powers of input, output and what was removed, and the gain; publishes the level of the latter.
    fn read_mask(&mut self, engine: &Engine) -> [Curve; 4] {
        let channels = engine.config().channels;
        let (per_channel, scale) = (1.0 / channels as f32, engine.scale());
        let to_level = per_channel / scale.full_scale_sine;
        let mut curves = [[0.0f32; POINTS]; 4];
        let mut removed_square = 0.0;
        for channel in 0..channels {
            let power = engine.powers(channel);
            let [input, output, shown_gain, removed] = &mut curves;
            if !engine.is_denoising() {
                for (point, reach) in self.reaches.iter().enumerate() {
                    let level = reach.read(|bin| power[bin]) * to_level;
                    input[point] += level;
                    output[point] += level;
                    shown_gain[point] += per_channel;
                }
                continue;
            }
            let gain = engine.gains(channel);
            let lost = |bin: usize| power[bin] * (1.0 - gain[bin]) * (1.0 - gain[bin]);
            removed_square += (0..power.len()).map(lost).sum::<f32>() * scale.mean_square * per_channel;
            for (point, reach) in self.reaches.iter().enumerate() {
                input[point] += reach.read(|bin| power[bin]) * to_level;
                output[point] += reach.read(|bin| power[bin] * gain[bin] * gain[bin]) * to_level;
                removed[point] += reach.read(lost) * to_level;
                shown_gain[point] += reach.read(|bin| gain[bin]) * per_channel;
            }
        }
        let share = self.hop_s / (self.hop_s + LEVEL_S);
        self.levels[2] += share * (removed_square - self.levels[2]);
        curves
    }

    fn read_profile(&self, engine: &Engine) {
        let channels = engine.config().channels;
        let (threshold, full_scale) = (engine.threshold(), engine.scale().full_scale_sine);
        let full_scale_db = log2(full_scale) / LOG2_POWER_PER_DB;
        let (mut noise, mut base_db) = ([0.0f32; POINTS], [0.0f32; POINTS]);
        for channel in 0..channels {
            let (mean, (base_log2, shift_db)) = (threshold.mean_power(channel), threshold.base(channel));
            for (point, reach) in self.reaches.iter().enumerate() {
                noise[point] += reach.read(|bin| mean[bin]) / full_scale / channels as f32;
                let level_db = reach.read(|bin| base_log2[bin]) / LOG2_POWER_PER_DB + shift_db;
                base_db[point] += (level_db - full_scale_db) / channels as f32;
            }
        }
        self.feed.noise.write(&noise);
        self.feed.threshold_base_db.write(&base_db);
    }

    fn add_to_column(&mut self, curves: [&Curve; 3]) {
        for (largest, now) in self.column.iter_mut().zip(curves) {
            largest.iter_mut().zip(now).for_each(|(largest, &now)| *largest = largest.max(now));
        }
        self.column_s += self.hop_s;
        if self.column_s >= COLUMN_S {
            // What is over counts for the next one, so that the picture moves at one speed whatever the hop.
            self.column_s = (self.column_s - COLUMN_S).min(COLUMN_S);
            let [input, output, removed] = self.column.each_ref().map(|curve| curve.map(column_step));
            let _ = self.feed.columns.push(Column { input, output, removed });
            self.column = [[0.0; POINTS]; 3];
        }
    }
}

fn column_step(power: f32) -> u8 {
    let db = log2(power.max(SMALLEST_POWER)) / LOG2_POWER_PER_DB;
    // A cast to an integer holds what lies beyond at its ends.
    ((1.0 - db / COLUMN_FLOOR_DB) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use lull_engine::Config;
    use lull_engine::settings::{LearnWindow, Quality, Settings};
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    const RATE_HZ: f64 = 48e3;

    #[test]
    fn every_status_arrives_as_it_was_written() {
        let feed = Feed::default();
        for learn in [
            LearnStatus::Idle,
            LearnStatus::Learning { seconds: 0.8, of_seconds: 2.0 },
            LearnStatus::Learned { seconds: 2.0 },
            LearnStatus::TooShort,
            LearnStatus::Silent,
        ] {
            for flag in [false, true] {
                let reading = Reading { learn, has_profile: flag, restart_needed: !flag };
                feed.write(reading);
                assert_eq!(feed.read(), reading);
            }
        }
    }

    /// Plays `seconds` of a signal through an engine that is watched by a feed, in blocks of 480.
    fn play(
        engine: &mut Engine,
        writer: &mut FeedWriter,
        settings: &Settings,
        seconds: f64,
        mut sample: impl FnMut(usize) -> f32,
    ) {
        for block in 0..(seconds * RATE_HZ / 480.0) as usize {
            let mut audio: Vec<f32> = (0..480).map(|n| sample(block * 480 + n)).collect();
            let mut audio = [&mut audio[..]];
            writer.read_input(&audio);
            engine.process_watched(&mut audio, settings, &mut |engine| writer.read_hop(engine));
            writer.read_output(&audio);
            writer.feed.write(Reading {
                learn: engine.learn_status(),
                has_profile: engine.profile().is_some(),
                restart_needed: false,
            });
        }
    }

    fn db(power: f32) -> f32 {
        10.0 * power.max(SMALLEST_POWER).log10()
    }

    fn watched(quality: Quality) -> (Engine, FeedWriter, Arc<Feed>) {
        let engine = Engine::new(Config { sample_rate_hz: RATE_HZ, channels: 1, quality });
        let feed = Arc::new(Feed::default());
        feed.set_editor_open(true);
        let writer = FeedWriter::new(feed.clone(), &engine);
        (engine, writer, feed)
    }

    #[test]
    fn a_sine_stands_at_its_frequency_and_level() {
        for quality in [Quality::Live, Quality::Standard, Quality::Best] {
            let (mut engine, mut writer, feed) = watched(quality);
            let hz = 1000.0;
            let sine = |n: usize| 0.1 * (std::f64::consts::TAU * hz * n as f64 / RATE_HZ).sin() as f32;
            play(&mut engine, &mut writer, &Settings::default(), 1.0, sine);
            let spectra = feed.spectra();
            assert_eq!(spectra.noise, None, "nothing was learned");
            let top = (0..POINTS).max_by(|&a, &b| spectra.input[a].total_cmp(&spectra.input[b])).unwrap();
            assert!((point_hz(top as f32) / 1000.0 - 1.0).abs() < 0.03, "{} Hz", point_hz(top as f32));
            // Between two bins it stands 1.4 dB lower; the mean over two bins takes up to 3 dB.
            assert!((-24.5..-19.9).contains(&db(spectra.input[top])), "{} dB", db(spectra.input[top]));
            let levels = feed.take_levels();
            assert!((db(levels.input) + 23.0).abs() < 0.2 && (levels.input_peak - 0.1).abs() < 1e-3);
            assert_eq!(feed.take_levels().input_peak, 0.0, "a peak is read once");
            assert_eq!(levels.removed, 0.0);
        }
    }

    #[test]
    fn noise_is_shown_where_it_lies_and_as_removed() {
        let (mut engine, mut writer, feed) = watched(Quality::Standard);
        let mut rng = StdRng::seed_from_u64(1);
        let settings =
            Settings { learn: true, learn_window: LearnWindow::Seconds(1.0), ..Settings::default() };
        play(&mut engine, &mut writer, &settings, 3.0, |_| rng.random_range(-0.1..0.1));
        let spectra = feed.spectra();
        let (noise, threshold_db) = (spectra.noise.unwrap(), spectra.threshold_base_db.unwrap());
        // From 500 Hz up, points average enough bins for the eye.
        for point in 120..POINTS - 1 {
            assert!((db(noise[point]) - threshold_db[point]).abs() < 1.0);
        }
        let middle = |curve: &Curve| db(curve[120..].iter().sum::<f32>() / 136.0);
        assert!((middle(&spectra.input) - middle(&noise)).abs() < 1.0);
        assert!(middle(&spectra.output) < middle(&spectra.input) - 20.0);
        let levels = feed.take_levels();
        assert!((db(levels.removed) - db(levels.input)).abs() < 1.0, "{levels:?}");
        assert!(db(levels.output) < db(levels.input) - 15.0, "{levels:?}");
    }

    #[test]
    fn while_learning_the_output_is_the_input() {
        let (mut engine, mut writer, feed) = watched(Quality::Standard);
        let mut rng = StdRng::seed_from_u64(2);
        let mut settings =
            Settings { learn: true, learn_window: LearnWindow::Seconds(1.0), ..Settings::default() };
        play(&mut engine, &mut writer, &settings, 2.0, |_| rng.random_range(-0.1..0.1));
        assert!(feed.spectra().gain[200] < 0.1, "learned, and shut");
        settings.learn = false;
        play(&mut engine, &mut writer, &settings, 0.1, |_| rng.random_range(-0.1..0.1));
        settings.learn = true;
        play(&mut engine, &mut writer, &settings, 0.5, |_| rng.random_range(-0.1..0.1));
        let spectra = feed.spectra();
        assert_eq!(spectra.gain, [1.0; POINTS]);
        assert_eq!(spectra.output, spectra.input);
    }

    #[test]
    fn columns_come_at_one_speed_and_overflow_quietly() {
        for quality in [Quality::Live, Quality::Standard, Quality::Best] {
            let (mut engine, mut writer, feed) = watched(quality);
            play(&mut engine, &mut writer, &Settings::default(), 1.0, |_| 0.5);
            let columns = std::iter::from_fn(|| feed.next_column()).count();
            assert!((46..=50).contains(&columns), "{quality:?}: {columns}");
            play(&mut engine, &mut writer, &Settings::default(), 5.0, |_| 0.5);
            assert_eq!(std::iter::from_fn(|| feed.next_column()).count(), COLUMNS);
        }
    }

    #[test]
    fn columns_hold_levels_in_steps() {
        assert_eq!(column_step(1.0), 255);
        assert_eq!(column_step(10.0), 255);
        assert_eq!(column_step(0.0), 0);
        assert!((column_step(1e-6) as f32 - 127.5).abs() < 1.0);
    }
}
