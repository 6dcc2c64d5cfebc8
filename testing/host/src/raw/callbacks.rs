//! The functions that the plugin calls: they note each call.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use clap_sys::events::*;
use clap_sys::ext::context_menu::*;
use clap_sys::ext::latency::*;
use clap_sys::ext::params::*;
use clap_sys::ext::preset_load::*;
use clap_sys::ext::state::*;
use clap_sys::host::clap_host;
use clap_sys::version::CLAP_VERSION;

use super::heard::{Heard, Manners};

/// What the plugin's calls find through the host's data.
pub(super) struct Inside {
    pub(super) host: clap_host,
    pub(super) heard: Heard,
    pub(super) manners: Manners,
}

impl Inside {
    /// With its own address as the host's data: it stays in its box.
    pub(super) fn new(manners: Manners) -> Box<Self> {
        let host = clap_host {
            clap_version: CLAP_VERSION,
            host_data: null_mut(),
            name: c"Bare host".as_ptr(),
            vendor: c"Lull Audio".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(get_extension),
            request_restart: Some(request_restart),
            request_process: Some(request_process),
            request_callback: Some(request_callback),
        };
        let mut inside = Box::new(Self { host, heard: Heard::default(), manners });
        inside.host.host_data = (&raw mut *inside).cast();
        inside
    }
}

/// A list that the plugin pushes its events to. It must not outlive `heard`.
pub(super) fn output_events(heard: &Heard) -> clap_output_events {
    clap_output_events { ctx: (&raw const *heard).cast_mut().cast(), try_push: Some(try_push) }
}

// SAFETY of all functions below: the plugin calls them with the pointers that this host has passed to it.

unsafe extern "C" fn try_push(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    unsafe {
        let heard: &Heard = &*(*list).ctx.cast();
        let (id, value) = match (*event).type_ {
            CLAP_EVENT_PARAM_VALUE => {
                let event = &*event.cast::<clap_event_param_value>();
                (event.param_id, event.value)
            }
            CLAP_EVENT_PARAM_GESTURE_BEGIN | CLAP_EVENT_PARAM_GESTURE_END => {
                ((*event.cast::<clap_event_param_gesture>()).param_id, 0.0)
            }
            _ => (u32::MAX, 0.0),
        };
        heard.events_out.borrow_mut().push(((*event).type_, id, value));
    }
    true
}

unsafe fn inside<'a>(host: *const clap_host) -> &'a Inside {
    unsafe { &*(*host).host_data.cast() }
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

unsafe extern "C" fn get_extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    let (inside, id) = unsafe { (inside(host), CStr::from_ptr(id)) };
    if !inside.manners.has_extensions {
        null()
    } else if id == CLAP_EXT_LATENCY {
        (&raw const LATENCY).cast()
    } else if id == CLAP_EXT_PARAMS {
        (&raw const PARAMS).cast()
    } else if id == CLAP_EXT_STATE {
        (&raw const STATE).cast()
    } else if id == CLAP_EXT_CONTEXT_MENU {
        (&raw const CONTEXT_MENU).cast()
    } else if id == CLAP_EXT_PRESET_LOAD {
        (&raw const PRESET_LOAD).cast()
    } else {
        null()
    }
}

unsafe extern "C" fn request_restart(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.restarts);
}

unsafe extern "C" fn request_process(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.processes);
}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.callbacks);
}

static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };

unsafe extern "C" fn latency_changed(host: *const clap_host) {
    let heard = &unsafe { inside(host) }.heard;
    heard.latency_changed.borrow_mut().push(heard.in_activate.get());
}

static PARAMS: clap_host_params =
    clap_host_params { rescan: Some(rescan), clear: Some(clear), request_flush: Some(request_flush) };

unsafe extern "C" fn rescan(host: *const clap_host, _flags: clap_param_rescan_flags) {
    count(&unsafe { inside(host) }.heard.rescans);
}

unsafe extern "C" fn clear(_host: *const clap_host, _id: u32, _flags: clap_param_clear_flags) {}

unsafe extern "C" fn request_flush(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.flushes);
}

static STATE: clap_host_state = clap_host_state { mark_dirty: Some(mark_dirty) };

unsafe extern "C" fn mark_dirty(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.dirty);
}

/// This host's own menu: one item, with this action.
pub const AUTOMATE: (&CStr, u32) = (c"Show automation", 77);

static CONTEXT_MENU: clap_host_context_menu = clap_host_context_menu {
    populate: Some(menu_populate),
    perform: Some(menu_perform),
    can_popup: Some(menu_can_popup),
    popup: Some(menu_popup),
};

unsafe extern "C" fn menu_populate(
    _host: *const clap_host,
    _target: *const clap_context_menu_target,
    builder: *const clap_context_menu_builder,
) -> bool {
    let (label, action_id) = (AUTOMATE.0.as_ptr(), AUTOMATE.1);
    let entry = clap_context_menu_entry { label, is_enabled: true, action_id };
    let title = clap_context_menu_item_title { title: c"Host".as_ptr(), is_enabled: true };
    unsafe {
        let add_item = (*builder).add_item.expect("add_item");
        add_item(builder, CLAP_CONTEXT_MENU_ITEM_TITLE, (&raw const title).cast())
            && add_item(builder, CLAP_CONTEXT_MENU_ITEM_SEPARATOR, null())
            && add_item(builder, CLAP_CONTEXT_MENU_ITEM_ENTRY, (&raw const entry).cast())
    }
}

unsafe extern "C" fn menu_perform(
    host: *const clap_host,
    target: *const clap_context_menu_target,
    action: u32,
) -> bool {
    unsafe { inside(host).heard.performed.borrow_mut().push(((*target).id, action)) };
    true
}

unsafe extern "C" fn menu_can_popup(host: *const clap_host) -> bool {
    unsafe { inside(host) }.manners.can_popup
}

unsafe extern "C" fn menu_popup(
    host: *const clap_host,
    target: *const clap_context_menu_target,
    _screen: i32,
    x: i32,
    y: i32,
) -> bool {
    unsafe { inside(host).heard.popups.borrow_mut().push(((*target).id, x, y)) };
    true
}

static PRESET_LOAD: clap_host_preset_load =
    clap_host_preset_load { on_error: Some(preset_error), loaded: Some(preset_loaded) };

unsafe extern "C" fn preset_error(
    host: *const clap_host,
    _kind: u32,
    _location: *const c_char,
    _key: *const c_char,
    _error: i32,
    message: *const c_char,
) {
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    unsafe { inside(host) }.heard.preset_errors.borrow_mut().push(message);
}

unsafe extern "C" fn preset_loaded(
    host: *const clap_host,
    _kind: u32,
    location: *const c_char,
    key: *const c_char,
) {
    let name = if key.is_null() { location } else { key };
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
    unsafe { inside(host) }.heard.presets_loaded.borrow_mut().push(name);
}
