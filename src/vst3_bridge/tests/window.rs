//! Parameter changes while the window opens and closes.

use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponentTrait,
    IComponentVtbl, IEditController, IEditControllerTrait, IParameterChanges, ParamID, ParameterInfo,
    ProcessData, ProcessSetup, SpeakerArr,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    IPlugViewTrait, IPluginBaseTrait, kPlatformTypeX11EmbedWindowID, kResultOk,
};
use nice_plug::wrapper::vst3::vst3::{ComPtr, ComWrapper};

use lull_engine::Parameter;

use super::instance;
use super::points::{Point, Points};
use crate::vst3_bridge::table::table;

const BLOCK: usize = 64;

/// Processes a block of silence in which the parameter goes to `value`.
fn process_with(processor: &ComPtr<IAudioProcessor>, id: ParamID, value: f64) {
    let points = ComWrapper::new(Points::new(Point { id, value }));
    let changes = points.as_com_ref::<IParameterChanges>().unwrap().as_ptr();
    let (mut left, mut right) = ([0.0f32; BLOCK], [0.0f32; BLOCK]);
    let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
    let bus = AudioBusBuffers {
        numChannels: 2,
        silenceFlags: 0,
        __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
    };
    let (mut input, mut output) = (bus, bus);
    let mut data = ProcessData {
        processMode: 0,
        symbolicSampleSize: 0,
        numSamples: BLOCK as i32,
        numInputs: 1,
        numOutputs: 1,
        inputs: &mut input,
        outputs: &mut output,
        inputParameterChanges: changes,
        outputParameterChanges: ptr::null_mut(),
        inputEvents: ptr::null_mut(),
        outputEvents: ptr::null_mut(),
        processContext: ptr::null_mut(),
    };
    // SAFETY: all that `data` leads to lives until the end of this function.
    assert_eq!(unsafe { processor.process(&mut data) }, kResultOk);
}

/// The framework's background thread would panic, and the end of the instance with it.
#[test]
fn a_window_that_comes_and_goes_under_automation_harms_nothing() {
    let component = instance();
    let processor = component.cast::<IAudioProcessor>().unwrap();
    let controller = component.cast::<IEditController>().unwrap();
    let (mut stereo, mut other) = (SpeakerArr::kStereo, SpeakerArr::kStereo);
    let mut setup = ProcessSetup {
        processMode: 0,
        symbolicSampleSize: 0,
        maxSamplesPerBlock: BLOCK as i32,
        sampleRate: 48e3,
    };
    // SAFETY: in the order that VST3 asks for, with pointers to what lives here.
    unsafe {
        component.initialize(ptr::null_mut());
        processor.setBusArrangements(&mut stereo, 1, &mut other, 1);
        processor.setupProcessing(&mut setup);
        component.setActive(1);
        processor.setProcessing(1);
        let id = threshold(&controller);

        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut value = 0.0;
                while !done.load(SeqCst) {
                    value = if value < 0.9 { value + 0.01 } else { 0.0 };
                    process_with(&processor, id, value);
                }
                process_with(&processor, id, 0.625);
            });
            for _ in 0..300 {
                let view = ComPtr::from_raw(controller.createView(c"editor".as_ptr())).unwrap();
                // No window has this id, so none is opened, but the framework does not know that before it has tried.
                let nowhere = ptr::without_provenance_mut::<c_void>(1);
                view.attached(nowhere, kPlatformTypeX11EmbedWindowID);
                view.removed();
            }
            done.store(true, SeqCst);
        });
        assert_eq!(controller.getParamNormalized(id), 0.625, "the last change has arrived");
        processor.setProcessing(0);
        component.setActive(0);
        component.terminate();
        // The framework says here whether its background thread is well.
        drop((processor, controller, component));
    }
}

#[test]
fn changes_that_come_while_the_window_changes_are_set_at_their_last_point() {
    let component = instance();
    let controller = component.cast::<IEditController>().unwrap();
    // SAFETY: the table is ours; the framework's own functions.
    unsafe {
        let table = table::<IComponentVtbl>(component.as_ptr().cast());
        let id = threshold(&controller);
        let points = ComWrapper::new(Points::new(Point { id, value: 0.375 }));
        let changes = points.as_com_ref::<IParameterChanges>().unwrap().as_ptr();
        (*table.instance).set_directly(changes);
        (*table.instance).set_directly(ptr::null_mut());
        assert_eq!(controller.getParamNormalized(id), 0.375);
        component.terminate();
    }
}

/// The id of a parameter that has no steps.
fn threshold(controller: &ComPtr<IEditController>) -> u32 {
    // SAFETY: the framework's own functions; the structure is plain data.
    unsafe {
        let mut info: ParameterInfo = std::mem::zeroed();
        let place = Parameter::Threshold as i32;
        assert_eq!(controller.getParameterInfo(place, &mut info), kResultOk);
        assert_eq!(info.stepCount, 0);
        info.id
    }
}
