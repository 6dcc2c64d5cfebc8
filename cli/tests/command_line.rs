//! Promise: the command line writes aligned output of the same length, rate, channels and class of format. Wrong use is
//! answered in one line that names the cause, and no incomplete file is written.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::{Path, PathBuf};

use common::*;
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use lull_engine::Parameter;

/// Noise, then tones in noise.
fn recording(channels: usize, rate: u32) -> Audio {
    let channel = |c: u64| {
        let mut samples = noise(c, rate as usize, 0.01);
        samples.extend(tones_in_noise(10 + c, 2 * rate as usize, rate as f64));
        samples
    };
    Audio { sample_rate_hz: rate, channels: (0..channels as u64).map(channel).collect() }
}

fn folder_with(name: &str, audio: &Audio, format: SampleFormat) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    audio_file::write(&path, audio, format).unwrap();
    (folder, path)
}

#[test]
fn output_is_aligned_and_alike() {
    for (channels, rate, format) in [
        (1, 48_000, SampleFormat::Float),
        (2, 44_100, SampleFormat::Integer(16)),
        (6, 96_000, SampleFormat::Integer(24)),
        (1, 8_000, SampleFormat::Integer(16)),
    ] {
        let input = recording(channels, rate);
        let (folder, _) = folder_with("in.wav", &input, format);
        for quality in ["live", "standard", "best"] {
            let arguments =
                ["render", "in.wav", "out.wav", "--learn", "0:1", "--quality", quality, "--force"];
            let done = lull(&arguments, folder.path());
            assert!(done.status.success(), "{}", said(&done));
            let (output, out_format) = audio_file::read(&folder.path().join("out.wav")).unwrap();
            assert_eq!(out_format, format);
            assert_eq!((output.samples(), output.channels.len()), (input.samples(), channels));
            assert_eq!(output.sample_rate_hz, rate);
            let lead = rate as usize / 4..rate as usize / 2;
            let fell = 20.0 * (input.rms(lead.clone()) / output.rms(lead)).log10();
            assert!(fell > 8.0, "{rate} Hz, {quality}: {fell:.1} dB");
            let best = (-40..=40).max_by_key(|&lag| correlation(&input, &output, lag)).unwrap();
            assert_eq!(best, 0, "{rate} Hz, {quality}: offset");
        }
    }
}

/// Correlation of the parts with signal, with the output shifted by `lag`, as an integer that can be ordered.
fn correlation(input: &Audio, output: &Audio, lag: isize) -> i64 {
    let (x, y) = (&input.channels[0], &output.channels[0]);
    let range = x.len() / 2..x.len() - 100;
    let sum: f64 = range.map(|i| x[i] as f64 * y[(i as isize + lag) as usize] as f64).sum();
    (sum * 1e9) as i64
}

#[test]
fn settings_have_their_effect() {
    let input = recording(1, 48_000);
    let (folder, _) = folder_with("in.wav", &input, SampleFormat::Float);
    let fall = |set: &str| {
        let arguments = ["render", "in.wav", "out.wav", "--learn", "0:1", "--set", set, "--force"];
        let done = lull(&arguments, folder.path());
        assert!(done.status.success(), "{}", said(&done));
        let (output, _) = audio_file::read(&folder.path().join("out.wav")).unwrap();
        20.0 * (input.rms(10_000..40_000) / output.rms(10_000..40_000)).log10()
    };
    let (none, some) = (fall("reduction=0 dB"), fall("reduction=10"));
    assert!(none.abs() < 0.01 && some > 7.0 && some < 10.1, "{none:.2} {some:.2}");
    assert!(fall("threshold=24") > 20.0);
}

/// Renders with additional arguments; returns the output, or the error message.
fn rendered(folder: &Path, arguments: &[&str]) -> Result<Audio, String> {
    let done = lull(&[&["render", "in.wav", "out.wav", "--force"], arguments].concat(), folder);
    if done.status.success() {
        Ok(audio_file::read(&folder.join("out.wav")).unwrap().0)
    } else {
        Err(said(&done))
    }
}

