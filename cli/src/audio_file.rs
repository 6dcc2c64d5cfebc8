//! Whole audio files: read into memory, and written as WAV.

use std::path::Path;

use crate::Audio;
use crate::output::Output;
use crate::reader::Reader;
pub use crate::sample_format::SampleFormat;
use crate::shape::Shape;
use crate::wav::WavWriter;

/// Reads a whole file.
///
/// # Errors
/// One line that names the file and what is wrong with it.
pub fn read(path: &Path) -> Result<(Audio, SampleFormat), String> {
    let mut reader = Reader::open(path)?;
    let mut channels = vec![Vec::new(); reader.channels()];
    while let Some(block) = reader.next_block()? {
        for (channel, samples) in channels.iter_mut().zip(&block) {
            channel.extend_from_slice(samples);
        }
    }
    Ok((Audio { sample_rate_hz: reader.sample_rate_hz(), channels }, reader.format()))
}

/// Writes a WAV file completely, or leaves the existing file unchanged. Integer samples are rounded and clamped to full
/// scale.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn write(path: &Path, audio: &Audio, format: SampleFormat) -> Result<(), String> {
    let file = Output::create(path)?;
    let mut shape = Shape::new(audio.sample_rate_hz, audio.channels.len(), format);
    shape.samples = Some(audio.samples() as u64);
    let mut writer = WavWriter::new(file, &shape)?;
    let channels: Vec<&[f32]> = audio.channels.iter().map(Vec::as_slice).collect();
    writer.write(&channels)?;
    writer.finish()?.keep()
}
