//! The bytes of a WAV file. The header is hound's; samples are converted a block at a time, several times as fast as one
//! by one.

use std::io::{Seek, SeekFrom, Write};

use crate::output::Output;
use crate::quantise::Quantiser;
use crate::riff::{self, Chunk};
use crate::sample_format::SampleFormat;
use crate::shape::Shape;

/// Samples per channel that are converted before they are written.
const BLOCK_SAMPLES: usize = 8192;
/// Bytes of samples from which on a file is one of 64 bits if it turns out too long: its header has room for that.
const LONG_BYTES: u64 = 3 << 30;
/// The sizes of a file of 64 bits: chunk id, size, then file, samples in bytes, samples per channel, a table of no entries.
const DS64_BYTES: usize = 8 + 28;
/// Where the chunk is.
const DS64_AT: u64 = 12;

/// Writes a WAV file block by block. Integer samples are rounded and clamped to full scale.
pub struct WavWriter {
    output: Output,
    format: SampleFormat,
    channels: usize,
    /// None for samples without a header.
    header: Option<Header>,
    data_bytes: u64,
    quantiser: Quantiser,
    /// Samples as integers, channel by channel.
    integers: Vec<Vec<i32>>,
    /// Converted samples.
    bytes: Vec<u8>,
}

/// What is known of a header that was written.
struct Header {
    bytes: u64,
    /// Whether it has room for sizes of 64 bits.
    is_long: bool,
}

impl WavWriter {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn new(output: Output, shape: &Shape) -> Result<Self, String> {
        let mut writer = Self::raw(output, shape);
        let bytes_per_time = (shape.channels * shape.format.bytes()) as u64;
        let is_pipe = matches!(writer.output, Output::Pipe(_));
        let is_long = !is_pipe && shape.samples.is_none_or(|samples| samples * bytes_per_time > LONG_BYTES);
        let header = header(shape, is_long);
        writer.output.write_all(&header).map_err(|error| writer.output.fault(error))?;
        writer.header = Some(Header { bytes: header.len() as u64, is_long });
        Ok(writer)
    }

    /// Without a header.
    pub fn raw(output: Output, shape: &Shape) -> Self {
        let (channels, format) = (shape.channels, shape.format);
        Self {
            output,
            format,
            channels,
            header: None,
            data_bytes: 0,
            quantiser: Quantiser::new(8 * format.bytes() as u16, channels, shape.dither),
            integers: vec![Vec::new(); channels],
            bytes: Vec::new(),
        }
    }

    /// Appends samples: one slice per channel, all of the same length.
    ///
    /// # Errors
    /// One line that names the file and what is wrong, which may be that no such file can be as long.
    pub fn write(&mut self, samples: &[&[f32]]) -> Result<(), String> {
        let total = samples.first().map_or(0, |channel| channel.len());
        for start in (0..total).step_by(BLOCK_SAMPLES) {
            let range = start..total.min(start + BLOCK_SAMPLES);
            let block: Vec<&[f32]> = samples.iter().map(|channel| &channel[range.clone()]).collect();
            self.bytes.resize(range.len() * self.channels * self.format.bytes(), 0);
            self.data_bytes += self.bytes.len() as u64;
            self.check_length()?;
            self.convert(&block);
            self.output.write_all(&self.bytes).map_err(|error| self.output.fault(error))?;
        }
        Ok(())
    }

    fn check_length(&self) -> Result<(), String> {
        let may_be_long = matches!(self.output, Output::Pipe(_))
            || self
                .header
                .as_ref()
                .is_none_or(|header| header.is_long || self.file_size(header) <= u32::MAX.into());
        if may_be_long {
            Ok(())
        } else {
            Err(self.output.fault("would be longer than a WAV file can be (4 GiB)"))
        }
    }

    /// The size of a file counts from byte 8.
    fn file_size(&self, header: &Header) -> u64 {
        header.bytes + self.data_bytes - 8
    }

    fn convert(&mut self, block: &[&[f32]]) {
        let Self { format, quantiser, integers, bytes, .. } = self;
        if *format == SampleFormat::Float {
            return interleave(block, bytes, |x: f32| x.to_le_bytes());
        }
        for (channel, (samples, integers)) in block.iter().zip(integers.iter_mut()).enumerate() {
            quantiser.convert(channel, samples, integers);
        }
        let integers: Vec<&[i32]> = integers.iter().map(Vec::as_slice).collect();
        match format.bytes() {
            3 => interleave(&integers, bytes, |n: i32| {
                let [low, middle, high, _] = n.to_le_bytes();
                [low, middle, high]
            }),
            _ => interleave(&integers, bytes, |n: i32| (n as i16).to_le_bytes()),
        }
    }

