//! Presets: names for settings. The factory's, and how a user's is written to a file and read again.
//!
//! A preset holds texts as the knobs show them, so that a file can be read and edited by hand. It covers all
//! parameters but those that are no settings: Learn, Listen and Bypass. Profiles are no part of it.

use serde::{Deserialize, Serialize};

use crate::params::{LullParams, ParamView};

/// Layout of [`PresetFile`].
const VERSION: u32 = 1;
/// Parameters that a preset leaves as they are.
const NOT_IN_PRESETS: [&str; 3] = ["learn", "listen", "bypass"];

/// Folder of the factory presets as files, beside the CLAP. `cargo xtask bundle` has the same name.
pub const FACTORY_FOLDER: &str = "Lull presets";

/// Positions from 0 to 1 of all parameters that presets cover, by id, in the parameters' order.
pub type Snapshot = Vec<(String, f32)>;

/// A preset that comes with Lull: what differs from the defaults.
pub struct FactoryPreset {
    /// What hosts know it by; it never changes.
    pub key: &'static str,
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// Words that a host's browser sorts it by.
    pub tags: &'static [&'static str],
    values: &'static [(&'static str, &'static str)],
}

/// The factory presets, by task.
pub const FACTORY: [FactoryPreset; 8] = [
    FactoryPreset {
        key: "default",
        name: "Default",
        purpose: "What measured best over voices and music",
        tags: &["voice", "music"],
        values: &[],
    },
    FactoryPreset {
        key: "voice_hiss",
        name: "Voice: hiss",
        purpose: "Steady broadband noise under speech; attacks stay crisp",
        tags: &["voice", "hiss"],
        values: &[("smoothing", "55"), ("reduction", "24"), ("release", "20")],
    },
    FactoryPreset {
        key: "hum_and_buzz",
        name: "Hum and buzz",
        purpose: "Mains hum: narrow lines are told apart from the voice above them",
        tags: &["hum", "mains"],
        values: &[
            ("quality", "Best"),
            ("statistic", "Percentile"),
            ("percentile", "90"),
            ("reduction", "40"),
            ("band_1", "3"),
            ("band_2", "3"),
        ],
    },
    FactoryPreset {
        key: "fan_and_air",
        name: "Fan and air",
        purpose: "Low rumble and rush that drift slowly",
        tags: &["fan", "air conditioning"],
        values: &[("adapt", "On"), ("smoothing", "60"), ("band_1", "3"), ("band_2", "2"), ("release", "30")],
    },
    FactoryPreset {
        key: "tape_and_vinyl",
        name: "Tape and vinyl",
        purpose: "Hiss under music: gentle, with the finest frequency resolution",
        tags: &["music", "tape", "vinyl", "hiss"],
        values: &[("quality", "Best"), ("reduction", "15"), ("smoothing", "50"), ("band_8", "-2")],
    },
    FactoryPreset {
        key: "gentle",
        name: "Gentle",
        purpose: "Takes 10 dB and leaves the room in",
        tags: &["music", "voice", "gentle"],
        values: &[("reduction", "10")],
    },
    FactoryPreset {
        key: "live",
        name: "Live: low latency",
        purpose: "For playing through it: about 11 ms",
        tags: &["live", "low latency"],
        values: &[("quality", "Live"), ("reduction", "20")],
    },
    FactoryPreset {
        key: "classic_gate",
        name: "Classic gate",
        purpose: "Mean + 1.5 sigma, squared mask, nothing smoothed: the textbook's spectral gate",
        tags: &["gate"],
        values: &[
            ("spread", "1.5"),
            ("rule", "Gate"),
            ("estimator", "This Frame"),
            ("sharpness", "2"),
            ("reduction", "60"),
        ],
    },
];

impl FactoryPreset {
    /// The preset as a file, which names what differs from the defaults: a parameter that is added later changes no
    /// factory preset. Setup only.
    pub fn to_json(&self) -> String {
        json_of(&self.params(), |view| view.normalized() != view.default_normalized())
    }

    /// Where it puts every parameter. Setup only.
    pub fn snapshot(&self) -> Snapshot {
        current(&self.params())
    }

    /// The parameters as it puts them; those that presets do not cover have their defaults. Setup only.
    pub fn params(&self) -> LullParams {
        with_values(self.values.iter().copied()).expect("factory presets hold values of parameters")
    }
}

/// Where all parameters are now. Setup only.
pub fn current(params: &LullParams) -> Snapshot {
    params
        .all()
        .into_iter()
        .filter(|(id, _)| covers(id))
        .map(|(id, param)| (id, param.normalized()))
        .collect()
}

/// Whether presets hold the parameter, if it is one that a user sets.
pub fn covers(id: &str) -> bool {
    !NOT_IN_PRESETS.contains(&id)
}

/// The defaults, and `values` over them.
fn with_values<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Result<LullParams, String> {
    let mut params = LullParams::default();
    for (id, text) in values.filter(|(id, _)| covers(id)) {
        params.set_from_text(id, text)?;
    }
    Ok(params)
}

/// A user's preset, as JSON.
#[derive(Debug, Serialize, Deserialize)]
struct PresetFile {
    lull_preset: u32,
    parameters: std::collections::BTreeMap<String, String>,
}

/// The file of the parameters as they are now. Setup only.
pub fn to_json(params: &LullParams) -> String {
    json_of(params, |_| true)
}

