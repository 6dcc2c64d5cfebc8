//! Many instances of the built CLAP at once, for a long time: random automation, states saved and loaded, other
//! rates, layouts and qualities. Memory must stay flat, the output finite, the latency constant.

use std::path::{Path, PathBuf};
use std::time::Instant;

use lull_host::{ClapHost, Events, Param, Processor, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::process_memory::{resident_mib, return_freed};

#[derive(clap::Args)]
pub struct Options {
    /// The CLAP's library.
    library: PathBuf,
    /// Minutes of audio, all instances together.
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Instances that play at once.
    #[arg(long, default_value_t = 64)]
    instances: usize,
    /// Seed of everything that is random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Audio of one instance from one activation to the next: long enough to learn a profile and to work it out.
const ROUND_S: f64 = 0.75;
const MOST_SAMPLES: usize = 1024;
const RATES_HZ: [f64; 8] = [8e3, 22.05e3, 44.1e3, 48e3, 88.2e3, 96e3, 192e3, 1234.5678];
/// What memory may grow by once it is warm, in percent and in MiB: the allocator's own breathing.
const GROWTH_PERCENT: f64 = 0.5;
const GROWTH_MIB: f64 = 1.0;

/// # Errors
/// When an instance fails, the latency changes, or memory grows.
pub fn run(options: &Options) -> Result<()> {
    println!("--- soak: {} instances, {} minutes of audio", options.instances, options.minutes);
    let begin = Instant::now();
    let mut rack = Rack::new(&options.library, options)?;
    let rounds = (options.minutes * 60.0 / ROUND_S / options.instances as f64).ceil().max(4.0) as u64;
    let mut memory_mib = Vec::new();
    for round in 0..rounds {
        rack.round(round)?;
        memory_mib.extend(rack.resting_memory_mib()?);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let audio_s = rounds as f64 * ROUND_S * options.instances as f64;
    println!(
        "  {:.0} s of audio in {seconds:.0} s ({:.0} times real time), {} events, {} saves, {} loads, {} profiles",
        audio_s,
        audio_s / seconds,
        rack.events,
        rack.saves,
        rack.loads,
        rack.profiles
    );
    if rack.profiles == 0 {
        return Err("soak: not one instance learned".into());
    }
    flat(&memory_mib)
}

/// The most memory of the second half against that of the first.
fn flat(memory_mib: &[f64]) -> Result<()> {
    if memory_mib.is_empty() {
        println!("  memory: skipped: it is read on Linux only");
        return Ok(());
    }
    let most = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let steps: Vec<String> =
        memory_mib.iter().step_by(memory_mib.len().div_ceil(12)).map(|mib| format!("{mib:.0}")).collect();
    println!("  memory at rest over time: {} MiB", steps.join(" "));
    let (warm, late) = memory_mib.split_at(memory_mib.len() / 2);
    let (warm, late) = (most(warm), most(late));
    println!("  memory at rest: {warm:.1} MiB in the first half, {late:.1} MiB in the second");
    let allowed = warm * (1.0 + GROWTH_PERCENT / 100.0) + GROWTH_MIB;
    if late <= allowed { Ok(()) } else { Err(format!("soak: memory grows from {warm:.1} to {late:.1} MiB")) }
}

struct Rack {
    hosts: Vec<ClapHost>,
    params: Vec<Param>,
    /// Of an instance that nothing was done with.
    at_rest: Vec<u8>,
    /// Of instances at work, to be loaded into others.
    states: Vec<Vec<u8>>,
    rng: StdRng,
    seed: u64,
    events: u64,
    saves: u32,
    loads: u32,
    profiles: u32,
}

/// One instance's stretch of audio, on one of the audio threads.
struct Voice {
    processor: Processor,
    channels: usize,
    samples: usize,
    rng: StdRng,
    events: u64,
}

impl Rack {
    fn new(library: &Path, options: &Options) -> Result<Self> {
        let mut hosts = Vec::new();
        for _ in 0..options.instances {
            hosts.push(ClapHost::load(library)?);
        }
        let first = hosts.first_mut().ok_or("no instances, no soak")?;
        let (params, at_rest) = (first.params().to_vec(), first.save_state()?);
        let (seed, rng) = (options.seed, StdRng::seed_from_u64(options.seed));
        let states = vec![at_rest.clone()];
        Ok(Self { hosts, params, at_rest, states, rng, seed, events: 0, saves: 0, loads: 0, profiles: 0 })
    }

    /// Every instance at a rate, layout and state of its own, all at once.
    fn round(&mut self, round: u64) -> Result<()> {
        let mut voices = Vec::new();
        let mut latencies = Vec::new();
        for (index, host) in self.hosts.iter_mut().enumerate() {
            if self.rng.random_bool(0.3) {
                host.load_state(&self.states[self.rng.random_range(0..self.states.len())])?;
                self.loads += 1;
            }
            let rate = RATES_HZ[self.rng.random_range(0..RATES_HZ.len())];
            let channels = if self.rng.random_bool(0.8) { 2 } else { self.rng.random_range(1..=8) };
            host.activate(rate, channels, MOST_SAMPLES as u32)?;
            latencies.push(host.latency_samples()?);
            let processor = host.take_processor().ok_or("an active plugin has a processor")?;
            let seed = self.seed.wrapping_add(1 + round * 100_003 + index as u64);
            let samples = (ROUND_S * rate) as usize;
            voices.push(Voice { processor, channels, samples, rng: StdRng::seed_from_u64(seed), events: 0 });
        }
        let voices = play_all(voices, &self.params)?;
        for ((host, voice), latency) in self.hosts.iter_mut().zip(voices).zip(latencies) {
            self.events += voice.events;
            host.put_back(voice.processor);
            host.idle();
            if host.latency_samples()? != latency {
                return Err(format!("soak: the latency changed from {latency} samples while playing"));
            }
            if self.rng.random_bool(0.3) {
                let state = host.save_state()?;
                self.saves += 1;
                self.profiles += state.windows(6).any(|bytes| bytes == b"levels") as u32;
                let slot = self.rng.random_range(0..16);
                if slot < self.states.len() { self.states[slot] = state } else { self.states.push(state) }
            }
            host.deactivate();
        }
        Ok(())
    }

    /// What the process holds, less the states kept here, while all instances are alike and none plays.
    fn resting_memory_mib(&mut self) -> Result<Option<f64>> {
        for host in &mut self.hosts {
            host.load_state(&self.at_rest)?;
            host.activate(48e3, 2, MOST_SAMPLES as u32)?;
        }
        return_freed();
        let kept = self.states.iter().map(Vec::len).sum::<usize>() as f64 / (1 << 20) as f64;
        let memory = resident_mib().map(|memory| memory - kept);
        self.hosts.iter_mut().for_each(ClapHost::deactivate);
        Ok(memory)
    }
}

/// Plays all voices, block by block in turn, on as many threads as there are cores.
fn play_all(mut voices: Vec<Voice>, params: &[Param]) -> Result<Vec<Voice>> {
    let threads = std::thread::available_parallelism().map_or(2, |count| count.get());
    let share = voices.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            voices.chunks_mut(share).map(|part| scope.spawn(move || play_in_turn(part, params))).collect();
        parts.into_iter().try_for_each(|part| part.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    })?;
    Ok(voices)
}

fn play_in_turn(voices: &mut [Voice], params: &[Param]) -> Result<()> {
    let mut events = Events::with_capacity(64);
    for voice in voices.iter_mut() {
        voice.processor.start()?;
    }
    while voices.iter().any(|voice| voice.samples > 0) {
        for voice in voices.iter_mut().filter(|voice| voice.samples > 0) {
            voice.block(params, &mut events)?;
        }
    }
    voices.iter_mut().for_each(|voice| voice.processor.stop());
    Ok(())
}

impl Voice {
    fn block(&mut self, params: &[Param], events: &mut Events) -> Result<()> {
        let size = self.rng.random_range(0..=MOST_SAMPLES).min(self.samples);
        events.clear();
        let mut times: Vec<u32> =
            (0..self.rng.random_range(0..6)).map(|_| self.rng.random_range(0..size.max(1)) as u32).collect();
        times.sort_unstable();
        self.events += times.len() as u64;
        for time in times {
            let param = &params[self.rng.random_range(0..params.len())];
            events.push(time, param, self.rng.random_range(param.min..=param.max));
        }
        let level = [0.0, 1e-3, 0.1, 1.0][self.rng.random_range(0..4)];
        let mut audio: Vec<Vec<f32>> = (0..self.channels)
            .map(|_| (0..size).map(|_| level * self.rng.random_range(-1.0f32..1.0)).collect())
            .collect();
        let mut block: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
        self.processor.process(&mut block, events)?;
        if audio.iter().flatten().any(|x| !x.is_finite()) {
            return Err("soak: the output is not finite".into());
        }
        // A block of nothing is no progress, but it must not go on for ever either.
        self.samples -= size.max(1).min(self.samples);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_seen_and_breathing_is_not() {
        assert!(flat(&[300.0, 310.0, 308.0, 309.0]).is_ok());
        assert!(flat(&[300.0, 310.0, 320.0, 330.0]).is_err());
        assert!(flat(&[]).is_ok());
    }
}
