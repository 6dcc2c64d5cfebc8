//! Reads an audio file block by block, so that the length of a file does not matter.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadOnlySource};

use crate::metadata::Metadata;
use crate::pipe::Pipe;
use crate::raw::Raw;
use crate::riff::{self, Head};
use crate::sample_format::SampleFormat;
use crate::shape::Shape;
use crate::wav;

/// Endings of the files that can be read, in lower case.
pub const ENDINGS: [&str; 7] = ["wav", "flac", "aif", "aiff", "mp3", "ogg", "oga"];

/// What a pipe is called in messages.
const PIPE_NAME: &str = "standard input";

/// An open file.
pub struct Reader {
    path: PathBuf,
    packets: Packets,
    /// Blocks that were read already: the first, to learn how many channels there are, and those that are read twice.
    ready: VecDeque<Block>,
    /// Blocks that are to be read again, while they are kept.
    kept: Option<VecDeque<Block>>,
    sample_rate_hz: u32,
    channels: usize,
    format: SampleFormat,
    /// Length in samples, where the file says it.
    samples: Option<u64>,
    metadata: Metadata,
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

    /// Reads the beginning of a pipe: a WAV file, another kind of file, or raw samples.
    ///
    /// # Errors
    /// One line that says what is wrong with it.
    pub fn of_pipe(pipe: Pipe, raw: Option<&Raw>) -> Result<Self, String> {
        let opened = guarded(|| match raw {
            Some(raw) => Self::of_raw(pipe, raw),
            None => Self::of_any(pipe),
        });
        opened.map_err(|what| format!("{PIPE_NAME}: {what}"))
    }

    fn of_raw(pipe: Pipe, raw: &Raw) -> Result<Self, String> {
        let shape = Shape::new(raw.sample_rate_hz, raw.channels.into(), raw.format);
        let header = Cursor::new(wav::header(&shape, false));
        let source = ReadOnlySource::new(header.chain(pipe));
        Self::of_source(Box::new(source), Path::new(PIPE_NAME), "wav")
    }

    fn of_any(mut pipe: Pipe) -> Result<Self, String> {
        let mut start = [0; 12];
        pipe.read_exact(&mut start).map_err(|_| "has no audio in it".to_owned())?;
        if riff::is_wav(&start) {
            return Self::of_wav(pipe, Path::new(PIPE_NAME));
        }
        let source = ReadOnlySource::new(Cursor::new(start).chain(pipe));
        Self::of_source(Box::new(source), Path::new(PIPE_NAME), "")
    }

    /// A WAV file after its first twelve bytes, which need not know its length or may have one of 64 bits. The decoder gets a
    /// header that it understands, and no more than the samples.
    fn of_wav(mut file: impl Read + Send + Sync + 'static, path: &Path) -> Result<Self, String> {
        let head =
            riff::read_head(&mut file).map_err(|_| "is damaged: its header is not whole".to_owned())?;
        let samples = head.samples();
        let header = Cursor::new(head_without_sizes(&head));
        let source = ReadOnlySource::new(header.chain(file.take(head.data_bytes.unwrap_or(u64::MAX))));
        let mut reader = Self::of_source(Box::new(source), path, "wav")?;
        reader.samples = samples;
        reader.metadata = Metadata::of_chunks(head.chunks);
        Ok(reader)
    }

    fn of_file(mut file: File, path: &Path) -> Result<Self, String> {
        let mut start = [0; 12];
        let is_wav = file.read_exact(&mut start).is_ok() && riff::is_wav(&start);
        let metadata = match is_wav {
            true => Some(Metadata::of_wav(&mut BufReader::new(&file))),
            false => start.starts_with(b"fLaC").then(|| Metadata::of_flac(path)),
        };
        let mut rewind_to = |byte| file.seek(SeekFrom::Start(byte)).map_err(|error| error.to_string());
        let mut reader = if is_wav && riff::is_rf64(&start) {
            rewind_to(start.len() as u64)?;
            Self::of_wav(BufReader::new(file), path)?
        } else {
            rewind_to(0)?;
            let ending = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            Self::of_source(Box::new(file), path, ending)?
        };
        reader.metadata = metadata.unwrap_or(reader.metadata);
        Ok(reader)
    }

    fn of_source(source: Box<dyn MediaSource>, path: &Path, ending: &str) -> Result<Self, String> {
        let mut hint = Hint::new();
        hint.with_extension(ending);
        let stream = MediaSourceStream::new(source, Default::default());
        let mut reader = symphonia::default::get_probe()
            .probe(&hint, stream, Default::default(), Default::default())
            .map_err(|_| "is not a WAV, FLAC, AIFF, MP3 or Ogg Vorbis file".to_owned())?;
        let metadata = Metadata::of_tags(reader.metadata().current());
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
        let ready = VecDeque::from([first]);
        Ok(Self { path, packets, ready, kept: None, sample_rate_hz, channels, format, samples, metadata })
    }

    /// The next samples, or none at the end of the file. A file that ends in the middle of a packet ends before it, as in
    /// players.
    ///
    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn next_block(&mut self) -> Result<Option<Block>, String> {
        let block = match self.ready.pop_front() {
            Some(block) => Some(block),
            None => self.decode()?,
        };
        if let (Some(kept), Some(block)) = (&mut self.kept, &block) {
            kept.push_back(block.clone());
        }
        Ok(block)
    }

    /// From now on keeps all blocks in memory, until they are read again after [`Self::rewind`].
    pub fn keep(&mut self) {
        self.kept = Some(VecDeque::new());
    }

    /// Goes back to where [`Self::keep`] was called.
    pub fn rewind(&mut self) {
        let mut again = self.kept.take().unwrap_or_default();
        again.append(&mut self.ready);
        self.ready = again;
    }

    fn decode(&mut self) -> Result<Option<Block>, String> {
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

    /// What the file says besides its sound.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
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

/// The header of a file whose length is not known.
fn head_without_sizes(head: &Head) -> Vec<u8> {
    let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVE".to_vec();
    let format = head.chunks.iter().filter(|chunk| &chunk.id == b"fmt ");
    format.for_each(|chunk| riff::write_chunk(chunk, &mut bytes));
    bytes.extend(b"data\xFF\xFF\xFF\xFF");
    bytes
}

/// Some headers make the decoders panic (35 channels, in builds with overflow checks).
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("is damaged".into()))
}
