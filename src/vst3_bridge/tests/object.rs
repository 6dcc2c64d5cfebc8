//! The object that a host gets: silent channels are flagged, and it is one object through all interfaces.

use std::ptr;

use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
    IComponentTrait, IEditController, IEditControllerTrait, ProcessData, ProcessSetup, SpeakerArr,
    SymbolicSampleSizes_,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FUnknown, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait, IPlugViewTrait,
    IPluginBaseTrait, ViewRect, kInvalidArgument, kResultOk,
};
use nice_plug::wrapper::vst3::vst3::{ComPtr, ComWrapper};

use super::instance;
use crate::plugin::Lull;
use crate::vst3_bridge::object::object_and_parameters;

const BLOCK: usize = 4096;
// On Windows the enumeration has another type.
#[allow(clippy::unnecessary_cast)]
const SAMPLE_32: i32 = SymbolicSampleSizes_::kSample32 as i32;

/// The flags after a block of which each channel is full of one sample.
fn flags_after(processor: &ComPtr<IAudioProcessor>, block: [f32; 2]) -> u64 {
    let mut input = block.map(|sample| vec![sample; BLOCK]);
    let mut output = [vec![0.5; BLOCK], vec![0.5; BLOCK]];
    let mut inputs = [input[0].as_mut_ptr(), input[1].as_mut_ptr()];
    let mut outputs = [output[0].as_mut_ptr(), output[1].as_mut_ptr()];
    let bus = |channels: &mut [*mut f32; 2]| AudioBusBuffers {
        numChannels: 2,
        // What a host may have left there.
        silenceFlags: 0b101,
        __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
    };
    let (mut input_bus, mut output_bus) = (bus(&mut inputs), bus(&mut outputs));
    let mut data = ProcessData {
        processMode: 0,
        symbolicSampleSize: SAMPLE_32,
        numSamples: BLOCK as i32,
        numInputs: 1,
        numOutputs: 1,
        inputs: &mut input_bus,
        outputs: &mut output_bus,
        inputParameterChanges: ptr::null_mut(),
        outputParameterChanges: ptr::null_mut(),
        inputEvents: ptr::null_mut(),
        outputEvents: ptr::null_mut(),
        processContext: ptr::null_mut(),
    };
    // SAFETY: all that `data` leads to lives until the end of this function.
    assert_eq!(unsafe { processor.process(&mut data) }, kResultOk);
    output_bus.silenceFlags
}

#[test]
fn hosts_are_told_which_channels_are_silent() {
    let component = instance();
    let processor = component.cast::<IAudioProcessor>().unwrap();
    let mut stereo = SpeakerArr::kStereo;
    let mut other = SpeakerArr::kStereo;
    let mut setup = ProcessSetup {
        processMode: 0,
        symbolicSampleSize: SAMPLE_32,
        maxSamplesPerBlock: BLOCK as i32,
        sampleRate: 48e3,
    };
    // SAFETY: in the order that VST3 asks for, with pointers to what lives here.
    unsafe {
        assert_eq!(component.initialize(ptr::null_mut()), kResultOk);
        assert_eq!(processor.setBusArrangements(&mut stereo, 1, &mut other, 1), kResultOk);
        assert_eq!(processor.setupProcessing(&mut setup), kResultOk);
        assert_eq!(component.setActive(1), kResultOk);
        processor.setProcessing(1);
        assert_eq!(flags_after(&processor, [0.0, 0.0]), 0b11);
        assert_eq!(flags_after(&processor, [0.1, 0.0]), 0b10, "sound in the first channel");
        assert_eq!(flags_after(&processor, [0.1, 0.1]), 0b00);
        flags_after(&processor, [0.0, 0.0]);
        assert_eq!(flags_after(&processor, [0.0, 0.0]), 0b11, "silent again");
        assert_eq!(processor.process(ptr::null_mut()), kInvalidArgument);
        processor.setProcessing(0);
        component.setActive(0);
        component.terminate();
    }
}

