//! Promise: what stands 10 dB over the learned noise keeps its level within 1 dB, whatever it is: held notes, long vowels,
//! a violin, a cymbal, applause, a pad. Silence and noise change nothing about that, however long they last.

mod common;

use common::*;
use lull_engine::{Estimator, Quality, Settings};
use realfft::RealFftPlanner;

const RATE_HZ: f64 = 48e3;
const DEVIATION: f32 = 0.005;
const TAU: f64 = std::f64::consts::TAU;
const SECONDS: f64 = 6.0;

/// A sound of 5 s after half a second of nothing.
fn sound(signal: impl FnMut(f64) -> f64) -> Vec<f32> {
    let before = (0.5 * RATE_HZ) as usize;
    let times = (0..(5.0 * RATE_HZ) as usize).map(|i| i as f64 / RATE_HZ);
    let mut out = vec![0.0; before];
    out.extend(times.map(signal).map(|x| x as f32));
    out.resize((SECONDS * RATE_HZ) as usize, 0.0);
    out
}

fn partials(hz: f64, count: usize, slope: f64, seconds: f64) -> f64 {
    (1..=count).map(|h| (TAU * hz * h as f64 * seconds).sin() * (h as f64).powf(-slope)).sum()
}

fn vibrato(seconds: f64, depth: f64, hz: f64) -> f64 {
    seconds + depth / (TAU * hz) * (TAU * hz * seconds).cos()
}

fn held_note() -> Vec<f32> {
    sound(|t| 0.05 * partials(440.0, 10, 1.0, t))
}

fn long_vowel() -> Vec<f32> {
    sound(|t| 0.08 * partials(110.0, 45, 1.0, vibrato(t, 0.005, 5.0)))
}

fn violin() -> Vec<f32> {
    sound(|t| 0.06 * partials(587.0, 20, 1.2, vibrato(t, 0.012, 6.0)) * (1.0 - (-t / 0.1).exp()))
}

/// Three detuned voices of a minor chord, whose brightness moves slowly.
fn pad() -> Vec<f32> {
    sound(|t| {
        let bright = 1.5 + 0.5 * (TAU * 0.2 * t).sin();
        let voices = [220.0, 261.6, 329.6].into_iter().flat_map(|hz| [0.997, 1.0, 1.004].map(|d| hz * d));
        voices.map(|hz| 0.012 * partials(hz, 24, bright, t)).sum::<f64>() * (t / 0.5).min(1.0)
    })
}

/// Noise above 3 kHz that falls by 12 dB a second.
fn cymbal() -> Vec<f32> {
    let source = noise(71, (SECONDS * RATE_HZ) as usize, 1.0);
    let (mut low, mut index) = (0.0, 0);
    sound(|t| {
        let x = f64::from(source[index]);
        index += 1;
        low += 0.33 * (x - low);
        0.25 * (x - low) * 10f64.powf(-12.0 * t / 20.0)
    })
}

/// A thousand claps a second, each a few milliseconds of noise.
fn applause() -> Vec<f32> {
    let source = noise(72, (SECONDS * RATE_HZ) as usize, 1.0);
    let (mut envelope, mut low, mut index) = (0.0f64, 0.0, 0);
    let claps = noise(73, source.len(), 1.0);
    sound(|_| {
        let x = f64::from(source[index]);
        if claps[index] > 2.04 {
            envelope += f64::from(claps[index]) - 1.9;
        }
        index += 1;
        envelope *= (-1.0 / (0.004 * RATE_HZ)).exp();
        low += 0.5 * (x - low);
        0.25 * low * envelope
    })
}

/// The powers of both in every cell of 2048 samples.
fn cells(a: &[f32], b: &[f32]) -> Vec<(f64, f64)> {
    let forward = RealFftPlanner::<f32>::new().plan_fft_forward(2048);
    let frame = |x: &[f32], from: usize| {
        let window = |n: usize| 0.5 - 0.5 * (TAU * n as f64 / 2048.0).cos();
        let mut frame: Vec<f32> = (0..2048).map(|n| x[from + n] * window(n) as f32).collect();
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut frame, &mut spectrum).unwrap();
        spectrum
    };
    let starts = (0..a.len() - 2048).step_by(1024);
    let pairs = starts.flat_map(|from| frame(a, from).into_iter().zip(frame(b, from)));
    pairs.map(|(a, b)| (f64::from(a.norm_sqr()), f64::from(b.norm_sqr()))).collect()
}

/// How the level changes in a cell of `clean` that is 10 dB over the noise: the mean over these cells, in dB.
fn kept_db(quality: Quality, clean: &[f32]) -> f64 {
    let heard: Vec<f32> = clean.iter().zip(noise(9, clean.len(), DEVIATION)).map(|(s, n)| s + n).collect();
    let mut engine = learned(RATE_HZ, 1, quality, DEVIATION);
    let latency = engine.latency_samples();
    let mut audio = vec![heard];
    audio[0].resize(clean.len() + latency, 0.0);
    run(&mut engine, &mut audio, Settings::default(), 512);
    // The noise's power in a cell: the sum of the squared window, 3/8 of its length.
    let over = 10.0 * f64::from(DEVIATION).powi(2) * 0.375 * 2048.0;
    let output = audio[0].split_off(latency);
    let strong = cells(&output, clean).into_iter().filter(|cell| cell.1 > over);
    let changes: Vec<f64> = strong.map(|(got, own)| 10.0 * (got / own).log10()).collect();
    assert!(changes.len() > 1000, "{} cells stand over the noise", changes.len());
    changes.iter().sum::<f64>() / changes.len() as f64
}

