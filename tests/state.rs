//! Promise: a project reopens with the same sound, also at another rate or number of channels. Of an older, newer or
//! damaged state, the valid parts are loaded and the rest is kept; no state causes a crash. Run through the real CLAP
//! wrapper.

#[path = "../engine/tests/common/mod.rs"]
mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use clack_host::prelude::PluginEntry;
use common::*;
use lull_host::{ClapHost, Events};
use proptest::prelude::*;
use serde_json::{Value, json};

const RATE_HZ: f64 = 48e3;
const BLOCK: usize = 512;

fn host() -> ClapHost {
    // SAFETY: the entry is the plugin's own.
    let entry = unsafe { PluginEntry::load_from_raw(&lull::clap_entry, c"lull.clap") }.expect("an entry");
    ClapHost::new(&entry).expect("an instance")
}

fn set(host: &mut ClapHost, name: &str, text: &str) {
    let param = host.param(name).unwrap();
    let value = host.value(&param, text).unwrap();
    let mut events = Events::default();
    events.push(0, &param, value);
    let mut silence = vec![vec![0.0; BLOCK]; 8];
    let channels = host.active_channels();
    let mut block: Vec<&mut [f32]> = silence[..channels].iter_mut().map(Vec::as_mut_slice).collect();
    host.process(&mut block, &events).unwrap();
}

/// The wrapper's state is JSON after its own length in 8 bytes.
fn json_of(state: &[u8]) -> Value {
    serde_json::from_slice(&state[8..]).unwrap()
}

fn bytes_of(json: &Value) -> Vec<u8> {
    let json = serde_json::to_vec(json).unwrap();
    [&(json.len() as u64).to_le_bytes()[..], &json].concat()
}

fn text(host: &mut ClapHost, name: &str) -> String {
    let param = host.param(name).unwrap();
    let value = host.current(&param).unwrap();
    host.text(&param, value).unwrap()
}

fn play(host: &mut ClapHost, audio: &mut [Vec<f32>]) {
    let samples = audio[0].len();
    for start in (0..samples).step_by(BLOCK) {
        let end = samples.min(start + BLOCK);
        let mut block: Vec<&mut [f32]> = audio.iter_mut().map(|c| &mut c[start..end]).collect();
        host.process(&mut block, &Events::default()).unwrap();
    }
}

/// An active host that has learned white noise.
fn learned_host(rate: f64, channels: usize) -> ClapHost {
    let mut host = host();
    host.activate(rate, channels, BLOCK as u32).unwrap();
    set(&mut host, "Learn Window", "1 s");
    set(&mut host, "Learn", "On");
    let mut audio: Vec<_> = (0..channels).map(|c| noise(c as u64, (1.5 * rate) as usize, 0.01)).collect();
    play(&mut host, &mut audio);
    set(&mut host, "Learn", "Off");
    host
}

/// How far white noise at the learned level falls, in dB, and the output.
fn fall(host: &mut ClapHost, rate: f64, channels: usize) -> (f64, Vec<Vec<f32>>) {
    host.activate(rate, channels, BLOCK as u32).unwrap();
    let mut audio: Vec<_> = (0..channels).map(|c| noise(50 + c as u64, rate as usize, 0.01)).collect();
    play(host, &mut audio);
    (20.0 * (0.01 / rms(&audio[0][rate as usize / 2..])).log10(), audio)
}

#[test]
fn a_reopened_project_gives_the_same_samples() {
    let mut first = learned_host(RATE_HZ, 2);
    set(&mut first, "Threshold", "3.7 dB");
    set(&mut first, "Sharpness", "1.9");
    set(&mut first, "Band 3 (290 Hz)", "-11 dB");
    let state = first.save_state().unwrap();
    let (fell, expected) = fall(&mut first, RATE_HZ, 2);
    assert!(fell > 10.0, "{fell:.1} dB");
    let mut second = host();
    second.load_state(&state).unwrap();
    assert!(fall(&mut second, RATE_HZ, 2).1 == expected, "loaded before it is activated");
    let mut third = host();
    third.activate(RATE_HZ, 2, BLOCK as u32).unwrap();
    third.load_state(&state).unwrap();
    assert!(fall(&mut third, RATE_HZ, 2).1 == expected, "loaded while it is active");
    assert_eq!(text(&mut third, "Threshold"), "3.7 dB");
    assert_eq!(third.save_state().unwrap(), state, "saved again, it is the same");
}

