//! The library's entry point for CLAP hosts.

use std::ffi::{CStr, c_char, c_void};

use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::CLAP_PLUGIN_FACTORY_ID;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
};
use clap_sys::version::CLAP_VERSION;

use super::{factory, preset_discovery};
use crate::plugin::Lull;

/// The symbol that hosts look for.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

unsafe extern "C" fn init(plugin_path: *const c_char) -> bool {
    nice_plug::wrapper::setup_logger::<Lull>();
    if !plugin_path.is_null() {
        // SAFETY: in CLAP it is a C string.
        let path = unsafe { CStr::from_ptr(plugin_path) }.to_string_lossy().into_owned();
        preset_discovery::note_plugin_path(path.into());
    }
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return std::ptr::null();
    }
    // SAFETY: in CLAP it is a C string.
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_PLUGIN_FACTORY_ID {
        (&raw const factory::FACTORY).cast()
    } else if id == CLAP_PRESET_DISCOVERY_FACTORY_ID || id == CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT {
        (&raw const preset_discovery::FACTORY).cast()
    } else {
        std::ptr::null()
    }
}
