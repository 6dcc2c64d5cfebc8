//! Presets: names for settings. The plugin's parameters as a preset puts them, and as a file of a user's preset.
//!
//! A preset covers all parameters but those that are no settings: Learn, Listen and Bypass; and the points of the threshold,
//! of which factory presets have none. Profiles are no part of it.

pub use lull_formats::preset_file::covers;
pub use lull_formats::{FACTORY, FactoryPreset};

use lull_engine::ThresholdCurve;
use lull_formats::preset_file;

use crate::params::{LullParams, ParamView};

/// Folder of the factory presets as files, beside the CLAP. `cargo xtask bundle` has the same name.
pub const FACTORY_FOLDER: &str = "Lull presets";

/// What a preset sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Positions from 0 to 1 of all parameters that presets cover, by id, in the parameters' order.
    pub positions: Vec<(String, f32)>,
    /// The points of the threshold.
    pub curve: ThresholdCurve,
}

/// A factory preset as a file, which names what differs from the defaults: a parameter that is added later changes no
/// factory preset. Setup only.
pub fn factory_json(preset: &FactoryPreset) -> String {
    json_of(&factory_params(preset), |view| view.normalized() != view.default_normalized())
}

/// Where a factory preset puts every parameter, without points. Setup only.
pub fn factory_snapshot(preset: &FactoryPreset) -> Snapshot {
    current(&factory_params(preset))
}

/// The parameters as a factory preset puts them; those that presets do not cover have their defaults. Setup only.
pub fn factory_params(preset: &FactoryPreset) -> LullParams {
    with_values(preset.values.iter().copied()).expect("factory presets hold values of parameters")
}

/// Where all parameters are now, and the points. Setup only.
pub fn current(params: &LullParams) -> Snapshot {
    let covered = params.all().into_iter().filter(|(id, _)| covers(id));
    let positions = covered.map(|(id, param)| (id, param.normalized())).collect();
    Snapshot { positions, curve: params.curve.get() }
}

/// The defaults, and `values` over them.
fn with_values<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> Result<LullParams, String> {
    let mut params = LullParams::default();
    for (id, text) in values {
        params.set_from_text(id, text)?;
    }
    Ok(params)
}

/// The file of the parameters as they are now. Setup only.
pub fn to_json(params: &LullParams) -> String {
    json_of(params, |_| true)
}

/// The file of the parameters that presets cover and `is_named` chooses, and of the points.
fn json_of(params: &LullParams, is_named: impl Fn(&ParamView) -> bool) -> String {
    let named = params.all().into_iter().filter(|(id, view)| covers(id) && is_named(view));
    let parameters = named.map(|(id, view)| (id, view.text(view.normalized())));
    preset_file::to_json(parameters.collect(), &params.curve.get())
}

/// The parameters and points as a file puts them; what it does not name, or presets do not cover, has its default. Setup only.
///
/// # Errors
/// In words for the user, when it is no preset, of a later version, or names what there is not.
pub fn params_of_json(json: &str) -> Result<LullParams, String> {
    let (texts, curve) = preset_file::from_json(json)?;
    let params = with_values(texts.iter().map(|(id, text)| (id.as_str(), text.as_str())))?;
    params.curve.replace(curve);
    Ok(params)
}

/// Where a file puts every parameter, and its points. Setup only.
///
/// # Errors
/// As [`params_of_json`].
pub fn from_json(json: &str) -> Result<Snapshot, String> {
    params_of_json(json).map(|params| current(&params))
}

/// What a file sets to other values than the defaults, in a line for the user. Setup only.
///
/// # Errors
/// As [`params_of_json`].
pub fn about_json(json: &str) -> Result<String, String> {
    /// More of them would not be read.
    const MOST: usize = 6;
    let params = params_of_json(json)?;
    let settings = params.all().into_iter().filter(|(id, _)| covers(id)).map(|(_, view)| view);
    let differs = |view: &ParamView| view.text(view.normalized()) != view.text(view.default_normalized());
    let words = |view: ParamView| format!("{} {}", view.name(), view.text(view.normalized()));
    let mut all: Vec<String> = settings.filter(differs).map(words).collect();
    if all.is_empty() {
        return Ok("All settings at their defaults".to_owned());
    }
    if all.len() > MOST {
        let more = all.split_off(MOST).len();
        all.push(format!("and {more} more"));
    }
    Ok(all.join(", "))
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
            FACTORY.iter().map(|preset| (format!("{}.json", preset.key), factory_json(preset).into_bytes()));
        committed::expect("presets/clap", ".json", &files.collect());
    }

    #[test]
    fn every_factory_preset_is_one_and_differs_from_all_others() {
        let snapshots: Vec<Snapshot> = FACTORY.iter().map(factory_snapshot).collect();
        assert_eq!(snapshots[0], current(&LullParams::default()));
        for (index, one) in snapshots.iter().enumerate() {
            assert!(snapshots[..index].iter().all(|other| other != one), "{}", FACTORY[index].name);
            assert!(FACTORY[..index].iter().all(|other| other.key != FACTORY[index].key));
            assert!(!FACTORY[index].tags.is_empty(), "{}", FACTORY[index].name);
            let read = from_json(&factory_json(&FACTORY[index])).unwrap();
            assert!(one.curve.is_empty() && read.curve.is_empty(), "{}", FACTORY[index].name);
            for ((id, position), (_, expected)) in read.positions.iter().zip(&one.positions) {
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
        params.curve.replace("100:-6,2500:4.5".parse().unwrap());
        let json = to_json(&params);
        assert!(json.contains("\"threshold\": \"-3.5 dB\"") && !json.contains("bypass"), "{json}");
        let read = from_json(&json).unwrap();
        assert_eq!(read.curve, params.curve.get());
        for ((id, position), (_, expected)) in read.positions.iter().zip(current(&params).positions) {
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
        let crowded = r#"{"lull_preset": 1, "parameters": {}, "curve": "100:1,100:2"}"#;
        assert!(from_json(crowded).unwrap_err().contains("two points are at 100 Hz"));
        assert!(from_json(r#"{"lull_preset": 1, "parameters": {"learn": "On"}}"#).is_ok(), "left out");
    }
}
