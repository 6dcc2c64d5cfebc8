//! States of other versions, and damaged ones: what is valid in them is loaded, the rest gets its default.

use nice_plug::plugin::{ParamValue, PluginState};
use nice_plug::prelude::{Param, ParamPtr};

use crate::params::{LEARN_LATCH, LullParams};

/// Makes a state of any version, or a damaged one, fit: what is missing, of the wrong type or unknown gets its
/// default, and what is out of range goes to its end. Whether Learn is on goes to the latch as well.
pub fn migrate(state: &mut PluginState) {
    let defaults = LullParams::default();
    let mut params = std::mem::take(&mut state.params);
    for (id, view) in defaults.kept() {
        let given = params.remove(&id);
        state.params.insert(id, fitting(view.pointer(), given));
    }
    let learn_is_on = matches!(state.params.get("learn"), Some(ParamValue::Bool(true)));
    state.fields.insert(LEARN_LATCH.to_owned(), learn_is_on.to_string());
}

/// The given value if it is one of this parameter, else its default.
fn fitting(param: ParamPtr, given: Option<ParamValue>) -> ParamValue {
    // SAFETY: `migrate` keeps the parameters alive that the pointers are of.
    unsafe {
        match param {
            ParamPtr::FloatParam(float) => ParamValue::F32(match given {
                Some(ParamValue::F32(value)) if value.is_finite() => {
                    value.clamp((*float).preview_plain(0.0), (*float).preview_plain(1.0))
                }
                _ => (*float).default_plain_value(),
            }),
            ParamPtr::BoolParam(switch) => ParamValue::Bool(match given {
                Some(ParamValue::Bool(value)) => value,
                _ => (*switch).default_plain_value(),
            }),
            ParamPtr::IntParam(int) => ParamValue::I32(match given {
                Some(ParamValue::I32(value)) => {
                    value.clamp((*int).preview_plain(0.0), (*int).preview_plain(1.0))
                }
                _ => (*int).default_plain_value(),
            }),
            // A choice takes only the names it knows, and stands on its default otherwise.
            ParamPtr::EnumParam(choice) => {
                if let Some(ParamValue::String(name)) = given {
                    (*choice).set_from_id(&name);
                }
                ParamValue::String((*choice).unmodulated_plain_id().unwrap_or_default().to_owned())
            }
        }
    }
}
