//! Promise: bad use of the demo is answered at once, in one line that says what and where, and writes nothing.

use std::path::Path;
use std::process::Command;

use lull::render::Audio;
use lull::render::audio_file::{self, SampleFormat};

fn demo(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("demo")
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .output()
        .expect("it runs");
    (done.status.code(), String::from_utf8_lossy(&done.stderr).trim().to_owned())
}

#[test]
fn the_demo_says_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text.wav"), "this is no audio\n".repeat(100)).unwrap();
    let wave = |samples: usize| Audio { sample_rate_hz: 48_000, channels: vec![vec![0.1; samples]] };
    audio_file::write(&at("empty.wav"), &wave(0), SampleFormat::Float).unwrap();
    audio_file::write(&at("two-seconds.wav"), &wave(96_000), SampleFormat::Float).unwrap();
    let silence = Audio { sample_rate_hz: 48_000, channels: vec![vec![0.0; 96_000]] };
    audio_file::write(&at("silence.wav"), &silence, SampleFormat::Float).unwrap();
    for (arguments, words) in [
        (&["missing.wav"][..], ["missing.wav", "No such file"]),
        (&["text.wav"], ["text.wav", "not a WAV"]),
        (&["empty.wav"], ["empty.wav", "no audio"]),
        (&["two-seconds.wav", "--learn", "1:3"], ["two-seconds.wav", "2.00 s long"]),
        (&["two-seconds.wav", "--learn", "1.5:1"], ["two-seconds.wav", "empty"]),
        (&["two-seconds.wav", "--learn", "1:1.01"], ["two-seconds.wav", "too short"]),
        (&["silence.wav"], ["silence.wav", "silent"]),
        (&["silence.wav", "--learn", "0:1"], ["silence.wav", "digital silence"]),
    ] {
        let (code, said) = demo(arguments, folder.path());
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
        words
            .iter()
            .for_each(|word| assert!(said.contains(word), "{arguments:?}: '{word}' is missing in: {said}"));
        assert!(!at("target").exists(), "{arguments:?}: something was built or written");
    }
}
