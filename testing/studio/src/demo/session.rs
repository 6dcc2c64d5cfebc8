//! The demo's plugin at work: it learns, its latency is measured, and it plays the recording.

use std::path::Path;
use std::time::{Duration, Instant};

use lull_cli::Audio;
use lull_host::{ClapHost, Events, Param, Result};

use super::task::Task;

/// Block of the embedded host, as a DAW would have it.
const BLOCK_SAMPLES: usize = 512;
/// Distance of the automation points.
const POINT_SAMPLES: usize = 128;

/// Plays the noise with Learn on and returns the project's state with the profile in it.
///
/// # Errors
/// When the plugin fails.
pub fn learn(library: &Path, task: &Task) -> Result<Vec<u8>> {
    let mut host = ClapHost::load(library)?;
    let audio = &task.audio;
    let (learn, window) = (host.param("Learn")?, host.param("Learn Window")?);
    let while_on = host.value(&window, "While On")?;
    host.activate(audio.sample_rate_hz as f64, audio.channels.len(), BLOCK_SAMPLES as u32)?;
    let noise = task.noise.clone();
    let mut passage = audio.slice(noise.clone());
    // Audio goes on for a moment after Learn ends: the plugin computes the profile meanwhile.
    let rest = (audio.sample_rate_hz as usize / 2).max(2 * host.latency_samples()?);
    passage.channels.iter_mut().for_each(|channel| channel.resize(noise.len() + rest, 0.0));
    in_blocks(&mut passage, |start, block| {
        let mut events = Events::default();
        if start == 0 {
            events.push(0, &window, while_on);
            events.push(0, &learn, 1.0);
        }
        let release = noise.len().wrapping_sub(start);
        if release < block[0].len() {
            events.push(release as u32, &learn, 0.0);
        }
        host.process(block, &events)
    })?;
    let state = host.save_state()?;
    Ok(state)
}

/// The plugin's latency in samples.
#[derive(Clone, Copy)]
pub struct Latency {
    pub reported: usize,
    pub measured: usize,
}

/// Measures the latency with an impulse through the learned plugin, with the mask held open.
///
/// # Errors
/// When the plugin fails.
pub fn latency(library: &Path, task: &Task, state: &[u8]) -> Result<Latency> {
    let mut host = started(library, task, state)?;
    let reported = host.latency_samples()?;
    let reduction = host.param("Reduction")?;
    let none = host.value(&reduction, "0 dB")?;
    let channels = task.audio.channels.len();
    let (warm, at) = (4 * reported, 5 * reported + 77);
    let mut impulse = Audio {
        sample_rate_hz: task.audio.sample_rate_hz,
        channels: vec![vec![0.0; at + 3 * reported]; channels],
    };
    impulse.channels.iter_mut().for_each(|channel| channel[at] = 0.5);
    in_blocks(&mut impulse, |start, block| {
        let mut events = Events::default();
        if start == 0 {
            events.push(0, &reduction, none);
        }
        host.process(block, &events)
    })?;
    let tail = &impulse.channels[0][warm..];
    let peak = (0..tail.len()).max_by(|&a, &b| tail[a].abs().total_cmp(&tail[b].abs())).unwrap_or(0);
    Ok(Latency { reported, measured: (warm + peak).saturating_sub(at) })
}

/// Which output of the plugin is played.
#[derive(Clone, Copy, PartialEq)]
pub enum Listen {
    /// The denoised sound.
    Off,
    /// What is taken away.
    On,
}

/// Plays the whole recording with threshold and sharpness automated. Returns the aligned output and the time that
/// process() took.
///
/// # Errors
/// When the plugin fails.
pub fn play(library: &Path, task: &Task, state: &[u8], listen: Listen) -> Result<(Audio, Duration)> {
    let mut host = started(library, task, state)?;
    let latency = host.latency_samples()?;
    let automated = [
        Automated::new(&mut host, "Threshold", ["0 dB", "2 dB"])?,
        Automated::new(&mut host, "Sharpness", ["1", "1.3"])?,
    ];
    let listen_param = host.param("Listen")?;
    let samples = task.audio.samples();
    let mut audio = task.audio.clone();
    audio.channels.iter_mut().for_each(|channel| channel.resize(samples + latency, 0.0));
    let mut elapsed = Duration::ZERO;
    in_blocks(&mut audio, |start, block| {
        let mut events = Events::default();
        if start == 0 && listen == Listen::On {
            events.push(0, &listen_param, 1.0);
        }
        for time in (0..block[0].len()).step_by(POINT_SAMPLES) {
            let share = (start + time) as f64 / samples as f64;
            automated.iter().for_each(|curve| events.push(time as u32, &curve.param, curve.at(share)));
        }
        let begin = Instant::now();
        host.process(block, &events)?;
        elapsed += begin.elapsed();
        Ok(())
    })?;
    audio.channels.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    Ok((audio, elapsed))
}

/// A parameter that rises until the middle of the recording and falls again.
struct Automated {
    param: Param,
    lowest: f64,
    highest: f64,
}

impl Automated {
    fn new(host: &mut ClapHost, name: &str, [lowest, highest]: [&str; 2]) -> Result<Self> {
        let param = host.param(name)?;
        let (lowest, highest) = (host.value(&param, lowest)?, host.value(&param, highest)?);
        Ok(Self { param, lowest, highest })
    }

    /// The value at a position in the recording, from 0 to 1; the lowest after its end.
    fn at(&self, position: f64) -> f64 {
        let height = (1.0 - (2.0 * position - 1.0).abs()).max(0.0);
        self.lowest + height * (self.highest - self.lowest)
    }
}

/// An active new instance with the project's state, as after reopening the project.
fn started(library: &Path, task: &Task, state: &[u8]) -> Result<ClapHost> {
    let mut host = ClapHost::load(library)?;
    host.load_state(state)?;
    host.activate(task.audio.sample_rate_hz as f64, task.audio.channels.len(), BLOCK_SAMPLES as u32)?;
    Ok(host)
}

/// Passes the audio to `process` in blocks, with the index of each block's first sample.
fn in_blocks(
    audio: &mut Audio,
    mut process: impl FnMut(usize, &mut [&mut [f32]]) -> Result<()>,
) -> Result<()> {
    let samples = audio.samples();
    for start in (0..samples).step_by(BLOCK_SAMPLES) {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut block: Vec<&mut [f32]> =
            audio.channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        process(start, &mut block)?;
    }
    Ok(())
}
