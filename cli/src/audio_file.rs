//! Audio files: WAV, FLAC and AIFF in, WAV out. A file is either written completely or not at all.

use std::fs::File;
use std::path::Path;

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;

use crate::Audio;
use crate::wav;
pub use crate::wav::SampleFormat;

/// Reads a whole file.
///
/// # Errors
/// One line that names the file and what is wrong with it.
pub fn read(path: &Path) -> Result<(Audio, SampleFormat), String> {
    let fault = |what: String| format!("{}: {what}", path.display());
    let file = File::open(path).map_err(|error| fault(error.to_string()))?;
    if file.metadata().is_ok_and(|data| data.is_dir()) {
        return Err(fault("is a folder".into()));
    }
    // Some headers make the decoders panic (35 channels, in builds with overflow checks).
    let decoded = std::panic::catch_unwind(|| decode(file, path));
    let (audio, format) = decoded.unwrap_or_else(|_| Err("is damaged".into())).map_err(fault)?;
    if audio.samples() == 0 {
        return Err(fault("has no audio in it".into()));
    }
    Ok((audio, format))
}

fn decode(file: File, path: &Path) -> Result<(Audio, SampleFormat), String> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&hint, stream, Default::default(), Default::default())
        .map_err(|_| "is not a WAV, FLAC or AIFF file".to_owned())?;
    let track = reader.default_track(TrackType::Audio).ok_or("has no audio in it")?;
    let track_id = track.id;
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or("has no audio in it")?;
    let sample_rate_hz = params.sample_rate.filter(|&rate| rate > 0).ok_or("does not say its sample rate")?;
    let bits = params.bits_per_sample;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(params, &AudioDecoderOptions::default())
        .map_err(|error| format!("cannot be decoded: {error}"))?;

    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut format = SampleFormat::Float;
    let mut block: Vec<Vec<f32>> = Vec::new();
    loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // The file is truncated: the part that is there is used, as players do.
            Err(SymphoniaError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(format!("is damaged: {error}")),
        };
        if packet.track_id != track_id {
            continue;
        }
        let decoded = decoder.decode(&packet).map_err(|error| format!("is damaged: {error}"))?;
        format = match &decoded {
            GenericAudioBufferRef::F32(_) | GenericAudioBufferRef::F64(_) => SampleFormat::Float,
            _ if bits.unwrap_or(16) > 16 => SampleFormat::Integer(24),
            _ => SampleFormat::Integer(16),
        };
        decoded.copy_to_vecs_planar(&mut block);
        channels.resize(block.len(), Vec::new());
        for (channel, samples) in channels.iter_mut().zip(&block) {
            channel.extend_from_slice(samples);
        }
    }
    Ok((Audio { sample_rate_hz, channels }, format))
}

/// Writes a WAV file completely, or leaves the existing file unchanged: it is written under another name in the same
/// folder first. Integer samples are rounded and clamped to full scale.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn write(path: &Path, audio: &Audio, format: SampleFormat) -> Result<(), String> {
    write_whole(path, |file| wav::write(file, audio, format))
}

/// Lets `fill` write a temporary file, which is renamed to `path` when it is complete.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn write_whole<E: std::fmt::Display>(
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), String> {
    let fault = |what: String| format!("{}: {what}", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut passing = tempfile::Builder::new()
        .prefix(".lull-")
        .permissions(new_file_permissions())
        .tempfile_in(folder)
        .map_err(|error| fault(format!("cannot be written: {error}")))?;
    fill(passing.as_file_mut()).map_err(|error| fault(error.to_string()))?;
    passing.persist(path).map_err(|error| fault(error.error.to_string()))?;
    Ok(())
}

/// The usual permissions of a new file, before the umask. A temporary file would be readable by its owner only.
#[cfg(unix)]
fn new_file_permissions() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}
#[cfg(not(unix))]
fn new_file_permissions() -> std::fs::Permissions {
    tempfile::tempfile()
        .and_then(|file| file.metadata())
        .map(|data| data.permissions())
        .expect("a file has permissions")
}
