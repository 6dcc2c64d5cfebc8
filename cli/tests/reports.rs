//! Promise: --json prints one document that says what was done, and --dry-run says what would be done and writes nothing.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::Path;
use std::process::Output;

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use lull_formats::FACTORY;
use serde_json::Value;

const RATE_HZ: u32 = 16_000;

/// A folder with in.wav: a second of noise, and then tones in it.
fn folder_with_input() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut samples = noise(1, RATE_HZ as usize, 0.01);
    samples.extend(tones_in_noise(11, RATE_HZ as usize, RATE_HZ.into()));
    let audio = Audio { sample_rate_hz: RATE_HZ, channels: vec![samples; 2] };
    audio_file::write(&folder.path().join("in.wav"), &audio, SampleFormat::Integer(24)).unwrap();
    folder
}

/// The one document on standard output.
fn document(done: &Output) -> Value {
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done:?}"))
}

fn near(value: &Value, expected: f32) -> bool {
    value.as_f64().is_some_and(|value| (value - f64::from(expected)).abs() < 0.02)
}

#[test]
fn a_render_reports_what_its_files_say() {
    let folder = folder_with_input();
    let render = ["render", "in.wav", "out.flac", "--learn", "0:1", "--json", "--removed", "gone.wav"];
    let done = lull(&render, folder.path());
    assert!(done.status.success() && said(&done).is_empty(), "{}", said(&done));
    let all = document(&done);
    assert_eq!((&all["dry_run"], &all["error"]), (&Value::Bool(false), &Value::Null));
    let file = &all["files"][0];
    let read = |name: &str| audio_file::read(&folder.path().join(name)).unwrap().0;
    let (before, after) = (read("in.wav"), read("out.flac"));
    assert_eq!((&file["input"], &file["output"]), (&"in.wav".into(), &"out.flac".into()));
    assert_eq!((&file["removed"], &file["spectrogram"]), (&"gone.wav".into(), &Value::Null));
    assert_eq!((&file["rate_hz"], &file["channels"]), (&RATE_HZ.into(), &2.into()));
    assert_eq!((&file["samples"], &file["seconds"]), (&after.samples().into(), &2.0.into()));
    assert_eq!((&file["format"], &file["clipped"]), (&"24-bit".into(), &0.into()));
    assert_eq!(file["learned"], serde_json::json!({ "from_s": 0.0, "to_s": 1.0 }));
    let db = |audio: &Audio, range: std::ops::Range<usize>| 20.0 * audio.rms(range).log10();
    assert!(near(&file["rms_before_dbfs"], db(&before, 0..before.samples())), "{file}");
    assert!(near(&file["rms_after_dbfs"], db(&after, 0..after.samples())), "{file}");
    let second = 0..RATE_HZ as usize;
    let (noise_before, noise_after) = (db(&before, second.clone()), db(&after, second));
    assert!(near(&file["noise_before_dbfs"], noise_before), "{file}");
    assert!(near(&file["noise_after_dbfs"], noise_after), "{file}");
    assert!(near(&file["noise_reduction_db"], noise_before - noise_after), "{file}");
    assert!(file["noise_reduction_db"].as_f64().unwrap() > 10.0, "{file}");
}

#[test]
fn errors_are_in_the_document_and_on_standard_error() {
    let folder = folder_with_input();
    std::fs::write(folder.path().join("bad.wav"), "text").unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let render = ["render", "bad.wav", "in.wav", "out", "--learn", "auto", "--json"];
    let done = lull(&render, folder.path());
    assert_eq!(done.status.code(), Some(1));
    let all = document(&done);
    let files = all["files"].as_array().unwrap();
    let of = |name: &str| files.iter().find(|file| file["input"] == name).unwrap();
    let error = of("bad.wav")["error"].as_str().unwrap();
    assert!(said(&done).lines().any(|line| line == format!("lull: {error}")), "{}", said(&done));
    assert_eq!((&of("in.wav")["error"], &all["error"]), (&Value::Null, &Value::Null));
    assert!(of("in.wav")["notes"][0].as_str().unwrap().starts_with("learns from "), "{all}");
    assert!(of("in.wav")["learned"]["to_s"].as_f64().unwrap() > 0.0);

    let done =
        lull(&["render", "in.wav", "o.wav", "--learn", "0:1", "--set", "x=1", "--json"], folder.path());
    let all = document(&done);
    assert!(all["error"].as_str().unwrap().contains("--set x=1") && all["files"] == serde_json::json!([]));
    assert_eq!(said(&done).lines().count(), 1);
}

