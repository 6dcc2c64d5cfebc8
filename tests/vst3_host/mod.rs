//! A host that never restarts a plugin, as Ardour and those on JUCE are: it only reads the latency again. It processes in
//! real time, on another thread than the one that made the plugin, and counts what that thread allocates and frees.

#[path = "../../src/vst3_bridge/tests/points.rs"]
mod points;

use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
    IComponentHandler, IComponentHandlerTrait, IComponentTrait, IEditController, IEditControllerTrait,
    IParameterChanges, ParamID, ParamValue, ProcessContext, ProcessContext_, ProcessData, ProcessModes_,
    ProcessSetup, SpeakerArr,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, int32, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComWrapper, Interface};

use lull::plugin::Lull;
use lull_engine::{Parameter, Quality};
use nice_assert_no_alloc::{assert_no_alloc, violation_count};
use nice_plug::prelude::Vst3Plugin;

use points::{Point, Points};

pub const RATE_HZ: f64 = 48e3;
pub const BLOCK: usize = 480;
const BLOCK_TIME: Duration = Duration::from_millis(10);

// On Windows the enumerations have other types.
#[allow(clippy::unnecessary_cast)]
const PLAYING: u32 = ProcessContext_::StatesAndFlags_::kPlaying as u32;
#[allow(clippy::unnecessary_cast)]
const OFFLINE: i32 = ProcessModes_::kOffline as i32;

// What the library exports.
unsafe extern "system" {
    fn GetPluginFactory() -> *mut c_void;
}

fn instance() -> ComPtr<IComponent> {
    // SAFETY: the caller owns the factory that it gets, and the object that the factory makes.
    unsafe {
        let factory = ComPtr::from_raw(GetPluginFactory().cast::<IPluginFactory>()).unwrap();
        let (class, mut object) = (Lull::PLATFORM_VST3_CLASS_ID, ptr::null_mut());
        let made =
            factory.createInstance(class.as_ptr().cast(), IComponent::IID.as_ptr().cast(), &mut object);
        assert_eq!(made, kResultOk);
        ComPtr::from_raw(object.cast()).unwrap()
    }
}

/// What the host says about its blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Rolling,
    Stopped,
    Absent,
    /// Stopped, in an offline render.
    Offline,
}

/// The host's handler: counts how often it was told of the latency.
pub struct Handler(Arc<Mutex<usize>>);

impl Class for Handler {
    type Interfaces = (IComponentHandler,);
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _id: ParamID) -> tresult {
        kResultOk
    }
    unsafe fn performEdit(&self, _id: ParamID, _value: ParamValue) -> tresult {
        kResultOk
    }
    unsafe fn endEdit(&self, _id: ParamID) -> tresult {
        kResultOk
    }
    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        *self.0.lock().unwrap() += usize::from(flags & 8 != 0);
        kResultOk
    }
}

/// One instance in the host.
pub struct Host {
    component: ComPtr<IComponent>,
    processor: ComPtr<IAudioProcessor>,
    controller: ComPtr<IEditController>,
    told: Arc<Mutex<usize>>,
    next_block: Instant,
    quality: ParamID,
    learn: ParamID,
    changes: Option<(ParamID, f64)>,
    /// Without waiting for the clock.
    pub is_hurried: bool,
}

/// Passes an object to another thread.
struct Passed<T>(T);
// SAFETY: VST3's objects are made on one thread and process on another.
unsafe impl<T> Send for Passed<T> {}

// SAFETY of all calls: in the order that VST3 asks for, with pointers to what lives until the call returns.
impl Host {
    pub fn new() -> Self {
        let component = std::thread::spawn(|| Passed(instance())).join().unwrap().0;
        let processor = component.cast::<IAudioProcessor>().unwrap();
        let controller = component.cast::<IEditController>().unwrap();
        let told = Arc::new(Mutex::new(0));
        let handler = ComWrapper::new(Handler(told.clone())).to_com_ptr::<IComponentHandler>().unwrap();
        unsafe {
            assert_eq!(component.initialize(ptr::null_mut()), kResultOk);
            assert_eq!(controller.setComponentHandler(handler.as_ptr()), kResultOk);
        }
        let id = |parameter: Parameter| unsafe {
            let mut info = std::mem::zeroed();
            // The framework lists them in the plugin's order.
            assert_eq!(controller.getParameterInfo(parameter as i32, &mut info), kResultOk);
            info.id
        };
        let (quality, learn) = (id(Parameter::Quality), id(Parameter::Learn));
        let mut host = Self {
            component,
            processor,
            controller,
            told,
            next_block: Instant::now(),
            quality,
            learn,
            changes: None,
            is_hurried: false,
        };
        host.activate();
        host
    }

