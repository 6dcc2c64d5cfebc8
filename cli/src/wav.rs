//! The bytes of a WAV file. The header is hound's; samples are converted a block at a time, several times as fast as one
//! by one.

use std::io::{Seek, SeekFrom, Write};

use crate::quantise::Quantiser;
use crate::sample_format::SampleFormat;
use crate::shape::Shape;
use crate::whole_file::WholeFile;

/// Samples per channel that are converted before they are written.
const BLOCK_SAMPLES: usize = 8192;

/// Writes a WAV file block by block. Integer samples are rounded and clamped to full scale.
pub struct WavWriter {
    file: WholeFile,
    format: SampleFormat,
    channels: usize,
    header_bytes: u32,
    data_bytes: u32,
    quantiser: Quantiser,
    /// Samples as integers, channel by channel.
    integers: Vec<Vec<i32>>,
    /// Converted samples.
    bytes: Vec<u8>,
}

impl WavWriter {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn new(mut file: WholeFile, shape: &Shape) -> Result<Self, String> {
        let (channels, format) = (shape.channels, shape.format);
        let header = header(shape.sample_rate_hz, channels, format);
        file.write_all(&header).map_err(|error| file.fault(error))?;
        Ok(Self {
            file,
            format,
            channels,
            header_bytes: header.len() as u32,
            data_bytes: 0,
            quantiser: Quantiser::new(8 * format.bytes() as u16, channels, shape.dither),
            integers: vec![Vec::new(); channels],
            bytes: Vec::new(),
        })
    }

    /// Appends samples: one slice per channel, all of the same length.
    ///
    /// # Errors
    /// One line that names the file and what is wrong, which may be that no WAV file can be as long.
    pub fn write(&mut self, samples: &[&[f32]]) -> Result<(), String> {
        let Self { file, format, quantiser, integers, bytes, .. } = self;
        let total = samples.first().map_or(0, |channel| channel.len());
        for start in (0..total).step_by(BLOCK_SAMPLES) {
            let range = start..total.min(start + BLOCK_SAMPLES);
            let block: Vec<&[f32]> = samples.iter().map(|channel| &channel[range.clone()]).collect();
            bytes.resize(range.len() * self.channels * format.bytes(), 0);
            // The size of a file counts from byte 8.
            let data_bytes = u64::from(self.data_bytes) + bytes.len() as u64;
            if data_bytes + u64::from(self.header_bytes) - 8 > u64::from(u32::MAX) {
                return Err(file.fault("would be longer than a WAV file can be (4 GiB)"));
            }
            self.data_bytes = data_bytes as u32;
            if *format == SampleFormat::Float {
                interleave(&block, bytes, |x: f32| x.to_le_bytes());
            } else {
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
            file.write_all(bytes).map_err(|error| file.fault(error))?;
        }
        Ok(())
    }

    /// How many samples were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.quantiser.clipped()
    }

    /// Writes the sizes into the header. The file gets its name by [`WholeFile::keep`].
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn finish(self) -> Result<WholeFile, String> {
        let Self { mut file, header_bytes, data_bytes, .. } = self;
        let mut write_at = |place: u32, size: u32| {
            file.seek(SeekFrom::Start(place.into())).and_then(|_| file.write_all(&size.to_le_bytes()))
        };
        let written = write_at(4, header_bytes + data_bytes - 8)
            // The size of the data is the last field of the header.
            .and_then(|()| write_at(header_bytes - 4, data_bytes));
        written.map_err(|error| file.fault(error))?;
        Ok(file)
    }
}

fn header(sample_rate_hz: u32, channels: usize, format: SampleFormat) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: channels as u16,
        sample_rate: sample_rate_hz,
        bits_per_sample: 8 * format.bytes() as u16,
        sample_format: match format {
            SampleFormat::Float => hound::SampleFormat::Float,
            SampleFormat::Integer(_) => hound::SampleFormat::Int,
        },
    };
    spec.into_header_for_infinite_file()
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
        let file = WholeFile::create(&folder.path().join("long.wav")).unwrap();
        let format = SampleFormat::Integer(16);
        let shape = Shape { sample_rate_hz: 48_000, channels: 1, format, dither: false, samples: None };
        let mut writer = WavWriter::new(file, &shape).unwrap();
        // As if so much had been written.
        writer.data_bytes = u32::MAX - writer.header_bytes + 8 - 3;
        writer.write(&[&[0.5]]).unwrap();
        let why = writer.write(&[&[0.5]]).unwrap_err();
        assert!(why.contains("long.wav") && why.contains("4 GiB"), "{why}");
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
