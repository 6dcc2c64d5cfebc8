//! The VST3's entry points, in the place of the framework's `nice_export_vst3!`: what hosts get is the framework's
//! object, with the little that the framework leaves out.
//!
//! | file | what it holds |
//! |---|---|
//! | `factory.rs` | what the library makes, and how |
//! | `object.rs` | the framework's object, with some of its functions in our hands |
//! | `silence.rs` | which channels of the output are silent |
//! | `window_gate.rs` | no parameter changes through the framework while its window opens or closes |

mod factory;
mod object;
mod silence;
mod window_gate;

use std::ffi::c_void;

use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPluginFactory;

use factory::Factory;

/// What a host asks for first. It owns what it gets.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory::default()).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// The calls around a library's life, which have names of their own on each system.
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
