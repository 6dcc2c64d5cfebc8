//! Reads an audio file block by block, so that the length of a file does not matter.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;

use crate::sample_format::SampleFormat;

/// Endings of the files that can be read, in lower case.
pub const ENDINGS: [&str; 7] = ["wav", "flac", "aif", "aiff", "mp3", "ogg", "oga"];

/// An open file.
pub struct Reader {
    path: PathBuf,
    packets: Packets,
    /// The first block, which was read to learn how many channels there are.
    first: Option<Block>,
    sample_rate_hz: u32,
    channels: usize,
    format: SampleFormat,
    /// Length in samples, where the file says it.
    samples: Option<u64>,
}

/// Some samples of each channel, of the same length and more than none.
pub type Block = Vec<Vec<f32>>;

struct Packets {
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    bits: Option<u32>,
}

impl Reader {
    /// Opens a file and reads its beginning.
    ///
    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn open(path: &Path) -> Result<Self, String> {
        let fault = |what: String| format!("{}: {what}", path.display());
        let file = File::open(path).map_err(|error| fault(error.to_string()))?;
        if file.metadata().is_ok_and(|data| data.is_dir()) {
            return Err(fault("is a folder".into()));
        }
        let opened = guarded(|| Self::of_file(file, path));
        opened.map_err(fault)
    }

    fn of_file(file: File, path: &Path) -> Result<Self, String> {
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(file), Default::default());
        let reader = symphonia::default::get_probe()
            .probe(&hint, stream, Default::default(), Default::default())
            .map_err(|_| "is not a WAV, FLAC, AIFF, MP3 or Ogg Vorbis file".to_owned())?;
        let track = reader.default_track(TrackType::Audio).ok_or("has no audio in it")?;
        let (track_id, samples) = (track.id, track.num_frames);
        let params =
            track.codec_params.as_ref().and_then(|params| params.audio()).ok_or("has no audio in it")?;
        let sample_rate_hz =
            params.sample_rate.filter(|&rate| rate > 0).ok_or("does not say its sample rate")?;
        let bits = params.bits_per_sample;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default())
            .map_err(|error| format!("cannot be decoded: {error}"))?;
        let mut packets = Packets { reader, decoder, track_id, bits };
        let (first, format) = packets.next()?.ok_or("has no audio in it")?;
        let (path, channels) = (path.to_owned(), first.len());
        Ok(Self { path, packets, first: Some(first), sample_rate_hz, channels, format, samples })
    }

    /// The next samples, or none at the end of the file. A file that ends in the middle of a packet ends before it, as in
    /// players.
    ///
    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn next_block(&mut self) -> Result<Option<Block>, String> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let (packets, channels) = (&mut self.packets, self.channels);
        let next = guarded(|| match packets.next()? {
            Some((block, _)) if block.len() != channels => {
                Err(format!("is damaged: {channels} channels become {}", block.len()))
            }
            other => Ok(other.map(|(block, _)| block)),
        });
        next.map_err(|what| self.fault(what))
    }

    /// A message about this file.
    pub fn fault(&self, what: impl std::fmt::Display) -> String {
        format!("{}: {what}", self.path.display())
    }

    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The format in which the file is written again: integers stay integers, what is lossy becomes float.
    pub fn format(&self) -> SampleFormat {
        self.format
    }

    /// Length in samples, where the file says it.
    pub fn samples(&self) -> Option<u64> {
        self.samples
    }

    /// By how many seconds a file that had `samples` is shorter than its header says. None if it is not, or if the header does
    /// not say; those of lossy formats count differently.
    pub fn missing_s(&self, samples: u64) -> Option<f64> {
        let said = self.samples.filter(|_| self.format != SampleFormat::Float)?;
        (said > samples).then(|| (said - samples) as f64 / f64::from(self.sample_rate_hz))
    }

    /// The samples at a time.
    pub fn sample_at(&self, seconds: f64) -> u64 {
        (seconds * f64::from(self.sample_rate_hz)).round() as u64
    }
}

impl Packets {
    fn next(&mut self) -> Result<Option<(Block, SampleFormat)>, String> {
        loop {
            let packet = match self.reader.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(None),
                Err(SymphoniaError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                Err(error) => return Err(format!("is damaged: {error}")),
            };
            if packet.track_id != self.track_id {
                continue;
            }
            let decoded = self.decoder.decode(&packet).map_err(|error| format!("is damaged: {error}"))?;
            let format = match &decoded {
                GenericAudioBufferRef::F32(_) | GenericAudioBufferRef::F64(_) => SampleFormat::Float,
                _ if self.bits.unwrap_or(16) > 16 => SampleFormat::Integer(24),
                _ => SampleFormat::Integer(16),
            };
            let mut block = Block::new();
            decoded.copy_to_vecs_planar(&mut block);
            if block.first().is_some_and(|channel| !channel.is_empty()) {
                return Ok(Some((block, format)));
            }
        }
    }
}

/// Some headers make the decoders panic (35 channels, in builds with overflow checks).
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("is damaged".into()))
}
