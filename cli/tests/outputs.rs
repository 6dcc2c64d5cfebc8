//! Promise: a FLAC file has the samples of the WAV file; 16 bits are dithered, the same way each time, and silence stays
//! silence.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::Path;

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};

const RATE_HZ: usize = 16_000;

/// Half a second of digital silence, a second of noise, a second of quiet tones in it, and silence again.
fn recording(channels: u64) -> Audio {
    let channel = |c: u64| {
        let mut samples = vec![0.0; RATE_HZ / 2];
        samples.extend(noise(1 + c, RATE_HZ, 0.003));
        samples.extend(tones_in_noise(11 + c, RATE_HZ, RATE_HZ as f64).iter().map(|x| 0.1 * x));
        samples.extend(vec![0.0; RATE_HZ]);
        samples
    };
    Audio { sample_rate_hz: RATE_HZ as u32, channels: (0..channels).map(channel).collect() }
}

fn folder_with(audio: &Audio, format: SampleFormat) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    audio_file::write(&folder.path().join("in.wav"), audio, format).unwrap();
    folder
}

fn rendered(folder: &Path, input: &str, output: &str, options: &[&str]) -> Audio {
    let arguments = [&["render", input, output, "--learn", "0.6:1.4", "--force"], options].concat();
    let done = lull(&arguments, folder);
    assert!(done.status.success() && said(&done).is_empty(), "{arguments:?}: {}", said(&done));
    audio_file::read(&folder.join(output)).unwrap().0
}

#[test]
fn a_flac_file_has_the_samples_of_the_wav_file() {
    for (format, channels) in
        [(SampleFormat::Integer(16), 2), (SampleFormat::Integer(24), 1), (SampleFormat::Float, 2)]
    {
        let folder = folder_with(&recording(channels), format);
        let wav = rendered(folder.path(), "in.wav", "out.wav", &[]);
        let flac = rendered(folder.path(), "in.wav", "out.flac", &["--removed", "gone.FLAC"]);
        let (gone, gone_format) = audio_file::read(&folder.path().join("gone.FLAC")).unwrap();
        let bits = if format == SampleFormat::Integer(16) { 16 } else { 24 };
        assert_eq!(gone_format, SampleFormat::Integer(bits), "{format}");
        assert_eq!((gone.samples(), flac.samples()), (wav.samples(), wav.samples()));
        let step = if format == SampleFormat::Float { 0.5 / 8_388_608.0 } else { 0.0 };
        let pairs = flac.channels.iter().flatten().zip(wav.channels.iter().flatten());
        let most = pairs.map(|(flac, wav)| (flac - wav).abs()).fold(0.0, f32::max);
        assert!(most <= step, "{format}: {most}");
        // And from FLAC to both.
        let again = rendered(folder.path(), "out.flac", "again.wav", &["--set", "bypass=on"]);
        assert!(again == flac, "{format}");
    }
}

#[test]
fn a_folder_becomes_a_folder_of_the_kind_that_is_asked_for() {
    let folder = folder_with(&recording(1), SampleFormat::Integer(16));
    let at = |name: &str| folder.path().join(name);
    for name in ["in", "out"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    std::fs::rename(at("in.wav"), at("in/a.wav")).unwrap();
    let done = lull(&["render", "in", "out", "--learn", "0.6:1.4", "--format", "flac"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    assert_eq!(listing(&at("out")), ["a.flac"]);
    assert!(std::fs::read(at("out/a.flac")).unwrap().starts_with(b"fLaC"));
    for (arguments, words) in [
        (["in/a.wav", "b.wav", "--format", "flac"], "b.wav: --format"),
        (["in/a.wav", "b.ogg", "--format", "flac"], "b.ogg: only WAV and FLAC"),
    ] {
        let done = lull(&[&["render", "--learn", "0.6:1.4"], &arguments[..]].concat(), folder.path());
        assert_eq!((done.status.code(), said(&done).lines().count()), (Some(1), 1));
        assert!(said(&done).contains(words), "{}", said(&done));
    }
    assert_eq!(listing(folder.path()), ["in", "out"]);
}

/// The same sound in floating point is what the integers are compared with.
#[test]
fn sixteen_bits_are_dithered_alike_each_time_and_silence_is_left_alone() {
    let input = recording(2);
    let folder = folder_with(&input, SampleFormat::Integer(16));
    let (sixteen, _) = audio_file::read(&folder.path().join("in.wav")).unwrap();
    audio_file::write(&folder.path().join("float.wav"), &sixteen, SampleFormat::Float).unwrap();
    let exact = rendered(folder.path(), "float.wav", "exact.wav", &[]);
    let errors = |output: &Audio, range: std::ops::Range<usize>| -> Vec<f64> {
        let (output, exact) = (&output.channels[0][range.clone()], &exact.channels[0][range]);
        output.iter().zip(exact).map(|(o, e)| (f64::from(*o) - f64::from(*e)) * 32_768.0).collect()
    };
    let power = |errors: &[f64]| errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;

    let dithered = rendered(folder.path(), "in.wav", "out.wav", &[]);
    let bytes = std::fs::read(folder.path().join("out.wav")).unwrap();
    let sound = RATE_HZ..5 * RATE_HZ / 2;
    let found = power(&errors(&dithered, sound.clone()));
    assert!((found - 0.25).abs() < 0.02, "the power of the error is {found:.3} of a step's square");
    rendered(folder.path(), "in.wav", "out.wav", &[]);
    assert!(bytes == std::fs::read(folder.path().join("out.wav")).unwrap(), "another time");
    for range in [0..RATE_HZ / 4, 3 * RATE_HZ..7 * RATE_HZ / 2] {
        assert!(dithered.channels.iter().all(|c| c[range.clone()].iter().all(|&x| x == 0.0)), "{range:?}");
    }

    let plain = rendered(folder.path(), "in.wav", "out.wav", &["--no-dither"]);
    let worst = errors(&plain, 0..plain.samples()).into_iter().map(f64::abs).fold(0.0, f64::max);
    assert!(worst <= 0.5, "rounded: {worst}");
    let bypassed = rendered(folder.path(), "in.wav", "out.wav", &["--set", "bypass=on"]);
    assert!(bypassed == sixteen, "what is not changed is not dithered");
}

#[test]
fn samples_beyond_full_scale_are_named() {
    let mut input = recording(1);
    input.channels[0][30_000] = 1.5;
    let folder = folder_with(&input, SampleFormat::Float);
    let render = |output: &str| {
        let options = ["--learn", "0.6:1.4", "--set", "bypass=on"];
        let done = lull(&[&["render", "in.wav", output], &options[..]].concat(), folder.path());
        assert!(done.status.success(), "{}", said(&done));
        said(&done)
    };
    assert_eq!(render("out.wav"), "", "float has room");
    let said = render("out.flac");
    assert!(said.contains("in.wav: samples of") && said.trim().ends_with("clipped: 1"), "{said}");
}
