//! Promise: process() allocates nothing and frees nothing, while learning, under automation, with states loaded
//! and qualities asked for in between, in the real CLAP wrapper.

#[path = "../engine/tests/common/mod.rs"]
mod common;

use clack_host::prelude::PluginEntry;
use common::*;
use lull_engine::Quality;
use lull_host::{ClapHost, Events};
use nice_assert_no_alloc::{AllocDisabler, assert_no_alloc, violation_count};
use rand::RngExt;

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

/// The state with a point of the threshold in place of none.
fn with_points(state: &[u8], db: u64) -> Vec<u8> {
    let json = std::str::from_utf8(&state[8..]).unwrap();
    let json = json.replace(r#""curve":"\"\"""#, &format!(r#""curve":"\"300:{db}\"""#));
    [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat()
}

#[test]
fn the_plugin_in_its_wrapper_allocates_nothing() {
    // SAFETY: the entry is the one that the plugin's own macro makes.
    let entry = unsafe { PluginEntry::load_from_raw(&lull::clap_entry, c"lull.clap") }.expect("an entry");
    let mut host = ClapHost::new(&entry).expect("an instance");
    host.activate(48e3, 2, 512).unwrap();
    let params = host.params().to_vec();
    let learn = host.param("Learn").unwrap();
    let quality = host.param("Quality").unwrap();
    let (mut rng, mut states, mut restarts) = (rng(2), Vec::new(), 0);
    let mut events = Events::with_capacity(64);
    for step in 0..4_000u64 {
        let mut audio = vec![noise(step, 512, 0.1); 2];
        events.clear();
        if step % 400 == 0 || step % 400 == 250 {
            events.push(rng.random_range(0..512), &learn, if step % 400 == 0 { 1.0 } else { 0.0 });
        }
        for _ in 0..rng.random_range(0..10) {
            let param = &params[rng.random_range(0..params.len())];
            if !["Learn", "Quality"].contains(&param.name.as_str()) {
                events.push(511, param, rng.random_range(param.min..=param.max));
            }
        }
        if step % 900 == 899 {
            events.push(511, &quality, (step / 900 % 3) as f64);
        }
        let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
        let found = allocations(|| host.process(&mut slices, &events).unwrap());
        assert_eq!(found, 0, "step {step}");
        assert!(audio.iter().flatten().all(|x| x.is_finite()), "step {step}");
        // What a host does on its main thread meanwhile.
        if step % 300 == 299 {
            let state = host.save_state().unwrap();
            states.push(with_points(&state, step / 300));
            states.push(state);
        }
        if step % 350 == 349 {
            host.load_state(&states[rng.random_range(0..states.len())]).unwrap();
        }
        if host.idle() {
            restarts += 1;
        }
    }
    assert!(restarts > 0, "no restart was asked for, so no quality was");
    // Text after its length in eight bytes.
    let saved = String::from_utf8_lossy(&states.last().unwrap()[8..]);
    assert!(saved.contains("levels"), "no profile was learned");
    let points = |state: &Vec<u8>| String::from_utf8_lossy(state).contains("300:");
    assert!(states.iter().any(points), "no state has points");
}

#[test]
fn quality_is_taken_up_at_the_restart_that_it_asks_for() {
    // SAFETY: the entry is the one that the plugin's own macro makes.
    let entry = unsafe { PluginEntry::load_from_raw(&lull::clap_entry, c"lull.clap") }.expect("an entry");
    let mut host = ClapHost::new(&entry).expect("an instance");
    host.activate(48e3, 1, 512).unwrap();
    host.idle();
    let quality = host.param("Quality").unwrap();
    assert!(!quality.automatable);
    for (name, latency) in [("Live", 512), ("Best", 6144), ("Standard", 2048)] {
        let before = host.latency_samples().unwrap();
        let value = host.value(&quality, name).unwrap();
        let mut events = Events::default();
        events.push(0, &quality, value);
        let mut silence = [0.0; 512];
        host.process(&mut [&mut silence], &events).unwrap();
        assert_eq!(host.latency_samples().unwrap(), before, "the latency is constant while playing");
        assert!(host.idle(), "{name}: a restart is asked for");
        host.process(&mut [&mut silence], &Events::default()).unwrap();
        assert!(!host.idle(), "{name}: and asked for once");
        host.activate(48e3, 1, 512).unwrap();
        assert_eq!(host.latency_samples().unwrap(), latency, "{name}");
        // The wrapper asks for one restart of its own when a latency is set while activating.
        host.idle();
        host.process(&mut [&mut silence], &Events::default()).unwrap();
        assert!(!host.idle(), "{name}: no restart without a reason");
    }
    assert_eq!(Quality::default(), Quality::Standard);
}
