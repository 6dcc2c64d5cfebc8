//! Promise: a render with a preset is the one with its values; one with a profile's file is the one that learns the same
//! passage, to the bit.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::Path;

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use lull_engine::Values;
use lull_formats::{FACTORY, profile_file};

/// A folder with in.wav: a second of noise, and then tones in it.
fn folder_with_input(rate: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_input(folder.path(), "in.wav", rate, 1);
    folder
}

fn write_input(folder: &Path, name: &str, rate: u32, channels: u64) {
    let channel = |c: u64| {
        let mut samples = noise(1 + c, rate as usize, 0.01);
        samples.extend(tones_in_noise(11 + c, rate as usize, rate as f64));
        samples
    };
    let audio = Audio { sample_rate_hz: rate, channels: (0..channels).map(channel).collect() };
    audio_file::write(&folder.join(name), &audio, SampleFormat::Float).unwrap();
}

/// The bytes that a render with these options writes.
fn rendered(folder: &Path, options: &[&str]) -> Vec<u8> {
    let done = lull(&[&["render", "in.wav", "out.wav", "--force"], options].concat(), folder);
    assert!(done.status.success(), "{options:?}: {}", said(&done));
    std::fs::read(folder.join("out.wav")).unwrap()
}

#[test]
fn a_preset_is_its_values_and_options_go_over_it() {
    let folder = folder_with_input(16_000);
    let with = |options: &[&str]| rendered(folder.path(), &[&["--learn", "0:1"], options].concat());
    let plain = with(&[]);
    for preset in &FACTORY {
        let sets: Vec<String> = preset.values.iter().map(|(id, text)| format!("{id}={text}")).collect();
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", set]).collect();
        let by_hand = with(&sets);
        assert_eq!(by_hand == plain, preset.all_values() == Values::default(), "{}", preset.key);
        assert!(with(&["--preset", preset.key]) == by_hand, "{}", preset.key);
        assert!(with(&["--preset", &preset.name.to_uppercase()]) == by_hand, "{}", preset.name);
    }
    let file = r#"{"lull_preset": 1, "parameters": {"reduction": "10.0 dB", "learn_window": "1 s", "listen": "On"}}"#;
    std::fs::write(folder.path().join("mine.JSON"), file).unwrap();
    assert!(with(&["--preset", "mine.JSON"]) == with(&["--set", "reduction=10"]));
    let over = with(&["--preset", "mine.JSON", "--set", "reduction=20", "--quality", "live"]);
    assert!(over == with(&["--set", "reduction=20", "--set", "quality=live"]));
}

