//! Promise: a CLAP host is told what it should know, asked for nothing that it need not do, and cannot be harmed by its
//! own mistakes. Played by a host that is written against the C interface alone, because no library lets one do wrong.

#[path = "../engine/tests/common/mod.rs"]
mod common;

use std::ffi::{CString, c_char};
use std::ptr::{null, null_mut};

use clap_sys::events::{
    CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE,
};
use clap_sys::ext::audio_ports_config::{CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config};
use clap_sys::ext::context_menu::*;
use clap_sys::ext::param_indication::*;
use clap_sys::ext::params::*;
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, clap_plugin_preset_load};
use clap_sys::ext::render::*;
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::state_context::*;
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_LOCATION_FILE,
    CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
};
use clap_sys::process::*;
use common::noise;
use lull::clap_entry;
use lull::host_link::{Automation, MenuAnswer, MenuItem, MenuRequest, Rgb};
use lull::preset::FACTORY;
use lull_host::raw::{self, Manners, RawEvent, RawHost};

const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 512;

fn host() -> RawHost {
    RawHost::new(&clap_entry, Manners::default())
}

fn running() -> RawHost {
    let host = host();
    assert!(host.activate(RATE_HZ, BLOCK as u32) && host.start());
    host
}

fn silence() -> Vec<Vec<f32>> {
    vec![vec![0.0; BLOCK]; 2]
}

/// Plays noise in place; gives the last status.
fn play(host: &RawHost, seconds: f64, deviation: f32) -> clap_process_status {
    let mut status = CLAP_PROCESS_ERROR;
    for block in 0..(seconds * RATE_HZ / BLOCK as f64) as u64 {
        let mut audio = vec![noise(2 * block, BLOCK, deviation), noise(2 * block + 1, BLOCK, deviation)];
        status = host.process(None, &mut audio, &[]);
        host.idle();
    }
    status
}

/// Learns noise of that deviation.
fn learn(host: &RawHost, deviation: f32) {
    let learn = host.id("Learn");
    host.process(None, &mut silence(), &[RawEvent::value(0, learn, 1.0)]);
    play(host, 2.6, deviation);
    host.process(None, &mut silence(), &[RawEvent::value(0, learn, 0.0)]);
}

fn state(host: &RawHost) -> Vec<u8> {
    let state: &clap_plugin_state = unsafe { host.extension(CLAP_EXT_STATE) }.unwrap();
    host.save(|plugin, stream| unsafe { state.save.unwrap()(plugin, stream) }).unwrap()
}

fn state_for(host: &RawHost, context: u32) -> Vec<u8> {
    let state: &clap_plugin_state_context = unsafe { host.extension(CLAP_EXT_STATE_CONTEXT) }.unwrap();
    host.save(|plugin, stream| unsafe { state.save.unwrap()(plugin, stream, context) }).unwrap()
}

fn has(state: &[u8], word: &str) -> bool {
    state.windows(word.len()).any(|bytes| bytes == word.as_bytes())
}

#[test]
fn no_instance_asks_for_a_restart_and_the_latency_is_told_inside_activate() {
    let host = running();
    let heard = host.heard();
    play(&host, 0.1, 0.01);
    assert_eq!((heard.restarts.get(), &*heard.latency_changed.borrow()), (0, &vec![true]), "at birth");

    let quality = host.id("Quality");
    host.process(None, &mut silence(), &[RawEvent::value(0, quality, 2.0)]);
    play(&host, 0.1, 0.01);
    assert_eq!(heard.restarts.get(), 1, "one restart for another quality");
    assert_eq!(heard.latency_changed.borrow().len(), 1, "not while it runs");
    host.stop();
    host.deactivate();
    assert!(host.activate(RATE_HZ, BLOCK as u32) && host.start());
    play(&host, 0.1, 0.01);
    assert_eq!((heard.restarts.get(), &*heard.latency_changed.borrow()), (1, &vec![true, true]));
    host.stop();
    host.deactivate();
    assert!(host.activate(RATE_HZ, BLOCK as u32) && host.start());
    assert_eq!(heard.latency_changed.borrow().len(), 2, "the same latency again");

    // Rendering changes nothing.
    let render: &clap_plugin_render = unsafe { host.extension(CLAP_EXT_RENDER) }.unwrap();
    let set = |mode| unsafe { render.set.unwrap()(host.plugin, mode) };
    assert!(set(CLAP_RENDER_OFFLINE) && set(CLAP_RENDER_REALTIME) && !set(7));
    play(&host, 0.1, 0.01);
    assert_eq!(heard.restarts.get(), 1);
}

