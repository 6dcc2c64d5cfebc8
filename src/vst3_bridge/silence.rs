//! Tells a VST3 host after each block which channels of the output are silent (`AudioBusBuffers::silenceFlags`), so that
//! it need not process the plugins that follow. The framework never writes these flags, and the host may pass any value.

use std::slice;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{ProcessData, SymbolicSampleSizes_};

// On Windows the enumeration has another type.
#[allow(clippy::unnecessary_cast)]
const SAMPLE_32: i32 = SymbolicSampleSizes_::kSample32 as i32;

/// Writes the flags of a processed block. RT-safe.
///
/// # Safety
/// `data` is null or what the host passes to `process`.
pub unsafe fn tell_silence(data: *mut ProcessData) {
    // SAFETY: VST3 specifies `numOutputs` buses, in each a pointer to `numChannels` pointers to `numSamples` samples of the
    // named size. What a host may leave out is null.
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

fn is_silent(samples: &[f32]) -> bool {
    samples.iter().all(|&sample| sample == 0.0)
}
