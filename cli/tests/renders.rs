//! Promise: a render takes what people have: several formats, folders, a damaged file among good ones; it says where it
//! learned, writes what it took away, and leaves nothing when it is interrupted.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::PathBuf;
#[cfg(unix)]
use std::process::Command;

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};

/// A second of noise, and then two of tones in noise.
fn recording(seed: u64, rate: u32) -> Audio {
    let mut samples = noise(seed, rate as usize, 0.01);
    samples.extend(tones_in_noise(10 + seed, 2 * rate as usize, rate as f64));
    Audio { sample_rate_hz: rate, channels: vec![samples] }
}

#[test]
fn every_format_is_read_and_the_noise_goes() {
    let formats = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats"));
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [
        ("tone.flac", SampleFormat::Integer(16)),
        ("tone.aiff", SampleFormat::Integer(16)),
        ("tone.mp3", SampleFormat::Float),
        ("tone.ogg", SampleFormat::Float),
    ] {
        let input = formats.join(name);
        let arguments = ["render", &input.to_string_lossy(), "out.wav", "--learn", "0:0.9", "--force"];
        let done = lull(&arguments, folder.path());
        assert!(done.status.success(), "{name}: {}", said(&done));
        let (before, _) = audio_file::read(&input).unwrap();
        let (after, written) = audio_file::read(&folder.path().join("out.wav")).unwrap();
        assert_eq!(
            (after.samples(), after.sample_rate_hz, written),
            (before.samples(), 16_000, format),
            "{name}"
        );
        let fell_db =
            |range: std::ops::Range<usize>| 20.0 * (before.rms(range.clone()) / after.rms(range)).log10();
        assert!(fell_db(2000..12_000) > 15.0, "{name}: the noise falls by {:.1} dB", fell_db(2000..12_000));
        assert!(fell_db(20_000..46_000) < 0.5, "{name}: the tone falls by {:.1} dB", fell_db(20_000..46_000));
    }
}

#[test]
fn a_damaged_file_among_many_is_named_and_the_others_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["in", "out"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    for seed in 0..6 {
        let rate = [16_000, 44_100, 48_000][seed as usize % 3];
        audio_file::write(&at(&format!("in/{seed}.wav")), &recording(seed, rate), SampleFormat::Integer(16))
            .unwrap();
    }
    std::fs::write(at("in/broken.flac"), b"fLaC and no more").unwrap();
    std::fs::write(at("in/notes.txt"), b"not audio").unwrap();
    let done = lull(&["render", "in", "out", "--learn", "0:1"], folder.path());
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(said(&done).lines().count(), 1, "{}", said(&done));
    assert!(said(&done).contains("broken.flac"), "{}", said(&done));
    assert_eq!(listing(&at("out")), ["0.wav", "1.wav", "2.wav", "3.wav", "4.wav", "5.wav"]);
}

#[test]
fn what_is_removed_and_what_is_left_make_the_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let input = recording(1, 48_000);
    audio_file::write(&at("in.wav"), &input, SampleFormat::Float).unwrap();
    let done =
        lull(&["render", "in.wav", "out.wav", "--learn", "0:1", "--removed", "gone.wav"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    let [left, gone] = ["out.wav", "gone.wav"].map(|name| audio_file::read(&at(name)).unwrap().0);
    assert!(gone.rms(0..40_000) > 0.9 * input.rms(0..40_000), "the noise is in it");
    for ((x, left), gone) in input.channels[0].iter().zip(&left.channels[0]).zip(&gone.channels[0]) {
        assert!((x - left - gone).abs() < 1e-6, "{x} {left} {gone}");
    }
}

#[test]
fn auto_learns_from_the_quietest_passage_and_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut input = recording(1, 48_000);
    // Sound first, then a second of noise.
    input.channels[0].rotate_left(48_000);
    audio_file::write(&at("in.wav"), &input, SampleFormat::Float).unwrap();
    let render = |output: &str, passage: &str| {
        let done = lull(&["render", "in.wav", output, "--learn", passage], folder.path());
        assert!(done.status.success(), "{}", said(&done));
        said(&done)
    };
    let said = render("auto.wav", "auto");
    let passage = said.trim().strip_prefix("lull: in.wav: learns from ").unwrap_or_else(|| panic!("{said}"));
    let (from, to) = passage.split_once(':').expect("two times");
    let [from, to] = [from, to].map(|time| time.parse::<f64>().unwrap());
    assert!(from >= 2.0 && to <= 3.0, "{passage}");
    assert_eq!(render("told.wav", passage), "");
    assert_eq!(std::fs::read(at("auto.wav")).unwrap(), std::fs::read(at("told.wav")).unwrap());
}

#[test]
fn a_file_that_ends_early_is_denoised_as_far_as_it_goes_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    audio_file::write(&at("whole.wav"), &recording(1, 48_000), SampleFormat::Integer(16)).unwrap();
    let bytes = std::fs::read(at("whole.wav")).unwrap();
    std::fs::write(at("part.wav"), &bytes[..bytes.len() - 2 * 24_000]).unwrap();
    // As programs write it into a pipe: they do not know the length.
    let mut piped = bytes.clone();
    let data = piped.windows(4).position(|bytes| bytes == b"data").unwrap() + 4;
    for size in [4, data] {
        piped[size..size + 4].fill(0xFF);
    }
    std::fs::write(at("piped.wav"), &piped).unwrap();
    for (name, samples, words) in [
        ("whole", 144_000, ""),
        ("part", 120_000, "part.wav: ends 0.50 s before its header says"),
        ("piped", 144_000, ""),
    ] {
        let done =
            lull(&["render", &format!("{name}.wav"), "out.wav", "--learn", "0:1", "--force"], folder.path());
        assert!(done.status.success() && said(&done).contains(words), "{name}: {}", said(&done));
        assert_eq!(said(&done).is_empty(), words.is_empty(), "{name}: {}", said(&done));
        assert_eq!(audio_file::read(&at("out.wav")).unwrap().0.samples(), samples, "{name}");
    }
}

#[test]
#[cfg(unix)]
fn a_reader_of_the_output_may_stop() {
    let tone = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/tone.flac");
    let command = format!("'{}' info {tone} | true; echo ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_lull"));
    let done = Command::new("bash").args(["-c", &command]).output().expect("bash");
    assert_eq!((String::from_utf8_lossy(&done.stdout).trim(), said(&done).as_str()), ("0", ""));
}

/// SIGINT while a file is being written.
#[test]
#[cfg(unix)]
fn an_interrupted_render_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // Long enough for the signal to come in the middle.
    let long = Audio { sample_rate_hz: 48_000, channels: vec![noise(1, 48_000 * 240, 0.01)] };
    audio_file::write(&folder.path().join("in.wav"), &long, SampleFormat::Integer(16)).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lull"))
        .args(["render", "in.wav", "out.wav", "--learn", "0:1", "--quality", "best"])
        .current_dir(folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    while listing(folder.path()).len() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it wrote anything");
        std::thread::yield_now();
    }
    // The shell's own kill: a minimal system has no other.
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130), "{}", said(&done));
    assert_eq!(said(&done).trim(), "lull: interrupted");
    assert_eq!(listing(folder.path()), ["in.wav"]);
}
