//! Strategies for property tests: all combinations of rates, blocks, channels, qualities, settings and audio.
//!
//! Settings are drawn from the rows of the table of parameters, so that a new parameter is drawn as well.

use lull_engine::parameter::Kind;
use lull_engine::{
    Config, CurvePoint, Engine, LearnWindow, Parameter, Quality, Settings, ThresholdCurve, Values,
};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;

use super::{Learn, QUALITIES, Scene, learning, noise, random_blocks, remembering, rng, run};
use rand::RngExt;

/// Number of cases of a property. Cases that failed once are kept in a file beside the tests and are tried first. Under qemu all
/// takes twenty times as long: `cargo xtask elsewhere` sets the variable and has an eighth of the cases.
pub fn cases(cases: u32, regressions: &'static str) -> ProptestConfig {
    let cases = if std::env::var_os("LULL_FEW_CASES").is_some() { cases.div_ceil(8) } else { cases };
    let failure_persistence = Some(Box::new(FileFailurePersistence::Direct(regressions)) as _);
    ProptestConfig { cases, failure_persistence, max_shrink_iters: 200, ..ProptestConfig::default() }
}

/// 8 kHz to 384 kHz, and two unusual ones.
pub fn any_rate_hz() -> impl Strategy<Value = f64> {
    select(vec![
        8e3, 11025.0, 16e3, 22050.0, 44.1e3, 48e3, 88.2e3, 96e3, 176.4e3, 192e3, 384e3, 1234.5678, 1234567.8,
    ])
}

pub fn any_quality() -> impl Strategy<Value = Quality> {
    select(QUALITIES.to_vec())
}

pub fn any_config() -> impl Strategy<Value = Config> {
    (any_rate_hz(), 1usize..=8, any_quality()).prop_map(|(sample_rate_hz, channels, quality)| Config {
        sample_rate_hz,
        channels,
        quality,
    })
}

/// The sizes of a host's blocks.
#[derive(Debug, Clone, Copy)]
pub enum Blocks {
    Of(usize),
    /// Random sizes from 0 to 5000 samples, with this seed.
    Random(u64),
}

impl Blocks {
    /// An endless sequence of sizes.
    pub fn sizes(self) -> Box<dyn Iterator<Item = usize>> {
        match self {
            Blocks::Of(size) => Box::new(std::iter::repeat(size)),
            Blocks::Random(seed) => Box::new(random_blocks(seed, 5000)),
        }
    }
}

pub fn any_blocks() -> impl Strategy<Value = Blocks> {
    prop_oneof![
        2 => select(vec![1, 7, 64, 441, 4096, 65536]).prop_map(Blocks::Of),
        1 => any::<u64>().prop_map(Blocks::Random),
    ]
}

/// Every parameter anywhere in its range, at the ends as often as in between, and any points of the threshold.
pub fn any_settings() -> impl Strategy<Value = Settings> {
    (any_values(), any_curve()).prop_map(|(values, curve)| Settings { curve, ..values.settings() })
}

/// None to all points; none as often as some.
pub fn any_curve() -> impl Strategy<Value = ThresholdCurve> {
    let point = (0.0f32..=1.0, -24.0f32..=24.0)
        .prop_map(|(position, db)| CurvePoint { hz: 20.0 * 1000f32.powf(position), db });
    let curve = |points: Vec<CurvePoint>| {
        let add = |curve: ThresholdCurve, point| curve.added(point).map_or(curve, |(more, _)| more);
        points.into_iter().fold(ThresholdCurve::default(), add)
    };
    prop_oneof![Just(ThresholdCurve::default()), proptest::collection::vec(point, 1..40).prop_map(curve)]
}

