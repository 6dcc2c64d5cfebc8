//! `cargo xtask demo`: what a user does in a DAW, done by the embedded host with the built CLAP: play the noise
//! with Learn pressed, then play it all with threshold and sharpness automated.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lull_cli::audio_file::{self, SampleFormat};
use lull_cli::{Audio, spectrogram};
use lull_host::{ClapHost, Events};

use crate::measure::{self, level_db};
use crate::{Result, bundle, shell};

/// The recording that comes with the project, and where it holds noise alone.
pub const RECORDING: &str = "assets/demo/guitar-vinyl.flac";
pub const RECORDING_NOISE_S: Range<f64> = 0.0..1.4;
/// Shortest passage to learn from: the plugin's own shortest learn window.
const SHORTEST_LEARN_S: f64 = 0.1;
/// Block of the embedded host, as a DAW would have it.
const BLOCK_SAMPLES: usize = 512;
/// Distance of the automation points.
const POINT_SAMPLES: usize = 128;

#[derive(clap::Args)]
pub struct Options {
    /// The recording to denoise (WAV, FLAC, AIFF); one comes with the project.
    file: Option<PathBuf>,
    /// Passage of noise alone, in seconds: A:B. Without it, the quietest second of FILE.
    #[arg(long, value_name = "A:B", value_parser = parse_passage)]
    learn: Option<Range<f64>>,
}

fn parse_passage(text: &str) -> Result<Range<f64>> {
    let times = text.split_once(':').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    times
        .map(|(from, to): (f64, f64)| from..to)
        .ok_or("a passage is two times in seconds, as in 0:1.5".into())
}

/// What is denoised, and where it is to be learned.
struct Task {
    path: PathBuf,
    audio: Audio,
    format: SampleFormat,
    noise: Range<usize>,
}

/// # Errors
/// In one line, when the recording cannot be used or the plugin does not do its work.
pub fn run(options: &Options) -> Result {
    // Before anything is built: what cannot work is said at once.
    let task = prepare(options)?;
    let library = bundle::run(&[])?.clap_library();
    let folder = shell::target().join("demo");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;

    let mut host = ClapHost::load(&library)?;
    let state = learn(&mut host, &task)?;
    let (reported, measured) = latency(&library, &task, &state)?;
    let (after, elapsed) = play(&library, &task, &state, Listen::Off)?;
    let (removed, _) = play(&library, &task, &state, Listen::On)?;

    audio_file::write(&folder.join("before.wav"), &task.audio, task.format)?;
    audio_file::write(&folder.join("after.wav"), &after, task.format)?;
    audio_file::write(&folder.join("removed.wav"), &removed, task.format)?;
    let picture = folder.join("spectrogram.png");
    spectrogram::write_png(&picture, &[("Before", &task.audio), ("After", &after)])?;

    report(&task, &after, &removed, elapsed, (reported, measured));
    println!("before.wav, after.wav, removed.wav, spectrogram.png in {}", folder.display());
    if reported == measured { Ok(()) } else { Err("the reported latency is not the measured one".into()) }
}

