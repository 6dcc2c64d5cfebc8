//! The library's entry points.

use std::ffi::c_void;

use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory;

use super::factory::Factory;

/// The factory, which a host asks for first. The host owns the reference.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory::default()).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// The calls when a library is loaded and unloaded. Their names differ between systems.
macro_rules! module_calls {
    ($abi:literal, $enter:ident($($argument:ty)?), $leave:ident) => {
        #[unsafe(no_mangle)]
        pub extern $abi fn $enter($(_: $argument)?) -> bool {
            nice_plug::wrapper::setup_logger::<crate::plugin::Lull>();
            true
        }

        #[unsafe(no_mangle)]
        pub extern $abi fn $leave() -> bool {
            true
        }
    };
}

#[cfg(all(unix, not(target_os = "macos")))]
module_calls!("C", ModuleEntry(*mut c_void), ModuleExit);
#[cfg(target_os = "macos")]
module_calls!("C", bundleEntry(*mut c_void), bundleExit);
#[cfg(windows)]
module_calls!("system", InitDll(), ExitDll);