#[test]
fn parameters_are_what_they_are_and_nothing_beyond_them() {
    let host = host();
    let params = host.params();
    let count = unsafe { params.count.unwrap()(host.plugin) };
    assert!((0..count).all(|index| host.info(index).is_some()));
    assert!([count, count + 1, u32::MAX].into_iter().all(|index| host.info(index).is_none()));
    assert!(!unsafe { params.get_info.unwrap()(host.plugin, 0, null_mut()) });

    for info in (0..count).filter_map(|index| host.info(index)) {
        let (name, flags) = (raw::text(&info.name), info.flags);
        let is = |flag| flags & flag != 0;
        let is_choice = ["Statistic", "Rule", "Estimator", "Quality"].contains(&&*name);
        let is_switch = ["Learn", "Learn Add", "Adapt", "Makeup", "Listen", "Bypass"].contains(&&*name);
        assert_eq!(is(CLAP_PARAM_IS_ENUM), is_choice, "{name}");
        assert_eq!(is(CLAP_PARAM_IS_STEPPED), is_choice || is_switch, "{name}");
        assert_eq!(is(CLAP_PARAM_IS_MODULATABLE), !(is_choice || is_switch), "{name}");
        assert_eq!(is(CLAP_PARAM_IS_AUTOMATABLE), name != "Quality", "{name}");
        assert!(!is(CLAP_PARAM_IS_HIDDEN), "{name}");
        assert_eq!(host.value(info.id), Some(info.default_value), "{name}");
    }

    let threshold = host.id("Threshold");
    let mut text = [1 as c_char; 8];
    let to_text = |id, value, text, capacity| unsafe {
        params.value_to_text.unwrap()(host.plugin, id, value, text, capacity)
    };
    assert!(to_text(threshold, 0.5, text.as_mut_ptr(), 8));
    assert_eq!(raw::text(&text), "0.0 dB");
    assert!(!to_text(threshold, 0.5, text.as_mut_ptr(), 0));
    assert!(!to_text(threshold, f64::NAN, text.as_mut_ptr(), 8));
    assert!(!to_text(threshold, 0.5, null_mut(), 8));
    assert!(!to_text(12345, 0.5, text.as_mut_ptr(), 8));
    let mut value = 0.0;
    let to_value =
        |text, value| unsafe { params.text_to_value.unwrap()(host.plugin, threshold, text, value) };
    assert!(to_value(c"24 dB".as_ptr(), &mut value) && value == 1.0);
    assert!(!to_value(null(), &mut value) && !to_value(c"24 dB".as_ptr(), null_mut()));
    assert!(!unsafe { params.get_value.unwrap()(host.plugin, threshold, null_mut()) });
    assert_eq!(host.value(12345), None);
}

#[test]
fn a_modulated_parameter_has_the_value_that_was_set() {
    let host = running();
    let threshold = host.id("Threshold");
    let modulation = RawEvent { is_modulation: true, ..RawEvent::value(0, threshold, 0.2) };
    host.process(None, &mut silence(), &[RawEvent::value(0, threshold, 0.6), modulation]);
    let value = host.value(threshold).unwrap();
    assert!((value - 0.6).abs() < 1e-6, "{value}");
}

