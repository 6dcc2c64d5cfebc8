//! Loads the presets that are chosen in the host's browser.

use std::ffi::{CStr, CString, c_char};
use std::path::Path;

use clap_sys::ext::preset_load::clap_plugin_preset_load;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_location_kind,
};
use clap_sys::plugin::clap_plugin;

use super::bridge::{Bridge, behind};
use super::preset_discovery;
use crate::params::LullParams;
use crate::preset::{self, FACTORY};
use crate::project::state;

pub static PRESET_LOAD: clap_plugin_preset_load =
    clap_plugin_preset_load { from_location: Some(from_location) };

/// # Safety
/// See plugin.rs. Location and key are null or C strings.
unsafe extern "C" fn from_location(
    plugin: *const clap_plugin,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    key: *const c_char,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    // SAFETY: by this function's own contract.
    let text =
        |text: *const c_char| (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy());
    let params = match (kind, text(location), text(key)) {
        (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _, Some(key)) => factory_params(&key),
        (CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(path), _) => preset_discovery::read(Path::new(&*path)),
        _ => Err("a preset is a key of a factory preset, or a file".to_owned()),
    };
    let outcome = params.and_then(|params| load(bridge, &params));
    let Some((host_presets, host)) = bridge.host.preset_load() else { return outcome.is_ok() };
    // SAFETY: the host's own functions, with the arguments that it passed.
    unsafe {
        match &outcome {
            Ok(()) => {
                if let Some(loaded) = host_presets.loaded {
                    loaded(host, kind, location, key);
                }
            }
            Err(why) => {
                let why = CString::new(why.replace('\0', " ")).unwrap_or_default();
                if let Some(on_error) = host_presets.on_error {
                    on_error(host, kind, location, key, 0, why.as_ptr());
                }
            }
        }
    }
    outcome.is_ok()
}

fn factory_params(key: &str) -> Result<LullParams, String> {
    let preset = FACTORY.iter().find(|preset| preset.key == key);
    preset.map(preset::factory_params).ok_or_else(|| format!("there is no preset '{key}'"))
}

/// Sets the parameters that presets cover. Everything else stays, such as the noise profile.
fn load(bridge: &Bridge, params: &LullParams) -> Result<(), String> {
    if bridge.set_state(&state::of_preset(params)) {
        Ok(())
    } else {
        Err("the plugin's state cannot be set".to_owned())
    }
}
