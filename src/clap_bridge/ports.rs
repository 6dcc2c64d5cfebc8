//! Ports and layouts: pass through to the framework, except that a layout is selected only while inactive.

use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_audio_ports_config, clap_plugin_audio_ports_config,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::bridge::{behind, theirs};

pub static PORTS: clap_plugin_audio_ports =
    clap_plugin_audio_ports { count: Some(ports_count), get: Some(ports_get) };

pub static LAYOUTS: clap_plugin_audio_ports_config = clap_plugin_audio_ports_config {
    count: Some(layouts_count),
    get: Some(layouts_get),
    select: Some(layouts_select),
};

// SAFETY of all functions below: see plugin.rs.

unsafe extern "C" fn ports_count(plugin: *const clap_plugin, is_input: bool) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_audio_ports[CLAP_EXT_AUDIO_PORTS].count(is_input), else 0)
}

unsafe extern "C" fn ports_get(
    plugin: *const clap_plugin,
    index: u32,
    is_input: bool,
    info: *mut clap_audio_port_info,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    // In debug builds the framework asserts instead of returning false.
    index < unsafe { ports_count(plugin, is_input) }
        && theirs!(bridge, clap_plugin_audio_ports[CLAP_EXT_AUDIO_PORTS].get(index, is_input, info), else false)
}

unsafe extern "C" fn layouts_count(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_audio_ports_config[CLAP_EXT_AUDIO_PORTS_CONFIG].count(), else 0)
}

unsafe extern "C" fn layouts_get(
    plugin: *const clap_plugin,
    index: u32,
    config: *mut clap_audio_ports_config,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    index < unsafe { layouts_count(plugin) }
        && theirs!(
            bridge,
            clap_plugin_audio_ports_config[CLAP_EXT_AUDIO_PORTS_CONFIG].get(index, config),
            else false
        )
}

unsafe extern "C" fn layouts_select(plugin: *const clap_plugin, id: clap_id) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    // An id is the index in the list. The active engine was made for the channels of its layout.
    !bridge.is_active()
        && id < unsafe { layouts_count(plugin) }
        && theirs!(
            bridge,
            clap_plugin_audio_ports_config[CLAP_EXT_AUDIO_PORTS_CONFIG].select(id),
            else false
        )
}