/// Events as they should be and as a careless host sends them, with the same meaning.
#[test]
fn events_in_disorder_act_as_they_should_and_stay_in_their_block() {
    let played = |events: &[RawEvent]| {
        let host = running();
        learn(&host, 0.02);
        let canary = 4096;
        let mut output = vec![noise(91, BLOCK + canary, 0.05), noise(92, BLOCK + canary, 0.05)];
        let beyond = output[0][BLOCK..].to_vec();
        let status = host.process_frames(BLOCK, None, &mut output, events);
        assert_ne!(status, CLAP_PROCESS_ERROR);
        assert!(output[0][BLOCK..] == beyond, "samples beyond the block were written");
        let mut all = output.iter().flat_map(|channel| channel[..BLOCK].to_vec()).collect::<Vec<_>>();
        for seed in 0..16 {
            let mut more = vec![noise(seed, BLOCK, 0.05), noise(seed + 50, BLOCK, 0.05)];
            host.process(None, &mut more, &[]);
            all.extend(more.into_iter().flatten());
        }
        let values = ["Output", "Mix"].map(|name| host.value(host.id(name)));
        (all, values)
    };
    let host = host();
    let (output, mix) = (host.id("Output"), host.id("Mix"));
    let event = RawEvent::value;
    let right = played(&[event(100, mix, 0.5), event(300, output, 0.2), event(511, output, 0.4)]);
    let shuffled = played(&[event(511, output, 0.4), event(100, mix, 0.5), event(300, output, 0.2)]);
    assert!(right == shuffled, "not sorted");
    let beyond = played(&[event(100, mix, 0.5), event(300, output, 0.2), event(90_000, output, 0.4)]);
    assert!(right == beyond, "beyond the block");
    let short = RawEvent { size: Some(16), ..event(400, output, 0.9) };
    let with_short = played(&[event(100, mix, 0.5), event(300, output, 0.2), short, event(511, output, 0.4)]);
    assert!(right == with_short, "an event that is too short is none");
}

#[test]
fn a_list_of_any_length_and_a_block_of_no_samples_are_harmless() {
    let host = running();
    let output = host.id("Output");
    let many: Vec<RawEvent> = (0..3000).map(|i| RawEvent::value(3000 - i, output, 0.5)).collect();
    assert_ne!(host.process(None, &mut silence(), &many), CLAP_PROCESS_ERROR);
    let mut nothing = vec![Vec::new(), Vec::new()];
    assert_ne!(host.process(None, &mut nothing, &[RawEvent::value(5, output, 0.25)]), CLAP_PROCESS_ERROR);
    assert_eq!(host.value(output), Some(0.25));
    host.flush(&[RawEvent::value(900, output, 0.75), RawEvent::value(3, output, 0.5)]);
    assert_eq!(host.value(output), Some(0.75), "the later one last");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let host = host();
    let plugin = unsafe { &*host.plugin };
    for (rate_hz, frames) in [(f64::NAN, 512), (0.0, 512), (-48e3, 512), (f64::INFINITY, 512), (48e3, 0)] {
        assert!(!host.activate(rate_hz, frames), "{rate_hz} Hz, {frames} frames");
    }
    assert!(!host.start(), "not active");
    assert_eq!(host.process(None, &mut silence(), &[]), CLAP_PROCESS_ERROR, "not active");
    assert!(host.activate(RATE_HZ, 512) && !host.activate(RATE_HZ, 512), "twice");
    assert!(host.start());
    let layouts: &clap_plugin_audio_ports_config =
        unsafe { host.extension(CLAP_EXT_AUDIO_PORTS_CONFIG) }.unwrap();
    let select = |id| unsafe { layouts.select.unwrap()(host.plugin, id) };
    assert!(!select(1), "while active");
    host.stop();
    host.deactivate();
    assert!(select(1) && !select(8) && !select(u32::MAX));

    unsafe {
        assert_eq!(plugin.process.unwrap()(host.plugin, null()), CLAP_PROCESS_ERROR);
        assert_eq!(plugin.process.unwrap()(null(), null()), CLAP_PROCESS_ERROR);
        assert!(plugin.get_extension.unwrap()(host.plugin, null()).is_null());
        assert!(!plugin.activate.unwrap()(null(), RATE_HZ, 1, 512));
        plugin.destroy.unwrap()(null());
        let factory = raw::plugin_factory(&clap_entry);
        let create = (*factory).create_plugin.unwrap();
        assert!(create(factory, null(), c"audio.lull.lull".as_ptr()).is_null());
        assert!(clap_entry.get_factory.unwrap()(null()).is_null());
        assert!((*factory).get_plugin_descriptor.unwrap()(factory, 1).is_null());
    }
}

