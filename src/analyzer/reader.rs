//! The values that the audio thread publishes and the editor reads.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use atomic_float::AtomicF32;
use crossbeam::queue::ArrayQueue;

use super::column::Column;
use super::curve::{AtomicCurve, Curve};
use super::status::{AtomicStatus, Status};

/// Columns that wait for the editor: about two seconds. Later ones are dropped.
pub const QUEUED_COLUMNS: usize = 100;

/// Averages over the channels: powers re a sine of full scale, the mask as a gain, the threshold in dB re a sine of full
/// scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectra {
    pub input: Curve,
    pub output: Curve,
    pub gain: Curve,
    /// Mean power of the learned noise, if there is a profile.
    pub noise: Option<Curve>,
    /// The threshold with Threshold and all bands at 0 dB and no points, if there is a profile.
    pub threshold_base_db: Option<Curve>,
}

/// Levels of the audio: smoothed mean squares, and peaks since the last reading.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Levels {
    /// Mean squares, smoothed over [`super::writer::LEVEL_S`].
    pub input: f32,
    pub output: f32,
    pub removed: f32,
    /// Largest absolute samples.
    pub input_peak: f32,
    pub output_peak: f32,
}

/// The shared values. The fields are for the writer.
pub struct Analyzer {
    pub(super) status: AtomicStatus,
    pub(super) editor_is_open: AtomicBool,
    /// Counts the blocks that were written while the editor is open.
    pub(super) writes: AtomicU32,
    pub(super) latency_ms: AtomicF32,
    pub(super) input: AtomicCurve,
    pub(super) output: AtomicCurve,
    pub(super) gain: AtomicCurve,
    pub(super) noise: AtomicCurve,
    pub(super) threshold_base_db: AtomicCurve,
    /// Mean squares of input, output and what was removed.
    pub(super) levels: [AtomicF32; 3],
    /// Peaks of input and output.
    pub(super) peaks: [AtomicF32; 2],
    pub(super) columns: ArrayQueue<Column>,
}

impl Default for Analyzer {
    fn default() -> Self {
        Self {
            status: AtomicStatus::default(),
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
            columns: ArrayQueue::new(QUEUED_COLUMNS),
        }
    }
}

impl Analyzer {
    /// Switches spectra, levels and columns on or off, and drops the columns that wait.
    pub fn set_editor_open(&self, open: bool) {
        while self.columns.pop().is_some() {}
        self.editor_is_open.store(open, Relaxed);
    }

    /// Increases with each block that is processed while the editor is open; unchanged if nothing new was written.
    pub fn writes(&self) -> u32 {
        self.writes.load(Relaxed)
    }

    /// Delay from input to output; 0 before the first block.
    pub fn latency_ms(&self) -> f32 {
        self.latency_ms.load(Relaxed)
    }

    pub fn spectra(&self) -> Spectra {
        let has_profile = self.status.has_profile();
        Spectra {
            input: self.input.load(),
            output: self.output.load(),
            gain: self.gain.load(),
            noise: has_profile.then(|| self.noise.load()),
            threshold_base_db: has_profile.then(|| self.threshold_base_db.load()),
        }
    }

    /// The levels; resets the peaks.
    pub fn take_levels(&self) -> Levels {
        let [input, output, removed] = self.levels.each_ref().map(|level| level.load(Relaxed));
        let [input_peak, output_peak] = self.peaks.each_ref().map(|peak| peak.swap(0.0, Relaxed));
        Levels { input, output, removed, input_peak, output_peak }
    }

    /// The oldest spectrogram column that was not fetched yet.
    pub fn next_column(&self) -> Option<Column> {
        self.columns.pop()
    }

    pub fn status(&self) -> Status {
        self.status.load()
    }

    /// For the audio thread. RT-safe.
    pub fn set_status(&self, status: Status) {
        self.status.store(status);
    }
}
