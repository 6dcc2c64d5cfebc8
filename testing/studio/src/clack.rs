//! The CLAP in clack-host: parameters, learning, latency and state.

use std::path::Path;

use lull_host::{ClapHost, Events, Result};

use crate::checks::{Checks, noise, rms};

const RATE_HZ: f64 = 48_000.0;
const BLOCK_SAMPLES: usize = 512;
/// Samples of a second.
const SECOND: usize = RATE_HZ as usize;

const CHECKS: Checks = Checks("clack-host");

/// Checks parameters with units, learning, latency, and the state in a new instance.
///
/// # Errors
/// At the first check that fails.
pub fn check(library: &Path) -> Result<()> {
    println!("--- clack-host (CLAP)");
    let mut host = ClapHost::load(library)?;
    parameters(&mut host)?;
    let state = learn(&mut host)?;
    let first = tail(&mut host)?;
    let fell_db = fell_db(&first);
    CHECKS.expect("noise in a tail", fell_db >= 12.0, &format!("{fell_db:.1} dB less (12 asked)"))?;
    let mut other = ClapHost::load(library)?;
    other.load_state(&state)?;
    let again = tail(&mut other)?;
    CHECKS.expect("new instance with the saved state", first == again, "the same samples")?;
    recall(library, fell_db)?;
    bypass(&mut host)
}

/// By how much the noise has fallen in the second half of [`tail`].
fn fell_db(tail: &[Vec<f32>]) -> f64 {
    20.0 * (rms(&noise(9, 2 * SECOND)[SECOND..]) / rms(&tail[0][SECOND..])).log10()
}

/// What was heard before Learn was pressed is learned, and removes as much noise as what is learned while Learn is on.
fn recall(library: &Path, expected_db: f64) -> Result<()> {
    let mut host = ClapHost::load(library)?;
    host.activate(RATE_HZ, 2, BLOCK_SAMPLES as u32)?;
    set(&mut host, &[("Learn From", "Last"), ("Learn Window", "3 s")])?;
    // It asks for memory.
    host.idle();
    let mut heard: Vec<_> = (0..2).map(|channel| noise(channel, 3 * SECOND)).collect();
    play(&mut host, &mut heard, |_, _| ())?;
    set(&mut host, &[("Learn", "On")])?;
    let fell_db = fell_db(&tail(&mut host)?);
    let is_as_deep = (fell_db - expected_db).abs() < 0.5;
    CHECKS.expect(
        "learns what was heard before",
        is_as_deep,
        &format!("noise {fell_db:.1} dB less, as after Learn ({expected_db:.1} dB; .5 allowed)"),
    )
}

/// Sets parameters from text, and plays a second of silence.
fn set(host: &mut ClapHost, controls: &[(&str, &str)]) -> Result<()> {
    let mut changes = Vec::new();
    for (name, text) in controls {
        let param = host.param(name)?;
        changes.push((param.clone(), host.value(&param, text)?));
    }
    let mut silence = vec![vec![0.0; SECOND]; 2];
    play(host, &mut silence, |start, events| {
        if start == 0 {
            changes.iter().for_each(|(param, value)| events.push(0, param, *value));
        }
    })
}

fn parameters(host: &mut ClapHost) -> Result<()> {
    for param in host.params().to_vec() {
        let text = host.text(&param, param.default)?;
        println!("  {:<10} {:<20} {text}", param.group, param.name);
    }
    let threshold = host.param("Threshold")?;
    let text = host.text(&threshold, threshold.default)?;
    CHECKS.expect("the threshold's unit", text.ends_with("dB"), &text)?;
    for name in ["Learn", "Listen"] {
        CHECKS.expect(name, host.param(name)?.max == 1.0, "a switch")?;
    }
    Ok(())
}

/// Learns from two seconds of noise and returns the state after it.
fn learn(host: &mut ClapHost) -> Result<Vec<u8>> {
    host.activate(RATE_HZ, 2, BLOCK_SAMPLES as u32)?;
    let learn = host.param("Learn")?;
    let mut lead: Vec<_> = (0..2).map(|channel| noise(channel, 2 * SECOND)).collect();
    play(host, &mut lead, |start, events| {
        if start == 0 {
            events.push(0, &learn, 1.0);
        }
    })?;
    let mut rest = vec![vec![0.0; SECOND]; 2];
    play(host, &mut rest, |start, events| {
        if start == 0 {
            events.push(0, &learn, 0.0);
        }
    })?;
    host.save_state()
}

fn bypass(host: &mut ClapHost) -> Result<()> {
    let latency = host.latency_samples()?;
    host.activate(RATE_HZ, 1, BLOCK_SAMPLES as u32)?;
    let bypass = host.param("Bypass")?;
    let input = noise(5, SECOND);
    let mut output = vec![input.clone()];
    play(host, &mut output, |_, events| events.push(0, &bypass, 1.0))?;
    let late = SECOND / 2..SECOND;
    let shifted = late.start - latency..late.end - latency;
    CHECKS.expect(
        "bypass, one latency later",
        output[0][late] == input[shifted],
        &format!("{latency} samples"),
    )
}

/// Two seconds of noise that was not learned from, through a newly activated instance.
fn tail(host: &mut ClapHost) -> Result<Vec<Vec<f32>>> {
    host.activate(RATE_HZ, 2, BLOCK_SAMPLES as u32)?;
    let mut audio: Vec<_> = (0..2).map(|channel| noise(9 + channel, 2 * SECOND)).collect();
    play(host, &mut audio, |_, _| ())?;
    Ok(audio)
}

fn play(host: &mut ClapHost, audio: &mut [Vec<f32>], events_at: impl Fn(usize, &mut Events)) -> Result<()> {
    let samples = audio[0].len();
    for start in (0..samples).step_by(BLOCK_SAMPLES) {
        let end = samples.min(start + BLOCK_SAMPLES);
        let mut events = Events::default();
        events_at(start, &mut events);
        let mut block: Vec<&mut [f32]> = audio.iter_mut().map(|channel| &mut channel[start..end]).collect();
        host.process(&mut block, &events)?;
    }
    Ok(())
}
