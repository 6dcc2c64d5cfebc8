//! Describes presets to the host that searches for them.

use std::ffi::CString;

use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, clap_preset_discovery_metadata_receiver,
};
use clap_sys::universal_plugin_id::clap_universal_plugin_id;

use super::descriptor::descriptor;
use crate::preset::FactoryPreset;

// SAFETY of all functions below: the receiver is the host's, and valid until get_metadata() returns.

/// Where the host receives descriptions of presets; not null.
pub struct Receiver(*const clap_preset_discovery_metadata_receiver);

impl Receiver {
    /// None if it is null.
    pub fn new(receiver: *const clap_preset_discovery_metadata_receiver) -> Option<Self> {
        (!receiver.is_null()).then_some(Self(receiver))
    }

    /// Begins a preset; later calls describe it.
    pub unsafe fn preset(&self, name: &str, key: Option<&str>, flags: u32) -> bool {
        let (name, key) = (c_string(name), key.map(c_string));
        let key = key.as_ref().map_or(std::ptr::null(), |key| key.as_ptr());
        unsafe {
            if !(*self.0).begin_preset.is_some_and(|begin| begin(self.0, name.as_ptr(), key)) {
                return false;
            }
            let id = clap_universal_plugin_id { abi: c"clap".as_ptr(), id: descriptor().id };
            if let Some(add_plugin_id) = (*self.0).add_plugin_id {
                add_plugin_id(self.0, &id);
            }
            if let Some(set_flags) = (*self.0).set_flags {
                set_flags(self.0, flags);
            }
            if flags == CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT
                && let Some(add_creator) = (*self.0).add_creator
            {
                add_creator(self.0, descriptor().vendor);
            }
        }
        true
    }

    pub unsafe fn factory_preset(&self, preset: &FactoryPreset, key: Option<&str>) -> bool {
        unsafe {
            let accepted = self.preset(preset.name, key, CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT);
            if accepted {
                self.describe(preset.purpose);
                preset.tags.iter().for_each(|tag| self.tag(tag));
            }
            accepted
        }
    }

    unsafe fn describe(&self, purpose: &str) {
        unsafe {
            if let Some(set_description) = (*self.0).set_description {
                set_description(self.0, c_string(purpose).as_ptr());
            }
        }
    }

    unsafe fn tag(&self, tag: &str) {
        unsafe {
            if let Some(add_feature) = (*self.0).add_feature {
                add_feature(self.0, c_string(tag).as_ptr());
            }
        }
    }

    /// Reports an error.
    pub unsafe fn fail(&self, why: &str) {
        unsafe {
            if let Some(on_error) = (*self.0).on_error {
                on_error(self.0, 0, c_string(why).as_ptr());
            }
        }
    }
}

fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}
