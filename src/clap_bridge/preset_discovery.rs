//! The presets for a host's browser: the factory's and the user's.
//!
//! The user's presets are files. The factory's are files if they lie beside the plugin, where `cargo xtask bundle` puts
//! them; otherwise the plugin itself supplies them. Files are preferred because clap-validator 0.4.1 deadlocks if one
//! location has two presets (it locks its own result twice).

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_location_kind,
    clap_preset_discovery_metadata_receiver, clap_preset_discovery_provider,
    clap_preset_discovery_provider_descriptor,
};
use clap_sys::version::CLAP_VERSION;

use super::preset_receiver::Receiver;
use crate::params::LullParams;
use crate::preset::{self, FACTORY as PRESETS, FACTORY_FOLDER, FactoryPreset};

/// Largest file that is read as a preset.
const MOST_BYTES: u64 = 1 << 20;
/// Extension of a preset's file.
const EXTENSION: &CStr = c"json";

/// Path of the plugin, from the host.
static PLUGIN_PATH: OnceLock<PathBuf> = OnceLock::new();

/// Called by the library's entry point. Setup only.
pub fn note_plugin_path(path: PathBuf) {
    // A library is loaded from one path, so later calls pass the same one.
    let _ = PLUGIN_PATH.set(path);
}

fn factory_folder() -> Option<PathBuf> {
    let folder = PLUGIN_PATH.get()?.with_file_name(FACTORY_FOLDER);
    folder.is_dir().then_some(folder)
}

/// The factory preset in this file, if it is one.
fn factory_preset_of(path: &Path) -> Option<&'static FactoryPreset> {
    let (folder, name) = (path.parent()?, path.file_stem()?.to_str()?);
    (folder == factory_folder()?).then(|| PRESETS.iter().find(|preset| preset.key == name))?
}

pub static FACTORY: clap_preset_discovery_factory = clap_preset_discovery_factory {
    count: Some(count),
    get_descriptor: Some(get_descriptor),
    create: Some(create),
};

static DESCRIPTOR: clap_preset_discovery_provider_descriptor = clap_preset_discovery_provider_descriptor {
    clap_version: CLAP_VERSION,
    id: c"audio.lull.lull.presets".as_ptr(),
    name: c"Lull's presets".as_ptr(),
    vendor: c"Lull Audio".as_ptr(),
};

/// What the host holds while it searches for presets.
struct Provider {
    ours: clap_preset_discovery_provider,
    indexer: *const clap_preset_discovery_indexer,
}

/// Reads a user's preset.
///
/// # Errors
/// In words for the user, when it cannot be read or is no preset.
pub fn read(path: &Path) -> Result<LullParams, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if std::fs::metadata(path).map_err(failed)?.len() > MOST_BYTES {
        return Err(format!("{}: too large for a preset", path.display()));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    preset::params_of_json(&text).map_err(|why| format!("{}: {why}", path.display()))
}

/// The user's folder, if there is one.
fn user_folder() -> Option<CString> {
    let folder = crate::editor::files::Folder::of_user("Presets");
    let path = folder.path().to_string_lossy();
    folder.path().is_dir().then(|| CString::new(path.as_bytes()).ok()).flatten()
}

// SAFETY of all functions below: CLAP lets a host call them only with what it got from the factory, on its main thread.
// The host's own pointers are null or valid for the call.

unsafe extern "C" fn count(_factory: *const clap_preset_discovery_factory) -> u32 {
    1
}

unsafe extern "C" fn get_descriptor(
    _factory: *const clap_preset_discovery_factory,
    index: u32,
) -> *const clap_preset_discovery_provider_descriptor {
    if index == 0 { &DESCRIPTOR } else { std::ptr::null() }
}

