//! What --json says about a render.

use serde::Serialize;

use crate::report::PassageReport;

/// The whole document.
#[derive(Serialize)]
pub struct RenderReport {
    pub dry_run: bool,
    pub files: Vec<FileReport>,
    /// What was wrong before any file was opened.
    pub error: Option<String>,
}

/// One file. What is not known, because of an error or because it was not asked for, is null.
#[derive(Default, Serialize)]
pub struct FileReport {
    pub input: String,
    pub output: String,
    pub removed: Option<String>,
    pub spectrogram: Option<String>,
    pub rate_hz: Option<u32>,
    pub channels: Option<usize>,
    /// Format of the output's samples.
    pub format: Option<String>,
    /// Samples per channel: what was written, or with --dry-run what the input's header says.
    pub samples: Option<u64>,
    pub seconds: Option<f64>,
    pub learned: Option<PassageReport>,
    pub profile: Option<String>,
    /// Root mean square of all channels.
    pub rms_before_dbfs: Option<f64>,
    pub rms_after_dbfs: Option<f64>,
    /// The same in the learned passage, and the difference.
    pub noise_before_dbfs: Option<f64>,
    pub noise_after_dbfs: Option<f64>,
    pub noise_reduction_db: Option<f64>,
    /// Samples of the output beyond full scale.
    pub clipped: Option<u64>,
    /// What was said about the file.
    pub notes: Vec<String>,
    pub error: Option<String>,
}
