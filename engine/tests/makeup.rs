//! Promise: Makeup changes only what the mask treats. Without a profile, while learning, and in the dry part of Mix and
//! bypass the sound does not change, and there is neither a click nor a jump in level when the gain ends.

mod common;

use common::*;
use lull_engine::Engine;
use lull_engine::{LearnWindow, Quality, Settings, Sharpness};

const RATE_HZ: f64 = 48e3;
/// Length of a crossfade.
const FADE_SAMPLES: usize = 960;
/// Amplitude, and samples in a cycle.
const TONE: f32 = 2e-3;
const CYCLE: usize = 240;

/// Settings whose mask attenuates the tone by far; Makeup restores it.
fn settings(makeup: bool) -> Settings {
    Settings { makeup, threshold_db: 24.0, sharpness: Sharpness::Exponent(4.0), ..Settings::default() }
}

/// A tone whose cycles are equal to the bit, without samples that are too small for the engine.
fn tone(samples: usize) -> Vec<f32> {
    let mut cycle = sine(CYCLE, RATE_HZ / CYCLE as f64, RATE_HZ, TONE);
    cycle.iter_mut().filter(|x| x.abs() < 1e-9).for_each(|x| *x = 0.0);
    cycle.into_iter().cycle().take(samples).collect()
}

/// The output for the next `samples` of the tone.
fn play(engine: &mut Engine, scene: impl Into<Scene>, samples: usize) -> Vec<f32> {
    let mut audio = vec![tone(samples)];
    run(engine, &mut audio, scene, 480);
    audio.swap_remove(0)
}

/// An engine that has played the tone for six seconds: with Makeup, its gain has settled.
fn played(quality: Quality, makeup: bool) -> Engine {
    let mut engine = learned(RATE_HZ, 1, quality, 1e-3);
    play(&mut engine, settings(makeup), 288_000);
    engine
}

/// The largest difference from the input, from the sample on at which the change has reached the output.
fn error(engine: &Engine, output: &[f32], from: usize) -> f32 {
    let latency = engine.latency_samples();
    let input = tone(output.len() + CYCLE);
    let pairs = output.iter().zip(&input[CYCLE - latency % CYCLE..]);
    pairs.skip(from).fold(0.0, |worst, (y, x)| worst.max((y - x).abs()))
}

#[test]
fn there_is_something_to_give_back() {
    for quality in QUALITIES {
        let with = rms(&play(&mut played(quality, true), settings(true), 48_000));
        let without = rms(&play(&mut played(quality, false), settings(false), 48_000));
        let gain_db = 20.0 * (with / without).log10();
        println!("{quality:?}: {gain_db:.1} dB");
        assert!(gain_db > 3.0, "{quality:?}: {gain_db:.1} dB");
    }
}

#[test]
fn without_a_profile_it_is_gone_whatever_its_switch_says() {
    for quality in QUALITIES {
        for makeup in [true, false] {
            let mut engine = played(quality, true);
            engine.clear_profile();
            let output = play(&mut engine, settings(makeup), 96_000);
            let error = error(&engine, &output, engine.latency_samples() + FADE_SAMPLES);
            assert!(error == 0.0, "{quality:?}, Makeup {makeup}: off by {error:.1e} of {TONE:.1e}");
        }
    }
}

#[test]
fn while_learning_the_input_is_heard() {
    for quality in QUALITIES {
        let mut engine = played(quality, true);
        let learn = learning(LearnWindow::UntilStopped).learn;
        let output = play(&mut engine, Scene { settings: settings(true), learn }, 96_000);
        let error = error(&engine, &output, engine.latency_samples() + FADE_SAMPLES);
        assert!(error == 0.0, "{quality:?}: off by {error:.1e} of {TONE:.1e}");
    }
}

#[test]
fn the_dry_part_is_left_alone() {
    for quality in QUALITIES {
        let at = |mix: f32, bypass: bool| {
            let mut engine = played(quality, true);
            let settings = Settings { mix, bypass, ..settings(true) };
            let output = play(&mut engine, settings, 48_000);
            let error = error(&engine, &output, engine.latency_samples() + FADE_SAMPLES);
            (output, error)
        };
        assert_eq!((at(0.0, false).1, at(1.0, true).1), (0.0, 0.0), "{quality:?}");
        let [wet, half, dry] = [1.0, 0.5, 0.0].map(|mix| at(mix, false).0);
        let settled = wet.len() / 2;
        for ((wet, half), dry) in wet.iter().zip(half).zip(dry).skip(settled) {
            assert!((half - 0.5 * (wet + dry)).abs() < 1e-5 * TONE, "{quality:?}: {half} of {wet} and {dry}");
        }
    }
}

#[test]
fn nothing_of_it_is_left_for_the_next_profile() {
    for quality in QUALITIES {
        let [with, without] = [true, false].map(|makeup| {
            let mut engine = played(quality, makeup);
            let profile = engine.profile().expect("learned").clone();
            engine.clear_profile();
            play(&mut engine, settings(false), 48_000);
            assert!(engine.set_profile(&profile));
            play(&mut engine, settings(false), 48_000)
        });
        assert!(with == without, "{quality:?}");
    }
}

#[test]
fn it_goes_without_a_click_and_without_a_blow() {
    for quality in QUALITIES {
        for learn in [false, true] {
            let mut engine = played(quality, true);
            let mut output = play(&mut engine, settings(true), 48_000);
            let before = peak(&output);
            let mut next = Scene::from(settings(true));
            if learn {
                next.learn = learning(LearnWindow::UntilStopped).learn;
            } else {
                engine.clear_profile();
            }
            output.extend(play(&mut engine, next, 48_000));
            // From the treated tone, whose level was restored, to the tone itself, and never above both.
            let (loudest, allowed) = (peak(&output), 1.02 * before.max(TONE));
            assert!(loudest <= allowed, "{quality:?}, learn {learn}: {loudest:.2e}, {allowed:.2e} allowed");
            let (got, own) = (roughness(&output), roughness(&tone(48_000)));
            assert!(got < 3.0 * own, "{quality:?}, learn {learn}: {got:.1e} where the tone has {own:.1e}");
        }
    }
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}
