//! The library's factory: one class. The framework describes it.

use std::ffi::c_void;

use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3,
    IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID,
    int32, kInvalidArgument, kResultOk, tresult,
};

use super::object;
use crate::plugin::Lull;

pub struct Factory {
    info: PluginInfo,
}

impl Default for Factory {
    fn default() -> Self {
        Self { info: PluginInfo::for_plugin::<Lull>() }
    }
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

impl Factory {
    /// Writes a description of class `index`; there is one class.
    ///
    /// # Safety
    /// `to` is null or valid for writing a `T`.
    unsafe fn describe<T>(&self, index: int32, to: *mut T, describe: fn(&PluginInfo) -> T) -> tresult {
        if index != 0 || to.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: it is not null, so it is valid for writing a `T`.
        unsafe { to.write(describe(&self.info)) };
        kResultOk
    }
}

// SAFETY, in all of them: the pointers are null or what the interface says they are, as VST3 asks of hosts.
impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        unsafe { self.describe(0, info, PluginInfo::create_factory_info) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        unsafe { self.describe(index, info, PluginInfo::create_class_info) }
    }

    unsafe fn createInstance(&self, cid: FIDString, iid: FIDString, object: *mut *mut c_void) -> tresult {
        if cid.is_null() || iid.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        unsafe {
            if cid.cast::<[u8; 16]>().read_unaligned() != *self.info.cid {
                return kInvalidArgument;
            }
            let wrapper = object::new_object();
            let Some(unknown) = wrapper.as_com_ref::<FUnknown>() else { return kInvalidArgument };
            let unknown = unknown.as_ptr();
            // This call counts the host's reference; the wrapper's own is released at the end.
            ((*(*unknown).vtbl).queryInterface)(unknown, iid.cast::<TUID>(), object)
        }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        unsafe { self.describe(index, info, PluginInfo::create_class_info_2) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        unsafe { self.describe(index, info, PluginInfo::create_class_info_unicode) }
    }

    unsafe fn setHostContext(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }
}
