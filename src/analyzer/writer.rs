//! Reads the engine on the audio thread, and publishes what the editor shows.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use lull_engine::{Engine, LARGEST_SAMPLE};

use super::balance::Balance;
use super::column::ColumnBuilder;
use super::curve::{Curve, POINTS};
use super::point_reach::PointReach;
use super::reader::Analyzer;

/// Level in dB of a power whose base-2 logarithm is 1.
const DB_PER_LOG2_POWER: f32 = 10.0 * std::f32::consts::LOG10_2;
/// Time constant of the mean squares.
pub const LEVEL_S: f32 = 0.1;
/// Time from one reading of the profile to the next; it changes slowly.
const PROFILE_READ_S: f32 = 0.05;

/// The audio thread's access to the [`Analyzer`]. RT-safe except for `new`.
pub struct AnalyzerWriter {
    pub(super) analyzer: Arc<Analyzer>,
    reaches: [PointReach; POINTS],
    sample_rate_hz: f32,
    hop_s: f32,
    latency_ms: f32,
    /// Mean squares of input, output and what was removed.
    levels: [f32; 3],
    column: ColumnBuilder,
    /// Of the last hop.
    balance: Balance,
    /// Time since the profile was read last.
    profile_read_s: f32,
}

impl AnalyzerWriter {
    /// Setup only.
    pub fn new(analyzer: Arc<Analyzer>, engine: &Engine) -> Self {
        let config = engine.config();
        let grid = config.grid();
        let reach = |point| PointReach::new(point, grid.bin_width_hz() as f32, grid.bins());
        Self {
            analyzer,
            reaches: std::array::from_fn(reach),
            sample_rate_hz: config.sample_rate_hz as f32,
            hop_s: engine.hop_samples() as f32 / config.sample_rate_hz as f32,
            latency_ms: 1e3 * engine.latency_samples() as f32 / config.sample_rate_hz as f32,
            levels: [0.0; 3],
            column: ColumnBuilder::default(),
            balance: Balance::default(),
            profile_read_s: PROFILE_READ_S,
        }
    }

    /// Whether an editor is open: if not, nothing is to be read.
    pub fn is_active(&self) -> bool {
        self.analyzer.editor_is_open.load(Relaxed)
    }

    /// Reads a block before it is processed.
    pub fn read_input(&mut self, audio: &[&mut [f32]]) {
        self.read_block(audio, 0);
    }

    /// Reads a processed block, and publishes the levels.
    pub fn read_output(&mut self, audio: &[&mut [f32]]) {
        self.read_block(audio, 1);
        for (cell, &level) in self.analyzer.levels.iter().zip(&self.levels) {
            cell.store(level, Relaxed);
        }
        self.analyzer.latency_ms.store(self.latency_ms, Relaxed);
        self.analyzer.writes.fetch_add(1, Relaxed);
    }

    fn read_block(&mut self, audio: &[&mut [f32]], which: usize) {
        let samples = audio.iter().map(|channel| channel.len()).sum::<usize>();
        if samples == 0 {
            return;
        }
        let (mut squares, mut peak) = (0.0f32, 0.0f32);
        for &x in audio.iter().flat_map(|channel| channel.iter()) {
            // The host may send NaN or infinity; the engine replaces them with 0.
            let x = if x.abs() <= LARGEST_SAMPLE { x.abs() } else { 0.0 };
            squares += x * x;
            peak = peak.max(x);
        }
        let block_s = samples as f32 / audio.len() as f32 / self.sample_rate_hz;
        let share = block_s / (block_s + LEVEL_S);
        self.levels[which] += share * (squares / samples as f32 - self.levels[which]);
        self.analyzer.peaks[which].fetch_max(peak, Relaxed);
    }

    /// Reads the engine after a hop, and publishes its spectra.
    pub fn read_hop(&mut self, engine: &Engine) {
        let [input, output, gain, removed] = self.read_mask(engine);
        let analyzer = &self.analyzer;
        analyzer.input.store(&input);
        analyzer.output.store(&output);
        analyzer.gain.store(&gain);
        if let Some(column) = self.column.add([&input, &output, &removed], &self.balance, self.hop_s) {
            // A full queue drops it: nobody reads.
            let _ = analyzer.columns.push(column);
        }
        self.profile_read_s += self.hop_s;
        if engine.profile().is_some() && self.profile_read_s >= PROFILE_READ_S {
            self.profile_read_s = 0.0;
            self.read_profile(engine);
        }
    }

    /// Input, output, gain and what was removed, per point. Updates the balance and the level of what was removed.
    fn read_mask(&mut self, engine: &Engine) -> [Curve; 4] {
        let channels = engine.config().channels;
        let (per_channel, scale) = (1.0 / channels as f32, engine.scale());
        let to_level = per_channel / scale.full_scale_sine;
        let mut curves = [[0.0f32; POINTS]; 4];
        let to_square = scale.mean_square * per_channel;
        self.balance = Balance::default();
        let mut removed_square = 0.0;
        for channel in 0..channels {
            let power = engine.powers(channel);
            let [input, output, shown_gain, removed] = &mut curves;
            if !engine.is_denoising() {
                self.balance.add_untreated(power, to_square);
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
            removed_square += (0..power.len()).map(lost).sum::<f32>() * to_square;
            let drift = power_of_db(engine.drift_db(channel));
            self.balance.add_bins(power, gain, engine.learned_powers(channel), drift, to_square);
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
        let full_scale = engine.scale().full_scale_sine;
        let full_scale_db = 10.0 * full_scale.log10();
        let (mut noise, mut base_db) = ([0.0f32; POINTS], [0.0f32; POINTS]);
        for channel in 0..channels {
            let (learned, (base_log2, shift_db)) =
                (engine.learned_powers(channel), engine.reference_base(channel));
            for (point, reach) in self.reaches.iter().enumerate() {
                noise[point] += reach.read(|bin| learned[bin]) / full_scale / channels as f32;
                let level_db = reach.read(|bin| base_log2[bin]) * DB_PER_LOG2_POWER + shift_db;
                base_db[point] += (level_db - full_scale_db) / channels as f32;
            }
        }
        self.analyzer.noise.store(&noise);
        self.analyzer.threshold_base_db.store(&base_db);
    }
}

fn power_of_db(db: f32) -> f32 {
    10.0f32.powf(0.1 * db)
}
