//! Promise: CLAP's presets, menus and colours work in both directions.

mod clap_host;

use std::ffi::{CStr, CString};
use std::ptr::null;

use clap_host::{has, host, learn, running, silence, state};
use clap_sys::events::{
    CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE,
};
use clap_sys::ext::context_menu::*;
use clap_sys::ext::param_indication::*;
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, clap_plugin_preset_load};
use clap_sys::ext::state_context::*;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_LOCATION_FILE,
    CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
};
use lull::clap_entry;
use lull::host_link::{Automation, MenuAnswer, MenuItem, MenuRequest, Rgb};
use lull::instance_parts::Parts;
use lull::preset::{FACTORY, factory_snapshot};
use lull_host::raw::{self, Manners, RawEvent, RawHost};

/// The parts of the host's instance.
fn parts(host: &RawHost) -> &Parts {
    // SAFETY: the host's plugin came from the factory and lives as long as the host.
    unsafe { lull::clap_bridge::parts(host.plugin) }.unwrap()
}

fn state_for(host: &RawHost, context: u32) -> Vec<u8> {
    let state: &clap_plugin_state_context = unsafe { host.extension(CLAP_EXT_STATE_CONTEXT) }.unwrap();
    host.save(|plugin, stream| unsafe { state.save.unwrap()(plugin, stream, context) }).unwrap()
}

#[test]
fn a_preset_leaves_the_noise_to_the_project() {
    let host = running();
    learn(&host, 0.02);
    let (mix, threshold) = (host.id("Mix"), host.id("Threshold"));
    host.flush(&[RawEvent::value(0, mix, 0.25), RawEvent::value(0, threshold, 0.75)]);
    let points = |host: &RawHost| parts(host).params.curve.get().to_string();
    parts(&host).params.curve.replace("500:5".parse().unwrap());
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
    assert_eq!(points(&fresh), "500:5");
    assert!(!has(&state(&fresh), "levels"), "without its noise");
    assert!(load(&fresh, &project, CLAP_STATE_CONTEXT_FOR_PROJECT) && has(&state(&fresh), "levels"));
    host.flush(&[RawEvent::value(0, mix, 1.0)]);
    parts(&host).params.curve.replace("900:9".parse().unwrap());
    assert!(load(&host, &preset, CLAP_STATE_CONTEXT_FOR_PRESET));
    assert!(host.value(mix) == Some(0.25) && has(&state(&host), "levels"), "the noise stays");
    assert_eq!(points(&host), "500:5", "points are a setting");
    for broken in [&preset[..7], &preset[..preset.len() / 2], &[0xFF; 40][..]] {
        assert!(!load(&host, broken, CLAP_STATE_CONTEXT_FOR_PRESET));
    }
}

/// Loads a preset as a host's browser does.
fn load_preset(host: &RawHost, kind: u32, location: Option<&str>, key: Option<&str>) -> bool {
    let loader: &clap_plugin_preset_load = unsafe { host.extension(CLAP_EXT_PRESET_LOAD) }.unwrap();
    let [location, key] = [location, key].map(|text| text.map(|text| CString::new(text).unwrap()));
    let pointer = |text: &Option<CString>| text.as_ref().map_or(null(), |text| text.as_ptr());
    unsafe { loader.from_location.unwrap()(host.plugin, kind, pointer(&location), pointer(&key)) }
}

/// A user's preset with the threshold at -6 dB, and a file that is not a preset.
fn preset_files(folder: &std::path::Path) -> [String; 2] {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut params = lull::params::LullParams::default();
    params.set_from_text("threshold", "-6 dB").unwrap();
    params.curve.replace("100:-6,2500:4.5".parse().unwrap());
    [file("My room.json", &lull::preset::to_json(&params)), file("Broken.json", "RIFF")]
}

#[test]
fn the_hosts_browser_lists_every_preset() {
    let home = tempfile::tempdir().unwrap();
    let [users, broken] = preset_files(home.path());
    let (locations, found, errors) = raw::presets_of(&clap_entry, &[&users, &broken]);
    assert_eq!(locations[0], (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None));
    assert_eq!(found.len(), FACTORY.len() + 1);
    assert!(errors.len() == 1 && errors[0].contains("no preset of Lull"), "{errors:?}");
    assert_eq!(found[FACTORY.len()].name, "My room");
    for (preset, found) in FACTORY.iter().zip(&found) {
        assert_eq!((&*found.name, found.key.as_deref()), (preset.name, Some(preset.key)));
        assert_eq!((&*found.description, &*found.plugin), (preset.purpose, "clap:audio.lull.lull"));
        assert!(found.flags == CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT && found.tags == preset.tags);
    }
}

#[test]
fn every_preset_is_loaded_and_leaves_noise_and_listen() {
    let home = tempfile::tempdir().unwrap();
    let [users, _] = preset_files(home.path());
    let host = running();
    learn(&host, 0.02);
    assert!(has(&state(&host), "levels"), "nothing was learned");
    let listen = host.id("Listen");
    host.flush(&[RawEvent::value(0, listen, 1.0)]);
    let points = || parts(&host).params.curve.get().to_string();
    for preset in &FACTORY {
        parts(&host).params.curve.replace("300:3".parse().unwrap());
        let loaded = load_preset(&host, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, Some(preset.key));
        assert!(loaded, "{}", preset.name);
        let current = lull::preset::current(&parts(&host).params);
        for ((id, position), (_, expected)) in
            current.positions.iter().zip(factory_snapshot(preset).positions)
        {
            assert!((position - expected).abs() < 1e-4, "{}: {id}: {position}, {expected}", preset.name);
        }
        assert_eq!(host.value(listen), Some(1.0), "presets do not cover Listen");
        assert_eq!(points(), "", "{}: a factory preset has no points", preset.name);
    }
    assert!(has(&state(&host), "levels"), "the noise stays");
    assert!(host.heard().rescans.get() >= FACTORY.len() as u32, "the host reads the values again");
    assert!(load_preset(&host, CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&users), None));
    assert!((host.value(host.id("Threshold")).unwrap() - 0.375).abs() < 1e-6);
    assert_eq!(points(), "100:-6,2500:4.5", "those of the user's preset");
    assert_eq!(host.heard().presets_loaded.borrow().len(), FACTORY.len() + 1);
}