#[test]
fn a_state_that_is_loaded_while_playing_is_heard_at_once() {
    let state = learned_host(RATE_HZ, 2).save_state().unwrap();
    let mut playing = host();
    let empty = playing.save_state().unwrap();
    playing.activate(RATE_HZ, 2, BLOCK as u32).unwrap();
    let mut fall_now = |state: Option<&[u8]>| {
        state.into_iter().for_each(|state| playing.load_state(state).unwrap());
        let mut audio: Vec<_> = (0..2).map(|c| noise(30 + c, 48_000, 0.01)).collect();
        play(&mut playing, &mut audio);
        20.0 * (0.01 / rms(&audio[1][24_000..])).log10()
    };
    assert!(fall_now(None).abs() < 0.5, "nothing was learned");
    let fell = fall_now(Some(&state));
    assert!(fell > 10.0, "with the profile: {fell:.1} dB");
    assert!(fall_now(Some(&empty)).abs() < 0.5, "and without it again");
    let again = fall_now(Some(&state));
    assert!(again > 10.0, "{again:.1} dB");
}

#[test]
fn the_window_keeps_its_size_and_a_damaged_one_harms_nothing() {
    let mut first = learned_host(RATE_HZ, 1);
    let mut state = json_of(&first.save_state().unwrap());
    let size = json!({"width": 1200.0, "height": 800.0, "zoom": 1.5});
    let size_of = |host: &mut ClapHost| -> Value {
        let state = json_of(&host.save_state().unwrap());
        serde_json::from_str(state["fields"]["editor"].as_str().unwrap()).unwrap()
    };
    state["fields"]["editor"] = json!(size.to_string());
    first.load_state(&bytes_of(&state)).unwrap();
    assert_eq!(size_of(&mut first), size);
    for damaged in ["", "{}", "[1, 2]", "{\"width\": \"wide\", \"height\": 800, \"zoom\": 1}"] {
        state["fields"]["editor"] = json!(damaged);
        set(&mut first, "Threshold", "-7 dB");
        first.load_state(&bytes_of(&state)).unwrap();
        assert_eq!(text(&mut first, "Threshold"), "0.0 dB", "the rest of the state is loaded");
        assert_eq!(size_of(&mut first), size);
    }
    state["fields"]["editor"] = json!("{\"width\": 1e30, \"height\": -5, \"zoom\": 0}");
    first.load_state(&bytes_of(&state)).unwrap();
    assert_eq!(size_of(&mut first), json!({"width": 3840.0, "height": 380.0, "zoom": 1.0}));
}

/// A host's stream that writes and reads a few bytes at a time, as CLAP allows.
struct Trickle(Vec<u8>, usize);

impl std::io::Write for Trickle {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.1 += 1;
        let taken = bytes.len().min(1 + self.1 % 41);
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::io::Read for Trickle {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        self.1 += 1;
        let given = room.len().min(1 + self.1 % 29).min(self.0.len());
        room[..given].copy_from_slice(&self.0[..given]);
        self.0.drain(..given);
        Ok(given)
    }
}

#[test]
fn a_state_goes_through_a_stream_in_small_pieces() {
    let mut first = learned_host(RATE_HZ, 2);
    set(&mut first, "Threshold", "-7 dB");
    let whole = first.save_state().unwrap();
    let mut trickle = Trickle(Vec::new(), 0);
    first.save_state_to(&mut trickle).unwrap();
    assert!(trickle.0 == whole);
    let mut second = host();
    second.load_state_from(&mut trickle).unwrap();
    assert!(second.save_state().unwrap() == whole);
}

#[test]
fn a_project_that_was_saved_with_learn_on_does_not_learn_when_opened() {
    let mut first = learned_host(RATE_HZ, 1);
    set(&mut first, "Learn", "On");
    let state = first.save_state().unwrap();
    let mut second = host();
    second.load_state(&state).unwrap();
    assert_eq!(text(&mut second, "Learn"), "On", "the parameter is the one that was saved");
    assert_eq!(second.save_state().unwrap(), state, "and so is the state");

    let profile_of = |host: &mut ClapHost| json_of(&host.save_state().unwrap())["fields"]["profile"].clone();
    let learned = profile_of(&mut second);
    second.activate(RATE_HZ, 1, 512).unwrap();
    let mut loud = [noise(77, 4 * RATE_HZ as usize, 0.3)];
    play(&mut second, &mut loud);
    assert_eq!(profile_of(&mut second), learned, "nothing was learned");
    set(&mut second, "Learn", "Off");
    play(&mut second, &mut loud);
    set(&mut second, "Learn", "On");
    play(&mut second, &mut loud);
    assert_ne!(profile_of(&mut second), learned, "off and on, it learns");
}

