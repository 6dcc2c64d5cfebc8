//! Promise: the stereo image does not move, and every number of channels from one to eight works.

mod common;

use common::any::*;
use common::*;
use lull_engine::{LearnWindow, Quality, Settings};
use proptest::prelude::*;

const RATE_HZ: f64 = 48e3;

/// Level difference of the output channels, for a source that is panned 6 dB to the left, in independent noises.
fn panned(settings: Settings) -> f64 {
    let mut engine = learned(RATE_HZ, 2, Quality::Standard, 0.01);
    let tone: Vec<f32> =
        (0..384_000usize).map(|i| if (i / 9_600).is_multiple_of(2) { 0.01 } else { 0.0 }).collect();
    let tone: Vec<f32> =
        tone.iter().zip(sine(384_000, 1_000.0, RATE_HZ, 1.0)).map(|(level, x)| level * x).collect();
    let mut audio: Vec<Vec<f32>> = [1.0, 0.5]
        .iter()
        .zip([noise(80, 384_000, 0.01), noise(81, 384_000, 0.01)])
        .map(|(gain, noise)| tone.iter().zip(noise).map(|(x, n)| gain * x + n).collect())
        .collect();
    run(&mut engine, &mut audio, settings, 512);
    let at_1_khz = |samples: &[f32]| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, &x) in samples[10_000..].iter().enumerate() {
            let (sin, cos) = (std::f64::consts::TAU * 1_000.0 * i as f64 / RATE_HZ).sin_cos();
            re += x as f64 * cos;
            im += x as f64 * sin;
        }
        f64::hypot(re, im)
    };
    20.0 * (at_1_khz(&audio[0]) / at_1_khz(&audio[1])).log10()
}

#[test]
fn linked_channels_keep_the_image() {
    for settings in [Settings::textbook_gate(), Settings::default()] {
        let linked = panned(settings);
        println!("{:?}, linked: {linked:.2} dB where 6.02 went in", settings.rule);
        assert!((linked - 6.02).abs() < 0.3, "{:?}: {linked:.2} dB", settings.rule);
    }
    let apart = panned(Settings { link: 0.0, ..Settings::textbook_gate() });
    assert!(
        (apart - 6.02).abs() > 0.6,
        "{apart:.2} dB: the image does not move without the link, so nothing is shown"
    );
}

#[test]
fn a_sound_in_one_channel_alone_opens_them_all() {
    for base in [Settings::textbook_gate(), Settings::default()] {
        for link in [1.0, 0.5] {
            let mut engine = learned(RATE_HZ, 2, Quality::Standard, 0.01);
            let tone = sine(96_000, 1_000.0, RATE_HZ, 0.1);
            let left = tone.iter().zip(noise(82, 96_000, 0.01)).map(|(x, n)| x + n).collect();
            let mut audio = vec![left, noise(83, 96_000, 0.01)];
            run(&mut engine, &mut audio, Settings { link, ..base }, 512);
            let level = 20.0 * (rms(&audio[0][20_000..]) / rms(&tone)).log10();
            assert!(level.abs() < 1.0, "{:?}, link {link}: {level:+.2} dB", base.rule);
        }
    }
}

#[test]
fn silence_of_many_channels_is_as_silent_as_that_of_one() {
    let level = |channels: usize| {
        let mut engine = learned(RATE_HZ, channels, Quality::Standard, 0.01);
        let mut audio: Vec<_> = (0..channels).map(|c| noise(400 + c as u64, 96_000, 0.01)).collect();
        run(&mut engine, &mut audio, Settings::default(), 512);
        20.0 * (rms(&audio[0][20_000..]) / 0.01).log10()
    };
    let (one, eight) = (level(1), level(8));
    println!("noise falls by {:.1} dB in one channel, by {:.1} dB in eight", -one, -eight);
    assert!(eight < one + 1.5, "{one:.1} dB, {eight:.1} dB");
}

#[test]
fn one_to_eight_channels_each_get_their_own_noise_out() {
    for channels in 1..=8 {
        for link in [0.0, 0.5, 1.0] {
            let mut engine = learned(RATE_HZ, channels, Quality::Live, 0.01);
            let mut audio: Vec<_> = (0..channels).map(|c| noise(300 + c as u64, 40_000, 0.01)).collect();
            run(&mut engine, &mut audio, Settings { link, ..Settings::default() }, 512);
            for (index, channel) in audio.iter().enumerate() {
                let level = 20.0 * (rms(&channel[20_000..]) / 0.01).log10();
                assert!(level < -6.0, "{channels} channels, link {link}: channel {index} at {level:.1} dB");
            }
        }
    }
}

