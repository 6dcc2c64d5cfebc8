//! Promise: a VST3 host that never restarts the plugin gets another quality, and the latency of it, once nothing plays; no
//! block allocates or frees meanwhile.

mod vst3_host;

use std::thread::sleep;
use std::time::{Duration, Instant};

use lull_engine::Quality::{Best, Live, Standard};

use nice_assert_no_alloc::AllocDisabler;
use vst3_host::{BLOCK, Host, RATE_HZ, Transport};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const STANDARD: usize = 2048;
const LIVE: usize = 512;
const BEST: usize = 6144;
/// Blocks of a second.
const SECOND: usize = RATE_HZ as usize / BLOCK;

fn silence(_sample: usize) -> f32 {
    0.0
}

fn tone(sample: usize) -> f32 {
    (0.5 * (std::f64::consts::TAU * 440.0 * sample as f64 / RATE_HZ).sin()) as f32
}

fn noise(sample: usize) -> f32 {
    let mixed = (sample as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    0.05 * ((mixed >> 40) as f32 / (1 << 23) as f32 - 1.0)
}

/// A second of it.
fn output_of(input: fn(usize) -> f32) -> Vec<f32> {
    (0..SECOND * BLOCK).map(input).collect()
}

fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32).sqrt()
}

#[test]
fn a_quality_is_taken_up_once_the_transport_stands() {
    let mut host = Host::new();
    assert_eq!((host.latency_samples(), host.told()), (STANDARD, 1), "at the activation");
    assert_eq!(host.delay_of_an_impulse(), STANDARD);
    for (quality, samples, before) in [(Best, BEST, STANDARD), (Live, LIVE, BEST), (Standard, STANDARD, LIVE)]
    {
        let told = host.told();
        host.choose(quality);
        host.play(Transport::Rolling, 2 * SECOND, silence);
        assert_eq!(host.latency_samples(), before, "while it plays");
        assert_eq!(host.delay_of_an_impulse(), before);
        assert_eq!(host.told(), told + 1, "the request for a restart");
        host.play_until(samples, Transport::Stopped, silence);
        host.play(Transport::Stopped, SECOND / 4, silence);
        assert_eq!(host.told(), told + 2);
        assert_eq!(host.delay_of_an_impulse(), samples);
        host.play(Transport::Stopped, SECOND, silence);
        assert_eq!((host.latency_samples(), host.told()), (samples, told + 2), "once");
    }
}

#[test]
fn nothing_is_taken_up_in_a_render_or_while_sound_comes_in_without_a_transport() {
    let mut host = Host::new();
    host.choose(Best);
    host.play(Transport::Offline, 2 * SECOND, silence);
    assert_eq!(host.latency_samples(), STANDARD, "a render that says so");
    host.is_hurried = true;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(2) {
        host.play(Transport::Stopped, SECOND, silence);
    }
    assert_eq!(host.latency_samples(), STANDARD, "a render that comes faster than the clock");
    host.is_hurried = false;
    host.play(Transport::Absent, 2 * SECOND, noise);
    assert_eq!(host.latency_samples(), STANDARD, "sound");
    host.play_until(BEST, Transport::Absent, silence);
    assert_eq!(host.delay_of_an_impulse(), BEST);
}

#[test]
fn sound_that_a_stopped_transport_lets_through_fades_out_and_in() {
    let mut host = Host::new();
    let mut output = host.play(Transport::Stopped, SECOND / 2, tone);
    host.choose(Live);
    output.extend(host.play_until(LIVE, Transport::Stopped, tone));
    output.extend(host.play(Transport::Stopped, SECOND / 2, |sample| tone(sample + 123)));
    let after = &output[output.len() - SECOND / 4 * BLOCK..];
    assert!((rms(after) - rms(&output[STANDARD..][..after.len()])).abs() < 1e-3, "it is back");
    let curve =
        |samples: &[f32]| samples.windows(3).map(|x| (x[0] - 2.0 * x[1] + x[2]).abs()).fold(0.0f32, f32::max);
    let (own, most) = (curve(after), curve(&output[STANDARD..]));
    // `play_until` begins the tone anew, which the host's own step accounts for.
    assert!(most < 3.0 * own, "{most} where the tone has {own}");
}

#[test]
fn a_host_that_ceases_to_process_is_told_before_it_begins_again() {
    let mut host = Host::new();
    host.play(Transport::Stopped, 5, silence);
    host.choose(Best);
    host.play(Transport::Stopped, 5, silence);
    sleep(Duration::from_secs(2));
    assert_eq!((host.latency_samples(), host.told()), (BEST, 3), "activation, request, and this");
    assert_eq!(host.delay_of_an_impulse(), BEST, "from the first block on, though it rolls");
    assert_eq!(host.told(), 3);

    // What played in the last block may be a moment of a hang.
    host.choose(Live);
    host.play(Transport::Rolling, 5, silence);
    sleep(Duration::from_secs(2));
    assert_eq!(host.latency_samples(), BEST);
    assert_eq!(host.delay_of_an_impulse(), BEST);
}

