//! The host's marks of parameters, in its own colours: mapped controllers, and automation.

use std::ffi::c_char;

use clap_sys::color::clap_color;
use clap_sys::ext::param_indication::{
    CLAP_PARAM_INDICATION_AUTOMATION_OVERRIDING, CLAP_PARAM_INDICATION_AUTOMATION_PLAYING,
    CLAP_PARAM_INDICATION_AUTOMATION_PRESENT, CLAP_PARAM_INDICATION_AUTOMATION_RECORDING,
    clap_plugin_param_indication,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::bridge::behind;
use crate::host_link::{Automation, Rgb};

/// If the host gives no colour.
const PLAIN: Rgb = Rgb(220, 220, 220);

pub static PARAM_INDICATION: clap_plugin_param_indication =
    clap_plugin_param_indication { set_mapping: Some(set_mapping), set_automation: Some(set_automation) };

// SAFETY of both functions below: see plugin.rs. The colour is null or the host's.

unsafe extern "C" fn set_mapping(
    plugin: *const clap_plugin,
    id: clap_id,
    has_mapping: bool,
    color: *const clap_color,
    _label: *const c_char,
    _description: *const c_char,
) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    let color = has_mapping.then(|| unsafe { rgb(color) });
    bridge.with_param(id, |known, _| bridge.parts.link.indicate_mapping(known.index, color));
}

unsafe extern "C" fn set_automation(
    plugin: *const clap_plugin,
    id: clap_id,
    state: u32,
    color: *const clap_color,
) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    let state = match state {
        CLAP_PARAM_INDICATION_AUTOMATION_PRESENT => Some(Automation::Present),
        CLAP_PARAM_INDICATION_AUTOMATION_PLAYING => Some(Automation::Playing),
        CLAP_PARAM_INDICATION_AUTOMATION_RECORDING => Some(Automation::Recording),
        CLAP_PARAM_INDICATION_AUTOMATION_OVERRIDING => Some(Automation::Overriding),
        _ => None,
    };
    let automation = state.map(|state| (state, unsafe { rgb(color) }));
    bridge.with_param(id, |known, _| bridge.parts.link.indicate_automation(known.index, automation));
}

unsafe fn rgb(color: *const clap_color) -> Rgb {
    unsafe { color.as_ref() }.map_or(PLAIN, |color| Rgb(color.red, color.green, color.blue))
}
