//! The bytes of a WAV file. The header is hound's; samples are converted a block at a time, several times as fast as one
//! by one.

use std::io::Write;

use crate::Audio;

/// Samples per channel that are converted before they are written.
const BLOCK_SAMPLES: usize = 8192;

/// Format of the samples in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    Float,
    /// Integers of 16 or 24 bits.
    Integer(u16),
}

impl SampleFormat {
    fn bytes(self) -> usize {
        match self {
            Self::Float => 4,
            Self::Integer(bits) => bits as usize / 8,
        }
    }
}

impl std::fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Float => write!(f, "32-bit float"),
            Self::Integer(bits) => write!(f, "{bits}-bit"),
        }
    }
}

/// Writes a whole file. Integer samples are rounded and clamped to full scale.
///
/// # Errors
/// What is wrong, when the writer fails or a WAV file cannot be as long.
pub fn write(writer: &mut impl Write, audio: &Audio, format: SampleFormat) -> Result<(), String> {
    writer.write_all(&header(audio, format)?).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    for start in (0..audio.samples()).step_by(BLOCK_SAMPLES) {
        let range = start..audio.samples().min(start + BLOCK_SAMPLES);
        let channels: Vec<&[f32]> = audio.channels.iter().map(|channel| &channel[range.clone()]).collect();
        bytes.resize(range.len() * channels.len() * format.bytes(), 0);
        match format {
            SampleFormat::Float => interleave(&channels, &mut bytes, f32::to_le_bytes),
            SampleFormat::Integer(24) => interleave(&channels, &mut bytes, |x| {
                let [low, middle, high, _] = integer(x, 24).to_le_bytes();
                [low, middle, high]
            }),
            SampleFormat::Integer(_) => {
                interleave(&channels, &mut bytes, |x| (integer(x, 16) as i16).to_le_bytes());
            }
        }
        writer.write_all(&bytes).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// # Errors
/// When a WAV file cannot be as long.
fn header(audio: &Audio, format: SampleFormat) -> Result<Vec<u8>, String> {
    let spec = hound::WavSpec {
        channels: audio.channels.len() as u16,
        sample_rate: audio.sample_rate_hz,
        bits_per_sample: 8 * format.bytes() as u16,
        sample_format: match format {
            SampleFormat::Float => hound::SampleFormat::Float,
            SampleFormat::Integer(_) => hound::SampleFormat::Int,
        },
    };
    let mut header = spec.into_header_for_infinite_file();
    let data_bytes = audio.samples() * audio.channels.len() * format.bytes();
    // The size of the file counts from byte 8; that of the data is the last field.
    let size = |bytes: usize| {
        u32::try_from(bytes).map_err(|_| "would be longer than a WAV file can be (4 GiB)".to_owned())
    };
    let file_size = size(data_bytes + header.len() - 8)?;
    header[4..8].copy_from_slice(&file_size.to_le_bytes());
    let last = header.len() - 4;
    header[last..].copy_from_slice(&size(data_bytes)?.to_le_bytes());
    Ok(header)
}

/// Converts every sample, and puts those of one time side by side.
fn interleave<const BYTES: usize>(
    channels: &[&[f32]],
    bytes: &mut [u8],
    convert: impl Fn(f32) -> [u8; BYTES],
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

/// The nearest integer of `bits` bits, half away from zero. The sum is exact in double precision; `round` would be a
/// call of a function per sample.
fn integer(x: f32, bits: u32) -> i32 {
    let full = (1i64 << (bits - 1)) as f64;
    let scaled = (x as f64 * full).clamp(-full, full - 1.0);
    (scaled + 0.5f64.copysign(scaled)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for samples in [0, 1, BLOCK_SAMPLES, 2 * BLOCK_SAMPLES + 1] {
            for channels in [1, 2, 6] {
                let channels = (0..channels).map(|seed| channel(seed, samples)).collect();
                let audio = Audio { sample_rate_hz: 48_000, channels };
                for format in [SampleFormat::Float, SampleFormat::Integer(16), SampleFormat::Integer(24)] {
                    let mut bytes = Vec::new();
                    write(&mut bytes, &audio, format).unwrap();
                    let count = audio.channels.len();
                    assert!(bytes == by_hound(&audio, format), "{format}, {count} channels, {samples}");
                }
            }
        }
    }
}