#[test]
fn a_quality_that_is_chosen_while_nothing_is_processed_is_there_at_the_first_block() {
    let mut host = Host::new();
    host.choose_meanwhile(Best);
    assert_eq!(
        (host.latency_samples(), host.told()),
        (BEST, 2),
        "nothing was processed since the activation"
    );
    assert_eq!((host.delay_of_an_impulse(), host.told()), (BEST, 2));
    host.choose_meanwhile(Live);
    assert_eq!((host.latency_samples(), host.delay_of_an_impulse()), (BEST, BEST), "it played");
    host.play_until(LIVE, Transport::Stopped, silence);
    host.choose_meanwhile(Standard);
    assert_eq!((host.latency_samples(), host.delay_of_an_impulse()), (STANDARD, STANDARD), "it was stopped");
}

#[test]
fn a_quality_that_is_chosen_back_leaves_all_as_it_was() {
    let mut host = Host::new();
    host.choose(Best);
    host.play(Transport::Stopped, 2, silence);
    host.choose(Standard);
    host.play(Transport::Stopped, 2 * SECOND, silence);
    assert_eq!((host.latency_samples(), host.told()), (STANDARD, 2), "activation and request");
    // Told ahead, and then chosen back in the first block.
    host.choose(Best);
    host.play(Transport::Stopped, 5, silence);
    sleep(Duration::from_secs(2));
    assert_eq!(host.latency_samples(), BEST);
    host.choose(Standard);
    host.play(Transport::Stopped, SECOND, silence);
    assert_eq!(host.latency_samples(), STANDARD);
    assert_eq!(host.delay_of_an_impulse(), STANDARD);
}

#[test]
fn a_learning_is_finished_first_and_its_profile_goes_along() {
    let mut host = Host::new();
    host.learn(true);
    host.play(Transport::Stopped, SECOND / 2, noise);
    host.choose(Best);
    host.play(Transport::Stopped, SECOND, |sample| noise(sample + BLOCK * SECOND / 2));
    assert_eq!(host.latency_samples(), STANDARD, "it learns");
    host.play_until(BEST, Transport::Stopped, |sample| noise(sample + 7));
    let output = host.play(Transport::Rolling, SECOND, |sample| noise(sample + 99));
    let (heard, played) = (rms(&output[output.len() / 2..]), rms(&output_of(noise)));
    assert!(heard < 0.2 * played, "{heard} of {played}");
    // Learn is still on: the new engine does not take that for another press.
    host.play(Transport::Rolling, 3 * SECOND, tone);
    let output = host.play(Transport::Rolling, SECOND, |sample| noise(sample + 5));
    assert!(rms(&output[output.len() / 2..]) < 0.005, "the tone was not learned");
}

#[test]
fn a_restart_wins() {
    let mut host = Host::new();
    host.choose(Best);
    host.play(Transport::Stopped, SECOND / 3, silence);
    host.deactivate();
    host.activate();
    assert_eq!((host.latency_samples(), host.told()), (BEST, 3), "activation, request, activation");
    host.play(Transport::Stopped, SECOND, silence);
    assert_eq!((host.delay_of_an_impulse(), host.told()), (BEST, 3));
}

/// Choices, stops, pauses and restarts at any moment: in the end the quality is the chosen one.
#[test]
fn whatever_happens_meanwhile_the_last_choice_is_taken_up() {
    for round in 0..8 {
        let mut host = Host::new();
        let mut drawn = 0x2545_F491_4F6C_DD1Du64.wrapping_mul(round + 1);
        let mut draw = |most: u64| {
            drawn ^= drawn << 13;
            drawn ^= drawn >> 7;
            drawn ^= drawn << 17;
            drawn % most
        };
        for _ in 0..4 {
            host.choose([Live, Standard, Best][draw(3) as usize]);
            host.play(Transport::Stopped, 40 + draw(30) as usize, noise);
            match draw(4) {
                0 => sleep(Duration::from_millis(450 + draw(150))),
                1 => drop(host.play(Transport::Rolling, 3, noise)),
                2 => {
                    host.deactivate();
                    host.activate();
                }
                _ => {}
            }
        }
        let (quality, samples) = [(Live, LIVE), (Standard, STANDARD), (Best, BEST)][round as usize % 3];
        host.choose(quality);
        host.play(Transport::Stopped, 1, silence);
        host.play_until(samples, Transport::Stopped, silence);
        host.play(Transport::Stopped, 15, silence);
        assert_eq!(host.delay_of_an_impulse(), samples, "round {round}");
    }
}
