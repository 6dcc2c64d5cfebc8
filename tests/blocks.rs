//! Promise: the output does not depend on how the host cuts its blocks, to the bit, and is the same from run to
//! run.

mod common;

use common::any::*;
use common::*;
use lull::engine::Engine;
use lull::engine::settings::{LearnWindow, Quality, Settings, Sharpness};
use proptest::prelude::*;

const RATE_HZ: f64 = 48e3;

/// Learn, then play with two changes of settings, each at its own sample.
fn session(sample: usize) -> Settings {
    let mut settings = Settings { makeup: true, link: 0.7, ..Settings::default() };
    settings.learn = (1_000..30_011).contains(&sample);
    settings.learn_window = LearnWindow::Seconds(0.5);
    if sample >= 50_003 {
        settings.threshold_db = 4.0;
        settings.sharpness = Sharpness::Exponent(3.0);
        settings.mix = 0.8;
    }
    if sample >= 71_777 {
        settings.sharpness = Sharpness::Hard;
        settings.time_median_ms = 0.0;
        settings.listen = true;
    }
    settings
}

const CHANGES: [usize; 4] = [1_000, 30_011, 50_003, 71_777];

fn output(mut engine: Engine, blocks: impl Iterator<Item = usize>) -> Vec<Vec<f32>> {
    let mut audio: Vec<_> = (0..2).map(|c| tones_in_noise(40 + c, 100_000, RATE_HZ)).collect();
    run_with(&mut engine, &mut audio, session, cut(blocks, &CHANGES));
    audio
}

/// The blocks of a host with exact automation, which cuts them where a value changes.
fn cut(blocks: impl Iterator<Item = usize>, changes: &[usize]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    blocks.flat_map(move |block| {
        let (start, end) = (at, at + block);
        at = end;
        let mut edges: Vec<usize> = changes.iter().copied().filter(|&c| start < c && c < end).collect();
        edges.push(end);
        let mut from = start;
        edges.into_iter().map(move |edge| edge - std::mem::replace(&mut from, edge)).collect::<Vec<_>>()
    })
}

#[test]
fn bit_identical_however_the_blocks_are_cut() {
    for quality in [Quality::Live, Quality::Standard] {
        let fresh = || engine(RATE_HZ, 2, quality);
        let reference = output(fresh(), std::iter::repeat(512));
        assert!(rms(&reference[0][80_000..]) > 1e-4, "the session makes no sound");
        for block in [1, 7, 64, 441, 4096, 65536] {
            assert!(output(fresh(), std::iter::repeat(block)) == reference, "{quality:?}, blocks of {block}");
        }
        for seed in 0..4 {
            assert!(
                output(fresh(), random_blocks(seed, 3000)) == reference,
                "{quality:?}, random blocks, seed {seed}"
            );
        }
    }
}

#[test]
fn the_same_after_a_reset_as_in_a_new_engine() {
    let settings = Settings::default();
    let profile = profile(RATE_HZ, 2, Quality::Standard, 0.01);
    let input: Vec<_> = (0..2).map(|c| tones_in_noise(70 + c, 60_000, RATE_HZ)).collect();
    let mut fresh = engine(RATE_HZ, 2, Quality::Standard);
    fresh.set_profile(&profile);
    let mut first = input.clone();
    run(&mut fresh, &mut first, &settings, 333);
    let mut second = input.clone();
    fresh.reset();
    run(&mut fresh, &mut second, &settings, 512);
    assert!(first == second);
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/blocks.txt"))]

    /// Any rate, quality, channels, settings and content: the blocks do not show, and neither does the day.
    #[test]
    fn no_session_shows_its_blocks(
        config in any_config(),
        content in any_content(),
        storm in proptest::collection::vec((0.0f64..1.0, any_settings()), 1..6),
        blocks in any_blocks(),
        other_blocks in any_blocks(),
        with_profile in any::<bool>(),
    ) {
        let samples = 7 * config.grid().window_samples + 123;
        let mut storm: Vec<(usize, Settings)> =
            storm.into_iter().map(|(at, settings)| ((at * samples as f64) as usize, settings)).collect();
        storm.sort_by_key(|&(at, _)| at);
        let changes: Vec<usize> = storm.iter().map(|&(at, _)| at).collect();
        let settings = |sample| {
            let now = storm.iter().rev().find(|&&(at, _)| at <= sample);
            now.map_or(Settings::default(), |&(_, settings)| settings)
        };
        let play = |blocks: Blocks| {
            let mut engine = if with_profile { learned_briefly(config) } else { Engine::new(config) };
            let channels = 0..config.channels as u64;
            let mut audio: Vec<_> = channels.map(|c| content.samples(c, samples)).collect();
            run_with(&mut engine, &mut audio, settings, cut(blocks.sizes(), &changes));
            audio
        };
        prop_assert!(play(blocks) == play(other_blocks));
    }
}
