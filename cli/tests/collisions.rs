//! Promise: no file of a command replaces another of it, but an input its own output with --force; and what is drawn "before"
//! is what was there before.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};

fn folder_with_inputs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (seed, name) in [(1, "in.wav"), (2, "other.wav")] {
        let mut samples = noise(seed, 16_000, 0.01);
        samples.extend(tones_in_noise(10 + seed, 16_000, 16e3));
        let audio = Audio { sample_rate_hz: 16_000, channels: vec![samples] };
        audio_file::write(&folder.path().join(name), &audio, SampleFormat::Float).unwrap();
    }
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    folder
}

#[test]
fn files_that_would_replace_each_other_are_refused_in_one_line() {
    let folder = folder_with_inputs();
    let learn = ["--learn", "0:1", "--force"];
    let before = listing(folder.path());
    let bytes = std::fs::read(folder.path().join("in.wav")).unwrap();
    for (arguments, words) in [
        (vec!["render", "in.wav", "out.wav", "--removed", "out.wav"], vec!["out.wav", "two outputs"]),
        (vec!["render", "in.wav", "out.wav", "--removed", "./out.wav"], vec!["./out.wav", "two outputs"]),
        (vec!["render", "in.wav", "out.wav", "--removed", "sub/../out.wav"], vec!["two outputs"]),
        (vec!["render", "in.wav", "out.wav", "--spectrogram", "out.wav"], vec!["out.wav", "two outputs"]),
        (vec!["render", "in.wav", "out.wav", "--removed", "in.wav"], vec!["in.wav", "to be read"]),
        (vec!["render", "in.wav", "out.wav", "--spectrogram", "./in.wav"], vec!["in.wav", "to be read"]),
        (vec!["render", "in.wav", "in.wav", "--removed", "in.wav"], vec!["in.wav", "two outputs"]),
        (vec!["learn", "in.wav", "--profile", "sub/../in.json"], vec![]),
    ] {
        let done = lull(&[&arguments[..], &learn].concat(), folder.path());
        if words.is_empty() {
            assert!(done.status.success(), "{arguments:?}: {}", said(&done));
            std::fs::remove_file(folder.path().join("in.json")).unwrap();
            continue;
        }
        assert_eq!((done.status.code(), said(&done).lines().count()), (Some(1), 1), "{}", said(&done));
        assert!(words.iter().all(|word| said(&done).contains(word)), "{arguments:?}: {}", said(&done));
        assert_eq!(listing(folder.path()), before, "{arguments:?}");
    }
    let done = lull(&["spectrogram", "in.wav", "./in.wav", "--force"], folder.path());
    assert!(said(&done).contains("to be read"), "{}", said(&done));
    assert!(bytes == std::fs::read(folder.path().join("in.wav")).unwrap());
}

#[test]
fn an_output_that_is_another_files_input_is_refused() {
    let folder = folder_with_inputs();
    let at = |name: &str| folder.path().join(name);
    std::fs::copy(at("other.wav"), at("sub/in.wav")).unwrap();
    let kept = std::fs::read(at("sub/in.wav")).unwrap();
    let render = ["render", "in.wav", "sub/in.wav", "sub", "--learn", "0:1", "--force"];
    let done = lull(&render, folder.path());
    assert_eq!((done.status.code(), said(&done).lines().count()), (Some(1), 1), "{}", said(&done));
    assert!(kept == std::fs::read(at("sub/in.wav")).unwrap());
    // Each of a folder in its own place.
    let done = lull(&["render", "sub", "./sub", "--learn", "0:1", "--force"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    assert!(kept != std::fs::read(at("sub/in.wav")).unwrap());
}

#[test]
fn a_render_in_place_is_the_same_and_is_drawn_as_it_was_before() {
    let folder = folder_with_inputs();
    let at = |name: &str| folder.path().join(name);
    for (output, png) in [("out.wav", "beside.png"), ("./in.wav", "place.png")] {
        let render = ["render", "in.wav", output, "--learn", "0:1", "--force", "--spectrogram", png];
        let done = lull(&render, folder.path());
        assert!(done.status.success(), "{}", said(&done));
    }
    assert!(std::fs::read(at("in.wav")).unwrap() == std::fs::read(at("out.wav")).unwrap());
    assert!(std::fs::read(at("place.png")).unwrap() == std::fs::read(at("beside.png")).unwrap());
}
