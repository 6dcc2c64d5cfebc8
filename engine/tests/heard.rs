//! Promise: what was just heard can be learned afterwards, and Learn finds the quietest stretch by itself.

mod common;

use common::*;
use lull_engine::figures::COLUMNS;
use lull_engine::{Config, Engine, HeardMemory, LearnStatus, LearnWindow, NoiseProfile, Quality, Settings};

fn engine(sample_rate_hz: f64, channels: usize, quality: Quality) -> Engine {
    remembering(Config { sample_rate_hz, channels, quality })
}

/// Time in which three seconds are learned: they are counted a few frames in each hop.
const LEARNED_S: f64 = 1.5;

/// Root mean square over the bins of the difference of two profiles, in dB.
fn difference_db(one: &NoiseProfile, other: &NoiseProfile, channel: usize, column: usize) -> f64 {
    let bins = one.grid().bins();
    let square = |bin| (one.level_db(channel, column, bin) - other.level_db(channel, column, bin)).powi(2);
    ((2..bins - 2).map(|bin| f64::from(square(bin))).sum::<f64>() / (bins - 4) as f64).sqrt()
}

/// Mean over the bins of the learned level of white noise over the level that noise of this deviation has, in dB.
fn over_expected_db(engine: &Engine, deviation: f64) -> f64 {
    let expected_db = 10.0 * (2.0 * deviation.powi(2) / 48e3).log10();
    let profile = engine.profile().expect("learned");
    // Without the lowest, where some tests have a tone.
    let bins = 40..2000;
    let sum: f64 = bins.clone().map(|bin| f64::from(profile.level_db(0, 0, bin))).sum();
    sum / bins.len() as f64 - expected_db
}

/// Starts a learning of what was heard, and lets it end while `noise` goes on.
fn learn_heard(engine: &mut Engine, window: LearnWindow, noise: &mut [Vec<f32>]) {
    engine.start_learning(window, false);
    run_on(engine, noise);
}

fn run_on(engine: &mut Engine, audio: &mut [Vec<f32>]) {
    let samples = audio[0].len();
    for start in (0..samples).step_by(512) {
        let block = start..samples.min(start + 512);
        let mut slices: Vec<&mut [f32]> =
            audio.iter_mut().map(|channel| &mut channel[block.clone()]).collect();
        engine.process(&mut slices, &Settings::default());
    }
}

/// Noise whose density falls by 20 dB over the spectrum.
fn coloured(seed: u64, samples: usize) -> Vec<f32> {
    let mut last = 0.0;
    let mut filtered = noise(seed, samples, 0.05);
    for x in &mut filtered {
        last = *x + 0.8 * last;
        *x = last;
    }
    filtered
}

#[test]
fn three_seconds_that_were_heard_have_the_profile_of_three_seconds_that_were_learned() {
    for (rate_hz, quality) in [
        (48e3, Quality::Live),
        (48e3, Quality::Standard),
        (48e3, Quality::Best),
        (44.1e3, Quality::Standard),
        (96e3, Quality::Standard),
    ] {
        let samples = (3.0 * rate_hz) as usize;
        let audio = [coloured(1, samples), coloured(2, samples)];
        let mut learned = engine(rate_hz, 2, quality);
        run(&mut learned, &mut audio.clone(), learning(LearnWindow::UntilStopped), 512);
        run(&mut learned, &mut vec![vec![0.0; samples]; 2], Settings::default(), 512);
        let mut heard = engine(rate_hz, 2, quality);
        run_on(&mut heard, &mut audio.clone());
        // Quieter, so that nothing of it may count.
        let after = noise(3, (LEARNED_S * rate_hz) as usize, 1e-4);
        learn_heard(&mut heard, LearnWindow::Last(3.0), &mut [after.clone(), after]);
        let (learned, heard) = (learned.profile().expect("learned"), heard.profile().expect("heard"));
        assert!((heard.seconds() - 3.0).abs() < 0.15, "{} s", heard.seconds());
        for column in 0..COLUMNS {
            let off_db = difference_db(learned, heard, 1, column);
            println!("{rate_hz} Hz, {quality:?}, column {column}: {off_db:.2} dB");
            // The last two are the percentiles 99 and 99.9, which three seconds say little of: they lie about at the
            // loudest frame. At 96 kHz, frames are kept less often.
            let most_db = match column {
                0..2 => 0.3,
                2..7 if rate_hz < 50e3 => 0.5,
                2..7 => 0.6,
                _ => 1.5,
            };
            assert!(off_db < most_db, "{rate_hz} Hz, {quality:?}, column {column}: {off_db:.2} dB");
        }
    }
}

