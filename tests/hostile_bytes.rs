//! Promise: nothing that comes from outside brings the plugin down: states and profiles of any bytes, streams of
//! any parameter events.

#[path = "../engine/tests/common/mod.rs"]
mod common;

use clack_host::prelude::PluginEntry;
use common::any::cases;
use common::*;
use lull_host::{ClapHost, Events};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

const RATE_HZ: f64 = 48e3;
const BLOCK: usize = 512;

fn host() -> ClapHost {
    // SAFETY: the entry is the one that the plugin's own macro makes.
    let entry = unsafe { PluginEntry::load_from_raw(&lull::clap_entry, c"lull.clap") }.expect("an entry");
    ClapHost::new(&entry).expect("an instance")
}

/// Blocks of noise through an active host; the output must be audio.
fn plays(host: &mut ClapHost, channels: usize, blocks: usize) -> Result<(), TestCaseError> {
    for block in 0..blocks {
        let mut audio = vec![noise(block as u64, BLOCK, 0.1); channels];
        let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
        host.process(&mut slices, &Events::default()).map_err(TestCaseError::fail)?;
        prop_assert!(audio.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()));
    }
    Ok(())
}

/// The wrapper's state is JSON after its own length in 8 bytes.
fn state_of(json: &Value) -> Vec<u8> {
    let json = serde_json::to_vec(json).expect("JSON");
    [&(json.len() as u64).to_le_bytes()[..], &json].concat()
}

fn any_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<f64>().prop_map(|x| json!(x)),
        any::<i64>().prop_map(|x| json!(x)),
        select(vec![0.0, -1.0, 48e3, 1e-300, 1e300, 44.1e3, 2048.0]).prop_map(|x| json!(x)),
        Just(json!(u64::MAX)),
    ]
}

/// JSON of any kind, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any_number(),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map("[a-z_]{0,9}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A stored profile whose parts are each right or anything.
fn any_profile() -> impl Strategy<Value = Value> {
    let or_any = |right: Vec<Value>| prop_oneof![3 => select(right), 1 => any_json()];
    let bytes = prop_oneof![
        // Levels for one channel of 9 columns: 17, 33 and 1025 bins, 3 bytes each.
        select(vec![27usize * 17, 27 * 33, 27 * 1025, 2 * 27 * 17]),
        0usize..4000,
    ];
    let levels = (bytes, any::<u64>()).prop_map(|(length, seed)| {
        use base64::Engine as _;
        use rand::RngExt;
        let mut rng = rng(seed);
        let bytes: Vec<u8> = (0..length).map(|_| rng.random()).collect();
        json!(base64::engine::general_purpose::STANDARD.encode(bytes))
    });
    (
        or_any(vec![json!(1), json!(0), json!(u32::MAX)]),
        or_any(vec![json!(48e3), json!(44.1e3), json!(8e3), json!(1e9), json!(-48e3)]),
        or_any(vec![json!(32), json!(64), json!(2048), json!(0), json!(u64::MAX)]),
        or_any(vec![json!(1.5), json!(0), json!(-1), json!(1e38)]),
        or_any(vec![json!(1), json!(2), json!(0), json!(1u64 << 60)]),
        prop_oneof![5 => levels, 1 => any_json()],
    )
        .prop_map(|(version, rate, window, seconds, channels, levels)| {
            json!({
                "version": version, "sample_rate_hz": rate, "window_samples": window, "seconds": seconds,
                "channels": channels, "levels": levels,
            })
        })
}

/// A parameter's value as a state has it, of the right type or not.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any_number().prop_map(|x| json!({ "f32": x })),
        any_number().prop_map(|x| json!({ "i32": x })),
        any::<bool>().prop_map(|x| json!({ "bool": x })),
        "[a-z_]{0,10}".prop_map(|x| json!({ "string": x })),
        any_json(),
    ]
}