    /// How many samples were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.quantiser.clipped()
    }

    /// Writes the sizes into the header, where there is one that can be written again. A file gets its name by
    /// [`Output::keep`].
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn finish(mut self) -> Result<Output, String> {
        let written = match &self.header {
            Some(header) if matches!(self.output, Output::File(_)) => {
                let (file_size, data_at) = (self.file_size(header), header.bytes - 4);
                self.write_sizes(file_size, data_at)
            }
            _ => Ok(()),
        };
        written.map_err(|error| self.output.fault(error))?;
        Ok(self.output)
    }

    fn write_sizes(&mut self, file_size: u64, data_at: u64) -> std::io::Result<()> {
        let (output, data_bytes) = (&mut self.output, self.data_bytes);
        let mut write_at = |place: u64, bytes: &[u8]| {
            output.seek(SeekFrom::Start(place)).and_then(|_| output.write_all(bytes))
        };
        if let Ok(short) = u32::try_from(file_size) {
            write_at(4, &short.to_le_bytes())?;
            // No overflow: the file is longer than its samples.
            return write_at(data_at, &(data_bytes as u32).to_le_bytes());
        }
        write_at(0, b"RF64")?;
        write_at(4, &riff::UNKNOWN.to_le_bytes())?;
        let times = data_bytes / (self.channels * self.format.bytes()) as u64;
        let sizes = [file_size, data_bytes, times].map(u64::to_le_bytes).concat();
        write_at(DS64_AT, &[b"ds64", &(DS64_BYTES as u32 - 8).to_le_bytes(), &sizes[..], &[0; 4]].concat())?;
        write_at(data_at, &riff::UNKNOWN.to_le_bytes())
    }
}

/// The header up to the samples, whose last field is their size. Its sizes say that they are not known.
pub fn header(shape: &Shape, is_long: bool) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: shape.channels as u16,
        sample_rate: shape.sample_rate_hz,
        bits_per_sample: 8 * shape.format.bytes() as u16,
        sample_format: match shape.format {
            SampleFormat::Float => hound::SampleFormat::Float,
            SampleFormat::Integer(_) => hound::SampleFormat::Int,
        },
    };
    let short = spec.into_header_for_infinite_file();
    let (start, format) = short[..short.len() - 8].split_at(DS64_AT as usize);
    let mut header = start.to_vec();
    header[4..8].copy_from_slice(&riff::UNKNOWN.to_le_bytes());
    if is_long {
        riff::write_chunk(&Chunk { id: *b"JUNK", data: vec![0; DS64_BYTES - 8] }, &mut header);
    }
    header.extend(format);
    for chunk in shape.metadata.wav_chunks() {
        riff::write_chunk(&chunk, &mut header);
    }
    header.extend(b"data");
    header.extend(riff::UNKNOWN.to_le_bytes());
    header
}