#[test]
fn quality_is_one_parameter_however_it_is_given() {
    let (folder, _) = folder_with("in.wav", &recording(1, 16_000), SampleFormat::Float);
    let with =
        |arguments: &[&str]| rendered(folder.path(), &[&["--learn", "0:1"], arguments].concat()).unwrap();
    let standard = with(&[]);
    for quality in ["live", "best"] {
        let option = with(&["--quality", quality]);
        assert!(option != standard, "{quality} sounds like standard");
        let set = format!("quality={quality}");
        assert!(with(&["--set", &set]) == option, "--set {set} is not --quality {quality}");
        assert!(with(&["--set", &set, "--quality", quality]) == option, "{quality}, given twice");
    }
    assert!(with(&["--quality", "Standard"]) == standard);
}

#[test]
fn the_least_passage_that_is_named_is_the_least() {
    for rate in [44_100, 48_000] {
        let (folder, _) = folder_with("in.wav", &recording(1, rate), SampleFormat::Float);
        for quality in ["live", "standard", "best"] {
            let learn = |hundredths: u32| {
                let passage = format!("0:{}", hundredths as f64 / 100.0);
                rendered(folder.path(), &["--learn", &passage, "--quality", quality])
            };
            let said = learn(1).unwrap_err();
            let least = said.trim().strip_suffix(" s is the least").and_then(|said| said.rsplit(' ').next());
            let least: f64 = least.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{said}"));
            let hundredths = (least * 100.0).round() as u32;
            if let Err(said) = learn(hundredths) {
                panic!("{rate} Hz, {quality}: {least} s are too short: {said}");
            }
            assert!(learn(hundredths - 1).is_err(), "{rate} Hz, {quality}: less than {least} s is enough");
        }
    }
}

