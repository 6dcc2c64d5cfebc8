//! Tells a VST3 host after each block which channels of the output are silent (`AudioBusBuffers::silenceFlags`), so that
//! it can let what follows sleep. The framework never writes them, and a host may have left there what it likes.

use std::slice;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{ProcessData, SymbolicSampleSizes_};

/// Samples of 32 bits. Enumerations have another type on Windows.
#[allow(clippy::unnecessary_cast)]
const SAMPLE_32: i32 = SymbolicSampleSizes_::kSample32 as i32;

/// Writes the flags of what was put out. RT-safe.
///
/// # Safety
/// `data` is null or what a host hands to `process`.
pub unsafe fn tell_silence(data: *mut ProcessData) {
    // SAFETY: as VST3 has it: `numOutputs` buses, in each a pointer to `numChannels` pointers to `numSamples` samples of
    // the named size. What a host may leave out is null.
    unsafe {
        let Some(data) = data.as_ref() else { return };
        if data.symbolicSampleSize != SAMPLE_32 || data.numSamples <= 0 || data.outputs.is_null() {
            return;
        }
        for index in 0..data.numOutputs.max(0) as usize {
            let bus = data.outputs.add(index);
            let channels = (*bus).__field0.channelBuffers32;
            if channels.is_null() {
                continue;
            }
            let mut flags = 0;
            // There are 64 flags.
            for channel in 0..(*bus).numChannels.clamp(0, 64) as usize {
                let samples = *channels.add(channel);
                if !samples.is_null() && is_silent(slice::from_raw_parts(samples, data.numSamples as usize)) {
                    flags |= 1 << channel;
                }
            }
            (*bus).silenceFlags = flags;
        }
    }
}

/// Looks no further than the first sample that is not.
fn is_silent(samples: &[f32]) -> bool {
    samples.iter().all(|&sample| sample == 0.0)
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use nice_plug::wrapper::vst3::Wrapper;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
        AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
        IComponentTrait, IEditController, ProcessSetup, SpeakerArr,
    };
    use nice_plug::wrapper::vst3::vst3::Steinberg::{
        FUnknown, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, kInvalidArgument, kResultOk,
    };
    use nice_plug::wrapper::vst3::vst3::{ComPtr, ComWrapper, Interface};

    use super::*;
    use crate::plugin::Lull;
    use crate::vst3_bridge::GetPluginFactory;
    use nice_plug::prelude::Vst3Plugin;

    const BLOCK: usize = 4096;

    fn instance() -> ComPtr<IComponent> {
        // SAFETY: the factory is made for whoever asks, and so is what it makes.
        unsafe {
            let factory = ComPtr::from_raw(GetPluginFactory().cast::<IPluginFactory>()).unwrap();
            let mut object = ptr::null_mut();
            let class = Lull::PLATFORM_VST3_CLASS_ID;
            let made =
                factory.createInstance(class.as_ptr().cast(), IComponent::IID.as_ptr().cast(), &mut object);
            assert_eq!(made, kResultOk);
            let mut none = ptr::null_mut();
            let refused =
                factory.createInstance([0; 16].as_ptr(), IComponent::IID.as_ptr().cast(), &mut none);
            assert!(refused == kInvalidArgument && none.is_null());
            ComPtr::from_raw(object.cast()).unwrap()
        }
    }

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
}
