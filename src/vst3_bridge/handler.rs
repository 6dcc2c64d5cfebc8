//! What the framework gets in place of the host's `IComponentHandler`: passes everything on, and sets what hosts do not
//! send back.
//!
//! While audio is processed, the framework takes a value that the window sets from the next block, in which the host sends it
//! back. Ardour 7 leaves out parameters that cannot be automated, so that a quality that is chosen in the window would never
//! arrive.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, ParamID, ParamValue,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{int32, tresult};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr};

use super::instance::Instance;

pub struct Handler {
    theirs: ComPtr<IComponentHandler>,
    /// Used in calls of the plugin alone, which owns it.
    instance: *const Instance,
}

impl Handler {
    pub fn new(theirs: ComPtr<IComponentHandler>, instance: *const Instance) -> Self {
        Self { theirs, instance }
    }
}

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

// SAFETY, in all of them: the host's own object, of which this counts a reference.
impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        unsafe { self.theirs.beginEdit(id) }
    }

    unsafe fn performEdit(&self, id: ParamID, value: ParamValue) -> tresult {
        // SAFETY: the framework calls this while the plugin lives.
        unsafe {
            let result = self.theirs.performEdit(id, value);
            (*self.instance).set_unlisted(id, value);
            result
        }
    }

    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        unsafe { self.theirs.endEdit(id) }
    }

    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        unsafe { self.theirs.restartComponent(flags) }
    }
}