    pub fn activate(&mut self) {
        let (mut stereo, mut other) = (SpeakerArr::kStereo, SpeakerArr::kStereo);
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: 0,
            maxSamplesPerBlock: BLOCK as i32,
            sampleRate: RATE_HZ,
        };
        unsafe {
            self.processor.setBusArrangements(&mut stereo, 1, &mut other, 1);
            assert_eq!(self.processor.setupProcessing(&mut setup), kResultOk);
            assert_eq!(self.component.setActive(1), kResultOk);
            self.processor.setProcessing(1);
        }
    }

    pub fn deactivate(&mut self) {
        unsafe {
            self.processor.setProcessing(0);
            self.component.setActive(0);
        }
    }

    /// Chooses a quality, in the next block.
    pub fn choose(&mut self, quality: Quality) {
        let place = Quality::ALL.iter().position(|&known| known == quality).unwrap();
        self.changes = Some((self.quality, place as f64 / (Quality::ALL.len() - 1) as f64));
    }

    /// Chooses a quality while the host does not process.
    pub fn choose_meanwhile(&mut self, quality: Quality) {
        let place = Quality::ALL.iter().position(|&known| known == quality).unwrap();
        let value = place as f64 / (Quality::ALL.len() - 1) as f64;
        unsafe {
            self.processor.setProcessing(0);
            assert_eq!(self.controller.setParamNormalized(self.quality, value), kResultOk);
            sleep(Duration::from_millis(1500));
            self.processor.setProcessing(1);
        }
    }

    /// Switches Learn, in the next block.
    pub fn learn(&mut self, is_on: bool) {
        self.changes = Some((self.learn, f64::from(u8::from(is_on))));
    }

    pub fn latency_samples(&self) -> usize {
        unsafe { self.processor.getLatencySamples() as usize }
    }

    /// How often the host was told of the latency.
    pub fn told(&self) -> usize {
        *self.told.lock().unwrap()
    }

    /// Processes a block in place, the same in both channels.
    pub fn process(&mut self, transport: Transport, audio: &mut [f32; BLOCK]) {
        if !self.is_hurried {
            sleep(self.next_block.saturating_duration_since(Instant::now()));
            self.next_block = self.next_block.max(Instant::now() - BLOCK_TIME) + BLOCK_TIME;
        }
        let points = self.changes.take().map(|(id, value)| ComWrapper::new(Points::new(Point { id, value })));
        let changes = points.as_ref().and_then(|points| points.as_com_ref::<IParameterChanges>());
        let (mut inputs, mut right) = ([*audio, *audio], [0.0; BLOCK]);
        let mut input_channels = inputs.each_mut().map(|channel| channel.as_mut_ptr());
        let mut output_channels = [audio.as_mut_ptr(), right.as_mut_ptr()];
        let bus = |channels: &mut [*mut f32; 2]| AudioBusBuffers {
            numChannels: 2,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        let (mut input, mut output) = (bus(&mut input_channels), bus(&mut output_channels));
        // SAFETY: numbers, for which zero bytes are valid.
        let mut context: ProcessContext = unsafe { std::mem::zeroed() };
        context.state = if transport == Transport::Rolling { PLAYING } else { 0 };
        let has_context = transport != Transport::Absent;
        let mut data = ProcessData {
            processMode: if transport == Transport::Offline { OFFLINE } else { 0 },
            symbolicSampleSize: 0,
            numSamples: BLOCK as i32,
            numInputs: 1,
            numOutputs: 1,
            inputs: &mut input,
            outputs: &mut output,
            inputParameterChanges: changes.map_or(ptr::null_mut(), |changes| changes.as_ptr()),
            outputParameterChanges: ptr::null_mut(),
            inputEvents: ptr::null_mut(),
            outputEvents: ptr::null_mut(),
            processContext: if has_context { &mut context } else { ptr::null_mut() },
        };
        let before = violation_count();
        let result = assert_no_alloc(|| unsafe { self.processor.process(&mut data) });
        assert_eq!((result, violation_count() - before), (kResultOk, 0), "allocations in a block");
        assert_eq!(*audio, right, "both channels are alike");
    }

    /// Plays what `input` says for each sample, and returns the output.
    pub fn play(&mut self, transport: Transport, blocks: usize, input: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut output = Vec::with_capacity(blocks * BLOCK);
        for block in 0..blocks {
            let mut audio = std::array::from_fn(|sample| input(block * BLOCK + sample));
            self.process(transport, &mut audio);
            output.extend(audio);
        }
        output
    }

    /// Plays until the host knows this latency, five seconds at most.
    pub fn play_until(
        &mut self,
        samples: usize,
        transport: Transport,
        input: impl Fn(usize) -> f32,
    ) -> Vec<f32> {
        let mut output = Vec::new();
        for block in 0..500 {
            if self.latency_samples() == samples {
                break;
            }
            output.extend(self.play(transport, 1, |sample| input(block * BLOCK + sample)));
        }
        assert_eq!(self.latency_samples(), samples);
        output
    }

    /// Where an impulse comes out while the transport rolls, in samples after it has gone in.
    pub fn delay_of_an_impulse(&mut self) -> usize {
        let output = self.play(Transport::Rolling, 20, |sample| if sample == 100 { 0.5 } else { 0.0 });
        let found: Vec<_> = output.iter().enumerate().filter(|(_, sample)| sample.abs() > 1e-3).collect();
        assert_eq!(found.len(), 1, "an impulse: {found:?}");
        found[0].0 - 100
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.deactivate();
        unsafe {
            self.controller.setComponentHandler(ptr::null_mut());
            self.component.terminate();
        }
    }
}
