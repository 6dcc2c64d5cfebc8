//! The recording that comes with the project.

use std::ops::Range;
use std::path::{Path, PathBuf};

use lull_cli::audio_file;
use lull_host::Result;

/// Where the recording holds noise alone, in seconds.
pub const NOISE_S: Range<f64> = 0.0..1.4;

pub fn path() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    workspace.expect("the package is in testing/studio").join("assets/demo/guitar-vinyl.flac")
}

/// Writes the first channel as bare samples (32 bit floats, little-endian), which any program can read.
///
/// # Errors
/// When the recording cannot be read or the file cannot be written.
pub fn write_bare(output: &Path) -> Result<()> {
    let (audio, _) = audio_file::read(&path())?;
    let bytes: Vec<u8> = audio.channels[0].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(output, bytes).map_err(|error| format!("{}: {error}", output.display()))
}
