//! The handler that the framework gets in place of the host's.

use std::sync::{Arc, Mutex};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandlerTrait, IEditController, IEditControllerTrait, ParamID, ParamValue,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{int32, kResultOk, tresult};
use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

use lull_engine::Parameter;

use super::instance;
use crate::vst3_bridge::handler::Handler;
use crate::vst3_bridge::table::table;

/// A host that writes down what it is told, and sends nothing back.
struct Deaf(Arc<Mutex<Vec<String>>>);

impl Deaf {
    fn note(&self, what: String) -> tresult {
        self.0.lock().unwrap().push(what);
        kResultOk
    }
}

impl Class for Deaf {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Deaf {
    unsafe fn beginEdit(&self, _id: ParamID) -> tresult {
        self.note("begin".into())
    }
    unsafe fn performEdit(&self, _id: ParamID, value: ParamValue) -> tresult {
        self.note(format!("perform {value}"))
    }
    unsafe fn endEdit(&self, _id: ParamID) -> tresult {
        self.note("end".into())
    }
    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        self.note(format!("restart {flags}"))
    }
}

#[test]
fn a_quality_that_is_chosen_in_the_window_needs_no_answer_of_the_host() {
    let component = instance();
    let controller = component.cast::<IEditController>().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let theirs = ComWrapper::new(Deaf(told.clone())).to_com_ptr::<IComponentHandler>().unwrap();
    // SAFETY: the controller's table is the bridge's; its instance lives as long as the object.
    unsafe {
        let instance = table::<nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IEditControllerVtbl>(
            controller.as_ptr().cast(),
        )
        .instance;
        let ours = Handler::new(theirs, instance);
        let id = |parameter: Parameter| {
            let mut info = std::mem::zeroed();
            assert_eq!(controller.getParameterInfo(parameter as i32, &mut info), kResultOk);
            info.id
        };
        let (quality, threshold) = (id(Parameter::Quality), id(Parameter::Threshold));
        let threshold_before = controller.getParamNormalized(threshold);
        ours.beginEdit(quality);
        ours.performEdit(quality, 1.0);
        ours.performEdit(threshold, 0.25);
        ours.endEdit(quality);
        ours.restartComponent(8);
        assert_eq!(controller.getParamNormalized(quality), 1.0);
        assert_eq!(controller.getParamNormalized(threshold), threshold_before, "the host sends that back");
    }
    assert_eq!(*told.lock().unwrap(), ["begin", "perform 1", "perform 0.25", "end", "restart 8"]);
}
