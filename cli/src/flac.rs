//! Writes a FLAC file frame by frame: it needs no more memory for ten hours than for a minute, but for some bytes a frame.

use std::cell::RefCell;
use std::io::{Seek, SeekFrom, Write};
use std::rc::Rc;

use flac_codec::encode::{FlacChannelWriter, Options};

use crate::metadata::FlacBlocks;
use crate::output::Output;
use crate::quantise::Quantiser;
use crate::sample_format::SampleFormat;
use crate::shape::Shape;

/// Largest rate that all decoders know; the format's own limit is higher since 2022.
const MOST_HZ: u32 = 655_350;
/// What players and taggers find free in the header, and what a point of the seek table takes of it.
const PADDING_BYTES: u64 = 4096;
const SEEK_POINT_BYTES: u64 = 18;
const SEEK_POINT_S: u64 = 10;
/// Largest size of a block in the header.
const MOST_BLOCK_BYTES: u64 = (1 << 24) - 1;

/// Writes a FLAC file block by block.
pub struct FlacWriter {
    encoder: FlacChannelWriter<Shared>,
    file: Shared,
    quantiser: Quantiser,
    integers: Vec<Vec<i32>>,
}

/// The format in which FLAC keeps such samples: integers as they are, float as 24 bits.
pub fn format_of(format: SampleFormat) -> SampleFormat {
    match format {
        SampleFormat::Float => SampleFormat::Integer(24),
        integer => integer,
    }
}

/// # Errors
/// In words, when there is no such file.
pub fn check(shape: &Shape) -> Result<(), String> {
    let rate_hz = shape.sample_rate_hz;
    if rate_hz > MOST_HZ {
        return Err(format!("a FLAC file has a rate of at most {MOST_HZ} Hz, not {rate_hz}"));
    }
    Ok(())
}

impl FlacWriter {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn new(output: Output, shape: &Shape) -> Result<Self, String> {
        check(shape).map_err(|what| output.fault(what))?;
        let rate_hz = shape.sample_rate_hz;
        let bits = 8 * format_of(shape.format).bytes() as u16;
        let points = shape.samples.unwrap_or(0) / u64::from(rate_hz) / SEEK_POINT_S + 2;
        let padding = (PADDING_BYTES + SEEK_POINT_BYTES * points).min(MOST_BLOCK_BYTES);
        let mut options = Options::default().padding(padding as u32).map_err(|error| output.fault(error))?;
        let FlacBlocks { comment, pictures, cue_sheets } = shape.metadata.flac_blocks();
        options.add_blocks(comment).add_blocks(pictures).add_blocks(cue_sheets);
        let file = Shared(Rc::new(RefCell::new(output)));
        let channels = shape.channels as u8;
        let encoder = FlacChannelWriter::new(file.clone(), options, rate_hz, bits.into(), channels, None)
            .map_err(|error| file.fault(error))?;
        let quantiser = Quantiser::new(bits, shape.channels, shape.dither);
        Ok(Self { encoder, file, quantiser, integers: vec![Vec::new(); shape.channels] })
    }

    /// Appends samples: one slice per channel, all of the same length.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn write(&mut self, samples: &[&[f32]]) -> Result<(), String> {
        for (channel, (samples, integers)) in samples.iter().zip(&mut self.integers).enumerate() {
            self.quantiser.convert(channel, samples, integers);
        }
        self.encoder.write(&self.integers).map_err(|error| self.file.fault(error))
    }

    /// How many samples were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.quantiser.clipped()
    }

    /// Writes the last frame, and length and checksum into the header. The file gets its name by [`Output::keep`].
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn finish(self) -> Result<Output, String> {
        let Self { encoder, file, .. } = self;
        encoder.finalize().map_err(|error| file.fault(error))?;
        Ok(Rc::into_inner(file.0).expect("the encoder has dropped its own").into_inner())
    }
}

/// The file, which the encoder writes into and does not give back.
#[derive(Clone)]
struct Shared(Rc<RefCell<Output>>);

impl Shared {
    fn fault(&self, what: impl std::fmt::Display) -> String {
        self.0.borrow().fault(what)
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.borrow_mut().seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio_file;

    /// A second decoder, symphonia's, reads what was written.
    #[test]
    fn what_is_written_is_read_again_at_every_rate_and_number_of_channels() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.flac");
        for rate_hz in [8000, 11_025, 44_100, 48_000, 65_537, 192_000, 384_000, MOST_HZ] {
            for (channels, format) in [
                (1, SampleFormat::Integer(16)),
                (2, SampleFormat::Integer(24)),
                (2, SampleFormat::Float),
                (8, SampleFormat::Integer(16)),
            ] {
                for samples in [1usize, 4096, 10_000] {
                    // Steps of 16 bits, which every format has.
                    let value = |c: usize, n: usize| ((n * n * (c + 3)) % 65_536) as f32 / 32_768.0 - 1.0;
                    let input: Vec<Vec<f32>> =
                        (0..channels).map(|c| (0..samples).map(|n| value(c, n)).collect()).collect();
                    let file = Output::create(&path).unwrap();
                    let mut writer = FlacWriter::new(file, &Shape::new(rate_hz, channels, format)).unwrap();
                    for start in (0..samples).step_by(1000) {
                        let range = start..samples.min(start + 1000);
                        writer.write(&input.iter().map(|c| &c[range.clone()]).collect::<Vec<_>>()).unwrap();
                    }
                    writer.finish().unwrap().keep().unwrap();
                    let (read, read_format) = audio_file::read(&path).unwrap();
                    assert_eq!((read.sample_rate_hz, read_format), (rate_hz, format_of(format)));
                    assert!(read.channels == input, "{rate_hz} Hz, {channels} channels, {samples} samples");
                }
            }
        }
    }

    #[test]
    fn a_rate_that_the_format_does_not_have_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = Output::create(&folder.path().join("fast.flac")).unwrap();
        let why = FlacWriter::new(file, &Shape::new(MOST_HZ + 1, 1, SampleFormat::Float)).err().unwrap();
        assert!(why.contains("fast.flac") && why.contains("655351"), "{why}");
    }
}
