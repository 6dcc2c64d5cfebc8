//! Promise: the output does not depend on the host's blocks, to the bit, and is the same from run to run.

mod common;

use common::any::*;
use common::*;
use lull_engine::Engine;
use lull_engine::{Estimator, LearnWindow, Quality, Rule, Settings, Sharpness, Statistic};
use proptest::prelude::*;

const RATE_HZ: f64 = 48e3;

/// Learn, then play with two changes of settings, each at its own sample.
fn session(sample: usize) -> Scene {
    let mut settings = Settings { makeup: true, link: 0.7, ..Settings::default() };
    if sample >= 50_003 {
        settings.threshold_db = 4.0;
        settings.sharpness = Sharpness::Exponent(3.0);
        settings.mix = 0.8;
        settings.curve = "200:6,1000:-12".parse().expect("a curve");
    }
    if sample >= 71_777 {
        settings.curve = "500:-3".parse().expect("a curve");
        settings.sharpness = Sharpness::Hard;
        settings.time_median_ms = 0.0;
        settings.listen = true;
    }
    let learn = Learn { window: LearnWindow::Seconds(0.5), add: false };
    Scene { settings, learn: (1_000..30_011).contains(&sample).then_some(learn) }
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

/// Every setting is on, some only for a part of the time, and a new profile is learned meanwhile.
fn everything_on(rule: Option<Rule>, estimator: Option<Estimator>, link: f32, sample: usize) -> Scene {
    let mut settings = Settings {
        rule,
        estimator,
        link,
        adapt: true,
        makeup: true,
        statistic: Statistic::Percentile { percent: 80.0 },
        threshold_db: 3.0,
        bands_db: [2.0, -3.0, 0.0, 4.0, -1.0, 0.0, 6.0, -6.0],
        curve: "80:-6,700:3,9000:-2".parse().expect("a curve"),
        sharpness: Sharpness::Exponent(2.0),
        smoothing: 0.8,
        attack_ms: 5.0,
        release_ms: 80.0,
        freq_smoothing_erb: 0.3,
        time_median_ms: 40.0,
        output_db: -3.0,
        mix: 0.9,
        ..Settings::default()
    };
    // The settings before the reset differ from those after it, so that anything that is kept shows.
    if sample >= 34_000 {
        settings.statistic = Statistic::Median;
        settings.threshold_db = -4.0;
        settings.curve = "300:20".parse().expect("a curve");
        settings.link = 1.0;
        settings.listen = true;
        settings.freq_smoothing_erb = 1.0;
    }
    let learn = Learn { window: LearnWindow::UntilStopped, add: true };
    Scene { settings, learn: (10_000..18_000).contains(&sample).then_some(learn) }
}

#[test]
fn the_same_after_a_reset_as_in_a_new_engine() {
    let rules = [None, Some(Rule::Gate), Some(Rule::Wiener), Some(Rule::LogMmse)];
    let estimators = [
        None,
        Some(Estimator::ThisFrame),
        Some(Estimator::DecisionDirected),
        Some(Estimator::TwoStep),
        Some(Estimator::NonLocalMeans),
        Some(Estimator::Combined),
        Some(Estimator::Learned),
    ];
    let links = [0.0, 0.4, 1.0, 0.7];
    let input: Vec<_> = (0..3).map(|c| tones_in_noise(70 + c, 40_000, RATE_HZ)).collect();
    for (turn, quality) in QUALITIES.into_iter().enumerate() {
        // Quieter than the noise that is played, so that Adapt has a drift to follow.
        let profile = profile(RATE_HZ, 3, quality, 0.007);
        for (place, estimator) in estimators.into_iter().enumerate() {
            // In each quality another rule and link.
            let case = (place + turn) % rules.len();
            let (rule, link) = (rules[case], links[case]);
            let mut engine = engine(RATE_HZ, 3, quality);
            assert!(engine.set_profile(&profile));
            let mut pass = |block: usize| {
                let mut audio = input.clone();
                let scene = |sample| everything_on(rule, estimator, link, sample);
                let blocks = cut(std::iter::repeat(block), &[10_000, 18_000, 34_000]);
                run_with(&mut engine, &mut audio, scene, blocks);
                // Until what was learned last is computed. Then back to the first profile, and long enough for Adapt to
                // find a drift.
                run(&mut engine, &mut input.clone(), scene(0), block);
                assert!(engine.set_profile(&profile));
                let mut more = input.clone();
                run(&mut engine, &mut more, scene(0), block);
                engine.reset();
                audio
            };
            let (first, second) = (pass(333), pass(512));
            let differs = (0..input[0].len()).find(|&i| (0..3).any(|c| first[c][i] != second[c][i]));
            assert!(differs.is_none(), "{quality:?}, {rule:?}, {estimator:?}: from sample {differs:?}");
        }
    }
}

proptest! {
    #![proptest_config(cases(32, "tests/regressions/blocks.txt"))]

    /// With any rate, quality, channels, settings and content, the output does not depend on the blocks or the run.
    #[test]
    fn no_session_shows_its_blocks(
        config in any_config(),
        content in any_content(),
        storm in proptest::collection::vec((0.0f64..1.0, any_scene()), 1..6),
        blocks in any_blocks(),
        other_blocks in any_blocks(),
        with_profile in any::<bool>(),
    ) {
        let samples = 7 * config.grid().window_samples + 123;
        let mut storm: Vec<(usize, Scene)> =
            storm.into_iter().map(|(at, scene)| ((at * samples as f64) as usize, scene)).collect();
        storm.sort_by_key(|&(at, _)| at);
        let changes: Vec<usize> = storm.iter().map(|&(at, _)| at).collect();
        let scene = |sample| {
            let now = storm.iter().rev().find(|&&(at, _)| at <= sample);
            now.map_or(Scene::from(Settings::default()), |&(_, scene)| scene)
        };
        let play = |blocks: Blocks| {
            let mut engine = if with_profile { learned_briefly(config) } else { Engine::new(config).expect("a config of engines") };
            let channels = 0..config.channels as u64;
            let mut audio: Vec<_> = channels.map(|c| content.samples(c, samples)).collect();
            run_with(&mut engine, &mut audio, scene, cut(blocks.sizes(), &changes));
            audio
        };
        prop_assert!(play(blocks) == play(other_blocks));
    }

    /// Nor does it depend on what was played before a reset.
    #[test]
    fn no_session_shows_what_was_before_a_reset(
        config in any_config(),
        before in any_content(),
        content in any_content(),
        settings in proptest::collection::vec(any_settings(), 3),
        blocks in any_blocks(),
    ) {
        let window = config.grid().window_samples;
        let profile = learned_briefly(config).profile().expect("learned").clone();
        let started = || {
            let mut engine = Engine::new(config).expect("a config of engines");
            assert!(engine.set_profile(&profile));
            engine
        };
        let play = |engine: &mut Engine, content: Content, settings: &[Settings], samples: usize| {
            let channels = 0..config.channels as u64;
            let mut audio: Vec<_> = channels.map(|c| content.samples(c, samples)).collect();
            let change = samples / 2;
            let settings = |sample| settings[if sample < change { 0 } else { settings.len() - 1 }];
            run_with(engine, &mut audio, settings, cut(blocks.sizes(), &[change]));
            audio
        };
        let mut used = started();
        play(&mut used, before, &settings[..2], 5 * window + 57);
        used.reset();
        prop_assert!(
            play(&mut used, content, &settings[1..], 5 * window)
                == play(&mut started(), content, &settings[1..], 5 * window)
        );
    }
}