#[test]
fn the_object_is_one_whichever_interface_it_is_asked_through() {
    let component = instance();
    let processor = component.cast::<IAudioProcessor>().unwrap();
    let controller = component.cast::<IEditController>().unwrap();
    let identity = component.cast::<FUnknown>().unwrap().as_ptr();
    assert_eq!(processor.cast::<FUnknown>().unwrap().as_ptr(), identity);
    assert_eq!(controller.cast::<FUnknown>().unwrap().as_ptr(), identity);
    assert_eq!(processor.cast::<IComponent>().unwrap().as_ptr(), component.as_ptr());
    // References are counted as one: all but the last go, and the object is still there.
    drop((component, controller));
    // SAFETY: `processor` keeps the object.
    assert!(unsafe { processor.getLatencySamples() } < 1 << 20);
    let framework = ComWrapper::new(Wrapper::<Lull>::new());
    let table = |processor: *mut IAudioProcessor| {
        // SAFETY: an interface pointer leads to a pointer to its table.
        unsafe { *(*processor).vtbl }
    };
    let (theirs, ours) =
        (table(framework.as_com_ref::<IAudioProcessor>().unwrap().as_ptr()), table(processor.as_ptr()));
    assert!(ptr::fn_addr_eq(theirs.getTailSamples, ours.getTailSamples));
    assert!(!ptr::fn_addr_eq(theirs.process, ours.process));
}

#[test]
fn a_host_that_renders_offline_is_noted() {
    let (object, params) = object_and_parameters();
    let (processor, params) = (object.to_com_ptr::<IAudioProcessor>().unwrap(), params.unwrap());
    for (mode, is_offline) in [(0, false), (2, true), (1, false), (2, true), (0, false)] {
        let mut setup = ProcessSetup {
            processMode: mode,
            symbolicSampleSize: SAMPLE_32,
            maxSamplesPerBlock: BLOCK as i32,
            sampleRate: 48e3,
        };
        // SAFETY: the object is not active, and the setup lives here.
        assert_eq!(unsafe { processor.setupProcessing(&mut setup) }, kResultOk);
        assert_eq!(params.host_state.is_offline(), is_offline, "mode {mode}");
    }
}

#[test]
fn a_scale_that_the_host_says_before_it_opens_the_window_is_kept() {
    let controller = instance().cast::<IEditController>().unwrap();
    // SAFETY: the name is the one of VST3, and the caller owns the view that it gets.
    let view = unsafe { ComPtr::from_raw(controller.createView(c"editor".as_ptr())) }.unwrap();
    let size = || {
        let mut rect = ViewRect { left: 0, top: 0, right: 0, bottom: 0 };
        // SAFETY: the rectangle lives here.
        assert_eq!(unsafe { view.getSize(&mut rect) }, kResultOk);
        (rect.right - rect.left, rect.bottom - rect.top)
    };
    assert_eq!(size(), (900, 640));
    let scale = view.cast::<IPlugViewContentScaleSupport>().unwrap();
    // SAFETY: no window is open.
    unsafe {
        assert_eq!(scale.setContentScaleFactor(2.0), kResultOk);
        assert_eq!(size(), (1800, 1280));
        assert_ne!(scale.setContentScaleFactor(f32::NAN), kResultOk);
        assert_eq!(size(), (1800, 1280));
    }
    // Another view of the same instance has it as well.
    drop((scale, view));
    // SAFETY: as above.
    let view = unsafe { ComPtr::from_raw(controller.createView(c"editor".as_ptr())) }.unwrap();
    let mut rect = ViewRect { left: 0, top: 0, right: 0, bottom: 0 };
    // SAFETY: as above.
    assert_eq!(unsafe { view.getSize(&mut rect) }, kResultOk);
    assert_eq!((rect.right, rect.bottom), (1800, 1280));
}
