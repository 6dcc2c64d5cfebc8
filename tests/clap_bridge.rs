//! Promise: a CLAP host is told what it has to know, is asked for nothing needless, and cannot be harmed by its own
//! mistakes.

mod clap_host;

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use clap_host::{BLOCK, RATE_HZ, has, host, learn, noise, play, running, silence, state};
use clap_sys::ext::audio_ports_config::{CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config};
use clap_sys::ext::context_menu::*;
use clap_sys::ext::params::*;
use clap_sys::ext::render::*;
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::process::*;
use lull::clap_entry;
use lull_host::raw::{self, Manners, RawEvent, RawHost};

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
    // SAFETY: the host's plugin was made by this library.
    let noted = || unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap().params.host_state.is_offline();
    assert!(set(CLAP_RENDER_OFFLINE) && noted());
    assert!(!set(7) && noted(), "refused");
    assert!(set(CLAP_RENDER_REALTIME) && !noted());
    play(&host, 0.1, 0.01);
    assert_eq!(heard.restarts.get(), 1);
}

#[test]
fn parameters_have_their_kind_and_indices_beyond_them_are_refused() {
    let host = host();
    let params = host.params();
    let count = unsafe { params.count.unwrap()(host.plugin) };
    assert!((0..count).all(|index| host.info(index).is_some()));
    assert!([count, count + 1, u32::MAX].into_iter().all(|index| host.info(index).is_none()));
    assert!(!unsafe { params.get_info.unwrap()(host.plugin, 0, null_mut()) });

    for info in (0..count).filter_map(|index| host.info(index)) {
        let (name, flags) = (raw::text(&info.name), info.flags);
        let is = |flag| flags & flag != 0;
        let is_choice = ["Learn From", "Statistic", "Rule", "Estimator", "Quality"].contains(&&*name);
        let is_switch =
            ["Learn", "Learn Add", "Adapt", "Track", "Makeup", "Listen", "Bypass"].contains(&&*name);
        assert_eq!(is(CLAP_PARAM_IS_ENUM), is_choice, "{name}");
        assert_eq!(is(CLAP_PARAM_IS_STEPPED), is_choice || is_switch, "{name}");
        assert_eq!(is(CLAP_PARAM_IS_MODULATABLE), !(is_choice || is_switch), "{name}");
        assert_eq!(is(CLAP_PARAM_IS_AUTOMATABLE), name != "Quality", "{name}");
        assert!(!is(CLAP_PARAM_IS_HIDDEN), "{name}");
        assert_eq!(host.value(info.id), Some(info.default_value), "{name}");
    }
}

#[test]
fn texts_and_values_without_sense_are_refused() {
    let host = host();
    let params = host.params();
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
    // After an import and an undo: src/editor/tests/profile_menu.rs.
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
fn what_is_heard_is_kept_once_learn_is_to_listen_to_it() {
    let host = running();
    play(&host, 0.2, 0.02);
    let event = |name, value| RawEvent::value(0, host.id(name), value);
    host.process(None, &mut silence(), &[event("Learn From", 1.0)]);
    assert!(host.idle(), "it asks for memory");
    host.process(None, &mut silence(), &[]);
    assert!(!host.idle(), "once");
    play(&host, 2.0, 0.02);
    host.process(None, &mut silence(), &[event("Learn", 1.0)]);
    play(&host, 1.5, 0.0);
    assert!(has(&state(&host), "levels"), "a profile");
}
