//! A running instance in a host that is written against the C interface alone, because no library lets a host do wrong.
#![allow(dead_code, reason = "each test file uses its own part of this")]

#[path = "../../engine/tests/common/mod.rs"]
mod common;

use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process_status};
pub use common::noise;
use lull::clap_entry;
use lull_host::raw::{Manners, RawEvent, RawHost};

pub const RATE_HZ: f64 = 48_000.0;
pub const BLOCK: usize = 512;

pub fn host() -> RawHost {
    RawHost::new(&clap_entry, Manners::default())
}

pub fn running() -> RawHost {
    let host = host();
    assert!(host.activate(RATE_HZ, BLOCK as u32) && host.start());
    host
}

pub fn silence() -> Vec<Vec<f32>> {
    vec![vec![0.0; BLOCK]; 2]
}

/// Plays noise in place, and returns the last status.
pub fn play(host: &RawHost, seconds: f64, deviation: f32) -> clap_process_status {
    let mut status = CLAP_PROCESS_ERROR;
    for block in 0..(seconds * RATE_HZ / BLOCK as f64) as u64 {
        let mut audio = vec![noise(2 * block, BLOCK, deviation), noise(2 * block + 1, BLOCK, deviation)];
        status = host.process(None, &mut audio, &[]);
        host.idle();
    }
    status
}

/// Learns noise of that standard deviation.
pub fn learn(host: &RawHost, deviation: f32) {
    let learn = host.id("Learn");
    host.process(None, &mut silence(), &[RawEvent::value(0, learn, 1.0)]);
    play(host, 2.6, deviation);
    host.process(None, &mut silence(), &[RawEvent::value(0, learn, 0.0)]);
}

pub fn state(host: &RawHost) -> Vec<u8> {
    let state: &clap_plugin_state = unsafe { host.extension(CLAP_EXT_STATE) }.unwrap();
    host.save(|plugin, stream| unsafe { state.save.unwrap()(plugin, stream) }).unwrap()
}

pub fn has(state: &[u8], word: &str) -> bool {
    state.windows(word.len()).any(|bytes| bytes == word.as_bytes())
}
