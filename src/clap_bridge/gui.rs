//! The window: passes through to the framework, after null pointers and invalid numbers are refused.

use std::ffi::c_char;

use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_gui_resize_hints, clap_plugin_gui, clap_window};
use clap_sys::plugin::clap_plugin;

use super::bridge::{behind, theirs};

pub static GUI: clap_plugin_gui = clap_plugin_gui {
    is_api_supported: Some(is_api_supported),
    get_preferred_api: Some(get_preferred_api),
    create: Some(create),
    destroy: Some(destroy),
    set_scale: Some(set_scale),
    get_size: Some(get_size),
    can_resize: Some(can_resize),
    get_resize_hints: Some(get_resize_hints),
    adjust_size: Some(adjust_size),
    set_size: Some(set_size),
    set_parent: Some(set_parent),
    set_transient: Some(set_transient),
    suggest_title: Some(suggest_title),
    show: Some(show),
    hide: Some(hide),
};

// SAFETY of all functions below: see plugin.rs.

unsafe extern "C" fn is_api_supported(
    plugin: *const clap_plugin,
    api: *const c_char,
    is_floating: bool,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    !api.is_null()
        && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].is_api_supported(api, is_floating), else false)
}

unsafe extern "C" fn get_preferred_api(
    plugin: *const clap_plugin,
    api: *mut *const c_char,
    is_floating: *mut bool,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].get_preferred_api(api, is_floating), else false)
}

unsafe extern "C" fn create(plugin: *const clap_plugin, api: *const c_char, is_floating: bool) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    !api.is_null() && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].create(api, is_floating), else false)
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].destroy(), else ());
}

unsafe extern "C" fn set_scale(plugin: *const clap_plugin, scale: f64) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    scale.is_finite()
        && scale > 0.0
        && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].set_scale(scale), else false)
}

unsafe extern "C" fn get_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].get_size(width, height), else false)
}

unsafe extern "C" fn can_resize(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].can_resize(), else false)
}

unsafe extern "C" fn get_resize_hints(plugin: *const clap_plugin, hints: *mut clap_gui_resize_hints) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].get_resize_hints(hints), else false)
}

unsafe extern "C" fn adjust_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    !width.is_null()
        && !height.is_null()
        && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].adjust_size(width, height), else false)
}

unsafe extern "C" fn set_size(plugin: *const clap_plugin, width: u32, height: u32) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    width > 0
        && height > 0
        && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].set_size(width, height), else false)
}

unsafe extern "C" fn set_parent(plugin: *const clap_plugin, window: *const clap_window) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let has_api = unsafe { window.as_ref() }.is_some_and(|window| !window.api.is_null());
    has_api && theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].set_parent(window), else false)
}

unsafe extern "C" fn set_transient(plugin: *const clap_plugin, window: *const clap_window) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].set_transient(window), else false)
}

unsafe extern "C" fn suggest_title(plugin: *const clap_plugin, title: *const c_char) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].suggest_title(title), else ());
}

unsafe extern "C" fn show(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].show(), else false)
}

unsafe extern "C" fn hide(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    theirs!(bridge, clap_plugin_gui[CLAP_EXT_GUI].hide(), else false)
}
