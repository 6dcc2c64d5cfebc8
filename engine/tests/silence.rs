//! Promise: a silent track costs nothing, and the sound after it is the same as if nothing had been skipped.

mod common;

use common::any::{any_config, any_content, any_scene, cases};
use common::{QUALITIES, Scene, learned, learning, noise, random_blocks, run_with, tones_in_noise};
use lull_engine::Engine;
use lull_engine::{LearnWindow, Settings, Sharpness};
use proptest::prelude::*;

const RATE_HZ: f64 = 48_000.0;

/// Sound, silence, and sound again.
fn with_a_gap(channels: usize, silent_samples: usize) -> Vec<Vec<f32>> {
    let sound = |seed| tones_in_noise(seed, 30_011, RATE_HZ);
    let channel = |index: usize| {
        let mut audio = sound(20 + index as u64);
        audio.resize(audio.len() + silent_samples, 0.0);
        audio.extend(sound(40 + index as u64));
        audio
    };
    (0..channels).map(channel).collect()
}

fn play<S: Into<Scene>>(
    engine: &mut Engine,
    audio: &[Vec<f32>],
    scene_at: impl Fn(usize) -> S,
    seed: u64,
) -> Vec<Vec<f32>> {
    let mut output = audio.to_vec();
    run_with(engine, &mut output, scene_at, random_blocks(seed, 700));
    output
}

#[test]
fn skipped_hops_change_no_bit() {
    for quality in QUALITIES {
        let audio = with_a_gap(2, 100_003);
        let busy =
            Settings { adapt: true, makeup: true, link: 0.5, release_ms: 300.0, ..Settings::default() };
        let mut engine = learned(RATE_HZ, 2, quality, 0.01);
        let (before, hop) = (engine.skipped_hops(), engine.hop_samples());
        let sleeping = play(&mut engine, &audio, |_| busy, 1);
        let skipped = (engine.skipped_hops() - before) as usize;
        // All of the silence, except until the rings are empty of the sound before it.
        let expected = (100_003 - engine.tail_samples()) / hop;
        assert!(skipped >= expected, "{quality:?}: {skipped} hops of {expected} skipped");

        let mut engine = learned(RATE_HZ, 2, quality, 0.01);
        engine.never_sleep();
        let before = engine.skipped_hops();
        let awake = play(&mut engine, &audio, |_| busy, 2);
        assert_eq!(engine.skipped_hops(), before);
        assert!(sleeping == awake, "{quality:?}");
    }
}

#[test]
fn a_setting_that_moves_while_asleep_changes_no_bit() {
    let audio = with_a_gap(1, 150_000);
    let settings = |start: usize| {
        let plain = Settings::default();
        match start {
            0..60_000 => plain,
            60_000..90_000 => Settings { output_db: -6.0, threshold_db: 9.0, bypass: true, ..plain },
            90_000..130_000 => Settings { mix: 0.3, reduction_db: 6.0, ..plain },
            130_000..160_000 => Settings { makeup: true, adapt: true, sharpness: Sharpness::Hard, ..plain },
            // Nothing but ramps of the output, which last longer than the controls take.
            _ => Settings { makeup: true, adapt: true, sharpness: Sharpness::Hard, mix: 0.3, ..plain },
        }
    };
    for quality in QUALITIES {
        let mut engine = learned(RATE_HZ, 1, quality, 0.01);
        let sleeping = play(&mut engine, &audio, settings, 3);
        let mut engine = learned(RATE_HZ, 1, quality, 0.01);
        engine.never_sleep();
        // The same blocks: a setting holds from the block that it comes with.
        assert!(sleeping == play(&mut engine, &audio, settings, 3), "{quality:?}");
    }
}

/// The output moves from one signal to the other while it is silent, without any setting that changes.
#[test]
fn a_profile_that_comes_or_goes_while_asleep_changes_no_bit() {
    let audio = with_a_gap(1, 150_000);
    // Asleep since long, and the sound is far off.
    let (before, after) = audio[0].split_at(130_000);
    for (quality, comes) in QUALITIES.into_iter().flat_map(|quality| [(quality, false), (quality, true)]) {
        let played = |never_sleeps: bool| {
            let mut engine = learned(RATE_HZ, 1, quality, 0.01);
            let profile = engine.profile().expect("learned").clone();
            if comes {
                engine.clear_profile();
            }
            if never_sleeps {
                engine.never_sleep();
            }
            let mut output = play(&mut engine, &[before.to_vec()], |_| Settings::default(), 10);
            assert_ne!(engine.is_asleep(), never_sleeps);
            if comes {
                assert!(engine.set_profile(&profile));
            } else {
                engine.clear_profile();
            }
            output.extend(play(&mut engine, &[after.to_vec()], |_| Settings::default(), 11));
            output
        };
        assert!(played(false) == played(true), "{quality:?}, comes: {comes}");
    }
}

