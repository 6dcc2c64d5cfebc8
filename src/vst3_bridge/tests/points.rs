//! Parameter changes of a block, as a host sends them.

use std::ptr;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait, ParamID, ParamValue,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{int32, kNotImplemented, kResultOk, tresult};
use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};

/// One point of one parameter, as a host sends it.
pub struct Point {
    pub id: ParamID,
    pub value: ParamValue,
}

impl Class for Point {
    type Interfaces = (IParamValueQueue,);
}

impl IParamValueQueueTrait for Point {
    unsafe fn getParameterId(&self) -> ParamID {
        self.id
    }
    unsafe fn getPointCount(&self) -> int32 {
        1
    }
    unsafe fn getPoint(&self, _index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
        // SAFETY: places for the answers.
        unsafe {
            offset.write(0);
            value.write(self.value);
        }
        kResultOk
    }
    unsafe fn addPoint(&self, _offset: int32, _value: ParamValue, _index: *mut int32) -> tresult {
        kNotImplemented
    }
}

pub struct Points(ComWrapper<Point>);

impl Points {
    pub fn new(point: Point) -> Self {
        Self(ComWrapper::new(point))
    }
}

impl Class for Points {
    type Interfaces = (IParameterChanges,);
}

impl IParameterChangesTrait for Points {
    unsafe fn getParameterCount(&self) -> int32 {
        1
    }
    unsafe fn getParameterData(&self, _index: int32) -> *mut IParamValueQueue {
        self.0.as_com_ref::<IParamValueQueue>().map_or(ptr::null_mut(), |queue| queue.as_ptr())
    }
    unsafe fn addParameterData(&self, _id: *const ParamID, _index: *mut int32) -> *mut IParamValueQueue {
        ptr::null_mut()
    }
}