#[cfg(feature = "editor")]
#[test]
fn a_host_without_extensions_gets_no_window_and_no_crash() {
    use clap_sys::ext::gui::{
        CLAP_EXT_GUI, CLAP_WINDOW_API_X11, clap_plugin_gui, clap_window, clap_window_handle,
    };
    let host = RawHost::new(&clap_entry, Manners { has_extensions: false, ..Manners::default() });
    let gui: &clap_plugin_gui = unsafe { host.extension(CLAP_EXT_GUI) }.unwrap();
    unsafe {
        assert!(!gui.is_api_supported.unwrap()(host.plugin, null(), false));
        assert!(!gui.create.unwrap()(host.plugin, null(), false));
        assert!(!gui.set_parent.unwrap()(host.plugin, null()));
        assert!(!gui.set_scale.unwrap()(host.plugin, f64::NAN));
        assert!(!gui.adjust_size.unwrap()(host.plugin, null_mut(), null_mut()));
        // With a display it opens, without one it is refused.
        if gui.create.unwrap()(host.plugin, CLAP_WINDOW_API_X11.as_ptr(), false) {
            let of_no_api = clap_window { api: null(), specific: clap_window_handle { x11: 1 } };
            assert!(!gui.set_parent.unwrap()(host.plugin, &of_no_api));
            gui.destroy.unwrap()(host.plugin);
        }
    }
    assert!(host.activate(RATE_HZ, BLOCK as u32) && host.start());
    play(&host, 0.1, 0.1);
}

#[test]
fn a_silent_track_sleeps_after_latency_and_tail_and_wakes_at_the_first_sample() {
    let host = running();
    learn(&host, 0.02);
    assert_eq!(play(&host, 1.0, 0.1), CLAP_PROCESS_CONTINUE);
    let tail: &clap_plugin_tail = unsafe { host.extension(CLAP_EXT_TAIL) }.unwrap();
    let tail = unsafe { tail.get.unwrap()(host.plugin) } as usize;
    let mut blocks = 0;
    loop {
        let mut audio = silence();
        blocks += 1;
        let status = host.process(None, &mut audio, &[]);
        if status == CLAP_PROCESS_SLEEP {
            assert!(audio.iter().flatten().all(|&x| x == 0.0));
            break;
        }
        assert!(blocks * BLOCK <= tail + BLOCK, "{} samples, tail {tail}", blocks * BLOCK);
    }
    assert!(tail < RATE_HZ as usize / 3, "{tail}");
    // A change from the window or a menu wakes it.
    let menu: &clap_plugin_context_menu = unsafe { host.extension(CLAP_EXT_CONTEXT_MENU) }.unwrap();
    let target = clap_context_menu_target { kind: CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, id: host.id("Mix") };
    assert_eq!(host.heard().processes.get(), 0);
    assert!(unsafe { menu.perform.unwrap()(host.plugin, &target, 1) });
    assert_eq!(host.heard().processes.get(), 1);
    let mut click = silence();
    click[1][BLOCK - 1] = 0.5;
    assert_eq!(host.process(None, &mut click, &[]), CLAP_PROCESS_CONTINUE);
    assert!((0..4).any(|_| {
        let mut audio = silence();
        host.process(None, &mut audio, &[]);
        audio[1].iter().any(|&x| x.abs() > 0.01)
    }));
}