#[test]
fn what_stands_over_the_noise_keeps_its_level() {
    type Sound = fn() -> Vec<f32>;
    let sounds: [(&str, Sound); 6] = [
        ("held note", held_note),
        ("long vowel", long_vowel),
        ("violin", violin),
        ("pad", pad),
        ("cymbal", cymbal),
        ("applause", applause),
    ];
    for (name, sound) in sounds {
        let clean = sound();
        for quality in QUALITIES {
            let kept = kept_db(quality, &clean);
            println!("{name}, {quality:?}: {kept:.2} dB");
            assert!(kept.abs() < 1.0, "{name}, {quality:?}: {kept:.2} dB");
        }
    }
}

/// A steady tone's amplitude in the output over that in the input, in dB, in the mean over several frequencies and noises.
fn tone_kept_db(quality: Quality, over_noise_db: f64, frequencies_hz: &[f64], settings: Settings) -> f64 {
    let samples = (3.0 * RATE_HZ) as usize;
    // In a bin of a Hann window of 4096 samples.
    let over_noise = 10f64.powf(over_noise_db / 10.0);
    let amplitude = f64::from(DEVIATION) * (6.0 * over_noise / 4096.0).sqrt();
    let kept_db = |hz: f64, seed: u64| {
        let tone = sine(samples, hz, RATE_HZ, amplitude as f32);
        let mut engine = learned(RATE_HZ, 1, quality, DEVIATION);
        let latency = engine.latency_samples();
        let heard = tone.iter().zip(noise(seed, samples, DEVIATION)).map(|(s, n)| s + n);
        let mut audio = vec![heard.collect::<Vec<f32>>()];
        audio[0].resize(samples + latency, 0.0);
        run(&mut engine, &mut audio, settings, 512);
        let parts = (RATE_HZ as usize..samples).map(|i| {
            let (sin, cos) = (TAU * hz * i as f64 / RATE_HZ).sin_cos();
            let out = f64::from(audio[0][latency + i]);
            (out * sin, out * cos)
        });
        let (count, re, im) = parts.fold((0.0, 0.0, 0.0), |sum, x| (sum.0 + 1.0, sum.1 + x.0, sum.2 + x.1));
        20.0 * (2.0 * f64::hypot(re, im) / count / amplitude).log10()
    };
    let all: Vec<f64> = frequencies_hz.iter().flat_map(|&hz| [5, 25].map(|seed| kept_db(hz, seed))).collect();
    all.iter().sum::<f64>() / all.len() as f64
}

/// At frequencies where the learned estimator has cells of 1 to 16 bins.
#[test]
fn a_quiet_steady_tone_stays() {
    let low_hz = [250.0, 600.0, 985.0, 1230.0];
    let high_hz = [1800.0, 2000.0, 2950.0, 4100.0, 5500.0, 7000.0, 11_000.0];
    for quality in [Quality::Standard, Quality::Best] {
        for frequencies_hz in [&low_hz[..], &high_hz] {
            for (over_noise_db, most_lost_db) in [(11.0, 4.5), (13.0, 2.5)] {
                let kept = tone_kept_db(quality, over_noise_db, frequencies_hz, Settings::default());
                let two_step = Settings { estimator: Some(Estimator::TwoStep), ..Settings::default() };
                let by_two_step = tone_kept_db(quality, over_noise_db, frequencies_hz, two_step);
                println!(
                    "{quality:?}, {over_noise_db} dB over the noise: {kept:.2} dB, Two-Step {by_two_step:.2} dB"
                );
                assert!(kept > -most_lost_db, "{quality:?}, {over_noise_db} dB: {kept:.2} dB");
                assert!(kept > by_two_step - 0.5, "{quality:?}: {kept:.2} dB, Two-Step {by_two_step:.2} dB");
            }
        }
    }
}

/// Ten minutes of noise, and of what is not quite silence, then a sound: as if it had been the first.
#[test]
fn ten_minutes_leave_nothing_behind() {
    // A low rate, because the time counts here.
    const LOW_RATE_HZ: f64 = 8e3;
    let minute = 60 * LOW_RATE_HZ as usize;
    let note = sine(minute / 10, 440.0, LOW_RATE_HZ, 0.05);
    for deviation in [DEVIATION, 1e-7] {
        let mut engine = learned(LOW_RATE_HZ, 1, Quality::Best, DEVIATION);
        let latency = engine.latency_samples();
        let mut waiting = vec![noise(3, 10 * minute, deviation)];
        run(&mut engine, &mut waiting, Settings::default(), 512);
        let (second, tenth) = (rms(&waiting[0][minute..2 * minute]), rms(&waiting[0][9 * minute..]));
        println!("{deviation}: {second:e} in the second minute, {tenth:e} in the tenth");
        assert!((20.0 * (tenth / second).log10()).abs() < 0.2, "{second} {tenth}");

        let heard: Vec<f32> = note.iter().zip(noise(9, note.len(), DEVIATION)).map(|(s, n)| s + n).collect();
        let play = |engine: &mut lull_engine::Engine| {
            let mut audio = vec![heard.clone()];
            run(engine, &mut audio, Settings::default(), 512);
            audio[0].split_off(latency)
        };
        let late = play(&mut engine);
        let first = play(&mut learned(LOW_RATE_HZ, 1, Quality::Best, DEVIATION));
        // After a second, what came before has no part in it.
        let difference: Vec<f32> = late.iter().zip(&first).map(|(a, b)| a - b).collect();
        let held = LOW_RATE_HZ as usize..5 * LOW_RATE_HZ as usize;
        let apart_db = 20.0 * (rms(&difference[held.clone()]) / rms(&first[held])).log10();
        println!("after {deviation}: {apart_db:.1} dB");
        assert!(apart_db < -40.0, "{apart_db:.1} dB");
    }
}
