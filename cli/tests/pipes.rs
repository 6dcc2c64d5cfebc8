//! Promise: sound through pipes is what it is through files, whatever length the header names.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};

const RATE_HZ: u32 = 16_000;

/// A folder with in.wav: a second of noise, and then tones in it.
fn folder_with_input(format: SampleFormat) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let channel = |c: u64| {
        let mut samples = noise(1 + c, RATE_HZ as usize, 0.01);
        samples.extend(tones_in_noise(11 + c, RATE_HZ as usize, RATE_HZ.into()));
        samples
    };
    let audio = Audio { sample_rate_hz: RATE_HZ, channels: (0..2).map(channel).collect() };
    audio_file::write(&folder.path().join("in.wav"), &audio, format).unwrap();
    folder
}

/// Runs `lull` with these bytes on standard input.
fn piped(arguments: &[&str], input: &[u8], folder: &Path) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lull"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_owned();
    // The program need not read all.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let done = child.wait_with_output().unwrap();
    writer.join().unwrap();
    done
}

/// Where the samples of a WAV file begin.
fn data_at(wav: &[u8]) -> usize {
    wav.windows(4).position(|bytes| bytes == b"data").unwrap() + 8
}

/// The file with another size of its samples in the header, and of itself.
fn with_size(wav: &[u8], size: u32) -> Vec<u8> {
    let mut wav = wav.to_owned();
    for at in [4, data_at(&wav) - 4] {
        wav[at..at + 4].copy_from_slice(&size.to_le_bytes());
    }
    wav
}

#[test]
fn a_wav_file_through_pipes_is_rendered_as_a_file() {
    for format in [SampleFormat::Float, SampleFormat::Integer(16), SampleFormat::Integer(24)] {
        let folder = folder_with_input(format);
        let at = |name: &str| folder.path().join(name);
        let learn = ["--learn", "0.1:1"];
        let done = lull(&[&["render", "in.wav", "out.wav"], &learn[..]].concat(), folder.path());
        assert!(done.status.success(), "{}", said(&done));
        let (input, expected) = (std::fs::read(at("in.wav")).unwrap(), std::fs::read(at("out.wav")).unwrap());
        let ffmpegs_and_soxs = [u32::MAX, 0, 0x7FFF_F024].map(|size| with_size(&input, size));
        for input in [vec![input], ffmpegs_and_soxs.into()].concat() {
            let done = piped(&[&["render", "-", "-"], &learn[..]].concat(), &input, folder.path());
            assert!(done.status.success() && said(&done).is_empty(), "{format}: {}", said(&done));
            let found = data_at(&done.stdout);
            assert!(done.stdout[found..] == expected[data_at(&expected)..], "{format}");
            assert_eq!(done.stdout[found - 4..found], [0xFF; 4], "a pipe cannot know");
            std::fs::write(at("piped.wav"), &done.stdout).unwrap();
            let [found, wanted] = ["piped.wav", "out.wav"].map(|name| audio_file::read(&at(name)).unwrap());
            assert!(found == wanted, "{format}");
            // And from a pipe into a file.
            let into_file = [&["render", "-", "again.wav", "--force"], &learn[..]].concat();
            let done = piped(&into_file, &input, folder.path());
            assert!(done.status.success(), "{format}: {}", said(&done));
            assert!(audio_file::read(&at("again.wav")).unwrap() == wanted, "{format}");
        }
    }
}

#[test]
fn raw_samples_are_those_of_the_file() {
    for (name, format) in [
        ("f32le", SampleFormat::Float),
        ("s16le", SampleFormat::Integer(16)),
        ("s24le", SampleFormat::Integer(24)),
    ] {
        let folder = folder_with_input(format);
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let learn = ["learn", "in.wav", "--learn", "0:1", "--profile", "p.json"];
        assert!(lull(&learn, folder.path()).status.success());
        let profile = ["--profile", "p.json"];
        let done = lull(&[&["render", "in.wav", "out.wav"], &profile[..]].concat(), folder.path());
        assert!(done.status.success(), "{}", said(&done));
        let samples = |wav: Vec<u8>| wav[data_at(&wav)..].to_vec();
        let (input, expected) = (samples(read("in.wav")), samples(read("out.wav")));
        let raw = format!("{RATE_HZ},2,{name}");
        for noise in [&profile, &["--learn", "0:1"]] {
            let arguments = [&["render", "-", "-", "--raw", &raw], &noise[..]].concat();
            let done = piped(&arguments, &input, folder.path());
            assert!(done.status.success() && said(&done).is_empty(), "{name}: {}", said(&done));
            assert!(done.stdout == expected, "{name}");
        }
        let from_file = [&["render", "in.wav", "-", "--raw", &raw], &profile[..]].concat();
        assert!(lull(&from_file, folder.path()).stdout == expected, "{name}");
        let learned = ["learn", "-", "--raw", &raw, "--learn", "0:1", "--profile", "q.json"];
        assert!(piped(&learned, &input, folder.path()).status.success());
        assert!(read("p.json") == read("q.json"), "{name}");
    }
}