#[test]
fn the_project_is_dirty_after_learning_and_when_the_window_says_so() {
    let host = running();
    let heard = host.heard();
    play(&host, 0.2, 0.02);
    assert_eq!(heard.dirty.get(), 0);
    learn(&host, 0.02);
    host.idle();
    assert_eq!(heard.dirty.get(), 1, "a learning that has ended");
    play(&host, 0.2, 0.02);
    assert_eq!(heard.dirty.get(), 1, "once");
    // What the window does after an import and an undo: src/editor/tests.rs.
    let parts = unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap();
    assert!(parts.link.mark_project_changed());
    assert_eq!(heard.dirty.get(), 1, "on the main thread only");
    host.idle();
    assert_eq!(heard.dirty.get(), 2);
}

#[test]
fn in_place_is_the_same_as_from_one_buffer_to_another() {
    let (one, other) = (running(), running());
    learn(&one, 0.02);
    learn(&other, 0.02);
    for seed in 0..20 {
        let input = vec![noise(seed, BLOCK, 0.1), noise(seed + 100, BLOCK, 0.1)];
        let (mut in_place, mut apart) = (input.clone(), silence());
        one.process(None, &mut in_place, &[]);
        other.process(Some(&input), &mut apart, &[]);
        assert!(in_place == apart, "block {seed}");
    }
}

#[test]
fn a_preset_leaves_the_noise_to_the_project() {
    let host = running();
    learn(&host, 0.02);
    let (mix, threshold) = (host.id("Mix"), host.id("Threshold"));
    host.flush(&[RawEvent::value(0, mix, 0.25), RawEvent::value(0, threshold, 0.75)]);
    let (project, preset) =
        (state_for(&host, CLAP_STATE_CONTEXT_FOR_PROJECT), state_for(&host, CLAP_STATE_CONTEXT_FOR_PRESET));
    assert!(has(&project, "levels") && has(&state(&host), "levels"));
    assert!(has(&state_for(&host, CLAP_STATE_CONTEXT_FOR_DUPLICATE), "levels"));
    assert!(!has(&preset, "levels") && has(&preset, "threshold"));

    let load = |host: &RawHost, bytes: &[u8], context| {
        let state: &clap_plugin_state_context = unsafe { host.extension(CLAP_EXT_STATE_CONTEXT) }.unwrap();
        host.load(bytes, |plugin, stream| unsafe { state.load.unwrap()(plugin, stream, context) })
    };
    let fresh = running();
    assert!(load(&fresh, &project, CLAP_STATE_CONTEXT_FOR_PRESET), "a project as a preset");
    assert_eq!((fresh.value(mix), fresh.value(threshold)), (Some(0.25), Some(0.75)));
    assert!(!has(&state(&fresh), "levels"), "without its noise");
    assert!(load(&fresh, &project, CLAP_STATE_CONTEXT_FOR_PROJECT) && has(&state(&fresh), "levels"));
    host.flush(&[RawEvent::value(0, mix, 1.0)]);
    assert!(load(&host, &preset, CLAP_STATE_CONTEXT_FOR_PRESET));
    assert!(host.value(mix) == Some(0.25) && has(&state(&host), "levels"), "the noise stays");
    for broken in [&preset[..7], &preset[..preset.len() / 2], &[0xFF; 40][..]] {
        assert!(!load(&host, broken, CLAP_STATE_CONTEXT_FOR_PRESET));
    }
}