#[test]
fn moving_the_link_between_its_ends_does_not_jump() {
    let mut engine = learned(RATE_HZ, 2, Quality::Standard, 0.01);
    let settings = |sample: usize| Settings {
        link: if (sample / 4_800).is_multiple_of(2) { 1.0 } else { 0.6 },
        ..Settings::default()
    };
    let mut audio = vec![sine(96_000, 300.0, RATE_HZ, 0.3), vec![0.0; 96_000]];
    run_with(&mut engine, &mut audio, settings, std::iter::repeat(480));
    let steepest = audio[0][8_000..].windows(2).fold(0.0f32, |worst, w| worst.max((w[1] - w[0]).abs()));
    assert!(steepest < 0.3 * 300.0 * std::f32::consts::TAU / 48e3 * 1.1, "{steepest}");
}

/// A tone in one channel, noise in the other: the more they are linked, the less the noise falls at the tone's
/// frequency.
#[test]
fn the_more_link_the_more_the_other_channel_opens() {
    let opened = [0.0, 0.25, 0.5, 0.75, 1.0].map(|link| {
        let mut engine = learned(RATE_HZ, 2, Quality::Standard, 0.01);
        let (tone, noise) = (sine(96_000, 984.375, RATE_HZ, 0.003), noise(82, 96_000, 0.01));
        let settings = Settings { link, ..Settings::textbook_gate() };
        let bin = (984.375 / engine.config().grid().bin_width_hz()) as usize;
        let mut gains_db = Vec::new();
        for (tone, noise) in tone.chunks(512).zip(noise.chunks(512)) {
            run(&mut engine, &mut [tone.to_vec(), noise.to_vec()], settings, 512);
            gains_db.push(20.0 * engine.gains(1)[bin].log10());
        }
        let settled = &gains_db[gains_db.len() / 2..];
        settled.iter().sum::<f32>() / settled.len() as f32
    });
    println!("{opened:?}");
    assert!(opened.is_sorted() && opened[1] < opened[3] - 1.5, "{opened:?} dB");
}

#[test]
fn lines_are_found_in_all_channels_at_once() {
    let hum = |seed| -> Vec<f32> {
        let tone = sine(96_000, 1000.0, RATE_HZ, 0.05);
        noise(seed, 96_000, 0.01).iter().zip(tone).map(|(n, s)| n + s).collect()
    };
    let play = |order: [u64; 2]| {
        let mut engine = engine(RATE_HZ, 1, Quality::Standard);
        run(&mut engine, &mut [hum(1)], learning(LearnWindow::Seconds(1.0)), 512);
        let channel = engine.profile().expect("learned").channels()[0].clone();
        let grid = engine.config().grid();
        let profile = lull_engine::NoiseProfile::from_parts(grid, 1.0, vec![channel; 2]).expect("a profile");
        let mut engine = common::engine(RATE_HZ, 2, Quality::Standard);
        assert!(engine.set_profile(&profile));
        let mut audio = order.map(hum);
        let settings = Settings { tonal_db: 20.0, reduction_db: 10.0, link: 0.0, ..Settings::default() };
        run(&mut engine, &mut audio, settings, 512);
        audio
    };
    let (straight, mut reversed) = (play([2, 3]), play([3, 2]));
    reversed.reverse();
    assert!(straight == reversed, "the channels differ");
}

proptest! {
    #![proptest_config(cases(24, "tests/regressions/channels.txt"))]

    /// All channels are treated alike: if the inputs are exchanged, the outputs are exchanged.
    #[test]
    fn channels_are_alike(config in any_config(), settings in any_settings(), blocks in any_blocks()) {
        let count = config.channels;
        let samples = 6 * config.grid().window_samples;
        // Makeup sums over the channels in their order, which changes the last bit.
        let settings = Settings { makeup: false, ..settings };
        let levels: Vec<f32> = (0..count).map(|c| 0.02 * (c + 1) as f32).collect();
        let input: Vec<_> = (0..count).map(|c| noise(c as u64, samples, levels[c])).collect();
        let same_profile = || {
            let mut engine = learned_briefly(config);
            let first = engine.profile().expect("learned").channels()[0].clone();
            let profile = lull_engine::NoiseProfile::from_parts(
                config.grid(), 1.0, vec![first; count]).expect("a profile");
            assert!(engine.set_profile(&profile));
            engine
        };
        let play = |order: &[usize]| {
            let mut audio: Vec<_> = order.iter().map(|&c| input[c].clone()).collect();
            run_with(&mut same_profile(), &mut audio, |_| settings, blocks.sizes());
            audio
        };
        let forward: Vec<usize> = (0..count).collect();
        let backward: Vec<usize> = forward.iter().rev().copied().collect();
        let (straight, mut reversed) = (play(&forward), play(&backward));
        reversed.reverse();
        prop_assert!(straight == reversed);
    }
}
