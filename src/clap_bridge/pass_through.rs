//! Extensions that pass through to the framework with a check of their arguments, or none.

use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::remote_controls::{
    CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls, clap_remote_controls_page,
};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::plugin::clap_plugin;

use super::bridge::{behind, theirs};

// SAFETY of all functions below: see plugin.rs.

pub static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(latency_get) };

unsafe extern "C" fn latency_get(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_latency[CLAP_EXT_LATENCY].get(), else 0)
}

pub static TAIL: clap_plugin_tail = clap_plugin_tail { get: Some(tail_get) };

unsafe extern "C" fn tail_get(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_tail[CLAP_EXT_TAIL].get(), else 0)
}

pub static TRACK_INFO: clap_plugin_track_info = clap_plugin_track_info { changed: Some(track_info_changed) };

unsafe extern "C" fn track_info_changed(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    theirs!(bridge, clap_plugin_track_info[CLAP_EXT_TRACK_INFO].changed(), else ());
}

pub static REMOTE_CONTROLS: clap_plugin_remote_controls =
    clap_plugin_remote_controls { count: Some(remote_controls_count), get: Some(remote_controls_get) };

unsafe extern "C" fn remote_controls_count(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_remote_controls[CLAP_EXT_REMOTE_CONTROLS].count(), else 0)
}

unsafe extern "C" fn remote_controls_get(
    plugin: *const clap_plugin,
    index: u32,
    page: *mut clap_remote_controls_page,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    // The framework accepts an index that equals the count, and then fails a debug assertion.
    index < unsafe { remote_controls_count(plugin) }
        && theirs!(bridge, clap_plugin_remote_controls[CLAP_EXT_REMOTE_CONTROLS].get(index, page), else false)
}
