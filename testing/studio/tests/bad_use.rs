//! Promise: bad use of the demo is answered before anything is built, in one line that says what and where.

use std::path::Path;
use std::process::Command;

use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};

fn demo_input(arguments: &[&str], folder: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_lull-studio"))
        .arg("demo-input")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    (done.status.code(), String::from_utf8_lossy(&done.stderr).trim().to_owned())
}

fn audio(channels: usize, level: f32, samples: usize) -> Audio {
    Audio { sample_rate_hz: 48_000, channels: vec![vec![level; samples]; channels] }
}

#[test]
fn the_demo_says_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text.wav"), "this is no audio\n".repeat(100)).unwrap();
    for (name, content) in [
        ("empty.wav", audio(1, 0.0, 0)),
        ("two-seconds.wav", audio(1, 0.1, 96_000)),
        ("silence.wav", audio(1, 0.0, 96_000)),
        ("nine.wav", audio(9, 0.1, 96_000)),
    ] {
        audio_file::write(&at(name), &content, SampleFormat::Float).unwrap();
    }
    let files = || std::fs::read_dir(folder.path()).unwrap().count();
    let before = files();
    for (arguments, words) in [
        (&["missing.wav"][..], ["missing.wav", "No such file"]),
        (&["text.wav"], ["text.wav", "not a WAV"]),
        (&["empty.wav"], ["empty.wav", "no audio"]),
        (&["nine.wav"], ["nine.wav", "8 is the most"]),
        (&["two-seconds.wav", "--learn", "1:3"], ["two-seconds.wav", "2.00 s long"]),
        (&["two-seconds.wav", "--learn", "1.5:1"], ["two-seconds.wav", "empty"]),
        (&["two-seconds.wav", "--learn", "1:1.01"], ["two-seconds.wav", "too short"]),
        (&["silence.wav"], ["silence.wav", "silent"]),
        (&["silence.wav", "--learn", "0:1"], ["silence.wav", "digital silence"]),
    ] {
        let (code, said) = demo_input(arguments, folder.path());
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
        let missing = words.iter().find(|&word| !said.contains(word));
        assert_eq!(missing, None, "{arguments:?}: {said}");
        assert_eq!(files(), before, "{arguments:?}: something was written");
    }
}

#[test]
fn a_passage_that_is_none_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = demo_input(&["--learn", "half"], folder.path());
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("a passage is two times in seconds, as in 0:1.5"), "{said}");
}
