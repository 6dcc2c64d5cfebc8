//! A loaded VST3 library.

use std::ffi::c_void;
use std::path::Path;

use libloading::Library;
use lull_host::Result;
use vst3::ComPtr;
use vst3::Steinberg::IPluginFactory;

/// Names of the calls after loading and before unloading, which differ between systems.
const CALLS: [&[u8]; 2] = if cfg!(windows) {
    [b"InitDll\0", b"ExitDll\0"]
} else if cfg!(target_os = "macos") {
    [b"bundleEntry\0", b"bundleExit\0"]
} else {
    [b"ModuleEntry\0", b"ModuleExit\0"]
};

/// A library, from the call after loading to the call before unloading. It is to live longer than all that comes from it.
pub struct Module(Library);

impl Module {
    /// # Errors
    /// When the library cannot be loaded or refuses.
    pub fn load(path: &Path) -> Result<Self> {
        let fault = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
        // SAFETY: loading runs the initialisers of a library that we have built, and both entry points are of this type in
        // every VST3. Windows has no argument, which this calling convention leaves unread; elsewhere it is the handle that
        // our library does not use.
        unsafe {
            let library = Library::new(path).map_err(|error| fault(&error))?;
            let enter = library.get::<unsafe extern "system" fn(*mut c_void) -> bool>(CALLS[0]);
            let entered = enter.map_err(|error| fault(&error))?(std::ptr::null_mut());
            if entered { Ok(Self(library)) } else { Err(fault(&"it does not want to be used")) }
        }
    }

    /// # Errors
    /// When there is none.
    pub fn factory(&self) -> Result<ComPtr<IPluginFactory>> {
        // SAFETY: `GetPluginFactory` is of this type in every VST3, and gives a reference to its caller.
        unsafe {
            let get = self.0.get::<unsafe extern "system" fn() -> *mut c_void>(b"GetPluginFactory\0");
            let factory = get.map_err(|error| error.to_string())?();
            ComPtr::from_raw(factory as *mut IPluginFactory).ok_or_else(|| "there is no factory".into())
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: as for the call after loading.
        unsafe {
            if let Ok(leave) = self.0.get::<unsafe extern "system" fn() -> bool>(CALLS[1]) {
                leave();
            }
        }
    }
}