/// Converts every sample, and puts those of one time side by side.
fn interleave<T: Copy, const BYTES: usize>(
    channels: &[&[T]],
    bytes: &mut [u8],
    convert: impl Fn(T) -> [u8; BYTES],
) {
    let (places, _) = bytes.as_chunks_mut::<BYTES>();
    if let [only] = channels {
        // The general loop with a distance of 1 would not be compiled into vector instructions.
        places.iter_mut().zip(*only).for_each(|(place, &x)| *place = convert(x));
        return;
    }
    for (c, channel) in channels.iter().enumerate() {
        let places = places.iter_mut().skip(c).step_by(channels.len());
        places.zip(*channel).for_each(|(place, &x)| *place = convert(x));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audio, audio_file};

    /// The nearest whole number, half away from zero. The C library of mingw-w64 10 rounds the number below 0.5 to 1.
    fn rounded(x: f64) -> f64 {
        let whole = x.trunc();
        if (x - whole).abs() >= 0.5 { whole + x.signum() } else { whole }
    }

    /// What hound writes, sample by sample.
    fn by_hound(audio: &Audio, format: SampleFormat) -> Vec<u8> {
        let (bits, sample_format) = match format {
            SampleFormat::Float => (32, hound::SampleFormat::Float),
            SampleFormat::Integer(bits) => (bits, hound::SampleFormat::Int),
        };
        let channels = audio.channels.len() as u16;
        let spec = hound::WavSpec { channels, sample_rate: 48_000, bits_per_sample: bits, sample_format };
        let mut file = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
        let full = 2f64.powi(bits as i32 - 1);
        for i in 0..audio.samples() {
            for channel in &audio.channels {
                match format {
                    SampleFormat::Float => writer.write_sample(channel[i]).unwrap(),
                    SampleFormat::Integer(_) => writer
                        .write_sample(rounded(f64::from(channel[i]) * full).clamp(-full, full - 1.0) as i32)
                        .unwrap(),
                }
            }
        }
        writer.finalize().unwrap();
        file.into_inner()
    }

    /// Noise louder than full scale, and halves of a step of 16 and 24 bits with their neighbours.
    fn channel(seed: u32, samples: usize) -> Vec<f32> {
        let mut state = seed;
        let noise = (0..samples).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            1.1 * (state as i32 as f32 / 2f32.powi(31))
        });
        let halves = [-2.5f32, -1.5, -0.5, 0.5, 1.5, 2.5, 16_383.5, -32_768.5];
        let halves = halves.iter().flat_map(|half| [half.next_down(), *half, half.next_up()]);
        let at_steps = halves.flat_map(|half| [half / 2f32.powi(15), half / 2f32.powi(23)]);
        let odd = [0.0, -0.0, 1.0, -1.0, 1e-40, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];
        odd.into_iter().chain(at_steps).chain(noise).collect()
    }

    #[test]
    fn the_bytes_are_those_that_hound_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.wav");
        for samples in [0, 1, BLOCK_SAMPLES, 2 * BLOCK_SAMPLES + 1] {
            for channels in [1, 2, 6] {
                let channels = (0..channels).map(|seed| channel(seed, samples)).collect();
                let audio = Audio { sample_rate_hz: 48_000, channels };
                for format in [SampleFormat::Float, SampleFormat::Integer(16), SampleFormat::Integer(24)] {
                    audio_file::write(&path, &audio, format).unwrap();
                    let (bytes, count) = (std::fs::read(&path).unwrap(), audio.channels.len());
                    assert!(bytes == by_hound(&audio, format), "{format}, {count} channels, {samples}");
                }
            }
        }
    }

    #[test]
    fn a_file_that_would_be_too_long_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = Output::create(&folder.path().join("long.wav")).unwrap();
        let format = SampleFormat::Integer(16);
        let shape = Shape { samples: Some(2), ..Shape::new(48_000, 1, format) };
        let mut writer = WavWriter::new(file, &shape).unwrap();
        // As if so much had been written.
        writer.data_bytes = u64::from(u32::MAX) - writer.header.as_ref().unwrap().bytes + 8 - 3;
        writer.write(&[&[0.5]]).unwrap();
        let why = writer.write(&[&[0.5]]).unwrap_err();
        assert!(why.contains("long.wav") && why.contains("4 GiB"), "{why}");
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_turns_out_longer_than_4_gib_has_sizes_of_64_bits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.wav");
        let format = SampleFormat::Integer(24);
        let shape = Shape::new(48_000, 2, format);
        let mut writer = WavWriter::new(Output::create(&path).unwrap(), &shape).unwrap();
        writer.write(&[&[0.5, 0.25], &[-0.5, -0.25]]).unwrap();
        // As if so much had been written.
        writer.data_bytes = 6_000_000_000;
        writer.finish().unwrap().keep().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let file_size = 6_000_000_000 + bytes.len() as u64 - 12 - 8;
        assert!(bytes.starts_with(b"RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0"), "{:?}", &bytes[..24]);
        assert_eq!(bytes[20..28], file_size.to_le_bytes());
        let head = riff::read_head(&mut &bytes[12..]).unwrap();
        assert_eq!((head.data_bytes, head.samples()), (Some(6_000_000_000), Some(1_000_000_000)));
        // The reader takes what is there.
        let (audio, read_format) = audio_file::read(&path).unwrap();
        assert_eq!((audio.channels, read_format), (vec![vec![0.5, 0.25], vec![-0.5, -0.25]], format));
    }

    #[test]
    fn a_file_with_sizes_of_64_bits_ends_where_they_say() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rf64.wav");
        let format = SampleFormat::Float;
        let shape = Shape::new(48_000, 1, format);
        let mut bytes = header(&shape, true);
        bytes[..4].copy_from_slice(b"RF64");
        bytes[12..16].copy_from_slice(b"ds64");
        bytes[28..36].copy_from_slice(&12u64.to_le_bytes());
        bytes.extend([0.5f32, 0.25, -0.5].map(f32::to_le_bytes).concat());
        riff::write_chunk(&Chunk { id: *b"LIST", data: vec![1; 400] }, &mut bytes);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(audio_file::read(&path).unwrap().0.channels, [[0.5, 0.25, -0.5]]);
        assert_eq!(crate::reader::Reader::open(&path).unwrap().samples(), Some(3));
    }
}
