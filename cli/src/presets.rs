//! `lull presets`, and the presets that --preset names.

use std::collections::BTreeMap;
use std::path::Path;

use lull_engine::{Parameter, ThresholdCurve, Values};
use lull_formats::{FACTORY, FactoryPreset, preset_file};
use serde::Serialize;

use crate::report::{print, print_lines};

/// Ending of the files that a preset may be.
const ENDING: &str = "json";

/// The values of a factory preset, by its key or name, or of a preset's file; and the points of its threshold, which a
/// factory preset has none of.
///
/// # Errors
/// One line that names the preset or file, and what is wrong with it.
pub fn values(name_or_file: &str) -> Result<(Values, ThresholdCurve), String> {
    let path = Path::new(name_or_file);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING)) {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{name_or_file}: {error}"))?;
        return preset_file::values_of_json(&text).map_err(|why| format!("{name_or_file}: {why}"));
    }
    let preset = FactoryPreset::find(name_or_file).ok_or_else(|| {
        let keys: Vec<_> = FACTORY.iter().map(|preset| preset.key).collect();
        format!(
            "there is no preset '{name_or_file}'; there are {}, and files that end in .json",
            keys.join(", ")
        )
    })?;
    Ok((preset.all_values(), ThresholdCurve::default()))
}

/// A preset, for --json. A file has no key, purpose or tags.
#[derive(Serialize)]
struct PresetReport<'a> {
    key: Option<&'a str>,
    name: &'a str,
    purpose: Option<&'a str>,
    tags: &'a [&'a str],
    /// What differs from the defaults.
    values: BTreeMap<&'static str, String>,
    /// Points of the threshold as --curve takes them; empty without any.
    curve: String,
}

impl<'a> PresetReport<'a> {
    fn factory(preset: &'a FactoryPreset) -> Self {
        Self {
            key: Some(preset.key),
            name: preset.name,
            purpose: Some(preset.purpose),
            tags: preset.tags,
            values: settings(&preset.all_values()).collect(),
            curve: String::new(),
        }
    }
}

/// Prints the factory presets, or the values of one preset.
///
/// # Errors
/// One line that names the preset or file, and what is wrong with it.
pub fn show(name: Option<&str>, json: bool) -> Result<(), String> {
    match (name, json) {
        (None, false) => print_lines(&list()),
        (None, true) => print(&FACTORY.iter().map(PresetReport::factory).collect::<Vec<_>>()),
        (Some(name), false) => {
            let (values, curve) = values(name)?;
            print_lines(&lines(&values, &curve))
        }
        (Some(name), true) => {
            let (values, curve) = values(name)?;
            let (values, curve) = (settings(&values).collect(), curve.to_string());
            let file = PresetReport { key: None, name, purpose: None, tags: &[], values, curve };
            print(&FactoryPreset::find(name).map_or(file, PresetReport::factory))
        }
    }
}

/// The factory presets, one a line.
fn list() -> String {
    let width = |text: fn(&FactoryPreset) -> &'static str| {
        FACTORY.iter().map(|preset| text(preset).len()).max().unwrap_or(0)
    };
    let (key, name) = (width(|preset| preset.key), width(|preset| preset.name));
    let line = |preset: &FactoryPreset| {
        format!("{:<key$}  {:<name$}  {}\n", preset.key, preset.name, preset.purpose)
    };
    FACTORY.iter().map(line).collect()
}

/// What a preset sets, one parameter a line as --set takes it, and then its points as an option.
fn lines(values: &Values, curve: &ThresholdCurve) -> String {
    let mut lines: String = settings(values).map(|(id, text)| format!("{id}={text}\n")).collect();
    if !curve.is_empty() {
        lines += &format!("--curve {curve}\n");
    }
    if lines.is_empty() { "every parameter has its default\n".to_owned() } else { lines }
}

/// The parameters that differ from their defaults, with the texts of their values.
fn settings(values: &Values) -> impl Iterator<Item = (&'static str, String)> {
    let defaults = Values::default();
    let differs = move |parameter: &&Parameter| values.get(**parameter) != defaults.get(**parameter);
    Parameter::ALL.iter().filter(differs).map(|&parameter| {
        let row = parameter.row();
        (row.id, row.text(values.get(parameter)))
    })
}
