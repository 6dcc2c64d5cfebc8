//! Promise: bypass, Reduction 0 dB, Mix 0 % and no profile return the delayed input within -120 dB. The
//! output and what Listen plays add up to the input.

mod common;

use common::any::*;
use common::*;
use lull_engine::Engine;
use lull_engine::{Quality, Settings};
use proptest::prelude::*;

const RATE_HZ: f64 = 48e3;

/// The output of a learned engine after its ramps have ended, the input that belongs to it, and the latency.
fn settled(settings: &Settings, with_profile: bool) -> (Vec<Vec<f32>>, Vec<Vec<f32>>, usize) {
    let mut engine = if with_profile {
        learned(RATE_HZ, 2, Quality::Standard, 0.01)
    } else {
        engine(RATE_HZ, 2, Quality::Standard)
    };
    let input: Vec<_> = (0..2).map(|c| tones_in_noise(20 + c, 150_000, RATE_HZ)).collect();
    let mut output = input.clone();
    run(&mut engine, &mut output, settings, 512);
    let rest = 60_000;
    let late = |channels: &[Vec<f32>]| channels.iter().map(|c| c[rest..].to_vec()).collect();
    (late(&input), late(&output), engine.latency_samples())
}

#[test]
fn four_ways_to_leave_the_signal_alone() {
    let base = Settings::default();
    for (name, settings, with_profile) in [
        ("bypass", Settings { bypass: true, output_db: -6.0, ..base }, true),
        ("reduction 0 dB", Settings { reduction_db: 0.0, ..base }, true),
        ("mix 0 %", Settings { mix: 0.0, ..base }, true),
        ("no profile", base, false),
    ] {
        let (input, output, latency) = settled(&settings, with_profile);
        for channel in 0..2 {
            let null = null_db(&input[channel], &output[channel], latency);
            println!("{name}: {null:.1} dB");
            assert!(null <= -120.0, "{name}: {null:.1} dB");
        }
    }
}

#[test]
fn the_null_test_can_fail() {
    let (input, output, latency) = settled(&Settings::default(), true);
    assert!(null_db(&input[0], &output[0], latency) > -40.0, "the mask does nothing");
}

#[test]
fn heard_and_removed_add_up_to_the_input() {
    for mix in [1.0, 0.6] {
        let settings = Settings { mix, ..Settings::default() };
        let (input, heard, latency) = settled(&settings, true);
        let (_, removed, _) = settled(&Settings { listen: true, ..settings }, true);
        assert!(rms(&removed[0]) > 1e-3, "nothing is removed");
        for channel in 0..2 {
            let sum: Vec<f32> = heard[channel].iter().zip(&removed[channel]).map(|(h, r)| h + r).collect();
            let null = null_db(&input[channel], &sum, latency);
            assert!(null <= -130.0, "mix {mix}: {null:.1} dB");
        }
    }
}

#[test]
fn output_gain_and_mix_are_what_they_say() {
    let (input, output, latency) =
        settled(&Settings { mix: 0.0, output_db: -6.0, ..Settings::default() }, true);
    let gain = rms(&output[0][latency..]) / rms(&input[0][..input[0].len() - latency]);
    assert!((20.0 * gain.log10() + 6.0).abs() < 0.01, "{gain}");
}

/// One of the four ways, with any other settings.
fn left_alone(way: usize, settings: Settings) -> Settings {
    let heard = Settings { bypass: false, listen: false, output_db: 0.0, makeup: false, ..settings };
    match way {
        0 => Settings { bypass: true, ..settings },
        1 => Settings { reduction_db: 0.0, ..heard },
        2 => Settings { mix: 0.0, ..heard },
        _ => heard,
    }
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/nulls.txt"))]

    /// At any rate, quality and number of channels, with any other settings and blocks.
    #[test]
    fn left_alone_everywhere(
        config in any_config(),
        settings in any_settings(),
        way in 0usize..4,
        blocks in any_blocks(),
        content in proptest::sample::select(vec![Content::Noise, Content::Square, Content::Impulses]),
    ) {
        let mut engine = if way == 3 { Engine::new(config).expect("a config of engines") } else { learned_briefly(config) };
        let latency = engine.latency_samples();
        let samples = 4 * config.grid().window_samples + 57;
        let input: Vec<_> = (0..config.channels as u64).map(|c| content.samples(c, samples)).collect();
        let mut output = input.clone();
        let settings = left_alone(way, settings);
        run_with(&mut engine, &mut output, |_| settings, blocks.sizes());
        for (input, output) in input.iter().zip(&output) {
            let null = null_db(input, output, latency);
            prop_assert!(null <= -120.0, "{:.1} dB", null);
        }
    }
}