#[test]
fn a_damaged_preset_is_reported_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let [_, broken] = preset_files(home.path());
    let host = running();
    let before = state(&host);
    assert!(!load_preset(&host, CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(&broken), None));
    assert!(!load_preset(&host, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, Some("nothing")));
    assert!(!load_preset(&host, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, None, None));
    assert_eq!(host.heard().preset_errors.borrow().len(), 3);
    assert_eq!(state(&host), before);
}

/// Labels of Lull's items in a host's menu.
fn labels_in_the_hosts_menu(host: &RawHost, target: &clap_context_menu_target) -> Vec<String> {
    unsafe extern "C" fn add_item(
        builder: *const clap_context_menu_builder,
        _kind: u32,
        item: *const std::ffi::c_void,
    ) -> bool {
        unsafe {
            let label = (*item.cast::<clap_context_menu_entry>()).label;
            let labels: &mut Vec<String> = &mut *(*builder).ctx.cast();
            labels.push(CStr::from_ptr(label).to_string_lossy().into_owned());
        }
        true
    }
    let menu: &clap_plugin_context_menu = unsafe { host.extension(CLAP_EXT_CONTEXT_MENU) }.unwrap();
    let mut labels: Vec<String> = Vec::new();
    let builder =
        clap_context_menu_builder { ctx: (&raw mut labels).cast(), add_item: Some(add_item), supports: None };
    unsafe {
        assert!(menu.populate.unwrap()(host.plugin, target, &builder));
        assert!(!menu.populate.unwrap()(host.plugin, null(), &builder));
        assert!(!menu.populate.unwrap()(host.plugin, target, null()));
    }
    labels
}

#[test]
fn a_reset_from_the_hosts_menu_is_applied_and_told() {
    let host = running();
    let heard = host.heard();
    let threshold = host.id("Threshold");
    host.process(None, &mut silence(), &[RawEvent::value(0, threshold, 0.9)]);
    let target = clap_context_menu_target { kind: CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, id: threshold };
    assert_eq!(labels_in_the_hosts_menu(&host, &target), ["Reset to 0.0 dB"]);
    let menu: &clap_plugin_context_menu = unsafe { host.extension(CLAP_EXT_CONTEXT_MENU) }.unwrap();
    unsafe {
        assert!(!menu.perform.unwrap()(host.plugin, &target, 99));
        assert!(menu.perform.unwrap()(host.plugin, &target, 1));
    }
    assert!(heard.flushes.get() >= 1);
    host.process(None, &mut silence(), &[]);
    let told: Vec<_> =
        heard.events_out.borrow().iter().filter(|event| event.1 == threshold).copied().collect();
    let kinds: Vec<u16> = told.iter().map(|event| event.0).collect();
    assert_eq!(kinds, [CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_PARAM_GESTURE_END]);
    assert_eq!((told[1].2, host.value(threshold)), (0.5, Some(0.5)));
}

/// Requests the menu of Threshold as the window does, and lets the host's main thread run.
fn request_threshold_menu(host: &RawHost) -> usize {
    let Parts { params, link } = parts(host);
    let index = params.all().iter().position(|(id, _)| id == "threshold").unwrap();
    assert!(link.request_menu(MenuRequest::Open { param: index, x_px: 3, y_px: 4 }));
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Waiting));
    host.idle();
    index
}

#[test]
fn the_window_gets_the_hosts_items_and_performs_them() {
    let host = running();
    let index = request_threshold_menu(&host);
    let (label, action) = (raw::AUTOMATE.0.to_str().unwrap().to_owned(), raw::AUTOMATE.1);
    let items = vec![
        MenuItem::Title { label: "Host".into() },
        MenuItem::Separator,
        MenuItem::Entry { label, enabled: true, action },
    ];
    let link = &parts(&host).link;
    assert_eq!(link.menu_answer(), Some(MenuAnswer::Items(items)));
    link.request_menu(MenuRequest::Perform { param: index, action });
    host.idle();
    assert_eq!(*host.heard().performed.borrow(), [(host.id("Threshold"), action)]);
}

#[test]
fn a_host_shows_its_own_menu_or_has_none() {
    let host = RawHost::new(&clap_entry, Manners { can_popup: true, ..Manners::default() });
    request_threshold_menu(&host);
    assert_eq!(parts(&host).link.menu_answer(), Some(MenuAnswer::Shown));
    assert_eq!(*host.heard().popups.borrow(), [(host.id("Threshold"), 3, 4)]);

    let host = RawHost::new(&clap_entry, Manners { can_popup: false, ..Manners::default() });
    request_threshold_menu(&host);
    assert!(matches!(parts(&host).link.menu_answer(), Some(MenuAnswer::Items(_))), "no popups");
    assert_eq!(*host.heard().popups.borrow(), []);

    let host = RawHost::new(&clap_entry, Manners { has_extensions: false, ..Manners::default() });
    request_threshold_menu(&host);
    assert_eq!(parts(&host).link.menu_answer(), Some(MenuAnswer::Items(Vec::new())), "no menus");
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
    let parts = parts(&host);
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