proptest! {
    #![proptest_config(cases(192, "tests/regressions/hostile_states.txt"))]

    /// Any profile in a state that is otherwise right, before and while the plugin plays.
    #[test]
    fn any_stored_profile(profile in any_profile(), channels in 1usize..=3, playing in any::<bool>()) {
        let mut host = host();
        let mut state: Value = serde_json::from_slice(&host.save_state().unwrap()[8..]).unwrap();
        state["fields"]["profile"] = json!(profile.to_string());
        let state = state_of(&state);
        if playing {
            host.activate(RATE_HZ, channels, BLOCK as u32).unwrap();
        }
        let _ = host.load_state(&state);
        if !playing {
            host.activate(RATE_HZ, channels, BLOCK as u32).unwrap();
        }
        plays(&mut host, channels, 8)?;
        // What was taken from it can be saved, and loaded again.
        let saved = host.save_state().unwrap();
        prop_assert!(host.load_state(&saved).is_ok());
        prop_assert_eq!(host.save_state().unwrap(), saved);
    }

    /// Any values for the parameters, and any JSON in place of a state.
    #[test]
    fn any_parameters_in_a_state(
        values in proptest::collection::vec((any::<Index>(), any_value()), 0..12),
        strange in proptest::option::weighted(0.2, any_json()),
    ) {
        let mut host = host();
        let mut state: Value = serde_json::from_slice(&host.save_state().unwrap()[8..]).unwrap();
        let ids: Vec<String> = state["params"].as_object().unwrap().keys().cloned().collect();
        for (id, value) in values {
            state["params"][&ids[id.index(ids.len())]] = value;
        }
        let _ = host.load_state(&state_of(&strange.unwrap_or(state)));
        for param in host.params().to_vec() {
            let value = host.current(&param).unwrap();
            prop_assert!((param.min..=param.max).contains(&value), "{}: {}", param.name, value);
        }
        host.activate(RATE_HZ, 2, BLOCK as u32).unwrap();
        plays(&mut host, 2, 6)?;
    }

    /// Bytes that are no state at all.
    #[test]
    fn any_bytes_for_a_state(bytes in proptest::collection::vec(any::<u8>(), 0..300), length_fits in any::<bool>()) {
        let mut bytes = bytes;
        if length_fits && bytes.len() > 8 {
            let length = bytes.len() as u64 - 8;
            bytes[..8].copy_from_slice(&length.to_le_bytes());
        }
        let mut host = host();
        let before = host.save_state().unwrap();
        let _ = host.load_state(&bytes);
        prop_assert_eq!(host.save_state().unwrap(), before);
    }
}

/// Which value a parameter event brings.
#[derive(Debug, Clone, Copy)]
enum Sent {
    InRange(f64),
    Raw(f64),
}

proptest! {
    #![proptest_config(cases(96, "tests/regressions/hostile_events.txt"))]

    /// Events in any number, at any times in their block, with any values, NaN and infinity among them.
    #[test]
    fn any_stream_of_parameter_events(
        blocks in proptest::collection::vec(
            (0usize..=BLOCK, proptest::collection::vec(
                (any::<Index>(), 0u32..512, prop_oneof![
                    3 => (0.0f64..=1.0).prop_map(Sent::InRange),
                    1 => any::<f64>().prop_map(Sent::Raw),
                    1 => select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300]).prop_map(Sent::Raw),
                ]), 0..30)),
            1..30),
        channels in 1usize..=8,
    ) {
        let mut host = host();
        host.activate(RATE_HZ, channels, BLOCK as u32).unwrap();
        let latency = host.latency_samples().unwrap();
        let params = host.params().to_vec();
        for (size, mut events) in blocks {
            // CLAP wants them in order and within the block; one sample late is what some hosts get wrong.
            events.iter_mut().for_each(|(_, time, _)| *time %= size as u32 + 1);
            events.sort_by_key(|&(_, time, _)| time);
            let mut list = Events::default();
            for (index, time, sent) in events {
                let param = &params[index.index(params.len())];
                let value = match sent {
                    Sent::InRange(share) => param.min + share * (param.max - param.min),
                    Sent::Raw(value) => value,
                };
                list.push(time, param, value);
            }
            let mut audio = vec![noise(1, size, 0.1); channels];
            let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
            host.process(&mut slices, &list).map_err(TestCaseError::fail)?;
            prop_assert!(audio.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()));
            prop_assert_eq!(host.latency_samples().unwrap(), latency);
        }
        for param in &params {
            let value = host.current(param).unwrap();
            prop_assert!((param.min..=param.max).contains(&value), "{}: {}", param.name, value);
        }
        plays(&mut host, channels, 4)?;
    }
}