#[test]
fn the_profile_survives_another_rate_quality_and_number_of_channels() {
    let state = learned_host(RATE_HZ, 2).save_state().unwrap();
    for (rate, channels, quality) in [
        (44.1e3, 2, "Standard"),
        (96e3, 2, "Standard"),
        (48e3, 1, "Live"),
        (48e3, 6, "Best"),
        (8e3, 1, "Standard"),
    ] {
        let mut other = host();
        other.load_state(&state).unwrap();
        // White noise of one deviation has a density that goes with the rate: play what has the learned one.
        other.activate(rate, channels, BLOCK as u32).unwrap();
        set(&mut other, "Quality", quality);
        other.activate(rate, channels, BLOCK as u32).unwrap();
        let deviation = 0.01 * (rate / RATE_HZ).sqrt() as f32;
        let mut audio: Vec<_> =
            (0..channels).map(|c| noise(90 + c as u64, rate as usize, deviation)).collect();
        // Noise above the learned band has nothing to do with the profile: keep below 20 kHz.
        if rate > RATE_HZ {
            audio.iter_mut().for_each(|channel| low_pass(channel));
        }
        let before = rms(&audio[0][rate as usize / 2..]);
        play(&mut other, &mut audio);
        let fell = 20.0 * (before / rms(&audio[0][rate as usize / 2..])).log10();
        assert!(fell > 8.0, "{rate} Hz, {channels} channels, {quality}: {fell:.1} dB");
        // The saved profile is still the one that was learned.
        let saved: Value = json_of(&other.save_state().unwrap());
        let original: Value = json_of(&state);
        assert_eq!(saved["fields"]["profile"], original["fields"]["profile"]);
    }
}

/// Mean of two neighbours, three times: removes the top octave.
fn low_pass(samples: &mut [f32]) {
    for _ in 0..3 {
        for i in 1..samples.len() {
            samples[i - 1] = 0.5 * (samples[i - 1] + samples[i]);
        }
    }
}

#[test]
fn a_state_without_a_profile_plays_dry_and_one_without_the_field_keeps_it() {
    let mut host = learned_host(RATE_HZ, 1);
    let mut state: Value = json_of(&host.save_state().unwrap());
    state["fields"].as_object_mut().unwrap().remove("profile");
    host.load_state(&bytes_of(&state)).unwrap();
    assert!(fall(&mut host, RATE_HZ, 1).0 > 8.0, "a preset of parameters keeps the profile");
    state["fields"]["profile"] = json!("null");
    host.load_state(&bytes_of(&state)).unwrap();
    assert!(fall(&mut host, RATE_HZ, 1).0.abs() < 0.5);
}

#[test]
fn a_damaged_profile_changes_nothing_and_a_later_version_is_read() {
    let mut host = learned_host(RATE_HZ, 1);
    set(&mut host, "Threshold", "5 dB");
    let good: Value = json_of(&host.save_state().unwrap());
    let stored: Value = serde_json::from_str(good["fields"]["profile"].as_str().unwrap()).unwrap();
    type Damage<'a> = &'a dyn Fn(&mut Value);
    let with_profile = |change: Damage| {
        let (mut state, mut profile) = (good.clone(), stored.clone());
        change(&mut profile);
        state["fields"]["profile"] = json!(profile.to_string());
        state["params"]["threshold"] = json!({ "f32": -3.0 });
        bytes_of(&state)
    };
    // A profile of silence: if it were loaded, the noise would pass.
    let a_byte_more = |p: &Value| {
        let bytes = BASE64.decode(p["levels"].as_str().unwrap()).unwrap();
        let silence = (-220_000i32).to_le_bytes()[..3].repeat(bytes.len() / 3);
        json!(BASE64.encode([&silence[..], &[7]].concat()))
    };
    let damages: [(&str, Damage); 9] = [
        ("a byte too many", &|p| p["levels"] = a_byte_more(p)),
        ("no base64", &|p| p["levels"] = json!("%%%")),
        ("cut off", &|p| p["levels"] = json!(p["levels"].as_str().unwrap()[..4000].to_owned())),
        ("empty", &|p| p["levels"] = json!("")),
        ("no channels", &|p| p["channels"] = json!(0)),
        ("too many channels", &|p| p["channels"] = json!(u64::MAX)),
        ("an odd window", &|p| p["window_samples"] = json!(1000)),
        ("no rate", &|p| p["sample_rate_hz"] = json!(0.0)),
        ("another type", &|p| *p = json!(["what", 3])),
    ];
    for (name, damage) in damages {
        host.load_state(&with_profile(damage)).unwrap();
        assert_eq!(text(&mut host, "Threshold"), "-3.0 dB", "{name}: the parameters are valid");
        assert!(fall(&mut host, RATE_HZ, 1).0 > 8.0, "{name}: the profile that was there stays");
    }
    // A later version with another field, whose profile still fits.
    host.load_state(&with_profile(&|p| {
        p["version"] = json!(7);
        p["curve"] = json!([1, 2, 3]);
    }))
    .unwrap();
    assert!(fall(&mut host, RATE_HZ, 1).0 > 8.0);
}

