//! Promise: the reported latency equals the measured one, to the sample, at every rate and quality,
//! on both the dry and the processed path, and constant while playing.

mod common;

use common::any::*;
use common::*;
use lull_engine::Engine;
use lull_engine::Settings;
use proptest::prelude::*;

/// The position of an impulse in the output.
fn measured(engine: &mut Engine, settings: &Settings, block: usize) -> usize {
    let latency = engine.latency_samples();
    let at = 3 * latency + 29;
    let mut audio = vec![vec![0.0; at + 3 * latency]];
    audio[0][at] = 0.5;
    run(engine, &mut audio, settings, block);
    let peak = (0..audio[0].len()).max_by(|&a, &b| audio[0][a].abs().total_cmp(&audio[0][b].abs())).unwrap();
    assert!(audio[0][peak].abs() > 0.4, "the impulse is lost");
    peak - at
}

#[test]
fn reported_is_measured() {
    let open = Settings { reduction_db: 0.0, ..Settings::default() };
    for rate in RATES_HZ {
        for quality in QUALITIES {
            let mut dry = engine(rate, 1, quality);
            let mut processed = learned(rate, 1, quality, 1e-4);
            run(&mut processed, &mut [vec![0.0; 40 * dry.latency_samples()]], open, 1024);
            for block in [64, 441, 4096] {
                for (engine, path) in [(&mut dry, "dry"), (&mut processed, "processed")] {
                    let reported = engine.latency_samples();
                    assert_eq!(
                        measured(engine, &open, block),
                        reported,
                        "{rate} Hz, {quality:?}, {path}, {block}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_quality_has_the_latency_that_the_manual_says() {
    use lull_engine::Quality::*;
    let samples = |rate, quality| engine(rate, 1, quality).latency_samples();
    assert_eq!([samples(48e3, Live), samples(48e3, Standard), samples(48e3, Best)], [512, 2048, 6144]);
    assert_eq!(samples(44.1e3, Standard), 2048);
    assert_eq!(samples(96e3, Standard), 4096);
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/latency.txt"))]

    /// The impulse of every channel is put out one reported latency later, at any rate, position and blocks, and the
    /// reported latency does not change while playing.
    #[test]
    fn reported_is_measured_everywhere(
        config in any_config(),
        blocks in any_blocks(),
        processed in any::<bool>(),
        at in 0.0f64..1.0,
        storm in any_settings(),
    ) {
        let mut engine = if processed { learned_briefly(config) } else { Engine::new(config).expect("a config of engines") };
        let latency = engine.latency_samples();
        let open = Settings { reduction_db: 0.0, ..Settings::default() };
        let at = (at * 2.0 * latency as f64) as usize;
        let mut audio = vec![vec![0.0; at + latency + 50]; config.channels];
        audio.iter_mut().for_each(|channel| channel[at] = 0.5);
        run_with(&mut engine, &mut audio, |_| open, blocks.sizes());
        for channel in &audio {
            let loudest = channel.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
            let (peak, height) = loudest.expect("samples");
            prop_assert_eq!(peak, at + latency);
            prop_assert!((height - 0.5).abs() < 1e-3, "{}", height);
        }
        run(&mut engine, &mut vec![vec![0.1; 3 * latency]; config.channels], storm, 512);
        prop_assert_eq!(engine.latency_samples(), latency);
    }
}