/// As [`any_settings`], with Learn pressed or not.
pub fn any_scene() -> impl Strategy<Value = Scene> {
    (any_values(), any_curve()).prop_map(|(values, curve)| {
        let learn = Learn { window: values.learn_window(), add: values.get(Parameter::LearnAdd) > 0.5 };
        let pressed = values.get(Parameter::Learn) > 0.5;
        let settings = Settings { curve, ..values.settings() };
        Scene { settings, learn: pressed.then_some(learn) }
    })
}

fn any_values() -> impl Strategy<Value = Values> {
    let position = prop_oneof![Just(0.0f32), Just(1.0f32), 0.0f32..=1.0, 0.0f32..=1.0];
    proptest::collection::vec(position, Parameter::ALL.len()).prop_map(|positions| {
        let mut values = Values::default();
        for (&parameter, position) in Parameter::ALL.iter().zip(positions) {
            let (low, high) = match parameter.row().kind {
                Kind::Number(number) => (number.min, number.top_value()),
                Kind::Switch { .. } => (0.0, 1.0),
                Kind::Choice { choices, .. } => (0.0, (choices.len() - 1) as f32),
            };
            let value = low + position * (high - low);
            values.set(
                parameter,
                if matches!(parameter.row().kind, Kind::Number(_)) { value } else { value.round() },
            );
        }
        values
    })
}

/// The audio that is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Content {
    Silence,
    Noise,
    Dc,
    /// Full scale.
    Square,
    Impulses,
    Denormals,
    /// Noise with invalid samples: NaN, infinity, 1e38.
    Broken,
    /// So loud that squares nearly overflow.
    Loud,
    /// A fade through all magnitudes down to 0.
    Fade,
}

pub fn any_content() -> impl Strategy<Value = Content> {
    use Content::*;
    select(vec![Silence, Noise, Dc, Square, Impulses, Denormals, Broken, Loud, Fade])
}

impl Content {
    /// That many samples of it.
    pub fn samples(self, seed: u64, samples: usize) -> Vec<f32> {
        let mut rng = rng(seed);
        let mut each = |sample: &mut dyn FnMut(usize, f32) -> f32| -> Vec<f32> {
            (0..samples).map(|i| sample(i, rng.random_range(-1.0f32..1.0))).collect()
        };
        match self {
            Content::Silence => vec![0.0; samples],
            Content::Noise => each(&mut |_, x| 0.1 * x),
            Content::Dc => vec![1.0; samples],
            Content::Square => each(&mut |i, _| if (i / 37).is_multiple_of(2) { 1.0 } else { -1.0 }),
            Content::Impulses => each(&mut |i, _| if i % 997 == 3 { 1.0 } else { 0.0 }),
            Content::Denormals => each(&mut |_, x| x * f32::MIN_POSITIVE),
            Content::Broken => each(&mut |i, x| match i % 1013 {
                5 => f32::NAN,
                6 => f32::INFINITY,
                700 => f32::NEG_INFINITY,
                701 => 1e38,
                _ => 0.1 * x,
            }),
            Content::Loud => each(&mut |_, x| 9e8 * x),
            Content::Fade => {
                let step = 100.0 / samples.max(1) as f32;
                each(&mut |i, x| x * (-(i as f32) * step).exp())
            }
        }
    }
}

/// An engine that has learned white noise of a deviation of 0.01 in every channel, in the shortest time. It is reset,
/// so that the next settings apply at once.
pub fn learned_briefly(config: Config) -> Engine {
    let mut engine = remembering(config);
    let window = config.grid().window_samples;
    let mut audio: Vec<_> = (0..config.channels).map(|c| noise(800 + c as u64, 4 * window, 0.01)).collect();
    run(&mut engine, &mut audio, learning(LearnWindow::UntilStopped), 4096);
    for _ in 0..16 {
        if engine.profile().is_some() {
            break;
        }
        run(&mut engine, &mut vec![vec![0.0; window]; config.channels], Settings::default(), 4096);
    }
    assert!(engine.profile().is_some(), "{config:?}: learned nothing");
    engine.reset();
    engine
}
