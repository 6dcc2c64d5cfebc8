//! What hosts know of the plugin before they make one.

use std::ffi::CStr;
use std::sync::LazyLock;

use clap_sys::plugin::clap_plugin_descriptor;
use nice_plug::wrapper::clap::PluginDescriptor;

use crate::plugin::Lull;

static DESCRIPTOR: LazyLock<PluginDescriptor> = LazyLock::new(PluginDescriptor::for_plugin::<Lull>);

pub fn descriptor() -> &'static clap_plugin_descriptor {
    DESCRIPTOR.clap_plugin_descriptor()
}

/// The plugin's id.
pub fn clap_id() -> &'static CStr {
    DESCRIPTOR.clap_id()
}
