//! `cargo xtask hosts`: the bundles in hosts that nobody here wrote. What cannot be installed is skipped, with
//! the reason.

mod audacity;
pub mod debian;
mod factory;
mod qtractor;

use std::path::{Path, PathBuf};
use std::process::Command;

use lull_host::{ClapHost, Events};

use crate::bundle::{self, Bundles};
use crate::{Result, shell};

/// Pinned: what a newer release changes should be seen when it is chosen, not by chance.
const PYTHON_PACKAGES: [&str; 3] = ["numpy>=1.26,<3", "pedalboard==0.9.26", "dawdreamer==0.9.0"];

/// These hosts show nothing. JUCE takes display :0 where none is named, and ends with a display that has no window
/// manager.
const NO_DISPLAY: (&str, &str) = ("DISPLAY", ":32767");

/// # Errors
/// When a host that is there finds a fault in a bundle.
pub fn run() -> Result {
    check(&bundle::run(&[])?)
}

/// # Errors
/// As [`run`].
pub fn check(bundles: &Bundles) -> Result {
    factory::check(bundles)?;
    println!("--- clack-host (CLAP)");
    in_clack(&bundles.clap_library())?;
    audacity::say();
    qtractor::scan(&bundles.clap_library())?;
    let python = match python_environment() {
        Ok(python) => python,
        Err(why) => {
            println!("--- pedalboard, DawDreamer, Ardour (VST3), qtractor's engine (CLAP): skipped: {why}");
            return Ok(());
        }
    };
    in_python(&python, "in_pedalboard.py", bundles)?;
    in_python(&python, "in_dawdreamer.py", bundles)?;
    qtractor::play(&python, bundles)?;
    match debian::program("/usr/bin/ardour7-lua", "ardour") {
        Ok(()) => in_python(&python, "in_ardour.py", bundles),
        Err(why) => {
            println!("--- Ardour (VST3): skipped: {why}");
            Ok(())
        }
    }
}

/// Runs one of the scripts. A plugin that brings its host down takes the script with it: a failure as well.
fn in_python(python: &Path, script: &str, bundles: &Bundles) -> Result {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let script = text(&shell::root().join("xtask/hosts").join(script));
    let arguments = [&*script, &text(&bundles.vst3), &text(&shell::target().join("hosts"))];
    shell::run_with(&[NO_DISPLAY], python, &arguments)
}

/// A virtual environment under target/ with the hosts in it.
///
/// # Errors
/// When it cannot be made, or the hosts are not to be had.
pub fn python_environment() -> Result<PathBuf> {
    let folder = shell::target().join("hosts/python");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let done = folder.join("installed");
    let wanted = PYTHON_PACKAGES.join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let quiet = |program: &Path, arguments: &[&str]| -> Result {
        let output = Command::new(program).args(arguments).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        if output.status.success() {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(words.lines().last().unwrap_or("it failed without a word").to_owned())
    };
    let shown = folder.to_string_lossy();
    quiet(Path::new("python3"), &["-m", "venv", &shown])?;
    let install =
        [&["-m", "pip", "install", "--quiet", "--disable-pip-version-check"], &PYTHON_PACKAGES[..]].concat();
    quiet(&python, &install)?;
    std::fs::write(&done, wanted).map_err(|error| format!("{}: {error}", done.display()))?;
    Ok(python)
}

const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 512;
const SECOND: usize = RATE_HZ as usize;

/// The CLAP: parameters with units, learning, latency, state in a fresh instance.
fn in_clack(library: &Path) -> Result {
    let mut host = ClapHost::load(library)?;
    for param in host.params().to_vec() {
        let text = host.text(&param, param.default)?;
        println!("  {:<10} {:<20} {text}", param.group, param.name);
    }
    let threshold = host.param("Threshold")?;
    let text = host.text(&threshold, threshold.default)?;
    expect("the threshold's unit", text.ends_with("dB"), &text)?;
    for (id, page) in [("Learn", 1.0), ("Listen", 0.0)] {
        expect(id, host.param(id)?.max >= page, "there")?;
    }

    host.activate(RATE_HZ, 2, BLOCK as u32)?;
    let learn = host.param("Learn")?;
    let mut lead: Vec<_> = (0..2).map(|channel| noise(channel, 2 * SECOND)).collect();
    play(&mut host, &mut lead, |start, events| {
        if start == 0 {
            events.push(0, &learn, 1.0);
        }
    })?;
    let mut rest = vec![vec![0.0; SECOND]; 2];
    play(&mut host, &mut rest, |start, events| {
        if start == 0 {
            events.push(0, &learn, 0.0);
        }
    })?;
    let state = host.save_state()?;

    let first = tail(&mut host)?;
    let fell = 20.0 * (rms(&noise(9, 2 * SECOND)[SECOND..]) / rms(&first[0][SECOND..])).log10();
    expect("noise in a tail", fell >= 12.0, &format!("{fell:.1} dB less (12 asked)"))?;
    let mut other = ClapHost::load(library)?;
    other.load_state(&state)?;
    let again = tail(&mut other)?;
    expect("fresh instance with the saved state", first == again, "the same samples")?;

    let latency = host.latency_samples()?;
    host.activate(RATE_HZ, 1, BLOCK as u32)?;
    let bypass = host.param("Bypass")?;
    let input = noise(5, SECOND);
    let mut output = vec![input.clone()];
    play(&mut host, &mut output, |_, events| events.push(0, &bypass, 1.0))?;
    let late = SECOND / 2..SECOND;
    let shifted = late.start - latency..late.end - latency;
    expect("bypass, one latency later", output[0][late] == input[shifted], &format!("{latency} samples"))
}

fn expect(what: &str, holds: bool, figure: &str) -> Result {
    println!("  {} {what}: {figure}", if holds { "ok    " } else { "FAILED" });
    if holds { Ok(()) } else { Err(format!("clack-host: {what}: {figure}")) }
}

/// Two seconds of noise that was not learned from, through a freshly activated instance.
fn tail(host: &mut ClapHost) -> Result<Vec<Vec<f32>>> {
    host.activate(RATE_HZ, 2, BLOCK as u32)?;
    let mut audio: Vec<_> = (0..2).map(|channel| noise(9 + channel, 2 * SECOND)).collect();
    play(host, &mut audio, |_, _| ())?;
    Ok(audio)
}

fn play(host: &mut ClapHost, audio: &mut [Vec<f32>], events_at: impl Fn(usize, &mut Events)) -> Result {
    let samples = audio[0].len();
    for start in (0..samples).step_by(BLOCK) {
        let end = samples.min(start + BLOCK);
        let mut events = Events::default();
        events_at(start, &mut events);
        let mut block: Vec<&mut [f32]> = audio.iter_mut().map(|channel| &mut channel[start..end]).collect();
        host.process(&mut block, &events)?;
    }
    Ok(())
}

/// Uniform noise, enough like Gaussian once it is in a spectrum.
fn noise(seed: u64, samples: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    (0..samples)
        .map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            0.03 * ((state >> 40) as f32 / (1 << 23) as f32 - 1.0)
        })
        .collect()
}

fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|&x| (x as f64).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}
