//! A preset as a file: JSON of texts by the parameters' ids, as the knobs show them, so that it can be read and edited by
//! hand; and the points of the threshold, if there are any.

use std::collections::BTreeMap;

use lull_engine::{ThresholdCurve, Values};
use serde::{Deserialize, Serialize};

use crate::check_version;

/// Layout of [`PresetFile`].
const VERSION: u32 = 1;
/// Parameters that a preset leaves as they are, because they are no settings.
const NOT_IN_PRESETS: [&str; 3] = ["learn", "listen", "bypass"];

/// Texts of values, by the ids of their parameters.
pub type Texts = BTreeMap<String, String>;

#[derive(Debug, Serialize, Deserialize)]
struct PresetFile {
    lull_preset: u32,
    parameters: Texts,
    /// [`ThresholdCurve`] as text. Files of earlier versions have none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    curve: String,
}

/// Whether presets hold the parameter, if it is one that a user sets.
pub fn covers(id: &str) -> bool {
    !NOT_IN_PRESETS.contains(&id)
}

/// Writes a preset as JSON. Setup only.
pub fn to_json(parameters: Texts, curve: &ThresholdCurve) -> String {
    let file = PresetFile { lull_preset: VERSION, parameters, curve: curve.to_string() };
    serde_json::to_string_pretty(&file).expect("texts by id are JSON")
}

/// Reads a preset; parameters that presets do not cover are left out. Whether the others are parameters, and their texts
/// values, is not tested. Setup only.
///
/// # Errors
/// In words for the user, when it is no preset or of a later version, or its points are none.
pub fn from_json(json: &str) -> Result<(Texts, ThresholdCurve), String> {
    let file: PresetFile =
        serde_json::from_str(json).map_err(|error| format!("no preset of Lull: {error}"))?;
    check_version(file.lull_preset, VERSION)?;
    let mut parameters = file.parameters;
    parameters.retain(|id, _| covers(id));
    let curve = file.curve.parse().map_err(|why| format!("curve: {why}"))?;
    Ok((parameters, curve))
}

/// The values of all parameters as a file puts them, and its points; what it does not name has its default. Setup only.
///
/// # Errors
/// As [`from_json`], and when it names what there is not.
pub fn values_of_json(json: &str) -> Result<(Values, ThresholdCurve), String> {
    let (texts, curve) = from_json(json)?;
    let mut values = Values::default();
    for (id, text) in texts {
        values.set_text(&id, &text)?;
    }
    Ok((values, curve))
}

#[cfg(test)]
mod tests {
    use lull_engine::Parameter;

    use super::*;

    #[test]
    fn a_preset_comes_back_from_its_file() {
        let texts = [("threshold", "-3.5 dB"), ("rule", "Wiener"), ("listen", "On")];
        let texts = texts.map(|(id, text)| (id.to_owned(), text.to_owned()));
        let curve: ThresholdCurve = "100:-6.5,2500:4".parse().unwrap();
        let (values, read) = values_of_json(&to_json(texts.clone().into(), &curve)).unwrap();
        assert_eq!(read, curve);
        let without = to_json(texts.into(), &ThresholdCurve::default());
        assert!(!without.contains("curve") && values_of_json(&without).unwrap().1.is_empty(), "{without}");
        let text = |parameter: Parameter| parameter.row().text(values.get(parameter));
        assert_eq!(
            (text(Parameter::Threshold).as_str(), text(Parameter::Rule).as_str()),
            ("-3.5 dB", "Wiener")
        );
        assert_eq!(text(Parameter::Listen), "Off", "not covered");
    }

    #[test]
    fn a_broken_file_says_why() {
        for (json, why) in [
            ("{}", "no preset of Lull"),
            ("RIFF", "no preset of Lull"),
            (r#"{"lull_preset": 9, "parameters": {}}"#, "later"),
            (r#"{"lull_preset": 1, "parameters": {"treshold": "3"}}"#, "treshold"),
            (r#"{"lull_preset": 1, "parameters": {"threshold": "loud"}}"#, "loud"),
            (r#"{"lull_preset": 1, "parameters": {}, "curve": "100:99"}"#, "curve: a point at 99 dB"),
            (r#"{"lull_preset": 1, "parameters": {}, "curve": [1]}"#, "no preset of Lull"),
        ] {
            let said = values_of_json(json).unwrap_err();
            assert!(said.contains(why), "{json}: {said}");
        }
    }
}
