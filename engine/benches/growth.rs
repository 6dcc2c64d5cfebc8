//! How the cost of the engine grows with quality, sample rate, channels and instances: Markdown tables of the share of a
//! core that is busy, at default settings.
//!
//! The rows of a table are timed in turns and the smallest time of each counts, so that a busy machine affects all.

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::{Duration, Instant};

use common::*;
use lull_engine::{Config, Engine, NoiseProfile, Quality, Settings};

const SECONDS: f64 = 1.0;
const TURNS: usize = 12;
const BLOCK: usize = 512;
const RATE_HZ: f64 = 48e3;

/// Engines that play the same signal, a block of each in turn, as a host does.
struct Rack {
    engines: Vec<Engine>,
    input: Vec<f32>,
    channels: usize,
    least: Duration,
}

impl Rack {
    fn new(sample_rate_hz: f64, quality: Quality, channels: usize, instances: usize) -> Self {
        let config = Config { sample_rate_hz, channels, quality };
        let learned: Vec<_> =
            (0..channels as u64).map(|seed| noise(seed, sample_rate_hz as usize, 0.01)).collect();
        let profile = NoiseProfile::learn(&learned, config).expect("a second of noise is enough");
        let engines = (0..instances).map(|_| {
            let mut engine = engine(sample_rate_hz, channels, quality);
            engine.set_profile(&profile);
            engine
        });
        Self {
            engines: engines.collect(),
            input: tones_in_noise(7, (SECONDS * sample_rate_hz) as usize, sample_rate_hz),
            channels,
            least: Duration::MAX,
        }
    }

    fn play(&mut self) {
        let settings = Settings::default();
        let mut block = vec![[0.0; BLOCK]; self.channels];
        let begin = Instant::now();
        for input in self.input.chunks(BLOCK) {
            for engine in &mut self.engines {
                let mut channels: Vec<&mut [f32]> =
                    block.iter_mut().map(|channel| &mut channel[..input.len()]).collect();
                channels.iter_mut().for_each(|channel| channel.copy_from_slice(input));
                engine.process(&mut channels, &settings);
            }
        }
        self.least = self.least.min(begin.elapsed());
    }

    /// Share of a core, in percent.
    fn load_percent(&self) -> f64 {
        100.0 * self.least.as_secs_f64() / SECONDS
    }
}

/// A table with a row per name, whose racks are made by `rack` for each quality. `units` are what a row's load is
/// divided by for the figure in brackets.
fn table(title: &str, rows: &[(String, usize)], rack: impl Fn(usize, Quality) -> Rack) {
    let mut racks: Vec<Vec<Rack>> =
        (0..rows.len()).map(|row| QUALITIES.map(|quality| rack(row, quality)).into()).collect();
    for _ in 0..TURNS {
        racks.iter_mut().flatten().for_each(Rack::play);
    }
    println!(
        "| {title} | Live, % of a core | Standard, % of a core | Best, % of a core |\n|---|---|---|---|"
    );
    for ((name, units), racks) in rows.iter().zip(&racks) {
        let cells = racks.iter().map(|rack| {
            let load = rack.load_percent();
            let each =
                if *units > 1 { format!(" ({:.2} each)", load / *units as f64) } else { String::new() };
            format!(" {load:.2}{each} |")
        });
        println!("| {name} |{}", cells.collect::<String>());
    }
    println!();
}

fn windows() {
    println!(
        "| quality | window, ms | windows per second | % of a core | % of a core per 100 windows per second |"
    );
    println!("|---|---|---|---|---|");
    let mut racks = QUALITIES.map(|quality| Rack::new(RATE_HZ, quality, 1, 1));
    for _ in 0..TURNS {
        racks.iter_mut().for_each(Rack::play);
    }
    for (rack, quality) in racks.iter().zip(QUALITIES) {
        let ms = |samples: usize| 1e3 * samples as f64 / RATE_HZ;
        let window_ms = ms(quality.window_samples(RATE_HZ));
        // Four windows begin in the time of a synthesis window.
        let per_second = 4e3 / ms(quality.synthesis_samples(RATE_HZ));
        let load = rack.load_percent();
        println!(
            "| {quality:?} | {window_ms:.1} | {per_second:.0} | {load:.2} | {:.2} |",
            100.0 * load / per_second
        );
    }
    println!();
}

fn main() {
    windows();
    let rates_hz = [44.1e3, 48e3, 96e3, 192e3];
    let rows = rates_hz.map(|rate| (format!("{} kHz", rate / 1e3), 1));
    table("sample rate (mono, one instance)", &rows, |row, quality| Rack::new(rates_hz[row], quality, 1, 1));
    let channels = [1, 2, 8];
    let rows = channels.map(|count| (count.to_string(), count));
    table("channels (48 kHz, one instance)", &rows, |row, quality| {
        Rack::new(RATE_HZ, quality, channels[row], 1)
    });
    let instances = [1, 16, 64];
    let rows = instances.map(|count| (count.to_string(), count));
    table("instances (48 kHz, stereo)", &rows, |row, quality| Rack::new(RATE_HZ, quality, 2, instances[row]));
}
