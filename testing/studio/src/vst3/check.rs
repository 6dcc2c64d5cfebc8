//! The VST3 in a host: it is loaded, plays, and its project comes back in a new instance.

use std::path::Path;
use std::time::Duration;

use lull_host::Result;

use super::instance::Instance;
use super::module::Module;
use super::parameter_changes::Change;
use crate::checks::{Checks, noise, rms};

const RATE_HZ: f64 = 48_000.0;
const BLOCK_SAMPLES: usize = 512;
/// Samples of a second.
const SECOND: usize = RATE_HZ as usize;
/// What the learned noise has to lose, in dB.
const LEARNED_DB: f64 = 12.0;
const UNLOADINGS: usize = 20;

const CHECKS: Checks = Checks("VST3 in our own host");

/// # Errors
/// At the first check that fails.
pub fn check(library: &Path) -> Result<()> {
    println!("--- the VST3 in a host of our own");
    let module = Module::load(library)?;
    let mut first = Instance::new(&module)?;
    learn(&mut first)?;
    let state = first.save()?;
    let heard = tail(&mut first)?;
    let fell_db = 20.0 * (rms(&input()[0][SECOND..]) / rms(&heard[0][SECOND..])).log10();
    CHECKS.expect("noise", fell_db >= LEARNED_DB, &format!("{fell_db:.1} dB less ({LEARNED_DB} asked)"))?;
    let mut second = Instance::new(&module)?;
    second.load(&state)?;
    let again = tail(&mut second)?;
    CHECKS.expect("a new instance with the saved state", heard == again, "the same samples")?;
    bypass(&mut second)?;
    recall(&module)?;
    drop((first, second, module));
    unload_often(library)
}

/// A window or a thread that the library has left behind would run code that is gone. Another quality, which is chosen in the
/// last block, has a thread of its own.
fn unload_often(library: &Path) -> Result<()> {
    for _ in 0..UNLOADINGS {
        let module = Module::load(library)?;
        let mut instance = Instance::new(&module)?;
        instance.activate(RATE_HZ, BLOCK_SAMPLES)?;
        instance.load(&instance.save()?)?;
        let best = Change { id: instance.parameter("Quality")?, value: 1.0 };
        play(&mut instance, &mut [vec![0.0; BLOCK_SAMPLES], vec![0.0; BLOCK_SAMPLES]], &[best])?;
    }
    std::thread::sleep(Duration::from_millis(200));
    let left = followers();
    CHECKS.expect("threads that follow a quality, after it", left == 0, &format!("{left}"))?;
    CHECKS.expect("loaded and unloaded", true, &format!("{UNLOADINGS} times"))
}

/// How many threads of this process follow a quality that waits. 0 where there is no /proc.
fn followers() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm"));
    tasks.filter_map(|task| name(task).ok()).filter(|name| name.trim() == "lull-renewal").count()
}

/// Learns from two seconds of noise.
fn learn(instance: &mut Instance) -> Result<()> {
    let id = instance.parameter("Learn")?;
    instance.activate(RATE_HZ, BLOCK_SAMPLES)?;
    let mut lead = [0, 1].map(|channel| noise(channel, 2 * SECOND));
    play(instance, &mut lead, &[Change { id, value: 1.0 }])?;
    CHECKS.expect("Learn", instance.value(id) == 1.0, "on")?;
    let mut rest = [vec![0.0; SECOND], vec![0.0; SECOND]];
    play(instance, &mut rest, &[Change { id, value: 0.0 }])
}

/// What was heard before Learn is pressed is learned, once Learn From says so: the controller hears of that first.
fn recall(module: &Module) -> Result<()> {
    let mut instance = Instance::new(module)?;
    let (learn, learn_from) = (instance.parameter("Learn")?, instance.parameter("Learn From")?);
    instance.activate(RATE_HZ, BLOCK_SAMPLES)?;
    let last = Change { id: learn_from, value: 0.5 };
    instance.set(last)?;
    let mut heard = [0, 1].map(|channel| noise(channel, 2 * SECOND));
    play(&mut instance, &mut heard, &[last])?;
    let mut rest = [vec![0.0; SECOND], vec![0.0; SECOND]];
    play(&mut instance, &mut rest, &[Change { id: learn, value: 1.0 }])?;
    let fell_db = 20.0 * (rms(&input()[0][SECOND..]) / rms(&tail(&mut instance)?[0][SECOND..])).log10();
    CHECKS.expect("noise that was heard before", fell_db >= LEARNED_DB, &format!("{fell_db:.1} dB less"))
}

fn bypass(instance: &mut Instance) -> Result<()> {
    let id = instance.parameter("Bypass")?;
    instance.activate(RATE_HZ, BLOCK_SAMPLES)?;
    let latency = instance.latency_samples();
    let (input, mut output) = (input(), input());
    play(instance, &mut output, &[Change { id, value: 1.0 }])?;
    let late = SECOND..2 * SECOND;
    let early = late.start - latency..late.end - latency;
    let is_delayed = output[0][late.clone()] == input[0][early.clone()] && output[1][late] == input[1][early];
    CHECKS.expect("bypass, one latency later", is_delayed, &format!("{latency} samples"))
}

/// Two seconds of noise that was not learned from.
fn input() -> [Vec<f32>; 2] {
    [9, 10].map(|seed| noise(seed, 2 * SECOND))
}

/// That noise through an instance that begins anew.
fn tail(instance: &mut Instance) -> Result<[Vec<f32>; 2]> {
    instance.activate(RATE_HZ, BLOCK_SAMPLES)?;
    let mut audio = input();
    play(instance, &mut audio, &[])?;
    Ok(audio)
}

/// Plays in blocks; the first has the changes.
fn play(instance: &mut Instance, audio: &mut [Vec<f32>; 2], changes: &[Change]) -> Result<()> {
    let samples = audio[0].len();
    for start in (0..samples).step_by(BLOCK_SAMPLES) {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut block = audio.each_mut().map(|channel| &mut channel[start..end]);
        instance.process(&mut block, if start == 0 { changes } else { &[] })?;
    }
    Ok(())
}