#[test]
fn a_curve_is_that_of_the_option_or_of_the_presets_file() {
    let folder = folder_with_input(16_000);
    let with = |options: &[&str]| rendered(folder.path(), &[&["--learn", "0:1"], options].concat());
    let plain = with(&[]);
    let curve = with(&["--curve", "100:-6, 2500:4.5"]);
    assert!(curve != plain && curve == with(&["--curve", "2500:4.5,100:-6"]), "in any order");
    assert!(with(&["--curve", "700:0"]) == plain && with(&["--curve", ""]) == plain);
    let file = r#"{"lull_preset": 1, "parameters": {"reduction": "20.0 dB"}, "curve": "100:-6,2500:4.5"}"#;
    std::fs::write(folder.path().join("mine.json"), file).unwrap();
    let preset = with(&["--preset", "mine.json"]);
    assert!(preset == with(&["--set", "reduction=20", "--curve", "100:-6,2500:4.5"]));
    assert!(preset != with(&["--set", "reduction=20"]));
    assert!(with(&["--preset", "mine.json", "--curve", ""]) == with(&["--set", "reduction=20"]), "removed");
    let shown = |options: &[&str]| {
        let done = lull(&[&["presets", "mine.json"], options].concat(), folder.path());
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(shown(&[]), "reduction=20.0 dB\n--curve 100:-6,2500:4.5\n");
    assert!(shown(&["--json"]).contains("\"curve\": \"100:-6,2500:4.5\""), "{}", shown(&["--json"]));
}

#[test]
fn presets_are_listed_with_what_they_set() {
    let done = lull(&["presets"], Path::new("."));
    let list = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(list.lines().count(), FACTORY.len());
    for (preset, line) in FACTORY.iter().zip(list.lines()) {
        let whole = [preset.key, preset.name, preset.purpose].iter().all(|text| line.contains(text));
        assert!(whole && line.starts_with(preset.key), "{line}");
        let done = lull(&["presets", preset.name], Path::new("."));
        let lines = String::from_utf8_lossy(&done.stdout).into_owned();
        // Set again, the lines are the preset.
        let mut values = Values::default();
        for (id, text) in lines.lines().filter_map(|line| line.split_once('=')) {
            values.set_text(id, text).unwrap();
        }
        assert!(values == preset.all_values() && !lines.is_empty(), "{}: {lines}", preset.key);
    }
}

#[test]
fn a_profile_from_its_file_is_the_one_that_was_learned() {
    let folder = folder_with_input(48_000);
    for quality in ["live", "standard", "best"] {
        let learn = ["learn", "in.wav", "--learn", "0.1:1", "--profile", "p.json", "--quality", quality];
        let done = lull(&[&learn[..], &["--force"]].concat(), folder.path());
        assert!(done.status.success() && said(&done).is_empty(), "{}", said(&done));
        let from_file = rendered(folder.path(), &["--profile", "p.json", "--quality", quality]);
        assert!(
            from_file == rendered(folder.path(), &["--learn", "0.1:1", "--quality", quality]),
            "{quality}"
        );
    }
    let done = lull(&["learn", "in.wav", "--learn", "auto", "--profile", "auto.json"], folder.path());
    assert!(done.status.success() && said(&done).contains("learns from "), "{}", said(&done));
    let text = std::fs::read_to_string(folder.path().join("auto.json")).unwrap();
    assert_eq!(profile_file::from_json(&text).unwrap().channels().len(), 1);
}

#[test]
fn a_profile_serves_other_rates_channels_and_qualities() {
    let folder = folder_with_input(48_000);
    let done = lull(&["learn", "in.wav", "--learn", "0:1", "--profile", "p.json"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    for (rate, channels) in [(16_000, 1), (44_100, 2), (48_000, 2), (96_000, 1)] {
        write_input(folder.path(), "in.wav", rate, channels);
        let (before, _) = audio_file::read(&folder.path().join("in.wav")).unwrap();
        for quality in ["live", "standard", "best"] {
            rendered(folder.path(), &["--profile", "p.json", "--quality", quality]);
            let (after, _) = audio_file::read(&folder.path().join("out.wav")).unwrap();
            let lead = rate as usize / 4..rate as usize * 3 / 4;
            let fell_db = 20.0 * (before.rms(lead.clone()) / after.rms(lead)).log10();
            // White noise of one deviation has a density that falls with the rate: at 96 kHz it is half of the learned.
            assert!(fell_db > 4.0, "{rate} Hz, {channels} channels, {quality}: {fell_db:.1} dB");
        }
    }
}

/// Arguments, the exit code, and words of the error message.
const BAD_USE: [(&[&str], i32, &[&str]); 20] = [
    (&["render", "in.wav", "out.wav"], 1, &["--learn A:B", "--profile"]),
    (
        &["render", "in.wav", "out.wav", "--learn", "0:1", "--profile", "good.json"],
        1,
        &["--learn", "--profile"],
    ),
    (&["render", "in.wav", "out.wav", "--profile", "no.json"], 1, &["no.json"]),
    (&["render", "in.wav", "out.wav", "--profile", "text.json"], 1, &["text.json", "no noise profile"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--preset", "gent"], 1, &["gent", "gentle", ".json"]),
    (
        &["render", "in.wav", "out.wav", "--learn", "0:1", "--preset", "text.json"],
        1,
        &["text.json", "no preset"],
    ),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--preset", "no.json"], 1, &["no.json"]),
    (
        &["render", "in.wav", "out.wav", "--learn", "0:1", "--preset", "odd.json"],
        1,
        &["odd.json", "treshold"],
    ),
    (
        &["render", "in.wav", "out.wav", "--learn", "0:1", "--preset", "curve.json"],
        1,
        &["curve.json", "curve", "99 dB"],
    ),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--curve", "100"], 2, &["--curve", "'100'", "HZ:DB"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--curve", "5:3"], 2, &["--curve", "5 Hz", "20000"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--curve", "50:25"], 2, &["--curve", "25 dB", "-24"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--curve", "50:1,50:2"], 2, &["two points", "50 Hz"]),
    (&["render", "in.wav", "out.wav", "--learn", "0:1", "--curve", "50:nan"], 2, &["--curve", "NaN dB"]),
    (&["render", "in.wav", "out.wav", "--lern", "0:1"], 2, &["--lern"]),
    (&["render", "in.wav"], 2, &["required"]),
    (&["presets", "gent"], 1, &["gent", "gentle"]),
    (&["learn", "in.wav", "--learn", "0:1", "--profile", "p.txt"], 1, &["p.txt", ".json"]),
    (&["learn", "in.wav", "--learn", "0:1", "--profile", "good.json"], 1, &["good.json", "--force"]),
    (&["learn", "in.wav", "--learn", "0:99", "--profile", "p.json"], 1, &["in.wav", "2.00 s long"]),
];

#[test]
fn bad_use_is_answered_in_one_line_and_writes_nothing() {
    let folder = folder_with_input(16_000);
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text.json"), "no JSON\nat all").unwrap();
    let curve = r#"{"lull_preset": 1, "parameters": {}, "curve": "100:99"}"#;
    std::fs::write(at("curve.json"), curve).unwrap();
    std::fs::write(at("odd.json"), r#"{"lull_preset": 1, "parameters": {"treshold": "3"}}"#).unwrap();
    let done = lull(&["learn", "in.wav", "--learn", "0:1", "--profile", "good.json"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    let before = listing(folder.path());
    for (arguments, code, words) in BAD_USE {
        let done = lull(arguments, folder.path());
        let said = said(&done);
        assert_eq!(done.status.code(), Some(code), "{arguments:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: '{word}' is missing in: {said}");
        }
        assert_eq!(listing(folder.path()), before, "{arguments:?} wrote something");
    }
}
