//! The list of the plugin's extensions.

use std::ffi::{CStr, c_void};

use clap_sys::ext::audio_ports::CLAP_EXT_AUDIO_PORTS;
use clap_sys::ext::audio_ports_config::CLAP_EXT_AUDIO_PORTS_CONFIG;
use clap_sys::ext::context_menu::{CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::latency::CLAP_EXT_LATENCY;
use clap_sys::ext::param_indication::{CLAP_EXT_PARAM_INDICATION, CLAP_EXT_PARAM_INDICATION_COMPAT};
use clap_sys::ext::params::CLAP_EXT_PARAMS;
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT};
use clap_sys::ext::remote_controls::{CLAP_EXT_REMOTE_CONTROLS, CLAP_EXT_REMOTE_CONTROLS_COMPAT};
use clap_sys::ext::render::CLAP_EXT_RENDER;
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::state_context::CLAP_EXT_STATE_CONTEXT;
use clap_sys::ext::tail::CLAP_EXT_TAIL;
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT};

use super::bridge::Bridge;
use super::{context_menu, gui, param_indication, params, pass_through, ports, preset_load, render, state};

/// The extension of that id, or null.
pub fn find(bridge: &Bridge, id: &CStr) -> *const c_void {
    let is = |ids: &[&CStr]| ids.contains(&id);
    if is(&[CLAP_EXT_PARAMS]) {
        (&raw const params::PARAMS).cast()
    } else if is(&[CLAP_EXT_LATENCY]) {
        (&raw const pass_through::LATENCY).cast()
    } else if is(&[CLAP_EXT_TAIL]) {
        (&raw const pass_through::TAIL).cast()
    } else if is(&[CLAP_EXT_STATE]) {
        (&raw const state::STATE).cast()
    } else if is(&[CLAP_EXT_STATE_CONTEXT]) {
        (&raw const state::STATE_CONTEXT).cast()
    } else if is(&[CLAP_EXT_GUI]) {
        // Without the editor feature there is no window.
        // SAFETY: it is only compared with null.
        let has_window = unsafe { bridge.extension::<c_void>(CLAP_EXT_GUI) }.is_some();
        if has_window { (&raw const gui::GUI).cast() } else { std::ptr::null() }
    } else if is(&[CLAP_EXT_AUDIO_PORTS]) {
        (&raw const ports::PORTS).cast()
    } else if is(&[CLAP_EXT_AUDIO_PORTS_CONFIG]) {
        (&raw const ports::LAYOUTS).cast()
    } else if is(&[CLAP_EXT_REMOTE_CONTROLS, CLAP_EXT_REMOTE_CONTROLS_COMPAT]) {
        (&raw const pass_through::REMOTE_CONTROLS).cast()
    } else if is(&[CLAP_EXT_RENDER]) {
        (&raw const render::RENDER).cast()
    } else if is(&[CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT]) {
        // SAFETY: as above.
        let follows = unsafe { bridge.extension::<c_void>(CLAP_EXT_TRACK_INFO) }.is_some();
        if follows { (&raw const pass_through::TRACK_INFO).cast() } else { std::ptr::null() }
    } else if is(&[CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT]) {
        (&raw const context_menu::CONTEXT_MENU).cast()
    } else if is(&[CLAP_EXT_PARAM_INDICATION, CLAP_EXT_PARAM_INDICATION_COMPAT]) {
        (&raw const param_indication::PARAM_INDICATION).cast()
    } else if is(&[CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT]) {
        (&raw const preset_load::PRESET_LOAD).cast()
    } else {
        std::ptr::null()
    }
}
