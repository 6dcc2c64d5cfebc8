//! Learns from and denoises whole recordings. The output is aligned with the input and has the same length.

use lull_engine::{Config, Engine, NoiseProfile, Quality, Settings};

use crate::Audio;

/// Samples per block of the engine, after which progress is reported.
const BLOCK_SAMPLES: usize = 8192;

/// Learns the noise of a whole recording.
///
/// # Errors
/// A message for the user, when the recording is too short, silent, or has too many channels.
pub fn learn(noise: &Audio, quality: Quality) -> Result<NoiseProfile, String> {
    NoiseProfile::learn(&noise.channels, config_of(noise, quality)).map_err(|error| error.to_string())
}

/// Denoises `audio` with `profile`, in place. `progress` receives the completed share, from 0 to 1.
///
/// # Errors
/// A message for the user, when the audio has too many channels. It is unchanged then.
pub fn denoise(
    audio: &mut Audio,
    profile: &NoiseProfile,
    quality: Quality,
    settings: &Settings,
    progress: &mut dyn FnMut(f64),
) -> Result<(), String> {
    let mut engine = Engine::new(config_of(audio, quality)).map_err(|error| error.to_string())?;
    engine.set_profile(&profile.resampled(engine.config().grid(), audio.channels.len()));
    let latency = engine.latency_samples();
    let samples = audio.samples();
    let mut block = vec![[0.0; BLOCK_SAMPLES]; audio.channels.len()];
    for start in (0..samples + latency).step_by(BLOCK_SAMPLES) {
        let end = (samples + latency).min(start + BLOCK_SAMPLES);
        let read = start.min(samples)..end.min(samples);
        for (block, channel) in block.iter_mut().zip(&audio.channels) {
            let (sound, after_it) = block.split_at_mut(read.len());
            sound.copy_from_slice(&channel[read.clone()]);
            after_it.fill(0.0);
        }
        let mut channels: Vec<&mut [f32]> = block.iter_mut().map(|block| &mut block[..end - start]).collect();
        engine.process(&mut channels, settings);
        // The latency is never negative: what is replaced has been read.
        let written = start.saturating_sub(latency)..end.saturating_sub(latency);
        for (block, channel) in block.iter().zip(&mut audio.channels) {
            channel[written.clone()].copy_from_slice(&block[end - start - written.len()..end - start]);
        }
        progress(end as f64 / (samples + latency) as f64);
    }
    Ok(())
}

fn config_of(audio: &Audio, quality: Quality) -> Config {
    Config { sample_rate_hz: audio.sample_rate_hz.into(), channels: audio.channels.len(), quality }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, samples: usize) -> Vec<f32> {
        let mut state = seed;
        let sample = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.1 * (state as i32 as f32 / 2f32.powi(31))
        };
        (0..samples).map(sample).collect()
    }

    #[test]
    fn the_output_is_the_engines_without_its_latency() {
        let quality = Quality::Best;
        let learned = Audio { sample_rate_hz: 48_000, channels: vec![noise(1, 48_000), noise(2, 48_000)] };
        let profile = learn(&learned, quality).unwrap();
        let settings = Settings::default();
        // Shorter than the latency, than a block, as long as both, and longer.
        for samples in [1, 5000, BLOCK_SAMPLES, 3 * BLOCK_SAMPLES + 77] {
            let channels = vec![noise(3, samples), noise(4, samples)];
            let mut audio = Audio { sample_rate_hz: 48_000, channels: channels.clone() };
            let mut shares = Vec::new();
            denoise(&mut audio, &profile, quality, &settings, &mut |share| shares.push(share)).unwrap();

            let mut engine = Engine::new(config_of(&learned, quality)).unwrap();
            engine.set_profile(&profile);
            let latency = engine.latency_samples();
            let mut expected = channels;
            expected.iter_mut().for_each(|channel| channel.resize(samples + latency, 0.0));
            let [left, right] = &mut expected[..] else { unreachable!("two channels") };
            engine.process(&mut [left, right], &settings);
            for (channel, expected) in audio.channels.iter().zip(&expected) {
                assert!(*channel == expected[latency..], "{samples} samples");
            }
            assert!(shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
        }
    }
}
