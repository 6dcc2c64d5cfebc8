//! Writes audio files of both kinds.

use std::path::Path;

use crate::flac::{self, FlacWriter};
use crate::output::{Output, PIPE};
use crate::sample_format::SampleFormat;
use crate::shape::Shape;
use crate::wav::WavWriter;

/// A kind of file that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Wav,
    Flac,
    /// Samples without a header, for pipes.
    Raw,
}

impl Container {
    /// What the ending of a name says. A pipe gets a WAV file.
    ///
    /// # Errors
    /// One line that names the file, when it is neither.
    pub fn of(path: &Path) -> Result<Self, String> {
        if path == Path::new(PIPE) {
            return Ok(Self::Wav);
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("wav") => Ok(Self::Wav),
            Some("flac") => Ok(Self::Flac),
            _ => Err(format!(
                "{}: only WAV and FLAC can be written; the name has to end in .wav or .flac",
                path.display()
            )),
        }
    }

    /// The format in which it keeps samples of this one.
    pub fn format_of(self, format: SampleFormat) -> SampleFormat {
        match self {
            Self::Wav | Self::Raw => format,
            Self::Flac => flac::format_of(format),
        }
    }

    /// Whether a file of this shape can be written.
    ///
    /// # Errors
    /// One line that names the file, when its folder is not there, or it cannot have the rate.
    pub fn check(self, path: &Path, shape: &Shape) -> Result<(), String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(format!("{}: cannot be written: its folder is not there", path.display()));
        }
        match self {
            Self::Wav | Self::Raw => Ok(()),
            Self::Flac => flac::check(shape).map_err(|what| format!("{}: {what}", path.display())),
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Wav | Self::Raw => "wav",
            Self::Flac => "flac",
        }
    }
}

/// A file that is being written block by block.
pub enum Writer {
    Wav(Box<WavWriter>),
    Flac(Box<FlacWriter>),
}

impl Writer {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn new(output: Output, container: Container, shape: &Shape) -> Result<Self, String> {
        Ok(match container {
            Container::Wav => Self::Wav(Box::new(WavWriter::new(output, shape)?)),
            Container::Raw => Self::Wav(Box::new(WavWriter::raw(output, shape))),
            Container::Flac => Self::Flac(Box::new(FlacWriter::new(output, shape)?)),
        })
    }

    /// Appends samples: one slice per channel, all of the same length.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn write(&mut self, samples: &[&[f32]]) -> Result<(), String> {
        match self {
            Self::Wav(writer) => writer.write(samples),
            Self::Flac(writer) => writer.write(samples),
        }
    }

    /// How many samples were beyond full scale, and could not be written as they are.
    pub fn clipped(&self) -> u64 {
        match self {
            Self::Wav(writer) => writer.clipped(),
            Self::Flac(writer) => writer.clipped(),
        }
    }

    /// Completes the file, which gets its name by [`Output::keep`].
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn finish(self) -> Result<Output, String> {
        match self {
            Self::Wav(writer) => writer.finish(),
            Self::Flac(writer) => writer.finish(),
        }
    }
}
