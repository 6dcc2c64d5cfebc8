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

/// Denoises `audio` with `profile`. `progress` receives the completed share, from 0 to 1.
///
/// # Errors
/// A message for the user, when the audio has too many channels.
pub fn denoise(
    audio: &Audio,
    profile: &NoiseProfile,
    quality: Quality,
    settings: &Settings,
    progress: &mut dyn FnMut(f64),
) -> Result<Audio, String> {
    let mut engine = Engine::new(config_of(audio, quality)).map_err(|error| error.to_string())?;
    engine.set_profile(&profile.resampled(engine.config().grid(), audio.channels.len()));
    let latency = engine.latency_samples();
    let samples = audio.samples() + latency;
    let mut channels = audio.channels.clone();
    channels.iter_mut().for_each(|channel| channel.resize(samples, 0.0));
    for start in (0..samples).step_by(BLOCK_SAMPLES) {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut block: Vec<&mut [f32]> =
            channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        engine.process(&mut block, settings);
        progress(end as f64 / samples as f64);
    }
    for channel in &mut channels {
        channel.drain(..latency);
    }
    Ok(Audio { sample_rate_hz: audio.sample_rate_hz, channels })
}

fn config_of(audio: &Audio, quality: Quality) -> Config {
    Config { sample_rate_hz: audio.sample_rate_hz.into(), channels: audio.channels.len(), quality }
}