#[test]
fn the_other_commands_report_as_well() {
    let folder = folder_with_input();
    let run = |arguments: &[&str]| document(&lull(&[arguments, &["--json"]].concat(), folder.path()));
    let learned = run(&["learn", "in.wav", "--learn", "0.25:1", "--profile", "p.json"]);
    assert_eq!(learned["learned"], serde_json::json!({ "from_s": 0.25, "to_s": 1.0 }));
    assert_eq!((&learned["channels"], &learned["error"]), (&2.into(), &Value::Null));
    let failed = run(&["learn", "in.wav", "--learn", "0:1", "--profile", "p.json"]);
    assert!(failed["error"].as_str().unwrap().contains("--force"), "{failed}");
    let about = run(&["info", "in.wav"]);
    assert_eq!((&about["samples"], &about["format"]), (&32_000.into(), &"24-bit".into()));
    assert!(about["quietest"]["from_s"].is_number() && about["peak_dbfs"].is_number(), "{about}");
    assert!(run(&["info", "no.wav"])["error"].as_str().unwrap().contains("no.wav"));
    let presets = run(&["presets"]);
    assert_eq!(presets.as_array().unwrap().len(), FACTORY.len());
    assert_eq!((&presets[1]["key"], &presets[1]["name"]), (&FACTORY[1].key.into(), &FACTORY[1].name.into()));
    assert!(presets[1]["values"].as_object().is_some_and(|values| !values.is_empty()));
    assert_eq!(run(&["presets", FACTORY[1].name]), presets[1]);
}

/// Each is tried with --dry-run, which must say the same of it, and then without.
#[test]
fn a_dry_run_writes_nothing_and_finds_what_a_run_finds() {
    let folder = folder_with_input();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text.wav"), "text").unwrap();
    std::fs::write(at("there.wav"), "kept").unwrap();
    for (arguments, words) in [
        (vec!["text.wav", "out.wav", "--learn", "0:1"], "text.wav"),
        (vec!["in.wav", "there.wav", "--learn", "0:1"], "there.wav"),
        (vec!["in.wav", "none/out.wav", "--learn", "0:1"], "none"),
        (vec!["in.wav", "out.wav", "--learn", "0:9"], "in.wav: the passage ends at 9 s"),
        (vec!["in.wav", "out.wav", "--learn", "0:0.01"], "too short"),
        (vec!["in.wav", "out.wav", "--learn", "0:1", "--removed", "gone.wav"], ""),
    ] {
        let before = listing(folder.path());
        let arguments = [&["render"], &arguments[..]].concat();
        let dry = lull(&[&arguments[..], &["--dry-run"]].concat(), folder.path());
        assert_eq!(listing(folder.path()), before, "{arguments:?} wrote something");
        assert_eq!(dry.status.success(), words.is_empty(), "{arguments:?}: {}", said(&dry));
        assert!(said(&dry).contains(words), "{arguments:?}: {}", said(&dry));
        assert_eq!(said(&dry), said(&lull(&arguments, folder.path())), "{arguments:?}");
        let told = String::from_utf8_lossy(&dry.stdout).into_owned();
        let expected = "in.wav -> out.wav: 16000 Hz, 2 channels, 24-bit, 2.00 s; learns from 0:1\n";
        assert_eq!(told, if words.is_empty() { expected } else { "" });
    }
    assert_eq!(std::fs::read(at("there.wav")).unwrap(), b"kept");
    let learn = ["learn", "in.wav", "--learn", "0:1", "--profile", "p.json", "--dry-run"];
    let done = lull(&learn, folder.path());
    assert!(done.status.success() && !Path::new(&at("p.json")).exists(), "{}", said(&done));
    assert!(String::from_utf8_lossy(&done.stdout).contains("in.wav -> p.json: learns from 0:1"));
}
