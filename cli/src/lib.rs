//! Offline: audio in, denoised audio out, aligned and of the same length. Nothing here is real-time.

pub mod audio_file;
pub mod spectrogram;

use std::ops::Range;

use lull_engine::learner::{FEWEST_FRAMES, LearnStatus};
use lull_engine::profile::NoiseProfile;
use lull_engine::settings::{LearnWindow, MAX_CHANNELS, Quality, Settings};
use lull_engine::{Config, Engine};

/// Samples that are passed to the engine at a time, between two reports of progress.
const BLOCK_SAMPLES: usize = 8192;

/// Amplitude under which a stretch counts as digital silence (-140 dBFS).
const SILENCE: f32 = 1e-7;

/// Audio in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    pub sample_rate_hz: u32,
    /// Channels of one length.
    pub channels: Vec<Vec<f32>>,
}

impl Audio {
    pub fn samples(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub fn seconds(&self) -> f64 {
        self.samples() as f64 / self.sample_rate_hz as f64
    }

    /// The same stretch of every channel.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let channels = self.channels.iter().map(|channel| channel[range.clone()].to_vec()).collect();
        Self { sample_rate_hz: self.sample_rate_hz, channels }
    }

    /// Samples between two times.
    ///
    /// # Errors
    /// In words for the user, when the times are not in order or not within the audio.
    pub fn range(&self, seconds: Range<f64>) -> Result<Range<usize>, String> {
        let (from, to) = (seconds.start, seconds.end);
        if !(from >= 0.0 && to > from) {
            return Err(format!("the passage {from}:{to} s is empty or begins before 0"));
        }
        let at = |seconds: f64| (seconds * self.sample_rate_hz as f64).round() as usize;
        if at(to) > self.samples() {
            return Err(format!(
                "the passage ends at {to} s, but the audio is only {:.2} s long",
                self.seconds()
            ));
        }
        Ok(at(from)..at(to))
    }

    /// Root mean square over a stretch of all channels.
    pub fn rms(&self, range: Range<usize>) -> f32 {
        let samples = self.channels.iter().flat_map(|channel| &channel[range.clone()]);
        let squares: f64 = samples.map(|&x| (x as f64).powi(2)).sum();
        (squares / (range.len() * self.channels.len()).max(1) as f64).sqrt() as f32
    }

    /// The quietest stretch of a length, in steps of a tenth of it, that is not digital silence and does not
    /// touch the samples `outside`. None when the audio is too short or silent throughout.
    pub fn quietest(&self, seconds: f64, outside: Range<usize>) -> Option<Range<usize>> {
        let length = (seconds * self.sample_rate_hz as f64) as usize;
        (0..(self.samples() + 1).saturating_sub(length))
            .step_by((length / 10).max(1))
            .map(|start| start..start + length)
            .filter(|range| range.end <= outside.start || range.start >= outside.end)
            .map(|range| (self.rms(range.clone()), range))
            .filter(|&(level, _)| level > SILENCE)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, range)| range)
    }
}

/// Learns the noise of a whole piece of audio.
///
/// # Errors
/// In words for the user, when there is too little of it, it is silent, or it has too many channels.
pub fn learn(noise: &Audio, quality: Quality) -> Result<NoiseProfile, String> {
    let mut engine = engine_for(noise, quality)?;
    let settings = Settings { learn: true, learn_window: LearnWindow::WhileOn, ..Settings::default() };
    run(&mut engine, &mut noise.channels.clone(), &settings, &mut |_| ());
    // The window ends here; what follows only gives the engine time to work the profile out.
    let settings = Settings { learn: false, ..settings };
    while engine.profile().is_none() {
        match engine.learn_status() {
            LearnStatus::TooShort => {
                let hops = FEWEST_FRAMES as usize - 1;
                let least = engine.config().grid().window_samples + hops * engine.hop_samples();
                // Up to the next hundredth: no less would do.
                let least_s = (100.0 * least as f64 / noise.sample_rate_hz as f64).ceil() / 100.0;
                return Err(format!(
                    "{:.2} s are too short to learn from; {least_s:.2} s is the least",
                    noise.seconds()
                ));
            }
            LearnStatus::Silent => {
                return Err("the passage is digital silence, there is no noise to learn".into());
            }
            _ => {}
        }
        let mut silence = vec![vec![0.0; BLOCK_SAMPLES]; noise.channels.len()];
        run(&mut engine, &mut silence, &settings, &mut |_| ());
    }
    engine.profile().cloned().ok_or_else(|| "there is no profile".into())
}

/// Denoises `audio` with `profile`. `progress` is told the share done so far, from 0 to 1.
///
/// # Errors
/// In words for the user, when the audio has too many channels.
pub fn denoise(
    audio: &Audio,
    profile: &NoiseProfile,
    quality: Quality,
    settings: &Settings,
    progress: &mut dyn FnMut(f64),
) -> Result<Audio, String> {
    let mut engine = engine_for(audio, quality)?;
    engine.set_profile(&profile.resampled(engine.config().grid(), audio.channels.len()));
    let latency = engine.latency_samples();
    let mut channels = audio.channels.clone();
    for channel in &mut channels {
        channel.resize(channel.len() + latency, 0.0);
    }
    run(&mut engine, &mut channels, settings, progress);
    for channel in &mut channels {
        channel.drain(..latency);
    }
    Ok(Audio { sample_rate_hz: audio.sample_rate_hz, channels })
}

fn engine_for(audio: &Audio, quality: Quality) -> Result<Engine, String> {
    if audio.channels.len() > MAX_CHANNELS {
        return Err(format!("it has {} channels; {MAX_CHANNELS} is the most", audio.channels.len()));
    }
    Ok(Engine::new(Config {
        sample_rate_hz: audio.sample_rate_hz as f64,
        channels: audio.channels.len(),
        quality,
    }))
}

fn run(engine: &mut Engine, channels: &mut [Vec<f32>], settings: &Settings, progress: &mut dyn FnMut(f64)) {
    let samples = channels.first().map_or(0, Vec::len);
    let mut start = 0;
    while start < samples {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut block: Vec<&mut [f32]> =
            channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        engine.process(&mut block, settings);
        start = end;
        progress(start as f64 / samples as f64);
    }
}