#[test]
fn a_stretch_between_two_times_is_learned() {
    let mut engine = engine(48e3, 1, Quality::Standard);
    let seconds = |seconds: f64| (48e3 * seconds) as usize;
    let mut audio = [noise(1, seconds(6.0), 0.001)];
    audio[0][seconds(2.0)..seconds(4.0)].copy_from_slice(&noise(2, seconds(2.0), 0.1));
    run_on(&mut engine, &mut audio);
    learn_heard(&mut engine, LearnWindow::Between(4.0, 2.0), &mut [noise(3, seconds(LEARNED_S), 0.001)]);
    let profile = engine.profile().expect("learned");
    let off_db = over_expected_db(&engine, 0.1);
    assert!(off_db.abs() < 0.3, "{off_db} dB");
    assert!((1.85..=2.0).contains(&profile.seconds()), "{}", profile.seconds());
}

#[test]
fn the_noise_is_still_removed_while_what_was_heard_is_learned() {
    let mut engine = learned(48e3, 1, Quality::Standard, 0.01);
    run_on(&mut engine, &mut [noise(1, 96_000, 0.01)]);
    let mut after = [noise(2, 72_000, 0.01)];
    learn_heard(&mut engine, LearnWindow::Last(2.0), &mut after);
    assert!(matches!(engine.learn_status(), LearnStatus::Learned { found_at_s: None, .. }));
    let loudest = after[0].chunks(480).map(rms).fold(0.0, f64::max);
    assert!(loudest < 0.001, "{loudest}: 20 dB less throughout");
}

#[test]
fn nothing_can_be_learned_from_silence_or_from_a_moment() {
    let outcome = |audio: Vec<f32>, window| {
        let mut engine = engine(48e3, 1, Quality::Standard);
        run_on(&mut engine, &mut [audio]);
        learn_heard(&mut engine, window, &mut [vec![0.0; 48_000]]);
        assert!(engine.profile().is_none());
        engine.learn_status()
    };
    let long = || noise(1, 96_000, 0.01);
    assert_eq!(outcome(vec![0.0; 96_000], LearnWindow::Last(3.0)), LearnStatus::Silent);
    assert_eq!(outcome(long(), LearnWindow::Last(0.1)), LearnStatus::TooShort);
    assert_eq!(outcome(long(), LearnWindow::Between(0.1, 0.0)), LearnStatus::TooShort);
    assert_eq!(outcome(long(), LearnWindow::Between(1.0, 3.0)), LearnStatus::TooShort, "the wrong way round");
    assert_eq!(outcome(long(), LearnWindow::Between(f32::NAN, f32::INFINITY)), LearnStatus::TooShort);
}

/// Tones in noise with pauses of noise alone.
fn with_pauses(pauses_s: &[std::ops::Range<f64>], seconds: f64) -> Vec<f32> {
    let mut audio = noise(1, (48e3 * seconds) as usize, 0.003);
    for (index, x) in audio.iter_mut().enumerate() {
        let at_s = index as f64 / 48e3;
        if !pauses_s.iter().any(|pause| pause.contains(&at_s)) {
            *x += 0.1 * (at_s * 1500.0).sin() as f32;
        }
    }
    audio
}

#[test]
fn learn_finds_the_quietest_stretch_and_says_where_it_was() {
    for (seconds, pause_s, least_s, most_s) in
        [(3.0, 1.5..2.4, 0.6, 0.9), (9.0, 4.0..6.3, 1.9, 2.1), (40.0, 12.0..14.2, 1.9, 2.1)]
    {
        let mut engine = engine(48e3, 1, Quality::Standard);
        let mut audio = [with_pauses(std::slice::from_ref(&pause_s), seconds)];
        run(&mut engine, &mut audio, learning(LearnWindow::Quietest), 512);
        let LearnStatus::Learning { seconds: heard_s, of_seconds } = engine.learn_status() else {
            panic!("{:?}", engine.learn_status());
        };
        assert!((f64::from(heard_s) - seconds).abs() < 0.02 && of_seconds.is_infinite(), "{heard_s} s");
        engine.stop_learning();
        run_on(&mut engine, &mut [with_pauses(&[], LEARNED_S)]);
        let LearnStatus::Learned { seconds, found_at_s: Some(at_s) } = engine.learn_status() else {
            panic!("{:?}", engine.learn_status());
        };
        assert!((least_s..most_s).contains(&seconds), "{seconds} s");
        let end_s = f64::from(at_s + seconds);
        assert!(f64::from(at_s) > pause_s.start - 0.01 && end_s < pause_s.end + 0.01, "{at_s} to {end_s} s");
        let off_db = over_expected_db(&engine, 0.003);
        assert!(off_db.abs() < 0.5, "{off_db} dB");
    }
}

