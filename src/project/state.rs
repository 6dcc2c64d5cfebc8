//! States of other versions and damaged states: valid parts are loaded, the rest gets its default. States of presets, which
//! leave a part of the plugin unchanged.

use std::collections::BTreeMap;

use lull_engine::ThresholdCurve;
use nice_plug::plugin::{ParamValue, PluginState};
use nice_plug::prelude::{Param, ParamPtr};

use crate::params::{CURVE_FIELD, LEARN_SWITCH_FIELD, LullParams, ParamView};
use crate::preset;

/// Field of a state that is a preset. Projects have none of this name.
const IS_PRESET: &str = "preset";

/// Adapts a state of any version, or a damaged one, to this version: parameters that are missing, of the wrong type or
/// unknown get their default, and values out of range are clamped. Adds the field for the latch of Learn, and that of the
/// threshold's points, of which earlier versions and presets without them have none.
///
/// A preset's state keeps only what presets cover. The plugin keeps the rest: the profile, Learn, Listen, Bypass.
pub fn migrate(state: &mut PluginState) {
    let is_preset = is_preset(state);
    let defaults = LullParams::default();
    let mut params = std::mem::take(&mut state.params);
    for (id, view) in defaults.kept() {
        if !is_preset || preset::covers(&id) && !view.is_hidden() {
            let given = params.remove(&id);
            state.params.insert(id, fitting(view.pointer(), given));
        }
    }
    let curve = state.fields.remove(CURVE_FIELD).unwrap_or_else(|| field_of(&ThresholdCurve::default()));
    if is_preset {
        state.fields.clear();
    } else {
        let learn_is_on = matches!(state.params.get("learn"), Some(ParamValue::Bool(true)));
        state.fields.insert(LEARN_SWITCH_FIELD.to_owned(), learn_is_on.to_string());
    }
    state.fields.insert(CURVE_FIELD.to_owned(), curve);
}

/// The field of a state: JSON of the curve's text.
fn field_of(curve: &ThresholdCurve) -> String {
    serde_json::Value::from(curve.to_string()).to_string()
}

/// The state that loads a preset with these parameters and points: those that differ from the defaults, which [`migrate`]
/// gives to all others. Setup only.
pub fn of_preset(params: &LullParams) -> PluginState {
    let differs = |view: &ParamView| view.normalized() != view.default_normalized();
    let covered = params.all().into_iter().filter(|(id, view)| preset::covers(id) && differs(view));
    let mut fields = BTreeMap::from([(IS_PRESET.to_owned(), "true".to_owned())]);
    let curve = params.curve.get();
    if !curve.is_empty() {
        fields.insert(CURVE_FIELD.to_owned(), field_of(&curve));
    }
    PluginState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        params: covered.map(|(id, view)| (id, value_of(view.pointer()))).collect(),
        fields,
    }
}

/// Whether a state is one of [`of_preset`].
pub fn is_preset(state: &PluginState) -> bool {
    state.fields.contains_key(IS_PRESET)
}

/// The given value if it is valid for this parameter, otherwise the current one.
fn fitting(param: ParamPtr, given: Option<ParamValue>) -> ParamValue {
    // SAFETY: `migrate` keeps the parameters alive that the pointers belong to.
    unsafe {
        match (param, given) {
            (ParamPtr::FloatParam(float), Some(ParamValue::F32(value))) if value.is_finite() => {
                ParamValue::F32(value.clamp((*float).preview_plain(0.0), (*float).preview_plain(1.0)))
            }
            (ParamPtr::BoolParam(_), Some(ParamValue::Bool(value))) => ParamValue::Bool(value),
            (ParamPtr::IntParam(int), Some(ParamValue::I32(value))) => {
                ParamValue::I32(value.clamp((*int).preview_plain(0.0), (*int).preview_plain(1.0)))
            }
            // A choice ignores unknown names, and then keeps its default.
            (ParamPtr::EnumParam(choice), Some(ParamValue::String(name))) => {
                (*choice).set_from_id(&name);
                value_of(param)
            }
            _ => value_of(param),
        }
    }
}

/// The value that a parameter has.
fn value_of(param: ParamPtr) -> ParamValue {
    // SAFETY: the callers keep the parameters alive that the pointers belong to.
    unsafe {
        match param {
            ParamPtr::FloatParam(float) => ParamValue::F32((*float).unmodulated_plain_value()),
            ParamPtr::BoolParam(switch) => ParamValue::Bool((*switch).unmodulated_plain_value()),
            ParamPtr::IntParam(int) => ParamValue::I32((*int).unmodulated_plain_value()),
            ParamPtr::EnumParam(choice) => {
                ParamValue::String((*choice).unmodulated_plain_id().unwrap_or_default().to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::{FACTORY, factory_params};

    #[test]
    fn a_preset_has_all_parameters_that_presets_cover_and_no_others() {
        let mut state = of_preset(&factory_params(&FACTORY[2]));
        state.params.remove("mix");
        state.params.insert("learn".to_owned(), ParamValue::Bool(true));
        state.fields.insert("profile".to_owned(), "{}".to_owned());
        migrate(&mut state);
        let ids: Vec<_> = state.params.keys().map(String::as_str).collect();
        let params = LullParams::default();
        let mut covered: Vec<_> = params.all().into_iter().map(|(id, _)| id).collect();
        covered.retain(|id| !["learn", "listen", "bypass"].contains(&id.as_str()));
        covered.sort();
        assert_eq!(ids, covered, "a missing one gets its default");
        let no_points = BTreeMap::from([(CURVE_FIELD.to_owned(), "\"\"".to_owned())]);
        assert_eq!(state.fields, no_points);
        assert!(
            matches!(state.params["reduction"], ParamValue::F32(reduction_db) if (reduction_db - 40.0).abs() < 1e-3)
        );
    }

    #[test]
    fn a_project_that_lacks_something_gets_its_default() {
        let mut state = of_preset(&factory_params(&FACTORY[2]));
        state.fields.clear();
        migrate(&mut state);
        assert_eq!(state.params.len(), LullParams::default().kept().len());
        assert_eq!(state.fields[LEARN_SWITCH_FIELD], "false");
        assert_eq!(state.fields[CURVE_FIELD], "\"\"");
    }

    #[test]
    fn a_preset_and_a_project_keep_their_points() {
        let params = LullParams::default();
        params.curve.replace("100:-6,2500:4.5".parse().unwrap());
        let preset = of_preset(&params);
        let mut project = preset.clone();
        project.fields.remove(IS_PRESET);
        for mut state in [preset, project] {
            migrate(&mut state);
            assert_eq!(state.fields[CURVE_FIELD], "\"100:-6,2500:4.5\"");
        }
    }
}