/// The file of the parameters that presets cover and `is_named` chooses.
fn json_of(params: &LullParams, is_named: impl Fn(&ParamView) -> bool) -> String {
    let named = params.all().into_iter().filter(|(id, view)| covers(id) && is_named(view));
    let parameters = named.map(|(id, view)| (id, view.text(view.normalized())));
    let file = PresetFile { lull_preset: VERSION, parameters: parameters.collect() };
    serde_json::to_string_pretty(&file).expect("texts by id are JSON")
}

/// The parameters as a file puts them; what it does not name, or presets do not cover, has its default. Setup only.
///
/// # Errors
/// In words for the user, when it is no preset, of a later version, or names what there is not.
pub fn params_of_json(json: &str) -> Result<LullParams, String> {
    let file: PresetFile =
        serde_json::from_str(json).map_err(|error| format!("no preset of Lull: {error}"))?;
    if file.lull_preset > VERSION {
        return Err(format!(
            "a later Lull wrote it (version {}, this one reads {VERSION})",
            file.lull_preset
        ));
    }
    let values = file.parameters.iter().map(|(id, text)| (id.as_str(), text.as_str()));
    with_values(values)
}

/// Where a file puts every parameter. Setup only.
///
/// # Errors
/// As [`params_of_json`].
pub fn from_json(json: &str) -> Result<Snapshot, String> {
    params_of_json(json).map(|params| current(&params))
}

/// Files of `presets/` that the code determines: `cargo xtask bundle` copies them, so that it need not link the plugin.
#[cfg(test)]
pub(crate) mod committed {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    /// Set it, and the tests write the files instead of comparing them.
    const WRITE: &str = "LULL_WRITE_PRESETS";

    /// Panics unless the files in `folder` that end in `extension` are exactly these, by name.
    pub(crate) fn expect(folder: &str, extension: &str, wanted: &BTreeMap<String, Vec<u8>>) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        if std::env::var_os(WRITE).is_some() {
            write(&folder, extension, wanted);
        }
        let found: BTreeMap<String, Vec<u8>> = files(&folder, extension)
            .into_iter()
            .map(|name| (name.clone(), fs::read(folder.join(name)).expect("a listed file can be read")))
            .collect();
        let mut names: Vec<&String> = wanted.keys().chain(found.keys()).collect();
        names.sort();
        names.dedup();
        names.retain(|&name| wanted.get(name) != found.get(name));
        assert!(
            names.is_empty(),
            "{}: {names:?} are not what the code writes: write them with {WRITE}=1 cargo test -p lull --lib committed",
            folder.display()
        );
    }

    fn write(folder: &Path, extension: &str, wanted: &BTreeMap<String, Vec<u8>>) {
        fs::create_dir_all(folder).expect("the folder can be made");
        for name in files(folder, extension) {
            fs::remove_file(folder.join(name)).expect("an old file can be removed");
        }
        for (name, content) in wanted {
            fs::write(folder.join(name), content).expect("a file can be written");
        }
    }

    /// Names of the files with the extension; none if there is no folder.
    fn files(folder: &Path, extension: &str) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(extension))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_clap_presets_are_what_the_code_writes() {
        let files =
            FACTORY.iter().map(|preset| (format!("{}.json", preset.key), preset.to_json().into_bytes()));
        committed::expect("presets/clap", ".json", &files.collect());
    }

    #[test]
    fn every_factory_preset_is_one_and_differs_from_all_others() {
        let snapshots: Vec<Snapshot> = FACTORY.iter().map(FactoryPreset::snapshot).collect();
        assert_eq!(snapshots[0], current(&LullParams::default()));
        for (index, one) in snapshots.iter().enumerate() {
            assert!(snapshots[..index].iter().all(|other| other != one), "{}", FACTORY[index].name);
            assert!(FACTORY[..index].iter().all(|other| other.key != FACTORY[index].key));
            assert!(!FACTORY[index].tags.is_empty(), "{}", FACTORY[index].name);
            for ((id, position), (_, expected)) in
                from_json(&FACTORY[index].to_json()).unwrap().iter().zip(one)
            {
                assert!((position - expected).abs() < 1e-3, "{id} of {} as a file", FACTORY[index].name);
            }
        }
    }

    #[test]
    fn a_preset_comes_back_from_its_file_as_the_knobs_showed_it() {
        let mut params = LullParams::default();
        for (id, text) in [
            ("threshold", "-3.5 dB"),
            ("sharpness", "Hard"),
            ("rule", "Wiener"),
            ("learn_window", "While On"),
        ] {
            params.set_from_text(id, text).unwrap();
        }
        params.set_from_text("bypass", "On").unwrap();
        let json = to_json(&params);
        assert!(json.contains("\"threshold\": \"-3.5 dB\"") && !json.contains("bypass"), "{json}");
        let read = from_json(&json).unwrap();
        for ((id, position), (_, expected)) in read.iter().zip(current(&params)) {
            assert!((position - expected).abs() < 1e-3, "{id}: {position}, {expected}");
        }
    }

    #[test]
    fn a_broken_file_says_why() {
        assert!(from_json("{}").unwrap_err().contains("no preset of Lull"));
        assert!(from_json("RIFF").unwrap_err().contains("no preset of Lull"));
        assert!(from_json(r#"{"lull_preset": 9, "parameters": {}}"#).unwrap_err().contains("later"));
        let unknown = r#"{"lull_preset": 1, "parameters": {"treshold": "3"}}"#;
        assert!(from_json(unknown).unwrap_err().contains("treshold"));
        let wrong = r#"{"lull_preset": 1, "parameters": {"threshold": "loud"}}"#;
        assert!(from_json(wrong).unwrap_err().contains("loud"));
        assert!(from_json(r#"{"lull_preset": 1, "parameters": {"learn": "On"}}"#).is_ok(), "left out");
    }
}