fn prepare(options: &Options) -> Result<Task> {
    let path = match &options.file {
        // The bundler changes the folder that relative paths start from.
        Some(file) => std::path::absolute(file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => shell::root().join(RECORDING),
    };
    let shown = options.file.clone().unwrap_or_else(|| path.clone());
    let (audio, format) = audio_file::read(&path)
        .map_err(|error| error.replace(&path.display().to_string(), &shown.display().to_string()))?;
    let fault = |what: String| format!("{}: {what}", shown.display());
    if audio.channels.len() > lull_engine::settings::MAX_CHANNELS {
        return Err(fault(format!("it has {} channels; 8 is the most", audio.channels.len())));
    }
    let noise = match (&options.learn, &options.file) {
        (Some(passage), _) => audio.range(passage.clone()).map_err(fault)?,
        (None, None) => audio.range(RECORDING_NOISE_S).map_err(fault)?,
        (None, Some(_)) => audio
            .quietest(1.0, 0..0)
            .ok_or_else(|| fault("is silent or shorter than a second: there is no noise to learn".into()))?,
    };
    if (noise.len() as f64) < SHORTEST_LEARN_S * audio.sample_rate_hz as f64 {
        return Err(fault(format!(
            "the passage is too short to learn from; {SHORTEST_LEARN_S} s is the least"
        )));
    }
    if audio.rms(noise.clone()) == 0.0 {
        return Err(fault("the passage is digital silence, there is no noise to learn".into()));
    }
    Ok(Task { path: shown, audio, format, noise })
}

/// Plays the noise with Learn on and gives the project's state with the profile in it.
fn learn(host: &mut ClapHost, task: &Task) -> Result<Vec<u8>> {
    let audio = &task.audio;
    let (learn, window) = (host.param("Learn")?, host.param("Learn Window")?);
    let while_on = host.value(&window, "While On")?;
    host.activate(audio.sample_rate_hz as f64, audio.channels.len(), BLOCK_SAMPLES as u32)?;
    let noise = task.noise.clone();
    let mut passage = audio.slice(noise.clone());
    // After the button is released the song goes on for a moment, while the profile is worked out.
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
    host.deactivate();
    Ok(state)
}

/// Latency as it is reported, and as an impulse through the learned plugin shows it, with the mask held open.
fn latency(library: &Path, task: &Task, state: &[u8]) -> Result<(usize, usize)> {
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
    Ok((reported, (warm + peak).saturating_sub(at)))
}

#[derive(Clone, Copy, PartialEq)]
enum Listen {
    Off,
    On,
}

/// Plays all of it with threshold and sharpness automated, and gives it aligned, with the time that it took.
fn play(library: &Path, task: &Task, state: &[u8], listen: Listen) -> Result<(Audio, Duration)> {
    let mut host = started(library, task, state)?;
    let latency = host.latency_samples()?;
    let (threshold, sharpness) = (host.param("Threshold")?, host.param("Sharpness")?);
    let ends = |host: &mut ClapHost, param, texts: [&str; 2]| -> Result<[f64; 2]> {
        Ok([host.value(param, texts[0])?, host.value(param, texts[1])?])
    };
    let threshold_ends = ends(&mut host, &threshold, ["0 dB", "2 dB"])?;
    let sharpness_ends = ends(&mut host, &sharpness, ["1", "1.3"])?;
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
            // Both rise to the middle of the recording and fall again.
            let share = (start + time) as f64 / samples as f64;
            let height = (1.0 - (2.0 * share - 1.0).abs()).max(0.0);
            let between = |[from, to]: [f64; 2]| from + height * (to - from);
            events.push(time as u32, &threshold, between(threshold_ends));
            events.push(time as u32, &sharpness, between(sharpness_ends));
        }
        let begin = Instant::now();
        host.process(block, &events)?;
        elapsed += begin.elapsed();
        Ok(())
    })?;
    audio.channels.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    Ok((audio, elapsed))
}

/// A fresh instance with the project's state, as after reopening it.
fn started(library: &Path, task: &Task, state: &[u8]) -> Result<ClapHost> {
    let mut host = ClapHost::load(library)?;
    host.load_state(state)?;
    host.activate(task.audio.sample_rate_hz as f64, task.audio.channels.len(), BLOCK_SAMPLES as u32)?;
    Ok(host)
}

/// Hands out the audio in the host's blocks, with the sample that each begins at.
fn in_blocks(audio: &mut Audio, mut process: impl FnMut(usize, &mut [&mut [f32]]) -> Result) -> Result {
    let samples = audio.samples();
    for start in (0..samples).step_by(BLOCK_SAMPLES) {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut block: Vec<&mut [f32]> =
            audio.channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        process(start, &mut block)?;
    }
    Ok(())
}

fn report(task: &Task, after: &Audio, removed: &Audio, elapsed: Duration, latency: (usize, usize)) {
    let before = &task.audio;
    let rate = before.sample_rate_hz as f64;
    let seconds = |range: &Range<usize>| (range.start as f64 / rate, range.end as f64 / rate);
    println!();
    println!(
        "recording          {} ({:.1} s, {} Hz, {} channels)",
        task.path.display(),
        before.seconds(),
        rate,
        before.channels.len()
    );
    let (reported, measured) = latency;
    println!(
        "latency            reported {reported}, measured {measured} samples ({:.1} ms)",
        1000.0 * reported as f64 / rate
    );
    println!("learned            {:.2} s", task.noise.len() as f64 / rate);
    match before.quietest(1.0, task.noise.clone()) {
        Some(range) => {
            let (from, to) = seconds(&range);
            let (level_before, level_after) = (level_db(before, range.clone()), level_db(after, range));
            println!(
                "noise              {level_before:.1} dBFS before, {level_after:.1} dBFS after: {:.1} dB less ({from:.1} to {to:.1} s, not learned from)",
                level_before - level_after
            );
        }
        None => println!("noise              there is no passage besides the learned one to measure in"),
    }
    match measure::signal_change_db(before, after, task.noise.clone()) {
        Some(change) => println!("signal             {change:+.2} dB where it is 20 dB above the noise"),
        None => println!("signal             none is 20 dB above the noise"),
    }
    println!(
        "after + removed    differ from before by {:.0} dB of its peak",
        measure::sum_error_db(before, [after, removed])
    );
    println!("speed              {:.0} times real time", before.seconds() / elapsed.as_secs_f64());
}
