//! Promise: with an open mask the signal is reconstructed within -120 dB, at every rate and quality.
//! src/stft/round_trip.rs tests every window and overlap separately.

mod common;

use common::*;
use lull_engine::Settings;

#[test]
fn every_rate_and_quality_of_the_engine() {
    let mut worst = f64::NEG_INFINITY;
    for rate in RATES_HZ {
        for quality in QUALITIES {
            let mut engine = learned(rate, 1, quality, 0.01);
            let settings = Settings { reduction_db: 0.0, ..Settings::default() };
            // The engine had another reduction before: let it glide.
            let mut rest = [vec![0.0; 40 * engine.latency_samples()]];
            run(&mut engine, &mut rest, settings, 4096);
            let input = tones_in_noise(3, 8 * engine.latency_samples(), rate);
            let mut output = vec![input.clone()];
            run(&mut engine, &mut output, settings, 4096);
            let null = null_db(&input, &output[0], engine.latency_samples());
            assert!(null <= -120.0, "{rate} Hz, {quality:?}: {null:.1} dB");
            worst = worst.max(null);
        }
    }
    println!("worst: {worst:.1} dB");
}
