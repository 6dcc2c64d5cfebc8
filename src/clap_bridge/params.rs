//! The parameters with correct bounds and flags, and with the value that was set instead of the modulated one.

use std::ffi::c_char;

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, CLAP_PARAM_IS_ENUM, CLAP_PARAM_IS_MODULATABLE, CLAP_PARAM_IS_STEPPED, clap_param_info,
    clap_plugin_params,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::bridge::{Bridge, KnownParam, behind, theirs};

/// The parameters for the host: all except the hidden one, which is for VST3. Main thread.
pub fn known(bridge: &Bridge) -> Vec<KnownParam> {
    let params = &bridge.parts.params;
    let known = params.kept().into_iter().enumerate().filter(|(_, (_, view))| !view.is_hidden());
    known
        .filter_map(|(index, (_, view))| {
            // SAFETY: numbers and characters, for which zero bytes are valid.
            let mut info: clap_param_info = unsafe { std::mem::zeroed() };
            let is_there =
                theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].get_info(index as u32, &mut info), else false);
            let steps = f64::from(view.steps().unwrap_or(1) as u32);
            is_there.then(|| KnownParam { id: info.id, pointer: view.pointer(), index, steps })
        })
        .collect()
}

pub static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(count),
    get_info: Some(get_info),
    get_value: Some(get_value),
    value_to_text: Some(value_to_text),
    text_to_value: Some(text_to_value),
    flush: Some(flush),
};

// SAFETY of all functions below: see plugin.rs.

unsafe extern "C" fn count(plugin: *const clap_plugin) -> u32 {
    unsafe { behind(plugin) }.map_or(0, |bridge| bridge.known().len() as u32)
}

unsafe extern "C" fn get_info(plugin: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let Some(known) = bridge.known().get(index as usize) else { return false };
    let index = known.index as u32;
    if info.is_null()
        || !theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].get_info(index, info), else false)
    {
        return false;
    }
    let is_choice = bridge.with_param(known.id, |_, view| view.is_choice()).unwrap_or(false);
    let flags = unsafe { &mut (*info).flags };
    if is_choice {
        *flags |= CLAP_PARAM_IS_ENUM;
    }
    // A modulated switch would flicker, and Learn would start.
    if *flags & CLAP_PARAM_IS_STEPPED != 0 {
        *flags &= !CLAP_PARAM_IS_MODULATABLE;
    }
    true
}

unsafe extern "C" fn get_value(plugin: *const clap_plugin, id: clap_id, value: *mut f64) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let set = bridge.with_param(id, |known, view| f64::from(view.normalized()) * known.steps);
    match set {
        Some(set) if !value.is_null() => {
            unsafe { value.write(set) };
            true
        }
        _ => false,
    }
}

unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: clap_id,
    value: f64,
    text: *mut c_char,
    capacity: u32,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    !text.is_null()
        && capacity > 0
        && value.is_finite()
        && theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].value_to_text(id, value, text, capacity), else false)
}

unsafe extern "C" fn text_to_value(
    plugin: *const clap_plugin,
    id: clap_id,
    text: *const c_char,
    value: *mut f64,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].text_to_value(id, text, value), else false)
}

unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    list: *const clap_input_events,
    out: *const clap_output_events,
) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    let may_push = unsafe { out.as_ref() }.is_some_and(|out| out.try_push.is_some());
    let out = if may_push { out } else { std::ptr::null() };
    // flush() ignores times.
    let list = unsafe { bridge.corrected(list, u32::MAX) };
    unsafe { bridge.flush_own_changes(out) };
    theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].flush(list, out), else ());
}
