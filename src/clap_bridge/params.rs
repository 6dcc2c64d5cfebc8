//! The parameters as CLAP wants them: bounds, what kind each is, and the value that was set.

use std::ffi::c_char;

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, CLAP_PARAM_IS_ENUM, CLAP_PARAM_IS_MODULATABLE, CLAP_PARAM_IS_STEPPED, clap_param_info,
    clap_plugin_params,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use nice_plug::params::internals::ParamPtr;

use super::plugin::{Bridge, behind, theirs};
use crate::params::ParamView;

/// A parameter that the host knows.
pub struct Known {
    pub id: clap_id,
    pointer: ParamPtr,
    /// Place in the plugin's own order.
    pub place: usize,
    /// Value of the position 1; steps are counted in whole values.
    pub steps: f64,
}

/// The parameters that a host is to know: not the hidden one, which is for VST3. Main thread.
pub fn known(bridge: &Bridge) -> Vec<Known> {
    let params = &bridge.parts.params;
    let known = params.kept().into_iter().enumerate().filter(|(_, (_, view))| !view.is_hidden());
    known
        .filter_map(|(place, (_, view))| {
            // SAFETY: plain numbers and characters, for which zero is a value.
            let mut info: clap_param_info = unsafe { std::mem::zeroed() };
            let index = place as u32;
            let is_there =
                theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].get_info(index, &mut info), else false);
            let steps = f64::from(view.steps().unwrap_or(1) as u32);
            is_there.then(|| Known { id: info.id, pointer: view.pointer(), place, steps })
        })
        .collect()
}

impl Bridge {
    /// Works on one of the parameters that the host knows by `id`.
    pub fn with_param<R>(&self, id: clap_id, work: impl FnOnce(&Known, ParamView) -> R) -> Option<R> {
        let known = self.known().iter().find(|known| known.id == id)?;
        // SAFETY: the pointer is of these parameters.
        Some(work(known, unsafe { self.parts.params.view_of(known.pointer) }))
    }
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
    let place = known.place as u32;
    if info.is_null()
        || !theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].get_info(place, info), else false)
    {
        return false;
    }
    let is_choice = bridge.with_param(known.id, |_, view| view.is_choice()).unwrap_or(false);
    let flags = unsafe { &mut (*info).flags };
    if is_choice {
        *flags |= CLAP_PARAM_IS_ENUM;
    }
    // A modulated switch would flicker, and begin to learn.
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
    // Times mean nothing here.
    let list = unsafe { bridge.corrected(list, u32::MAX) };
    unsafe { bridge.exchange_changes(out) };
    theirs!(bridge, clap_plugin_params[CLAP_EXT_PARAMS].flush(list, out), else ());
}
