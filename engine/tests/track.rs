//! Promise: Track follows hum whose frequency drifts, and notes stay what they are.

mod common;

use common::*;
use lull_engine::{LearnWindow, Quality, Settings};

const RATE_HZ: f64 = 48e3;
const HARMONICS: usize = 40;
const AMPLITUDE: f64 = 0.01;

/// Hum with harmonics up to 2 kHz, whose frequency rises by a share of itself over the whole, in weak noise.
fn hum(seed: u64, hz: f64, seconds: f64, drift: f64) -> Vec<f32> {
    let samples = (RATE_HZ * seconds) as usize;
    let mut audio = noise(seed, samples, 3e-4);
    let mut turns = 0.0;
    for (i, x) in audio.iter_mut().enumerate() {
        turns += hz * (1.0 + drift * i as f64 / samples as f64) / RATE_HZ;
        let wave = |harmonic: usize| {
            let harmonic = harmonic as f64;
            // With phases that do not add up to a click.
            AMPLITUDE / harmonic.sqrt()
                * (std::f64::consts::TAU * turns * harmonic + harmonic * harmonic).sin()
        };
        *x += (1..=HARMONICS).map(wave).sum::<f64>() as f32;
    }
    audio
}

fn learned_hum(quality: Quality, hz: f64, settings: Settings) -> lull_engine::Engine {
    let mut engine = engine(RATE_HZ, 1, quality);
    let learn = Scene { settings, learn: Some(Learn { window: LearnWindow::Seconds(2.0), add: false }) };
    run(&mut engine, &mut [hum(1, hz, 2.5, 0.0)], learn, 512);
    engine
}

/// What is left of hum that has drifted by 1 % over 20 s, in its last three seconds, in dB.
fn left_db(quality: Quality, hz: f64, drift: f64, track: bool) -> f64 {
    let settings = Settings { track, ..Settings::default() };
    let mut engine = learned_hum(quality, hz, settings);
    let input = hum(2, hz, 20.0, drift);
    let mut output = [input.clone()];
    run(&mut engine, &mut output, settings, 512);
    let last = input.len() - 3 * RATE_HZ as usize;
    20.0 * (rms(&output[0][last..]) / rms(&input[last..])).log10()
}

#[test]
fn hum_that_drifts_is_removed_as_hum_that_stays() {
    for (quality, hz) in [(Quality::Standard, 50.0), (Quality::Best, 60.0), (Quality::Live, 120.0)] {
        for drift in [0.01, -0.01] {
            let [without, with, steady] = [(drift, false), (drift, true), (0.0, true)]
                .map(|(drift, track)| left_db(quality, hz, drift, track));
            println!(
                "{quality:?}, {hz} Hz: {without:.1} dB without, {with:.1} dB with Track; steady {steady:.1} dB"
            );
            assert!(with < without - 10.0, "{quality:?}: {without:.1} dB without, {with:.1} dB with Track");
        }
    }
}

#[test]
fn a_bass_note_on_a_line_keeps_its_level() {
    for quality in [Quality::Standard, Quality::Best] {
        let settings = Settings { track: true, ..Settings::default() };
        let mut engine = learned_hum(quality, 50.0, settings);
        let mut input = hum(2, 50.0, 10.0, 0.003);
        // 10 dB over the second harmonic, within a bin of it.
        let amplitude = (AMPLITUDE / 2f64.sqrt() * 10f64.powf(0.5)) as f32;
        let begin = 3 * RATE_HZ as usize;
        let note = sine(input.len() - begin, 100.9, RATE_HZ, amplitude);
        input[begin..].iter_mut().zip(note).for_each(|(x, note)| *x += note);
        let mut output = [input.clone()];
        run(&mut engine, &mut output, settings, 512);
        let part = 5 * RATE_HZ as usize..9 * RATE_HZ as usize;
        let late = part.start + engine.latency_samples()..part.end + engine.latency_samples();
        let change_db = 10.0
            * (power_at(&output[0][late], 100.9, RATE_HZ) / power_at(&input[part], 100.9, RATE_HZ)).log10();
        println!("{quality:?}: {change_db:.2} dB");
        assert!(change_db.abs() < 1.0, "{quality:?}: {change_db:.2} dB");
    }
}

#[test]
fn without_lines_track_changes_nothing() {
    for quality in QUALITIES {
        let [one, other] = [false, true].map(|track| {
            let mut engine = learned(RATE_HZ, 2, quality, 0.01);
            let mut audio = [tones_in_noise(3, 96_000, RATE_HZ), noise(4, 96_000, 0.01)];
            run(&mut engine, &mut audio, Settings { track, ..Settings::default() }, 512);
            audio
        });
        assert!(one == other, "{quality:?}");
    }
}

#[test]
fn after_a_reset_the_lines_are_where_they_were_learned() {
    let settings = Settings { track: true, reduction_db: 0.0, tonal_db: 40.0, ..Settings::default() };
    let mut engine = learned_hum(Quality::Standard, 50.0, settings);
    let mut fresh = learned_hum(Quality::Standard, 50.0, settings);
    // Followed for ten seconds, by half a percent. The other hears none of it.
    run(&mut engine, &mut [hum(2, 50.0, 10.0, 0.005)], settings, 512);
    run(&mut fresh, &mut [hum(2, 50.0, 10.0, 0.0)], settings, 512);
    let not_tracking = Settings { track: false, ..settings };
    let outputs = [&mut engine, &mut fresh].map(|engine| {
        engine.reset();
        let mut audio = [hum(3, 50.0, 3.0, 0.0)];
        run(engine, &mut audio, not_tracking, 512);
        let [audio] = audio;
        audio
    });
    assert!(outputs[0] == outputs[1], "as if nothing had been followed");
}
