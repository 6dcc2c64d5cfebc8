//! What many instances of the built CLAP cost a host: time to load, memory, and time to play.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Events, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::process_memory::resident_mib;

#[derive(clap::Args)]
pub struct Options {
    /// The CLAP's library.
    library: PathBuf,
    /// Instances that play at once.
    #[arg(long, default_value_t = 64)]
    instances: usize,
    /// Live, Standard or Best.
    #[arg(long, default_value = "Standard")]
    quality: String,
}

const RATE_HZ: f64 = 48e3;
const CHANNELS: usize = 2;
const BLOCK_SAMPLES: usize = 512;
/// Blocks of noise that are learned, that a profile is computed in, and that are measured.
const LEARNED: usize = 60;
const COMPUTED: usize = 30;
const MEASURED: usize = 400;

/// # Errors
/// When an instance fails.
pub fn run(options: &Options) -> Result<()> {
    let begin = Instant::now();
    let mut hosts = vec![ClapHost::load(&options.library)?];
    let load_ms = 1e3 * begin.elapsed().as_secs_f64();
    let with_one_mib = resident_mib();
    for _ in 1..options.instances {
        hosts.push(ClapHost::load(&options.library)?);
    }
    for host in &mut hosts {
        activate(host, &options.quality)?;
    }
    learn(&mut hosts)?;
    let memory = match (with_one_mib, resident_mib()) {
        (Some(one), Some(all)) => format!("{:.2} MiB an instance", (all - one) / options.instances as f64),
        _ => "memory is read on Linux only".into(),
    };
    let playing = share_of_a_core(&mut hosts, 0.01)?;
    let silent = share_of_a_core(&mut hosts, 0.0)?;
    println!(
        "rack: {} instances, stereo, {}: loaded and created in {load_ms:.1} ms, {memory}; playing {:.1} % of a core, on \
         digital silence {:.2} %",
        options.instances,
        options.quality,
        100.0 * playing,
        100.0 * silent
    );
    Ok(())
}

/// Activates with a quality, which an instance takes up when it is activated again.
fn activate(host: &mut ClapHost, quality: &str) -> Result<()> {
    let param = host.param("Quality")?;
    let value = host.value(&param, quality)?;
    host.activate(RATE_HZ, CHANNELS, BLOCK_SAMPLES as u32)?;
    let mut events = Events::default();
    events.push(0, &param, value);
    play(host, 0.0, &events, &mut StdRng::seed_from_u64(0))?;
    host.idle();
    host.activate(RATE_HZ, CHANNELS, BLOCK_SAMPLES as u32)
}

/// Every instance learns the noise that it plays afterwards.
fn learn(hosts: &mut [ClapHost]) -> Result<()> {
    for (index, host) in hosts.iter_mut().enumerate() {
        let (param, mut rng) = (host.param("Learn")?, StdRng::seed_from_u64(index as u64));
        for block in 0..LEARNED + COMPUTED {
            let mut events = Events::default();
            match block {
                0 => events.push(0, &param, param.max),
                LEARNED => events.push(0, &param, param.min),
                _ => {}
            }
            play(host, 0.01, &events, &mut rng)?;
        }
    }
    Ok(())
}

fn play(host: &mut ClapHost, level: f32, events: &Events, rng: &mut StdRng) -> Result<()> {
    let mut audio = noise(level, rng);
    let [left, right] = &mut audio;
    host.process(&mut [left, right], events)
}

fn noise(level: f32, rng: &mut StdRng) -> [Vec<f32>; CHANNELS] {
    std::array::from_fn(|_| (0..BLOCK_SAMPLES).map(|_| level * rng.random_range(-1.0f32..1.0)).collect())
}

/// The time that all instances take for a block over the time that it lasts, in the mean. A block that took more than twice
/// the median was interrupted by another program, and is left out.
fn share_of_a_core(hosts: &mut [ClapHost], level: f32) -> Result<f64> {
    let events = Events::default();
    let mut rng = StdRng::seed_from_u64(9);
    let mut blocks = Vec::with_capacity(MEASURED);
    // The first half lets what played before die away.
    for index in 0..2 * MEASURED {
        let mut audio: Vec<_> = hosts.iter().map(|_| noise(level, &mut rng)).collect();
        let begin = Instant::now();
        for (host, [left, right]) in hosts.iter_mut().zip(&mut audio) {
            host.process(&mut [left, right], &events)?;
        }
        if index >= MEASURED {
            blocks.push(begin.elapsed());
        }
    }
    blocks.sort_unstable();
    let most = 2 * blocks[blocks.len() / 2];
    let kept: Vec<Duration> = blocks.into_iter().filter(|block| *block <= most).collect();
    let mean_s = kept.iter().sum::<Duration>().as_secs_f64() / kept.len() as f64;
    Ok(mean_s / (BLOCK_SAMPLES as f64 / RATE_HZ))
}
