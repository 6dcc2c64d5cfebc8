//! The analyzer against a real engine.

use std::sync::Arc;

use lull_engine::{Config, Engine};
use lull_engine::{LearnWindow, Quality, Settings};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::reader::QUEUED_COLUMNS;
use super::{Analyzer, AnalyzerWriter, Balance, Curve, POINTS, Status, point_hz};

const RATE_HZ: f64 = 48e3;

/// Plays `seconds` of a signal through an engine that is read by a writer, in blocks of 480.
fn play(
    engine: &mut Engine,
    writer: &mut AnalyzerWriter,
    settings: &Settings,
    seconds: f64,
    mut sample: impl FnMut(usize) -> f32,
) {
    for block in 0..(seconds * RATE_HZ / 480.0) as usize {
        let mut audio: Vec<f32> = (0..480).map(|n| sample(block * 480 + n)).collect();
        let mut audio = [&mut audio[..]];
        writer.read_input(&audio);
        engine.process_watched(&mut audio, settings, &mut |engine| writer.read_hop(engine));
        writer.read_output(&audio);
        writer.analyzer.set_status(Status {
            learn: engine.learn_status(),
            has_profile: engine.profile().is_some(),
            restart_needed: false,
        });
    }
}

fn db(power: f32) -> f32 {
    10.0 * power.max(1e-20).log10()
}

fn watched(quality: Quality) -> (Engine, AnalyzerWriter, Arc<Analyzer>) {
    let engine = Engine::new(Config { sample_rate_hz: RATE_HZ, channels: 1, quality }).unwrap();
    let analyzer = Arc::new(Analyzer::default());
    analyzer.set_editor_open(true);
    let writer = AnalyzerWriter::new(analyzer.clone(), &engine);
    (engine, writer, analyzer)
}

#[test]
fn a_sine_stands_at_its_frequency_and_level() {
    for quality in [Quality::Live, Quality::Standard, Quality::Best] {
        let (mut engine, mut writer, analyzer) = watched(quality);
        let hz = 1000.0;
        let sine = |n: usize| 0.1 * (std::f64::consts::TAU * hz * n as f64 / RATE_HZ).sin() as f32;
        play(&mut engine, &mut writer, &Settings::default(), 1.0, sine);
        let spectra = analyzer.spectra();
        assert_eq!(spectra.noise, None, "nothing was learned");
        let top = (0..POINTS).max_by(|&a, &b| spectra.input[a].total_cmp(&spectra.input[b])).unwrap();
        assert!((point_hz(top as f32) / 1000.0 - 1.0).abs() < 0.03, "{} Hz", point_hz(top as f32));
        // Between two bins it stands 1.4 dB lower; the mean over two bins takes up to 3 dB.
        assert!((-24.5..-19.9).contains(&db(spectra.input[top])), "{} dB", db(spectra.input[top]));
        let levels = analyzer.take_levels();
        assert!((db(levels.input) + 23.0).abs() < 0.2 && (levels.input_peak - 0.1).abs() < 1e-3);
        assert_eq!(analyzer.take_levels().input_peak, 0.0, "a peak is read once");
        assert_eq!(levels.removed, 0.0);
    }
}

#[test]
fn noise_is_shown_where_it_lies_and_as_removed() {
    let (mut engine, mut writer, analyzer) = watched(Quality::Standard);
    let mut rng = StdRng::seed_from_u64(1);
    let settings = Settings::default();
    engine.start_learning(LearnWindow::Seconds(1.0), false);
    play(&mut engine, &mut writer, &settings, 3.0, |_| rng.random_range(-0.1..0.1));
    let spectra = analyzer.spectra();
    let (noise, threshold_db) = (spectra.noise.unwrap(), spectra.threshold_base_db.unwrap());
    // From 500 Hz up, points average enough bins for the eye.
    for point in 120..POINTS - 1 {
        assert!((db(noise[point]) - threshold_db[point]).abs() < 1.0);
    }
    let middle = |curve: &Curve| db(curve[120..].iter().sum::<f32>() / 136.0);
    assert!((middle(&spectra.input) - middle(&noise)).abs() < 1.0);
    assert!(middle(&spectra.output) < middle(&spectra.input) - 20.0);
    let levels = analyzer.take_levels();
    assert!((db(levels.removed) - db(levels.input)).abs() < 1.0, "{levels:?}");
    assert!(db(levels.output) < db(levels.input) - 15.0, "{levels:?}");
}

