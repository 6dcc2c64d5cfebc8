//! Engines on several threads at once do not disturb each other: they lend each other scratch.

mod common;

use common::*;
use lull_engine::{Config, NoiseProfile, Quality, Settings};

const RATE_HZ: f64 = 48e3;
/// More than most machines run at once.
const THREADS: usize = 24;

/// Two engines in turn, block by block, with what is learned from `profile_seed`; the output of both.
fn play(profile_seed: u64, quality: Quality, channels: usize) -> Vec<Vec<f32>> {
    let config = Config { sample_rate_hz: RATE_HZ, channels, quality };
    let learned: Vec<_> =
        (0..channels as u64).map(|seed| noise(profile_seed + seed, RATE_HZ as usize / 2, 0.01)).collect();
    let profile = NoiseProfile::learn(&learned, config).expect("half a second of noise is enough");
    let input = tones_in_noise(profile_seed, RATE_HZ as usize, RATE_HZ);
    let mut engines = [(); 2].map(|()| engine(RATE_HZ, channels, quality));
    engines.iter_mut().for_each(|engine| assert!(engine.set_profile(&profile)));
    let mut output = vec![input; 2 * channels];
    for start in (0..RATE_HZ as usize).step_by(480) {
        for (engine, output) in engines.iter_mut().zip(output.chunks_mut(channels)) {
            let mut block: Vec<&mut [f32]> =
                output.iter_mut().map(|channel| &mut channel[start..start + 480]).collect();
            engine.process(&mut block, &Settings::default());
        }
    }
    output
}

#[test]
fn engines_on_many_threads_give_the_same_samples_as_one_after_another() {
    for (quality, channels) in [(Quality::Standard, 2), (Quality::Live, 1), (Quality::Best, 1)] {
        let alone: Vec<_> = (0..3).map(|seed| play(10 * seed, quality, channels)).collect();
        let together: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS as u64)
                .map(|thread| scope.spawn(move || play(10 * (thread % 3), quality, channels)))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
        });
        for (thread, output) in together.iter().enumerate() {
            assert!(*output == alone[thread % 3], "{quality:?}, thread {thread}");
        }
    }
}
