//! How long [`Engine::process`] takes, in % of the time that the block's samples last: median, 99.9 % and worst of all
//! blocks, in stereo at 48 kHz. With 64 instances all of them process a block one after the other, and the time is the
//! sum of all 64: their hops fall into the same block, as when a host starts all tracks at once.
//!
//! Another program can interrupt any call. So the same input is processed several times by new engines, and the
//! smallest time of each call counts: that of one block in one instance. The figures are of these smallest times. Where
//! there are fewer than 1000 blocks, 99.9 % is the worst one.

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use common::*;
use lull_engine::{Engine, LearnWindow, NoiseProfile, Quality, Settings};

const RATE_HZ: f64 = 48e3;
const CHANNELS: usize = 2;
const BLOCKS_SAMPLES: [usize; 5] = [16, 32, 64, 128, 512];
const MANY: usize = 64;
const NOISE: f32 = 0.01;
/// What is learned, and the longest time that computing the profile takes after it.
const LEARNED_S: f64 = 0.5;
const FINISH_S: f64 = 0.6;
/// Processed before the measurement, so that all rings are full. A whole number of blocks.
const WARM_UP_SAMPLES: usize = 12 * 1024;

#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Playing,
    Silence,
    Learning { add: bool },
}

#[derive(Clone, Copy)]
struct Case {
    quality: Quality,
    instances: usize,
    block_samples: usize,
    doing: Doing,
}

impl Case {
    fn runs(self) -> usize {
        if self.instances == 1 { 7 } else { 3 }
    }

    /// For one instance at least a thousand. 64 have time for less.
    fn blocks(self) -> usize {
        let seconds = match self.doing {
            Doing::Learning { .. } => LEARNED_S + FINISH_S,
            _ if self.instances == 1 => (1000.0 * self.block_samples as f64 / RATE_HZ).max(1.0),
            _ => 0.2,
        };
        (seconds * RATE_HZ / self.block_samples as f64).ceil() as usize
    }

    fn block_s(self) -> f64 {
        self.block_samples as f64 / RATE_HZ
    }

    /// Input for all blocks, the same in each channel.
    fn input(self) -> Vec<f32> {
        let samples = WARM_UP_SAMPLES + self.blocks() * self.block_samples;
        match self.doing {
            Doing::Playing => tones_in_noise(1, samples, RATE_HZ),
            Doing::Silence => vec![0.0; samples],
            Doing::Learning { .. } => noise(1, samples, NOISE),
        }
    }

    /// Time of each block, in seconds.
    fn times_s(self, profile: &NoiseProfile) -> Vec<f64> {
        let input = self.input();
        // Of each call: blocks one after the other, and in each block the instances.
        let mut least_s = vec![f64::INFINITY; self.blocks() * self.instances];
        for _ in 0..self.runs() {
            self.run(profile, &input, &mut least_s);
        }
        least_s.chunks_exact(self.instances).map(|calls_s| calls_s.iter().sum()).collect()
    }

    fn run(self, profile: &NoiseProfile, input: &[f32], least_s: &mut [f64]) {
        let settings = Settings::default();
        let mut instances: Vec<Instance> =
            (0..self.instances).map(|_| Instance::new(self, profile)).collect();
        let (before, measured) = input.split_at(WARM_UP_SAMPLES);
        for block in before.chunks_exact(self.block_samples) {
            for instance in &mut instances {
                instance.load(block);
                instance.process(&settings);
            }
        }
        if let Doing::Learning { add } = self.doing {
            let window = LearnWindow::Seconds(LEARNED_S as f32);
            instances.iter_mut().for_each(|instance| instance.engine.start_learning(window, add));
        }
        let calls_s = least_s.chunks_exact_mut(self.instances);
        for (block, calls_s) in measured.chunks_exact(self.block_samples).zip(calls_s) {
            instances.iter_mut().for_each(|instance| instance.load(block));
            let mut begin = Instant::now();
            for (instance, least_s) in instances.iter_mut().zip(calls_s) {
                instance.process(&settings);
                let end = Instant::now();
                *least_s = least_s.min((end - begin).as_secs_f64());
                begin = end;
            }
        }
        for Instance { engine, .. } in instances {
            let learned = u32::from(matches!(self.doing, Doing::Learning { .. }));
            assert_eq!(engine.learned_count(), learned, "profiles computed in this time");
            assert_eq!(engine.is_asleep(), self.doing == Doing::Silence);
        }
    }
}