#[test]
fn learn_that_finds_nothing_keeps_the_old_profile() {
    let outcome = |audio: Vec<f32>| {
        let mut engine = learned(48e3, 1, Quality::Standard, 0.01);
        run(&mut engine, &mut [audio], learning(LearnWindow::Quietest), 512);
        engine.stop_learning();
        run_on(&mut engine, &mut [vec![0.0; 48_000]]);
        let profile = engine.profile().expect("the old one");
        assert!(profile.seconds() < 1.01);
        engine.learn_status()
    };
    assert_eq!(outcome(vec![0.0; 96_000]), LearnStatus::Silent);
    assert_eq!(outcome(noise(1, 9_000, 0.01)), LearnStatus::TooShort);
}

#[test]
fn broken_samples_are_not_heard() {
    let mut engine = engine(48e3, 1, Quality::Standard);
    let mut audio = noise(1, 96_000, 0.01);
    // Replaced by silence in every fourth frame or so: the frames would be quieter.
    audio.chunks_mut(9000).for_each(|part| part[..2000].fill(f32::NAN));
    run_on(&mut engine, &mut [audio]);
    learn_heard(&mut engine, LearnWindow::Last(2.0), &mut [noise(2, 72_000, 1e-4)]);
    let off_db = over_expected_db(&engine, 0.01);
    assert!(off_db.abs() < 0.3, "{off_db} dB");
}

#[test]
fn what_is_asked_for_while_a_profile_is_computed_is_what_was_heard_until_then() {
    let mut engine = engine(48e3, 1, Quality::Standard);
    run(&mut engine, &mut [noise(1, 96_000, 0.01)], learning(LearnWindow::UntilStopped), 512);
    engine.stop_learning();
    run_on(&mut engine, &mut [noise(2, 2048, 0.01)]);
    engine.start_learning(LearnWindow::Last(0.5), false);
    engine.stop_learning();
    // Silence would not be heard.
    run_on(&mut engine, &mut [noise(3, 72_000, 1e-4)]);
    assert_eq!(engine.learned_count(), 2, "the second one came after the first");
    let off_db = over_expected_db(&engine, 0.01);
    assert!(off_db.abs() < 0.6, "{off_db} dB");
}

#[test]
fn an_engine_without_memory_has_heard_nothing_and_takes_memory_that_fits() {
    let config = Config { sample_rate_hz: 48e3, channels: 1, quality: Quality::Standard };
    let mut engine = Engine::new(config).expect("a config of engines");
    let mut refused = |window| {
        run_on(&mut engine, &mut [noise(1, 96_000, 0.01)]);
        engine.start_learning(window, false);
        run_on(&mut engine, &mut [noise(2, 48_000, 0.01)]);
        engine.stop_learning();
        run_on(&mut engine, &mut [noise(3, 48_000, 0.01)]);
        engine.learn_status() == LearnStatus::TooShort && engine.profile().is_none()
    };
    assert!(refused(LearnWindow::Last(1.0)) && refused(LearnWindow::Between(1.0, 0.0)));
    assert!(refused(LearnWindow::Quietest));

    let memory = |config| HeardMemory::new(config).expect("a config of engines");
    assert!(engine.remember(memory(Config { channels: 2, ..config })).is_some(), "for two channels");
    assert!(!engine.remembers());
    assert!(engine.remember(memory(config)).is_none() && engine.remembers());
    assert!(engine.remember(memory(config)).is_some(), "it has one");
    run_on(&mut engine, &mut [noise(1, 96_000, 0.01)]);
    learn_heard(&mut engine, LearnWindow::Last(1.0), &mut [noise(3, 72_000, 0.01)]);
    assert!(over_expected_db(&engine, 0.01).abs() < 0.3);
    assert!(HeardMemory::new(Config { channels: 0, ..config }).is_err());
}
