//! What is known of a file before it is written.

use crate::metadata::Metadata;
use crate::sample_format::SampleFormat;

/// Rate, channels and format of a file that is to be written.
#[derive(Debug, Clone)]
pub struct Shape {
    pub sample_rate_hz: u32,
    pub channels: usize,
    /// The format of the samples. A FLAC file has 24 bits where this is float.
    pub format: SampleFormat,
    /// Whether samples of 16 bits are dithered.
    pub dither: bool,
    /// The length that is expected, in samples per channel. It need not be right.
    pub samples: Option<u64>,
    /// What the file says besides its sound.
    pub metadata: Metadata,
}

impl Shape {
    /// Without dither and metadata, and of an unknown length.
    pub fn new(sample_rate_hz: u32, channels: usize, format: SampleFormat) -> Self {
        let metadata = Metadata::default();
        Self { sample_rate_hz, channels, format, dither: false, samples: None, metadata }
    }
}
