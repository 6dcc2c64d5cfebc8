//! Promise: the output is finite and free of denormals for any input. Invalid samples in one block have no effect on
//! the output after one latency, nor on the state.

mod common;

use common::any::{any_blocks, any_config, any_content, any_scene, cases, learned_briefly};
use common::*;
use lull_engine::parameter::Kind;
use lull_engine::{LearnWindow, Parameter, Quality, Settings};
use proptest::prelude::*;

const RATE_HZ: f64 = 48e3;

fn is_clean(samples: &[f32]) -> bool {
    samples.iter().all(|x| x.is_finite() && !x.is_subnormal())
}

fn bad_samples() -> [f32; 10] {
    [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        f32::MIN_POSITIVE / 2.0,
        1e-45,
        -1e-42,
        3e20,
    ]
}

#[test]
fn one_bad_block_is_gone_one_latency_later() {
    let settings = Settings { makeup: true, ..Settings::default() };
    let clean = tones_in_noise(60, 60_000, RATE_HZ);
    let bad_at = 20_000..20_512;
    for bad in bad_samples() {
        let mut engine_bad = learned(RATE_HZ, 1, Quality::Standard, 0.01);
        let mut engine_clean = learned(RATE_HZ, 1, Quality::Standard, 0.01);
        let latency = engine_bad.latency_samples();
        let profile = engine_bad.profile().cloned();
        let mut with_bad = vec![clean.clone()];
        with_bad[0][bad_at.clone()].fill(bad);
        // The expected output: the same input with silence in place of the invalid samples.
        let mut with_gap = vec![clean.clone()];
        with_gap[0][bad_at.clone()].fill(0.0);
        run(&mut engine_bad, &mut with_bad, settings, 512);
        run(&mut engine_clean, &mut with_gap, settings, 512);
        assert!(is_clean(&with_bad[0]), "{bad:e}");
        let after = bad_at.end + latency;
        assert!(rms(&with_bad[0][after..]) > 1e-3, "{bad:e}: the signal is gone for good");
        assert_eq!(with_bad, with_gap, "{bad:e} leaves a trace");
        assert_eq!(engine_bad.profile().cloned(), profile, "{bad:e} changes the profile");
    }
}

/// Inaudibly small samples must not enter the state: their squares would be subnormal, which is slow.
#[test]
fn what_is_below_240_db_is_silence_on_the_way_in() {
    let bypass = Settings { bypass: true, ..Settings::default() };
    for (sample, heard) in [(0.9e-12, 0.0), (-1e-20, 0.0), (1e-40, 0.0), (1.1e-12, 1.1e-12)] {
        let mut engine = engine(RATE_HZ, 1, Quality::Standard);
        let mut audio = vec![vec![sample; 3 * engine.latency_samples()]];
        run(&mut engine, &mut audio, bypass, 512);
        assert_eq!(audio[0].last(), Some(&heard), "{sample:e}");
    }
}

#[test]
fn full_scale_dc_silence_and_impulses_are_finite() {
    type Signal = fn(usize) -> f32;
    let signals: [(&str, Signal); 5] = [
        ("silence", |_| 0.0),
        ("DC", |_| 1.0),
        ("square", |i| if (i / 50).is_multiple_of(2) { 1.0 } else { -1.0 }),
        ("impulses", |i| if i.is_multiple_of(5000) { 1.0 } else { 0.0 }),
        ("a fade to nothing", |i| (0.999f32).powi(i as i32)),
    ];
    for (name, signal) in signals {
        for settings in [Settings::default(), Settings { bypass: true, ..Settings::default() }] {
            let mut engine = learned(RATE_HZ, 2, Quality::Standard, 0.01);
            let mut audio = vec![(0..120_000).map(signal).collect::<Vec<_>>(); 2];
            run(&mut engine, &mut audio, settings, 700);
            assert!(audio.iter().all(|channel| is_clean(channel)), "{name}");
        }
    }
}

/// Any bits for numbers, NaN and infinity among them; any choice of every list.
fn any_numbers() -> impl Strategy<Value = Scene> {
    let window = prop_oneof![Just(LearnWindow::UntilStopped), (0.0f32..0.3).prop_map(LearnWindow::Seconds)];
    let learn = prop::option::of((window, any::<bool>()).prop_map(|(window, add)| Learn { window, add }));
    let values = proptest::collection::vec((proptest::num::f32::ANY, any::<usize>()), Parameter::ALL.len());
    (values, learn).prop_map(|(values, learn)| {
        let settings = Settings::from_values(|parameter| {
            let (number, place) = values[parameter as usize];
            match parameter.row().kind {
                Kind::Number(_) => number,
                Kind::Switch { .. } => (place % 2) as f32,
                Kind::Choice { choices, .. } => (place % choices.len()) as f32,
            }
        });
        Scene { settings, learn }
    })
}

fn any_sample() -> impl Strategy<Value = f32> {
    prop_oneof![8 => -1.0f32..1.0, 1 => any::<f32>(), 1 => proptest::sample::select(bad_samples().to_vec())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Any samples, any numbers for settings, any blocks, any rate: finite, and nothing panics.
    #[test]
    fn storms_leave_it_finite(
        rate in prop_oneof![Just(8e3), Just(44.1e3), Just(48e3), Just(1234.5678), Just(96e3)],
        channels in 1usize..=4,
        storm in proptest::collection::vec(
            (any_numbers(), proptest::collection::vec(any_sample(), 0..3000)), 1..12),
    ) {
        let mut engine = engine(rate, channels, Quality::Standard);
        let latency = engine.latency_samples();
        for (scene, samples) in storm {
            let mut audio = vec![samples; channels];
            let samples = audio[0].len();
            run(&mut engine, &mut audio, scene, samples);
            prop_assert!(audio.iter().all(|channel| is_clean(channel)));
            prop_assert_eq!(engine.latency_samples(), latency);
        }
    }
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/bad_input.txt"))]

    /// Any content after any other, at any rate, in any blocks, with any settings of the plugin.
    #[test]
    fn any_content_is_finite_everywhere(
        config in any_config(),
        program in proptest::collection::vec((any_content(), any_scene()), 1..5),
        blocks in any_blocks(),
    ) {
        let mut engine = learned_briefly(config);
        let latency = engine.latency_samples();
        let mut sizes = blocks.sizes();
        let samples = 2 * config.grid().window_samples + 31;
        for (content, scene) in program {
            let channels = 0..config.channels as u64;
            let mut audio: Vec<_> = channels.map(|c| content.samples(c, samples)).collect();
            run_with(&mut engine, &mut audio, |_| scene, &mut sizes);
            prop_assert!(audio.iter().all(|channel| is_clean(channel)), "{:?}", content);
        }
        // One latency of silence later nothing of it is left, and clean noise passes.
        let mut silence = vec![vec![0.0; 2 * latency]; config.channels];
        let bypass = Settings { bypass: true, ..Settings::default() };
        run_with(&mut engine, &mut silence, |_| bypass, &mut sizes);
        let mut noise = vec![noise(1, 4 * latency, 0.1); config.channels];
        run_with(&mut engine, &mut noise, |_| bypass, &mut sizes);
        prop_assert!(rms(&noise[0][3 * latency..]) > 0.05);
    }
}