#[test]
fn the_points_of_the_threshold_are_in_the_project_and_damaged_ones_change_nothing() {
    let mut first = learned_host(RATE_HZ, 1);
    let plain = json_of(&first.save_state().unwrap());
    let (fell_without, without) = fall(&mut first, RATE_HZ, 1);
    let with = |field: &str| {
        let mut state = plain.clone();
        state["fields"]["curve"] = json!(field);
        state["params"]["mix"] = json!({ "f32": 1.0 });
        bytes_of(&state)
    };
    let field_of = |host: &mut ClapHost| json_of(&host.save_state().unwrap())["fields"]["curve"].clone();
    let points = "\"300:-24,5000:-20.5\"";
    first.load_state(&with(points)).unwrap();
    let (fell, expected) = fall(&mut first, RATE_HZ, 1);
    assert!(fell < fell_without - 6.0, "{fell:.1} dB with points, {fell_without:.1} without");
    assert_eq!(field_of(&mut first), json!(points));
    let saved = first.save_state().unwrap();
    let mut second = host();
    second.load_state(&saved).unwrap();
    assert!(fall(&mut second, RATE_HZ, 1).1 == expected, "a reopened project");
    assert_eq!(second.save_state().unwrap(), saved, "saved again, it is the same");
    for damaged in
        ["\"300\"", "\"300:-24.5\"", "\"300:1,300:2\"", "\"NaN:1\"", "[300, 1]", "null", "", "\"300:1"]
    {
        set(&mut second, "Mix", "50 %");
        second.load_state(&with(damaged)).unwrap();
        assert_eq!(field_of(&mut second), json!(points), "{damaged}: the points that were there stay");
        assert_eq!(text(&mut second, "Mix"), "100 %", "{damaged}: the rest of the state is loaded");
    }
    // A project of a version without points, over one that has some.
    let mut old = plain.clone();
    old["fields"].as_object_mut().unwrap().remove("curve");
    second.load_state(&bytes_of(&old)).unwrap();
    assert_eq!(field_of(&mut second), json!("\"\""));
    assert!(fall(&mut second, RATE_HZ, 1).1 == without);
}

#[test]
fn parameters_that_do_not_fit_get_their_default() {
    let mut host = host();
    let mut odd = json_of(&host.save_state().unwrap());
    odd["params"] = json!({
        "threshold": { "f32": 900.0 },
        "sharpness": { "string": "steep" },
        "statistic": { "string": "maximum" },
        "rule": { "i32": 77 },
        "bypass": { "i32": 1 },
        "a_new_one": { "f32": 1.0 },
        "reduction": { "f32": 31.5 },
    });
    host.load_state(&bytes_of(&odd)).unwrap();
    let mut fresh = self::host();
    for (name, wanted) in [("Threshold", "24.0 dB".to_owned()), ("Reduction", "31.5 dB".to_owned())]
        .into_iter()
        .chain(["Sharpness", "Statistic", "Rule", "Bypass", "Mix"].map(|name| (name, text(&mut fresh, name))))
    {
        assert_eq!(text(&mut host, name), wanted, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes that are no state are refused or ignored, and the plugin keeps playing.
    #[test]
    fn damaged_bytes_never_crash(
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20),
        length in any::<proptest::sample::Index>(),
    ) {
        let mut host = host();
        let mut bytes = host.save_state().unwrap();
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(length.index(bytes.len()) + 1);
        if bytes.len() > 8 {
            // The correct length, so that the rest is read.
            let json = bytes.len() as u64 - 8;
            bytes[..8].copy_from_slice(&json.to_le_bytes());
        }
        let _ = host.load_state(&bytes);
        host.activate(RATE_HZ, 1, BLOCK as u32).unwrap();
        let mut audio = vec![noise(1, 4 * BLOCK, 0.1)];
        play(&mut host, &mut audio);
        prop_assert!(audio[0].iter().all(|x| x.is_finite()));
    }
}
