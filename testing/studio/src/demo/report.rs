//! The figures that the demo prints.

use std::ops::Range;
use std::time::Duration;

use lull_cli::Audio;

use super::session::Latency;
use super::task::Task;
use crate::measure::{self, level_db};

/// Prints what was done, what was removed and what was kept. `elapsed` is the time that process() took.
pub fn print(task: &Task, [after, removed]: [&Audio; 2], elapsed: Duration, latency: Latency) {
    let before = &task.audio;
    let rate_hz = before.sample_rate_hz as f64;
    println!();
    println!(
        "recording          {} ({:.1} s, {rate_hz} Hz, {} channels)",
        task.path.display(),
        before.seconds(),
        before.channels.len()
    );
    let Latency { reported, measured } = latency;
    println!(
        "latency            reported {reported}, measured {measured} samples ({:.1} ms)",
        1000.0 * reported as f64 / rate_hz
    );
    println!("learned            {:.2} s", task.noise.len() as f64 / rate_hz);
    match before.quietest(1.0, task.noise.clone()) {
        Some(range) => print_noise(before, after, range),
        None => println!("noise              there is no passage besides the learned one to measure in"),
    }
    match measure::signal_change_db(before, after, task.noise.clone()) {
        Some(change) => println!("signal             {change:+.2} dB where it is 20 dB above the noise"),
        None => println!("signal             none is 20 dB above the noise"),
    }
    println!(
        "after + removed    differ from before by {:.0} dB of its peak",
        measure::sum_error_db(before, [after, removed])
    );
    println!("speed              {:.0} times real time", before.seconds() / elapsed.as_secs_f64());
}

fn print_noise(before: &Audio, after: &Audio, range: Range<usize>) {
    let rate_hz = before.sample_rate_hz as f64;
    let (from_s, to_s) = (range.start as f64 / rate_hz, range.end as f64 / rate_hz);
    let (level_before, level_after) = (level_db(before, range.clone()), level_db(after, range));
    println!(
        "noise              {level_before:.1} dBFS before, {level_after:.1} dBFS after: {:.1} dB less ({from_s:.1} to {to_s:.1} s, not learned from)",
        level_before - level_after
    );
}
