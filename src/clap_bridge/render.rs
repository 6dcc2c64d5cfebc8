//! Rendering: the output is the same as in real time, so that only the window is told. The framework would request a restart
//! when rendering begins, and some hosts that wait for it rendered nothing.

use clap_sys::ext::render::{
    CLAP_RENDER_OFFLINE, CLAP_RENDER_REALTIME, clap_plugin_render, clap_plugin_render_mode,
};
use clap_sys::plugin::clap_plugin;

use super::bridge::behind;

pub static RENDER: clap_plugin_render =
    clap_plugin_render { has_hard_realtime_requirement: Some(needs_real_time), set: Some(set) };

unsafe extern "C" fn needs_real_time(_plugin: *const clap_plugin) -> bool {
    false
}

unsafe extern "C" fn set(plugin: *const clap_plugin, mode: clap_plugin_render_mode) -> bool {
    // SAFETY: see plugin.rs.
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let is_known = matches!(mode, CLAP_RENDER_REALTIME | CLAP_RENDER_OFFLINE);
    if is_known {
        bridge.parts.params.host_state.set_offline(mode == CLAP_RENDER_OFFLINE);
    }
    is_known
}