#[test]
fn other_kinds_of_files_come_through_a_pipe_and_are_described() {
    let folder = folder_with_input(SampleFormat::Integer(16));
    for name in ["tone.flac", "tone.mp3", "tone.ogg", "tone.aiff"] {
        let path = format!("{}/tests/formats/{name}", env!("CARGO_MANIFEST_DIR"));
        let done = piped(&["info", "-"], &std::fs::read(&path).unwrap(), folder.path());
        let from_file = lull(&["info", &path], folder.path());
        assert!(done.status.success() && done.stdout == from_file.stdout, "{name}: {}", said(&done));
    }
}

/// Arguments, whether standard input is in.wav or text, and words of the error message.
const BAD_USE: [(&[&str], bool, &[&str]); 14] = [
    (&["render", "-", "-", "--learn", "auto"], true, &["-:", "auto needs a file"]),
    (&["render", "-", "-", "--learn", "0:9"], true, &["standard input", "2.00 s long"]),
    (&["render", "-", "-", "--learn", "0:99999"], true, &["standard input", "256 MiB", "kept in memory"]),
    (&["render", "-", "-", "--learn", "0:1"], false, &["standard input", "not a WAV"]),
    (&["render", "-", "in.wav", ".", "--learn", "0:1"], true, &["-:", "one input"]),
    (&["render", "-", ".", "--learn", "0:1"], true, &["-:", "one input"]),
    (&["render", "-", "out.wav", "--learn", "0:1", "--dry-run"], true, &["-:", "--dry-run"]),
    (&["render", "in.wav", "-", "--learn", "0:1", "--json"], true, &["-:", "--json"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--removed", "-"], true, &["-:", "pipes"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--raw", "1,1,f32le"], true, &["--raw", "neither"]),
    (&["render", "in.wav", "-", "--learn", "0:1", "--raw", "48000,2,f32le"], true, &["in.wav", "--raw"]),
    (&["render", "-", "-", "--learn", "0:1", "--raw", "48000,2,mp3"], true, &["--raw", "'mp3'", "s16le"]),
    (
        &["render", "-", "-", "--learn", "0:0.2", "--raw", "48000,9,s16le"],
        true,
        &["standard input", "9 channels"],
    ),
    (&["learn", "in.wav", "--learn", "0:1", "--profile", "p.json", "--raw", "1,1,f32le"], true, &["--raw"]),
];

#[test]
fn bad_use_is_answered_in_one_line_and_writes_nothing() {
    let folder = folder_with_input(SampleFormat::Float);
    let before = listing(folder.path());
    let wav = std::fs::read(folder.path().join("in.wav")).unwrap();
    let text = "no audio\n".repeat(5000);
    for (arguments, is_wav, words) in BAD_USE {
        let done = piped(arguments, if is_wav { &wav } else { text.as_bytes() }, folder.path());
        let said = said(&done);
        assert!(!done.status.success(), "{arguments:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: '{word}' is missing in: {said}");
        }
        assert_eq!(listing(folder.path()), before, "{arguments:?} wrote something");
    }
}

/// SIGINT while the program before it in the pipe writes nothing.
#[test]
#[cfg(unix)]
fn a_pipe_that_is_still_open_does_not_keep_ctrl_c_waiting() {
    let folder = folder_with_input(SampleFormat::Integer(16));
    let wav = std::fs::read(folder.path().join("in.wav")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lull"))
        .args(["render", "-", "out.wav", "--learn", "0:1"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&wav[..wav.len() / 4 * 3]).unwrap();
    while listing(folder.path()).len() < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it wrote anything");
        std::thread::yield_now();
    }
    // The shell's own kill: a minimal system has no other.
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let done = child.wait_with_output().unwrap();
    drop(pipe);
    assert_eq!((done.status.code(), said(&done).trim()), (Some(130), "lull: interrupted"));
    assert_eq!(listing(folder.path()), ["in.wav"]);
}
