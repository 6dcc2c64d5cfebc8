//! The values of the parameters and the points of the threshold, from --preset, --set and --quality.

use lull_engine::{Parameter, ThresholdCurve, Values};

use crate::presets;

/// Parameters that a render does not accept, because it learns from a passage of the file.
const LEARN: [Parameter; 4] =
    [Parameter::Learn, Parameter::LearnWindow, Parameter::LearnFrom, Parameter::LearnAdd];

/// The values of all parameters: those of the preset, if there is one, and the options over them; and the points of the
/// preset's threshold.
///
/// # Errors
/// A message for the user, when an option is not a parameter or value of a render, or two options choose different
/// qualities.
pub fn values(
    preset: Option<&str>,
    set: &[String],
    quality: Option<&str>,
) -> Result<(Values, ThresholdCurve), String> {
    let (mut values, curve) = preset.map(presets::values).transpose()?.unwrap_or_default();
    set_all(&mut values, set, quality)?;
    Ok((values, curve))
}

fn set_all(values: &mut Values, set: &[String], quality: Option<&str>) -> Result<(), String> {
    // The option that has chosen the quality.
    let mut quality_by: Option<String> = None;
    let sets = set.iter().map(|text| (format!("--set {text}"), text.split_once('=')));
    let quality_id = Parameter::Quality.row().id;
    let quality = quality.iter().map(|text| (format!("--quality {text}"), Some((quality_id, *text))));
    for (option, assignment) in sets.chain(quality) {
        let (id, value) = assignment.ok_or_else(|| format!("{option}: expected ID=VALUE"))?;
        let id = id.trim();
        if Parameter::of_id(id).is_some_and(|parameter| LEARN.contains(&parameter)) {
            return Err(format!(
                "{option}: a render learns from the passage --learn A:B, and from nothing else"
            ));
        }
        let before = values.quality();
        let parameter = values.set_text(id, value).map_err(|why| format!("{option}: {why}"))?;
        if parameter == Parameter::Quality {
            if let Some(other) = quality_by.filter(|_| values.quality() != before) {
                return Err(format!("{other} and {option} ask for different qualities"));
            }
            quality_by = Some(option);
        }
    }
    Ok(())
}

/// The parameters that --set takes, for --help.
pub fn parameter_help() -> String {
    let mut help = "Parameters of --set:\n".to_owned();
    for parameter in Parameter::ALL.iter().filter(|parameter| !LEARN.contains(parameter)) {
        let row = parameter.row();
        let default = row.text(row.default_value());
        help += &format!("  {:<14} {}; {} (default {default})\n", row.id, row.help, row.range_text());
    }
    help
}