#[test]
fn sound_in_any_channel_keeps_all_awake() {
    for sounding in 0..3 {
        let mut audio = with_a_gap(3, 60_000);
        for (index, channel) in audio.iter_mut().enumerate() {
            if index != sounding {
                channel.fill(0.0);
            }
        }
        let mut engine = learned(RATE_HZ, 3, QUALITIES[1], 0.01);
        let sleeping = play(&mut engine, &audio, |_| Settings::default(), 8);
        let mut engine = learned(RATE_HZ, 3, QUALITIES[1], 0.01);
        engine.never_sleep();
        let awake = play(&mut engine, &audio, |_| Settings::default(), 8);
        assert!(sleeping == awake, "channel {sounding}");
    }
}

#[test]
fn sound_after_silence_is_treated_as_at_the_beginning() {
    for quality in QUALITIES {
        let after_sound = with_a_gap(1, 100_003);
        let mut at_the_beginning = after_sound.clone();
        at_the_beginning[0][..30_011].fill(0.0);
        let [after_sound, at_the_beginning] = [after_sound, at_the_beginning].map(|audio| {
            let mut engine = learned(RATE_HZ, 1, quality, 0.01);
            play(&mut engine, &audio, |_| Settings::default(), 9)[0][130_014..].to_vec()
        });
        assert!(after_sound == at_the_beginning, "{quality:?}");
    }
}

#[test]
fn learning_stays_awake() {
    let profile_of = |never_sleeps: bool| {
        let mut engine = learned(RATE_HZ, 1, QUALITIES[1], 0.01);
        if never_sleeps {
            engine.never_sleep();
        }
        let mut audio = vec![vec![0.0; 200_000]];
        run_with(&mut engine, &mut audio, |_| Settings::default(), random_blocks(5, 700));
        assert_ne!(engine.is_asleep(), never_sleeps);
        let mut audio = vec![noise(7, 48_000, 0.02)];
        // The window is open before the first sample of noise, and the silence in it counts.
        audio[0].splice(0..0, std::iter::repeat_n(0.0, 9600));
        run_with(&mut engine, &mut audio, |_| learning(LearnWindow::Seconds(0.5)), random_blocks(6, 700));
        engine.profile().unwrap().clone()
    };
    let profile = profile_of(false);
    assert!((profile.seconds() - 0.5).abs() < 0.1, "{} s", profile.seconds());
    assert!(profile == profile_of(true), "another profile than of one that never sleeps");
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/silence.txt"))]

    #[test]
    fn drawn_sessions_sleep_without_a_trace(
        config in any_config(),
        (before, after) in (any_scene(), any_scene()),
        content in any_content(),
        gap_s in 0.0f64..3.0,
        seed in any::<u64>(),
    ) {
        let samples = |seconds: f64| ((seconds * config.sample_rate_hz) as usize).min(400_000);
        let audio: Vec<Vec<f32>> = (0..config.channels as u64)
            .map(|channel| {
                let mut audio = content.samples(seed ^ channel, samples(0.7));
                audio.resize(audio.len() + samples(gap_s), 0.0);
                audio.extend(content.samples(!seed ^ channel, samples(0.3)));
                audio
            })
            .collect();
        let turn = samples(0.7) + samples(gap_s) / 2;
        let scene = |start: usize| if start < turn { before } else { after };
        let play = |never_sleeps: bool| {
            let mut engine = Engine::new(config).expect("a config of engines");
            if never_sleeps {
                engine.never_sleep();
            }
            play(&mut engine, &audio, scene, seed)
        };
        let (sleeping, awake) = (play(false), play(true));
        for (sleeping, awake) in sleeping.iter().zip(&awake) {
            let differs = sleeping.iter().zip(awake).position(|(a, b)| a != b);
            prop_assert!(differs.is_none(), "at sample {differs:?} of {}", sleeping.len());
        }
    }
}