#[test]
fn while_learning_the_output_is_the_input() {
    let (mut engine, mut writer, analyzer) = watched(Quality::Standard);
    let mut rng = StdRng::seed_from_u64(2);
    let settings = Settings::default();
    engine.start_learning(LearnWindow::Seconds(1.0), false);
    play(&mut engine, &mut writer, &settings, 2.0, |_| rng.random_range(-0.1..0.1));
    assert!(analyzer.spectra().gain[200] < 0.1, "learned, and shut");
    engine.start_learning(LearnWindow::Seconds(1.0), false);
    play(&mut engine, &mut writer, &settings, 0.5, |_| rng.random_range(-0.1..0.1));
    let spectra = analyzer.spectra();
    assert_eq!(spectra.gain, [1.0; POINTS]);
    assert_eq!(spectra.output, spectra.input);
}

#[test]
fn columns_come_at_one_speed_and_overflow_quietly() {
    for quality in [Quality::Live, Quality::Standard, Quality::Best] {
        let (mut engine, mut writer, analyzer) = watched(quality);
        play(&mut engine, &mut writer, &Settings::default(), 1.0, |_| 0.5);
        let columns = std::iter::from_fn(|| analyzer.next_column()).count();
        assert!((46..=50).contains(&columns), "{quality:?}: {columns}");
        play(&mut engine, &mut writer, &Settings::default(), 5.0, |_| 0.5);
        assert_eq!(std::iter::from_fn(|| analyzer.next_column()).count(), QUEUED_COLUMNS);
    }
}

/// The mean of all columns that wait.
fn balance(analyzer: &Analyzer) -> Balance {
    let mut sum = Balance::default();
    let columns = std::iter::from_fn(|| analyzer.next_column());
    let count = columns.inspect(|column| sum.add(&column.balance, 1.0)).count();
    let mut mean = Balance::default();
    mean.add(&sum, 1.0 / count as f32);
    mean
}

#[test]
fn the_ratio_of_signal_to_noise_is_what_was_mixed() {
    for quality in [Quality::Live, Quality::Standard, Quality::Best] {
        for snr_db in [0.0, 10.0, 25.0] {
            let (mut engine, mut writer, analyzer) = watched(quality);
            let mut rng = StdRng::seed_from_u64(4);
            let settings = Settings::default();
            // Noise of a power of 0.1^2 / 3, and a gated chord of a known one, half of the time.
            let amplitude = (2.0 * 2.0 * 0.01 / 3.0 * 10f64.powf(0.1 * snr_db) / 3.0).sqrt();
            let chord = |n: usize| {
                let time_s = n as f64 / RATE_HZ;
                let is_on = time_s % 0.5 < 0.25;
                let tones = [330.0, 1234.5, 4321.0].map(|hz| (std::f64::consts::TAU * hz * time_s).sin());
                if is_on { (amplitude * tones.iter().sum::<f64>()) as f32 } else { 0.0 }
            };
            engine.start_learning(LearnWindow::Seconds(2.0), false);
            play(&mut engine, &mut writer, &settings, 3.0, |_| rng.random_range(-0.1..0.1));
            balance(&analyzer);
            play(&mut engine, &mut writer, &settings, 2.0, |n| rng.random_range(-0.1..0.1) + chord(n));
            let Balance { input, noise, .. } = balance(&analyzer);
            let measured_db = 10.0 * ((input - noise) / noise).log10();
            assert!((f64::from(measured_db) - snr_db).abs() < 1.0, "{quality:?} {snr_db}: {measured_db}");
        }
    }
}

#[test]
fn the_noise_that_is_left_is_what_the_mask_leaves_of_it() {
    for quality in [Quality::Live, Quality::Standard, Quality::Best] {
        let (mut engine, mut writer, analyzer) = watched(quality);
        let mut rng = StdRng::seed_from_u64(5);
        let settings = Settings::default();
        engine.start_learning(LearnWindow::Seconds(2.0), false);
        play(&mut engine, &mut writer, &settings, 3.0, |_| rng.random_range(-0.1..0.1));
        assert_eq!(settings.reduction_db, 30.0);
        balance(&analyzer);
        play(&mut engine, &mut writer, &settings, 2.0, |_| rng.random_range(-0.1..0.1));
        let Balance { input, output, noise, noise_left } = balance(&analyzer);
        assert!((db(input) - db(0.01 / 3.0)).abs() < 0.5, "{quality:?}: {}", db(input));
        assert!(
            (db(noise) - db(input)).abs() < 0.5,
            "{quality:?}: learned {}, played {}",
            db(noise),
            db(input)
        );
        // Noise alone: what comes out is what is left of it.
        assert!((db(noise_left) - db(output)).abs() < 1.0, "{quality:?}: {} {}", db(noise_left), db(output));
    }
}
