//! Promise: process() allocates nothing and frees nothing, while learning, under automation, with profiles set and
//! cleared in between.

mod common;

use common::*;
use lull_engine::{
    Config, CurvePoint, Engine, Estimator, HeardMemory, LearnWindow, Rule, Settings, Sharpness, Statistic,
    ThresholdCurve,
};
use nice_assert_no_alloc::{AllocDisabler, assert_no_alloc, violation_count};
use rand::RngExt;
use rand::rngs::StdRng;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Allocations and frees on this thread while `work` runs.
fn allocations(work: impl FnOnce()) -> u32 {
    let before = violation_count();
    assert_no_alloc(work);
    violation_count() - before
}

#[test]
fn a_planted_allocation_is_seen() {
    assert!(allocations(|| drop(std::hint::black_box(vec![1u8; 100]))) > 0);
    assert_eq!(allocations(|| ()), 0);
}

/// Opens and ends windows of each kind.
fn press_learn(engine: &mut Engine, step: u64) {
    match step % 100 {
        0 => engine.start_learning(LearnWindow::Seconds(2.0), step % 200 == 100),
        60 | 98 => engine.stop_learning(),
        65 => engine.start_learning(LearnWindow::Last(0.5), false),
        85 => engine.start_learning(LearnWindow::Quietest, step % 200 == 185),
        _ => {}
    }
}

/// None to four points.
fn drawn_curve(rng: &mut StdRng) -> ThresholdCurve {
    let mut point =
        |place: u8| CurvePoint { hz: 50.0 * 6f32.powi(place.into()), db: rng.random_range(-24.0..24.0) };
    let points = [0, 1, 2, 3].map(&mut point);
    ThresholdCurve::new(&points[..rng.random_range(0..=4)]).expect("points far apart")
}

fn drawn_settings(rng: &mut StdRng, step: u64) -> Settings {
    Settings {
        statistic: Statistic::Percentile { percent: rng.random_range(50.0..99.9) },
        threshold_db: rng.random_range(-24.0..24.0),
        bands_db: std::array::from_fn(|_| rng.random_range(-24.0..24.0)),
        curve: drawn_curve(rng),
        sharpness: if step.is_multiple_of(7) { Sharpness::Hard } else { Sharpness::Exponent(2.0) },
        rule: [None, Some(Rule::Gate), Some(Rule::Wiener), Some(Rule::LogMmse)][step as usize % 4],
        estimator: [None, Some(Estimator::TwoStep), Some(Estimator::Combined), Some(Estimator::Learned)]
            [step as usize % 4],
        reduction_db: rng.random_range(0.0..60.0),
        attack_ms: rng.random_range(0.0..200.0),
        freq_smoothing_erb: rng.random_range(0.0..2.0),
        time_median_ms: rng.random_range(0.0..50.0),
        link: rng.random_range(0.0..1.2),
        makeup: step.is_multiple_of(2),
        listen: step.is_multiple_of(11),
        bypass: step.is_multiple_of(13),
        ..Settings::default()
    }
}

#[test]
fn the_engine_allocates_nothing() {
    for quality in QUALITIES {
        let mut engine = engine(48e3, 3, quality);
        let memory = HeardMemory::new(Config { sample_rate_hz: 48e3, channels: 3, quality }).unwrap();
        let (mut memory, mut refused) = (Some(memory), None);
        let mut rng = rng(1);
        let profile = profile(48e3, 3, quality, 0.02);
        for step in 0..600 {
            let mut audio = vec![noise(step, 700, 0.1); 3];
            let settings = drawn_settings(&mut rng, step);
            let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
            let found = allocations(|| {
                if step == 120 {
                    refused = memory.take().and_then(|memory| engine.remember(memory));
                }
                press_learn(&mut engine, step);
                engine.process(&mut slices, &settings);
                if step % 50 == 49 {
                    engine.set_profile(&profile);
                    engine.reset();
                }
                if step % 170 == 169 {
                    engine.clear_profile();
                }
            });
            assert_eq!(found, 0, "{quality:?}, step {step}");
        }
        assert!(engine.learned_count() > 0, "nothing was learned");
        assert!(engine.remembers() && refused.is_none(), "the memory was not taken");
    }
}