#[test]
fn the_hosts_browser_lists_and_loads_every_preset() {
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut params = lull::params::LullParams::default();
    params.set_from_text("threshold", "-6 dB").unwrap();
    let users = file("My room.json", &lull::preset::to_json(&params));
    let broken = file("Broken.json", "RIFF");
    let (locations, found, errors) = raw::presets_of(&clap_entry, &[&users, &broken]);
    assert_eq!(locations[0], (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None));
    assert_eq!(found.len(), FACTORY.len() + 1);
    assert!(errors.len() == 1 && errors[0].contains("no preset of Lull"), "{errors:?}");
    assert_eq!(found[FACTORY.len()].name, "My room");

    let host = running();
    learn(&host, 0.02);
    let (listen, learned) = (host.id("Listen"), has(&state(&host), "levels"));
    host.flush(&[RawEvent::value(0, listen, 1.0)]);
    let loader: &clap_plugin_preset_load = unsafe { host.extension(CLAP_EXT_PRESET_LOAD) }.unwrap();
    let load = |kind, location: Option<&str>, key: Option<&str>| {
        let [location, key] = [location, key].map(|text| text.map(|text| CString::new(text).unwrap()));
        let pointer = |text: &Option<CString>| text.as_ref().map_or(null(), |text| text.as_ptr());
        unsafe { loader.from_location.unwrap()(host.plugin, kind, pointer(&location), pointer(&key)) }
    };
    for (preset, found) in FACTORY.iter().zip(&found) {
        assert_eq!((&*found.name, found.key.as_deref()), (preset.name, Some(preset.key)));
        assert_eq!((&*found.description, &*found.plugin), (preset.purpose, "clap:audio.lull.lull"));
        assert!(found.flags == CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT && found.tags == preset.tags);
        assert!(load(CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, found.key.as_deref()), "{}", preset.name);
        let params = &unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap().params;
        for ((id, position), (_, expected)) in lull::preset::current(params).iter().zip(preset.snapshot()) {
            assert!((position - expected).abs() < 1e-4, "{}: {id}: {position}, {expected}", preset.name);
        }
        assert_eq!(host.value(listen), Some(1.0), "Listen is no setting");
    }
    assert!(learned && has(&state(&host), "levels"), "the noise stays");
    assert!(host.heard().rescans.get() >= FACTORY.len() as u32, "the host reads the values again");
    assert!(load(CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&users), None));
    assert!((host.value(host.id("Threshold")).unwrap() - 0.375).abs() < 1e-6);
    assert_eq!(host.heard().presets_loaded.borrow().len(), FACTORY.len() + 1);

    let before = state(&host);
    assert!(!load(CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&broken), None));
    assert!(!load(CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, Some("nothing")));
    assert!(!load(CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, None));
    assert_eq!(host.heard().preset_errors.borrow().len(), 3);
    assert_eq!(state(&host), before, "a broken preset changes nothing");
}