#[test]
fn many_files_go_into_a_folder_and_pictures_are_drawn() {
    let (folder, _) = folder_with("a.wav", &recording(1, 16_000), SampleFormat::Float);
    audio_file::write(&folder.path().join("b.wav"), &recording(2, 16_000), SampleFormat::Integer(16))
        .unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    let done = lull(&["render", "a.wav", "b.wav", "out", "--learn", "0:1"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    assert!(folder.path().join("out/a.wav").exists() && folder.path().join("out/b.wav").exists());
    let done = lull(&["spectrogram", "a.wav", "a.png"], folder.path());
    assert!(done.status.success(), "{}", said(&done));
    let png = std::fs::read(folder.path().join("a.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png.len() > 10_000);
    let done = lull(&["info", "a.wav"], folder.path());
    assert!(String::from_utf8_lossy(&done.stdout).contains("16000 Hz, 1 channels"));
}

/// Arguments of a render, and words of the error message.
const BAD_USE: [(&[&str], &[&str]); 28] = [
    (&["missing.wav", "out.wav", "--learn", "0:1"], &["missing.wav"]),
    (&["text.wav", "out.wav", "--learn", "0:1"], &["text.wav", "not a WAV"]),
    (&["empty.wav", "out.wav", "--learn", "0:1"], &["empty.wav"]),
    (&["none.wav", "out.wav", "--learn", "0:1"], &["none.wav", "no audio"]),
    (&["header.wav", "out.wav", "--learn", "0:1"], &["header.wav"]),
    (&["silence.wav", "out.wav", "--learn", "0:1"], &["silence.wav", "silence"]),
    (&["nine.wav", "out.wav", "--learn", "0:1"], &["nine.wav", "9 channels"]),
    (&["in.wav", "out.wav", "--learn", "1:99"], &["in.wav", "3.00 s long"]),
    (&["in.wav", "out.wav", "--learn", "1:1"], &["in.wav", "empty"]),
    (&["in.wav", "out.wav", "--learn", "0:0.01"], &["in.wav", "too short"]),
    (&["in.wav", "there.wav", "--learn", "0:1"], &["there.wav", "--force"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "treshold=3"], &["treshold", "threshold"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "threshold=high"], &["high", "24.0 dB"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--quality", "better"], &["better", "Standard, Best"]),
    (
        &["in.wav", "out.wav", "--learn", "0:1", "--set", "quality=best", "--quality", "live"],
        &["--set quality=best", "--quality live"],
    ),
    (
        &["in.wav", "out.wav", "--learn", "0:1", "--set", "quality=best", "--set", "quality=live"],
        &["quality=best", "quality=live"],
    ),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "learn=on"], &["learn=on", "--learn A:B"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "learn_window=1"], &["learn_window", "--learn"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "learn_add=on"], &["learn_add", "--learn"]),
    (&["in.wav", "no/such/folder/out.wav", "--learn", "0:1"], &["no/such/folder"]),
    (&["in.wav", "in.wav", "nowhere", "--learn", "0:1"], &["nowhere", "folder"]),
    (&["in.wav", "out.mp3", "--learn", "0:1"], &["out.mp3", ".wav"]),
    (&["in.wav", "out", "--learn", "0:1"], &["out", ".wav"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--removed", "removed.ogg"], &["removed.ogg", ".flac"]),
    (&["in.wav", "out.wav", "--learn", "0:1", "--set", "threshold=99"], &["threshold=99", "24.0 dB"]),
    (&["in.wav", "./in.wav", "into", "--learn", "0:1"], &["in.wav and ./in.wav", "would both become"]),
    (&["into", "into", "--learn", "0:1"], &["into", "no audio files"]),
    (&["silence.wav", "out.wav", "--learn", "auto"], &["silence.wav", "no noise"]),
];

#[test]
fn bad_use_is_answered_in_one_line_and_writes_nothing() {
    let input = recording(1, 16_000);
    let (folder, _) = folder_with("in.wav", &input, SampleFormat::Float);
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("text.wav"), "this is no audio at all, only text\n".repeat(50)).unwrap();
    std::fs::write(at("empty.wav"), "").unwrap();
    audio_file::write(
        &at("none.wav"),
        &Audio { sample_rate_hz: 48_000, channels: vec![vec![]] },
        SampleFormat::Float,
    )
    .unwrap();
    let wav = std::fs::read(at("in.wav")).unwrap();
    std::fs::write(at("header.wav"), &wav[..30]).unwrap();
    let silence = Audio { sample_rate_hz: 16_000, channels: vec![vec![0.0; 32_000]] };
    audio_file::write(&at("silence.wav"), &silence, SampleFormat::Float).unwrap();
    std::fs::write(at("there.wav"), "kept").unwrap();
    let many = Audio { sample_rate_hz: 16_000, channels: vec![noise(1, 32_000, 0.1); 9] };
    audio_file::write(&at("nine.wav"), &many, SampleFormat::Float).unwrap();

    std::fs::create_dir(at("into")).unwrap();
    let before: Vec<_> = listing(folder.path());
    for (arguments, words) in BAD_USE {
        let done = lull(&[&["render"], arguments].concat(), folder.path());
        let said = said(&done);
        assert_eq!(done.status.code(), Some(1), "{arguments:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{arguments:?}: {said}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: '{word}' is missing in: {said}");
        }
        assert_eq!(listing(folder.path()), before, "{arguments:?} wrote something");
        assert!(listing(&at("into")).is_empty(), "{arguments:?} wrote something");
    }
    assert_eq!(std::fs::read(at("there.wav")).unwrap(), b"kept");
}

#[test]
fn the_help_lists_every_parameter_with_its_range() {
    let done = lull(&["render", "--help"], Path::new("."));
    let help = String::from_utf8_lossy(&done.stdout);
    for (id, range) in
        [("threshold", "-24.0 dB to 24.0 dB"), ("rule", "Automatic, Gate, Wiener"), ("mix", "100 %")]
    {
        let line = help.lines().find(|line| line.trim().starts_with(&format!("{id} ")));
        assert!(line.is_some_and(|line| line.contains(range)), "{id}: {line:?}");
    }
}

#[test]
fn the_readme_lists_every_parameter_as_its_row_says() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let wanted: Vec<String> = Parameter::ALL
        .iter()
        .map(|parameter| parameter.row())
        .map(|row| {
            let default = row.text(row.default_value());
            format!("| `{}` | {} | {} | {default} |", row.id, row.name, row.range_text())
        })
        .collect();
    let listed: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    for row in &wanted {
        assert!(listed.iter().any(|line| line.starts_with(row)), "README.md lacks the line {row}");
    }
    assert_eq!(listed.len(), wanted.len(), "README.md lists a parameter that there is not");
}