unsafe extern "C" fn create(
    _factory: *const clap_preset_discovery_factory,
    indexer: *const clap_preset_discovery_indexer,
    id: *const c_char,
) -> *const clap_preset_discovery_provider {
    unsafe {
        if indexer.is_null() || id.is_null() || CStr::from_ptr(id) != CStr::from_ptr(DESCRIPTOR.id) {
            return std::ptr::null();
        }
    }
    let mut provider = Box::new(Provider {
        ours: clap_preset_discovery_provider {
            desc: &DESCRIPTOR,
            provider_data: std::ptr::null_mut(),
            init: Some(init),
            destroy: Some(destroy),
            get_metadata: Some(get_metadata),
            get_extension: Some(get_extension),
        },
        indexer,
    });
    provider.ours.provider_data = (&raw mut *provider).cast();
    &raw const Box::leak(provider).ours
}

unsafe fn behind<'a>(provider: *const clap_preset_discovery_provider) -> Option<&'a Provider> {
    unsafe { provider.as_ref().and_then(|provider| provider.provider_data.cast::<Provider>().as_ref()) }
}

unsafe extern "C" fn destroy(provider: *const clap_preset_discovery_provider) {
    unsafe {
        if behind(provider).is_some() {
            drop(Box::from_raw((*provider).provider_data.cast::<Provider>()));
        }
    }
}

unsafe extern "C" fn get_extension(
    _provider: *const clap_preset_discovery_provider,
    _id: *const c_char,
) -> *const c_void {
    std::ptr::null()
}

/// Declares the locations of presets.
unsafe extern "C" fn init(provider: *const clap_preset_discovery_provider) -> bool {
    let Some(Provider { indexer, .. }) = (unsafe { behind(provider) }) else { return false };
    let Some(real) = (unsafe { indexer.as_ref() }) else { return false };
    let Some(declare_location) = real.declare_location else { return false };
    let declare = |flags, name: &CStr, folder: Option<&CString>| {
        let location = clap_preset_discovery_location {
            flags,
            name: name.as_ptr(),
            kind: match folder {
                Some(_) => CLAP_PRESET_DISCOVERY_LOCATION_FILE,
                None => CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
            },
            location: folder.map_or(std::ptr::null(), |folder| folder.as_ptr()),
        };
        unsafe { declare_location(*indexer, &location) }
    };
    let factory = factory_folder().and_then(|folder| CString::new(folder.to_string_lossy().as_bytes()).ok());
    let users = user_folder();
    if factory.is_some() || users.is_some() {
        let filetype = clap_preset_discovery_filetype {
            name: c"Lull preset".as_ptr(),
            description: c"Settings of Lull, as JSON".as_ptr(),
            file_extension: EXTENSION.as_ptr(),
        };
        if !real.declare_filetype.is_some_and(|declare| unsafe { declare(*indexer, &filetype) }) {
            return false;
        }
    }
    declare(CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, c"Lull", factory.as_ref())
        && (users.is_none() || declare(CLAP_PRESET_DISCOVERY_IS_USER_CONTENT, c"Yours", users.as_ref()))
}

/// Lists the presets of a location.
unsafe extern "C" fn get_metadata(
    provider: *const clap_preset_discovery_provider,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    let receiver = Receiver::new(receiver);
    let (Some(_), Some(receiver)) = (unsafe { behind(provider) }, receiver) else { return false };
    match kind {
        CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN => {
            PRESETS.iter().all(|preset| unsafe { receiver.factory_preset(preset, Some(preset.key)) })
        }
        CLAP_PRESET_DISCOVERY_LOCATION_FILE if !location.is_null() => {
            let path = unsafe { CStr::from_ptr(location) }.to_string_lossy().into_owned();
            let path = Path::new(&path);
            match (read(path), factory_preset_of(path)) {
                (Ok(_), Some(preset)) => unsafe { receiver.factory_preset(preset, None) },
                (Ok(_), None) => {
                    let name = path.file_stem().unwrap_or_default().to_string_lossy();
                    unsafe { receiver.preset(&name, None, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT) }
                }
                (Err(why), _) => {
                    unsafe { receiver.fail(&why) };
                    false
                }
            }
        }
        _ => false,
    }
}
