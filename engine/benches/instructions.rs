//! Runs a number of hops of one case, for `cargo xtask test --only instructions`, which counts their instructions under
//! valgrind: `instructions CASE HOPS`; `instructions list` prints the cases.
//!
//! Everything but the hops is the same for every number of hops: the step takes the difference between two of them.

use std::hint::black_box;
use std::process::ExitCode;

use lull_engine::{Config, Engine, Estimator, LearnWindow, NoiseProfile, Quality, Settings};

const RATE_HZ: f64 = 48e3;
/// The input is quiet and loud in turns, at this distance.
const CYCLE_HOPS: usize = 48;
/// Learn Add starts anew at this distance.
const ADD_CYCLE_HOPS: usize = 96;
const MOST_HOPS: usize = 4 * CYCLE_HOPS;
/// Learn Add listens for this long, and has four frames. Then it computes the profile, for 43 hops in Standard.
const ADDED_HOPS: usize = 11;

#[derive(Clone, Copy, PartialEq)]
enum Doing {
    Playing,
    Learning,
    Adding,
}

struct Case {
    name: &'static str,
    quality: Quality,
    channels: usize,
    doing: Doing,
    settings: fn() -> Settings,
}

const STANDARD: Case = Case {
    name: "standard-mono",
    quality: Quality::Standard,
    channels: 1,
    doing: Doing::Playing,
    settings: Settings::default,
};

const CASES: [Case; 8] = [
    STANDARD,
    Case { name: "standard-stereo", channels: 2, ..STANDARD },
    Case { name: "standard-two-step", settings: two_step, ..STANDARD },
    Case { name: "live", quality: Quality::Live, ..STANDARD },
    Case { name: "best", quality: Quality::Best, ..STANDARD },
    Case { name: "textbook-gate", settings: Settings::textbook_gate, ..STANDARD },
    Case { name: "learn", doing: Doing::Learning, ..STANDARD },
    Case { name: "learn-add", doing: Doing::Adding, ..STANDARD },
];

fn two_step() -> Settings {
    Settings { estimator: Some(Estimator::TwoStep), ..Settings::default() }
}

/// White noise from a linear congruential generator. No function of the C library takes part: another version of it
/// could give other samples.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

/// Noise at the level that was learned, and far above it, in turns.
fn input(channel: usize, hop_samples: usize) -> Vec<f32> {
    let mut noise = Noise(channel as u64);
    let is_loud = |sample: usize| sample / hop_samples % CYCLE_HOPS >= CYCLE_HOPS / 2;
    (0..MOST_HOPS * hop_samples)
        .map(|sample| noise.next() * if is_loud(sample) { 0.3 } else { 0.01 })
        .collect()
}

fn profile(config: Config) -> NoiseProfile {
    let mut noise = Noise(7);
    let samples = 2 * config.grid().window_samples;
    let recording: Vec<f32> = (0..samples).map(|_| 0.01 * noise.next()).collect();
    NoiseProfile::learn(&vec![&*recording; config.channels], config).expect("a long recording of noise")
}

fn run(case: &Case, hops: usize) {
    let &Case { quality, channels, doing, settings, .. } = case;
    let settings = settings();
    let config = Config { sample_rate_hz: RATE_HZ, channels, quality };
    let hop_samples = config.hop_samples();
    let mut engine = Engine::new(config).expect("a config of engines");
    assert!(engine.set_profile(&profile(config)));
    let mut audio: Vec<Vec<f32>> = (0..channels).map(|channel| input(channel, hop_samples)).collect();
    if doing == Doing::Learning {
        engine.start_learning(LearnWindow::UntilStopped, false);
    }
    for hop in 0..hops {
        match hop % ADD_CYCLE_HOPS {
            _ if doing != Doing::Adding => {}
            0 => engine.start_learning(LearnWindow::UntilStopped, true),
            ADDED_HOPS => engine.stop_learning(),
            _ => {}
        }
        let samples = hop * hop_samples..(hop + 1) * hop_samples;
        match &mut *audio {
            [mono] => engine.process(&mut [&mut mono[samples]], &settings),
            [left, right] => {
                engine.process(&mut [&mut left[samples.clone()], &mut right[samples]], &settings)
            }
            _ => unreachable!("one or two channels"),
        }
    }
    black_box(audio);
    let computed = if doing == Doing::Adding { hops.div_ceil(ADD_CYCLE_HOPS) } else { 0 };
    assert_eq!(engine.learned_count() as usize, computed, "profiles computed in these hops");
}

fn main() -> ExitCode {
    // `cargo bench` adds an option.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => println!("instructions: counted by cargo xtask test --only instructions"),
        ["list"] => CASES.iter().for_each(|case| println!("{}", case.name)),
        [name, hops] => {
            let case = CASES.iter().find(|case| case.name == name);
            let hops = hops
                .parse()
                .ok()
                .filter(|hops: &usize| *hops <= MOST_HOPS && hops.is_multiple_of(CYCLE_HOPS));
            let (Some(case), Some(hops)) = (case, hops) else {
                eprintln!("expected a case, and a multiple of {CYCLE_HOPS} hops up to {MOST_HOPS}");
                return ExitCode::FAILURE;
            };
            run(case, hops);
        }
        _ => {
            eprintln!("expected CASE HOPS, or list");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