/// An engine and its track's buffer.
struct Instance {
    engine: Engine,
    block: [Vec<f32>; CHANNELS],
}

impl Instance {
    fn new(case: Case, profile: &NoiseProfile) -> Self {
        let mut engine = engine(RATE_HZ, CHANNELS, case.quality);
        assert!(engine.set_profile(profile));
        Self { engine, block: std::array::from_fn(|_| vec![0.0; case.block_samples]) }
    }

    fn load(&mut self, block: &[f32]) {
        self.block.iter_mut().for_each(|channel| channel.copy_from_slice(block));
    }

    fn process(&mut self, settings: &Settings) {
        let [left, right] = &mut self.block;
        self.engine.process(&mut [left, right], settings);
    }
}

/// Median, 99.9 % and worst, in % of the block's time.
fn distribution(mut times_s: Vec<f64>, block_s: f64) -> String {
    times_s.sort_by(f64::total_cmp);
    let last = times_s.len() - 1;
    let at = |share: f64| 100.0 * times_s[(share * last as f64).ceil() as usize] / block_s;
    [at(0.5), at(0.999), at(1.0)].map(percent).join(" / ")
}

fn percent(percent: f64) -> String {
    match percent {
        ..0.095 => format!("{percent:.3}"),
        ..0.95 => format!("{percent:.2}"),
        ..9.5 => format!("{percent:.1}"),
        _ => format!("{percent:.0}"),
    }
}

fn print_row(quality: Quality, instances: usize, doing: Doing, profile: &NoiseProfile) {
    let name = match doing {
        Doing::Playing => "plays",
        Doing::Silence => "digital silence",
        Doing::Learning { add: false } => "Learn",
        Doing::Learning { add: true } => "Learn Add",
    };
    print!("| {quality:?} | {instances} | {name} |");
    for block_samples in BLOCKS_SAMPLES {
        let case = Case { quality, instances, block_samples, doing };
        print!(" {} |", distribution(case.times_s(profile), case.block_s()));
    }
    println!();
}

/// The time of all blocks in % of what they last.
fn share_of_core(doing: Doing, profile: &NoiseProfile) -> String {
    let case = Case { quality: Quality::Standard, instances: MANY, block_samples: 512, doing };
    let times_s = case.times_s(profile);
    percent(100.0 * times_s.iter().sum::<f64>() / (times_s.len() as f64 * case.block_s()))
}

fn main() {
    println!("Time of a block in % of what its samples last, stereo at 48 kHz: median / 99.9 % / worst\n");
    println!("| quality | instances | | {} |", BLOCKS_SAMPLES.map(|samples| samples.to_string()).join(" | "));
    println!("|---|---|---|{}", "---|".repeat(BLOCKS_SAMPLES.len()));
    for quality in QUALITIES {
        let profile = profile(RATE_HZ, CHANNELS, quality, NOISE);
        print_row(quality, 1, Doing::Playing, &profile);
        print_row(quality, 1, Doing::Learning { add: false }, &profile);
        print_row(quality, 1, Doing::Learning { add: true }, &profile);
        print_row(quality, MANY, Doing::Playing, &profile);
    }
    let profile = profile(RATE_HZ, CHANNELS, Quality::Standard, NOISE);
    println!("\n{MANY} stereo instances in Standard, 48 kHz, 512-sample blocks, in % of one core:");
    println!("playing {}", share_of_core(Doing::Playing, &profile));
    println!("digital silence {}", share_of_core(Doing::Silence, &profile));
}