#[test]
fn menus_go_both_ways() {
    let host = running();
    let heard = host.heard();
    let threshold = host.id("Threshold");
    host.process(None, &mut silence(), &[RawEvent::value(0, threshold, 0.9)]);
    let menu: &clap_plugin_context_menu = unsafe { host.extension(CLAP_EXT_CONTEXT_MENU) }.unwrap();
    let target = clap_context_menu_target { kind: CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, id: threshold };
    let mut labels: Vec<String> = Vec::new();
    unsafe extern "C" fn add_item(
        builder: *const clap_context_menu_builder,
        _kind: u32,
        item: *const std::ffi::c_void,
    ) -> bool {
        unsafe {
            let label = (*item.cast::<clap_context_menu_entry>()).label;
            let labels: &mut Vec<String> = &mut *(*builder).ctx.cast();
            labels.push(std::ffi::CStr::from_ptr(label).to_string_lossy().into_owned());
        }
        true
    }
    let builder =
        clap_context_menu_builder { ctx: (&raw mut labels).cast(), add_item: Some(add_item), supports: None };
    unsafe {
        assert!(menu.populate.unwrap()(host.plugin, &target, &builder));
        assert!(!menu.populate.unwrap()(host.plugin, null(), &builder));
        assert!(!menu.populate.unwrap()(host.plugin, &target, null()));
        assert!(!menu.perform.unwrap()(host.plugin, &target, 99));
        assert!(menu.perform.unwrap()(host.plugin, &target, 1));
    }
    assert_eq!(labels, ["Reset to 0.0 dB"]);
    assert!(heard.flushes.get() >= 1);
    host.process(None, &mut silence(), &[]);
    let told: Vec<_> =
        heard.events_out.borrow().iter().filter(|event| event.1 == threshold).copied().collect();
    let kinds: Vec<u16> = told.iter().map(|event| event.0).collect();
    assert_eq!(kinds, [CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_PARAM_GESTURE_END]);
    assert_eq!((told[1].2, host.value(threshold)), (0.5, Some(0.5)));

    // The window's wishes.
    let link = &unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap().link;
    let parts = unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap();
    let place = parts.params.all().iter().position(|(id, _)| id == "threshold").unwrap();
    assert!(link.request_menu(MenuRequest::Open { param: place, x_px: 3, y_px: 4 }));
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Waiting));
    host.idle();
    let (label, action) = (raw::AUTOMATE.0.to_str().unwrap().to_owned(), raw::AUTOMATE.1);
    let items = vec![
        MenuItem::Title { label: "Host".into() },
        MenuItem::Separator,
        MenuItem::Entry { label, enabled: true, action },
    ];
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Items(items)));
    link.request_menu(MenuRequest::Perform { param: place, action });
    host.idle();
    assert_eq!(*heard.performed.borrow(), [(threshold, action)]);

    let host = RawHost::new(&clap_entry, Manners { can_popup: true, ..Manners::default() });
    let link = &unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap().link;
    link.request_menu(MenuRequest::Open { param: place, x_px: 3, y_px: 4 });
    host.idle();
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Shown));
    assert_eq!(*host.heard().popups.borrow(), [(threshold, 3, 4)]);

    let host = RawHost::new(&clap_entry, Manners { has_extensions: false, ..Manners::default() });
    let link = &unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap().link;
    link.request_menu(MenuRequest::Open { param: place, x_px: 3, y_px: 4 });
    host.idle();
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Items(Vec::new())), "a host without menus");
}

#[test]
fn the_hosts_colours_reach_the_window() {
    use clap_sys::color::clap_color;
    let host = host();
    let indication: &clap_plugin_param_indication =
        unsafe { host.extension(CLAP_EXT_PARAM_INDICATION) }.unwrap();
    let red = clap_color { alpha: 255, red: 200, green: 10, blue: 20 };
    let mix = host.id("Mix");
    unsafe {
        let set_mapping = indication.set_mapping.unwrap();
        set_mapping(host.plugin, mix, true, &red, null(), null());
        set_mapping(host.plugin, 12345, true, &red, null(), null());
        indication.set_automation.unwrap()(
            host.plugin,
            mix,
            CLAP_PARAM_INDICATION_AUTOMATION_PLAYING,
            null(),
        );
    }
    let parts = unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap();
    let view = |name: &str| parts.params.all().into_iter().find(|(_, view)| view.name() == name).unwrap().1;
    let said = parts.link.indicated(view("Mix").pointer());
    assert_eq!(said.mapping, Some(Rgb(200, 10, 20)));
    assert_eq!(said.automation.map(|(state, _)| state), Some(Automation::Playing));
    assert_eq!(parts.link.indicated(view("Output").pointer()).mapping, None);
    unsafe {
        indication.set_mapping.unwrap()(host.plugin, mix, false, null(), null(), null());
        indication.set_automation.unwrap()(host.plugin, mix, CLAP_PARAM_INDICATION_AUTOMATION_NONE, &red);
    }
    assert_eq!(parts.link.indicated(view("Mix").pointer()), Default::default());
}
