//! Asks a plugin's preset provider, as a host's browser does.

use std::ffi::{CStr, CString, c_char};
use std::ptr::null;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::preset_discovery::*;
use clap_sys::timestamp::clap_timestamp;
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use clap_sys::version::CLAP_VERSION;

/// What a preset provider says of one preset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPreset {
    pub name: String,
    pub key: Option<String>,
    pub plugin: String,
    pub description: String,
    pub tags: Vec<String>,
    pub flags: u32,
}

/// Kind, and path where it is one.
pub type Locations = Vec<(u32, Option<String>)>;

/// Asks an entry's preset provider for its locations, and for the presets in the plugin and in the files `more`. Returns
/// locations, presets and errors.
///
/// # Panics
/// When there is no provider, or it breaks what CLAP promises.
pub fn presets_of(entry: &clap_plugin_entry, more: &[&str]) -> (Locations, Vec<FoundPreset>, Vec<String>) {
    let (mut locations, mut found) = (Locations::new(), (Vec::new(), Vec::new()));
    // SAFETY: the entry's own functions, as CLAP lets a host call them.
    unsafe {
        let id = CLAP_PRESET_DISCOVERY_FACTORY_ID.as_ptr();
        let factory: *const clap_preset_discovery_factory =
            entry.get_factory.expect("get_factory")(id).cast();
        assert!(!factory.is_null(), "no preset factory");
        assert_eq!((*factory).count.expect("count")(factory), 1);
        let get_descriptor = (*factory).get_descriptor.expect("get_descriptor");
        assert!(get_descriptor(factory, 1).is_null());
        let descriptor = get_descriptor(factory, 0);
        let indexer = indexer(&mut locations);
        let create = (*factory).create.expect("create");
        assert!(create(factory, &indexer, c"another".as_ptr()).is_null());
        let provider = create(factory, &indexer, (*descriptor).id);
        assert!(!provider.is_null());
        assert!((*provider).init.expect("init")(provider));
        let receiver = receiver(&mut found);
        let get_metadata = (*provider).get_metadata.expect("get_metadata");
        get_metadata(provider, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, null(), &receiver);
        for path in more {
            let path = CString::new(*path).expect("a path");
            get_metadata(provider, CLAP_PRESET_DISCOVERY_LOCATION_FILE, path.as_ptr(), &receiver);
        }
        (*provider).destroy.expect("destroy")(provider);
    }
    (locations, found.0, found.1)
}

/// An indexer that notes the locations. It must not outlive them.
fn indexer(locations: &mut Locations) -> clap_preset_discovery_indexer {
    clap_preset_discovery_indexer {
        clap_version: CLAP_VERSION,
        name: c"Bare host".as_ptr(),
        vendor: c"".as_ptr(),
        url: c"".as_ptr(),
        version: c"1".as_ptr(),
        indexer_data: (&raw mut *locations).cast(),
        declare_filetype: Some(declare_filetype),
        declare_location: Some(declare_location),
        declare_soundpack: Some(declare_soundpack),
        get_extension: None,
    }
}

/// A receiver that notes the presets. It must not outlive them.
fn receiver(found: &mut Found) -> clap_preset_discovery_metadata_receiver {
    clap_preset_discovery_metadata_receiver {
        receiver_data: (&raw mut *found).cast(),
        on_error: Some(on_error),
        begin_preset: Some(begin_preset),
        add_plugin_id: Some(add_plugin_id),
        set_soundpack_id: Some(set_soundpack_id),
        set_flags: Some(set_flags),
        add_creator: Some(add_creator),
        set_description: Some(set_description),
        set_timestamps: Some(set_timestamps),
        add_feature: Some(add_feature),
        add_extra_info: Some(add_extra_info),
    }
}

type Found = (Vec<FoundPreset>, Vec<String>);

unsafe fn words(text: *const c_char) -> String {
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

unsafe extern "C" fn declare_filetype(
    _indexer: *const clap_preset_discovery_indexer,
    _filetype: *const clap_preset_discovery_filetype,
) -> bool {
    true
}

unsafe extern "C" fn declare_location(
    indexer: *const clap_preset_discovery_indexer,
    location: *const clap_preset_discovery_location,
) -> bool {
    unsafe {
        let locations: &mut Locations = &mut *(*indexer).indexer_data.cast();
        let path = (*location).location;
        locations.push(((*location).kind, (!path.is_null()).then(|| words(path))));
    }
    true
}

unsafe extern "C" fn declare_soundpack(
    _indexer: *const clap_preset_discovery_indexer,
    _soundpack: *const clap_preset_discovery_soundpack,
) -> bool {
    true
}

type Receiver = *const clap_preset_discovery_metadata_receiver;

unsafe fn found<'a>(receiver: Receiver) -> &'a mut Found {
    unsafe { &mut *(*receiver).receiver_data.cast() }
}

unsafe fn latest<'a>(receiver: Receiver) -> &'a mut FoundPreset {
    unsafe { found(receiver) }.0.last_mut().expect("begin_preset comes first")
}

unsafe extern "C" fn on_error(receiver: Receiver, _error: i32, message: *const c_char) {
    unsafe { found(receiver).1.push(words(message)) };
}

unsafe extern "C" fn begin_preset(receiver: Receiver, name: *const c_char, key: *const c_char) -> bool {
    unsafe {
        let key = (!key.is_null()).then(|| words(key));
        found(receiver).0.push(FoundPreset { name: words(name), key, ..FoundPreset::default() });
    }
    true
}

unsafe extern "C" fn add_plugin_id(receiver: Receiver, id: *const clap_universal_plugin_id) {
    unsafe { latest(receiver).plugin = format!("{}:{}", words((*id).abi), words((*id).id)) };
}

unsafe extern "C" fn set_soundpack_id(_receiver: Receiver, _id: *const c_char) {}

unsafe extern "C" fn set_flags(receiver: Receiver, flags: u32) {
    unsafe { latest(receiver).flags = flags };
}

unsafe extern "C" fn add_creator(_receiver: Receiver, _creator: *const c_char) {}

unsafe extern "C" fn set_description(receiver: Receiver, description: *const c_char) {
    unsafe { latest(receiver).description = words(description) };
}

unsafe extern "C" fn set_timestamps(
    _receiver: Receiver,
    _created: clap_timestamp,
    _modified: clap_timestamp,
) {
}

unsafe extern "C" fn add_feature(receiver: Receiver, feature: *const c_char) {
    unsafe { latest(receiver).tags.push(words(feature)) };
}

unsafe extern "C" fn add_extra_info(_receiver: Receiver, _key: *const c_char, _value: *const c_char) {}
