//! The file that all programs denoise.

use std::path::Path;

use lull_cli::audio_file::{self, SampleFormat};

pub const SECONDS: usize = 60;
/// The recording begins with noise alone: its end, in seconds.
pub const NOISE_ENDS_S: f64 = 1.4;

/// Writes the demo's recording, repeated to [`SECONDS`]: mono, 48 kHz, 16 bit.
///
/// # Errors
/// When the recording cannot be read or the file cannot be written.
pub fn write(path: &Path) -> Result<(), String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let demo = workspace.expect("the package is in testing/peers").join("assets/demo/guitar-vinyl.flac");
    let (mut audio, _) = audio_file::read(&demo)?;
    let samples = SECONDS * audio.sample_rate_hz as usize;
    for channel in &mut audio.channels {
        *channel = channel.iter().copied().cycle().take(samples).collect();
    }
    audio_file::write(path, &audio, SampleFormat::Integer(16))
}
