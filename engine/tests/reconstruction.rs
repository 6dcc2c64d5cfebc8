//! Promise: with an open mask the signal comes back within -120 dB, for every window, overlap and rate.

mod common;

use common::*;
use lull_engine::overlap_add::{HopClock, OverlapAdd};
use lull_engine::settings::Settings;
use lull_engine::transform::Transform;
use realfft::num_complex::Complex32;

/// The bare path: rings, windows, transforms, and nothing done to the spectrum.
fn round_trip(input: &[f32], window: usize, hop: usize) -> Vec<f32> {
    let mut transform = Transform::new(window, hop);
    let mut stream = OverlapAdd::new(window, window, 0);
    let mut clock = HopClock::new(hop);
    let mut spectrum = vec![Complex32::default(); transform.bins()];
    let (mut dry, mut wet) = (vec![0.0; hop], vec![0.0; hop]);
    let mut output = Vec::new();
    for block in input.chunks(hop) {
        stream.exchange(block, &mut dry[..block.len()], &mut wet[..block.len()]);
        output.extend_from_slice(&wet[..block.len()]);
        if clock.advance(block.len()) {
            let (older, newer) = stream.frame();
            transform.forward(older, newer, &mut spectrum);
            stream.add(transform.inverse(&mut spectrum));
        }
    }
    output
}

#[test]
fn every_window_and_overlap() {
    let mut worst = f64::NEG_INFINITY;
    for order in 4..=16 {
        let window = 1 << order;
        for overlap in [2, 4, 8] {
            let input = noise(order as u64, 5 * window, 0.3);
            let null = null_db(&input, &round_trip(&input, window, window / overlap), window);
            assert!(null <= -120.0, "window {window}, overlap {overlap}: {null:.1} dB");
            worst = worst.max(null);
        }
    }
    println!("worst: {worst:.1} dB");
}

#[test]
fn every_rate_and_quality_of_the_engine() {
    let mut worst = f64::NEG_INFINITY;
    for rate in RATES_HZ {
        for quality in QUALITIES {
            let mut engine = learned(rate, 1, quality, 0.01);
            let settings = Settings { reduction_db: 0.0, ..Settings::default() };
            // The engine stood at another reduction before: let it glide.
            let mut rest = [vec![0.0; 40 * engine.latency_samples()]];
            run(&mut engine, &mut rest, &settings, 4096);
            let input = tones_in_noise(3, 8 * engine.latency_samples(), rate);
            let mut output = vec![input.clone()];
            run(&mut engine, &mut output, &settings, 4096);
            let null = null_db(&input, &output[0], engine.latency_samples());
            assert!(null <= -120.0, "{rate} Hz, {quality:?}: {null:.1} dB");
            worst = worst.max(null);
        }
    }
    println!("worst: {worst:.1} dB");
}
