//! An instance of a VST3's first class, as a host has it: stereo, in blocks of a fixed size at most.

use std::ptr;

use lull_host::Result;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, BusDirections_, IAudioProcessor, IAudioProcessorTrait,
    IComponent, IComponentTrait, IEditController, IEditControllerTrait, IParameterChanges, MediaTypes_,
    ProcessData, ProcessSetup, SpeakerArr, SymbolicSampleSizes_,
};
use vst3::Steinberg::{IBStream, IPluginBaseTrait, IPluginFactoryTrait, kResultOk, tresult};
use vst3::{ComPtr, ComWrapper, Interface};

use super::module::Module;
use super::parameter_changes::{Change, Changes};
use super::stream::Stream;

// On Windows the enumerations have another type.
#[allow(clippy::unnecessary_cast)]
const SAMPLE_32: i32 = SymbolicSampleSizes_::kSample32 as i32;
#[allow(clippy::unnecessary_cast)]
const AUDIO: i32 = MediaTypes_::kAudio as i32;
#[allow(clippy::unnecessary_cast)]
const DIRECTIONS: [i32; 2] = [BusDirections_::kInput as i32, BusDirections_::kOutput as i32];

/// A processor and its controller, which are one object in Lull. The module's library is to stay loaded.
pub struct Instance {
    component: ComPtr<IComponent>,
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    is_active: bool,
}

fn expect(result: tresult, call: &str) -> Result<()> {
    if result == kResultOk { Ok(()) } else { Err(format!("{call}: {result}")) }
}

// SAFETY of all calls below: they come on one thread, in the order that VST3 asks for, with pointers to what lives until the
// call returns.
impl Instance {
    /// # Errors
    /// When the factory makes none.
    pub fn new(module: &Module) -> Result<Self> {
        let factory = module.factory()?;
        let component = unsafe {
            let mut class = std::mem::zeroed();
            expect(factory.getClassInfo(0, &mut class), "getClassInfo")?;
            let mut object = ptr::null_mut();
            let made =
                factory.createInstance(class.cid.as_ptr(), IComponent::IID.as_ptr().cast(), &mut object);
            expect(made, "createInstance")?;
            ComPtr::from_raw(object as *mut IComponent).ok_or("createInstance: null")?
        };
        let processor = component.cast::<IAudioProcessor>().ok_or("there is no IAudioProcessor")?;
        let controller = component.cast::<IEditController>().ok_or("there is no IEditController")?;
        expect(unsafe { component.initialize(ptr::null_mut()) }, "initialize")?;
        Ok(Self { component, processor, controller, is_active: false })
    }

    /// The id of a parameter.
    ///
    /// # Errors
    /// When there is none of that title.
    pub fn parameter(&self, title: &str) -> Result<u32> {
        let count = unsafe { self.controller.getParameterCount() };
        for index in 0..count {
            let info = unsafe {
                let mut info = std::mem::zeroed();
                expect(self.controller.getParameterInfo(index, &mut info), "getParameterInfo")?;
                info
            };
            let text: Vec<u16> = info.title.into_iter().take_while(|&unit| unit != 0).collect();
            if String::from_utf16_lossy(&text) == title {
                return Ok(info.id);
            }
        }
        Err(format!("none of {count} parameters is '{title}'"))
    }

    /// The value of a parameter, from 0 to 1.
    pub fn value(&self, id: u32) -> f64 {
        unsafe { self.controller.getParamNormalized(id) }
    }

    /// Tells the controller of a change, as hosts do besides the change in a block.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn set(&self, Change { id, value }: Change) -> Result<()> {
        expect(unsafe { self.controller.setParamNormalized(id, value) }, "setParamNormalized")
    }

    /// Begins anew to process.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn activate(&mut self, rate_hz: f64, most_samples: usize) -> Result<()> {
        self.deactivate();
        let (mut input, mut output) = (SpeakerArr::kStereo, SpeakerArr::kStereo);
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: SAMPLE_32,
            maxSamplesPerBlock: most_samples as i32,
            sampleRate: rate_hz,
        };
        unsafe {
            let arranged = self.processor.setBusArrangements(&mut input, 1, &mut output, 1);
            expect(arranged, "setBusArrangements")?;
            expect(self.processor.setupProcessing(&mut setup), "setupProcessing")?;
            for direction in DIRECTIONS {
                expect(self.component.activateBus(AUDIO, direction, 0, 1), "activateBus")?;
            }
            expect(self.component.setActive(1), "setActive")?;
            self.is_active = true;
            self.processor.setProcessing(1);
        }
        Ok(())
    }

    fn deactivate(&mut self) {
        if std::mem::take(&mut self.is_active) {
            unsafe {
                self.processor.setProcessing(0);
                self.component.setActive(0);
            }
        }
    }

    pub fn latency_samples(&self) -> usize {
        unsafe { self.processor.getLatencySamples() as usize }
    }

    /// Processes a block: two channels of one length.
    ///
    /// # Errors
    /// When the plugin says that it failed.
    pub fn process(&mut self, audio: &mut [&mut [f32]; 2], changes: &[Change]) -> Result<()> {
        let samples = audio[0].len();
        let mut input = audio.each_ref().map(|channel| channel.to_vec());
        let mut inputs = input.each_mut().map(|channel| channel.as_mut_ptr());
        let mut outputs = audio.each_mut().map(|channel| channel.as_mut_ptr());
        let bus = |channels: &mut [*mut f32; 2]| AudioBusBuffers {
            numChannels: 2,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        let (mut input_bus, mut output_bus) = (bus(&mut inputs), bus(&mut outputs));
        let changes = ComWrapper::new(Changes::new(changes)).to_com_ptr::<IParameterChanges>();
        let mut data = ProcessData {
            processMode: 0,
            symbolicSampleSize: SAMPLE_32,
            numSamples: samples as i32,
            numInputs: 1,
            numOutputs: 1,
            inputs: &mut input_bus,
            outputs: &mut output_bus,
            inputParameterChanges: changes.as_ref().map_or(ptr::null_mut(), ComPtr::as_ptr),
            outputParameterChanges: ptr::null_mut(),
            inputEvents: ptr::null_mut(),
            outputEvents: ptr::null_mut(),
            processContext: ptr::null_mut(),
        };
        expect(unsafe { self.processor.process(&mut data) }, "process")
    }

    /// # Errors
    /// When the plugin cannot save.
    pub fn save(&self) -> Result<Vec<u8>> {
        let stream = ComWrapper::new(Stream::default());
        let pointer = stream.to_com_ptr::<IBStream>().ok_or("the stream is none")?;
        expect(unsafe { self.component.getState(pointer.as_ptr()) }, "getState")?;
        Ok(stream.bytes())
    }

    /// # Errors
    /// When the plugin does not accept the state.
    pub fn load(&self, state: &[u8]) -> Result<()> {
        let pointer = || ComWrapper::new(Stream::new(state)).to_com_ptr::<IBStream>();
        let (first, second) = pointer().zip(pointer()).ok_or("the stream is none")?;
        expect(unsafe { self.component.setState(first.as_ptr()) }, "setState")?;
        expect(unsafe { self.controller.setComponentState(second.as_ptr()) }, "setComponentState")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.deactivate();
        unsafe { self.component.terminate() };
    }
}
