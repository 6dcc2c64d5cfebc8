//! The VST3 as a host uses it, from the factory on.

mod handler;
mod object;
mod points;
#[cfg(target_os = "linux")]
mod window;

use std::ptr;

use nice_plug::prelude::Vst3Plugin;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::IComponent;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    IPluginFactory, IPluginFactoryTrait, kInvalidArgument, kResultOk,
};
use nice_plug::wrapper::vst3::vst3::{ComPtr, Interface};

use super::entry::GetPluginFactory;
use crate::plugin::Lull;

fn instance() -> ComPtr<IComponent> {
    // SAFETY: the caller owns the factory that it gets, and the object that the factory makes.
    unsafe {
        let factory = ComPtr::from_raw(GetPluginFactory().cast::<IPluginFactory>()).unwrap();
        let mut object = ptr::null_mut();
        let class = Lull::PLATFORM_VST3_CLASS_ID;
        let made =
            factory.createInstance(class.as_ptr().cast(), IComponent::IID.as_ptr().cast(), &mut object);
        assert_eq!(made, kResultOk);
        let mut none = ptr::null_mut();
        let refused = factory.createInstance([0; 16].as_ptr(), IComponent::IID.as_ptr().cast(), &mut none);
        assert!(refused == kInvalidArgument && none.is_null());
        ComPtr::from_raw(object.cast()).unwrap()
    }
}
