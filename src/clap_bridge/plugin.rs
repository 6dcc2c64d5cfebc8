//! The plugin as the host sees it: ours, with the framework's behind it.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture, clap_event_param_value,
    clap_output_events,
};
use clap_sys::ext::audio_ports::CLAP_EXT_AUDIO_PORTS;
use clap_sys::ext::audio_ports_config::CLAP_EXT_AUDIO_PORTS_CONFIG;
use clap_sys::ext::context_menu::{CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::param_indication::{CLAP_EXT_PARAM_INDICATION, CLAP_EXT_PARAM_INDICATION_COMPAT};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT};
use clap_sys::ext::remote_controls::{
    CLAP_EXT_REMOTE_CONTROLS, CLAP_EXT_REMOTE_CONTROLS_COMPAT, clap_plugin_remote_controls,
    clap_remote_controls_page,
};
use clap_sys::ext::render::CLAP_EXT_RENDER;
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::state_context::CLAP_EXT_STATE_CONTEXT;
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT, clap_plugin_track_info};
use clap_sys::host::clap_host;
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, CLAP_PROCESS_SLEEP, clap_process, clap_process_status};
use crossbeam::queue::ArrayQueue;
use nice_plug::wrapper::clap::Wrapper;

use super::events::{self, Events};
use super::host::Host;
use super::params::Known;
use super::{context_menu, factory, gui, param_indication, params, ports, preset_load, render, state};
use crate::instance_parts::{self, Parts};
use crate::plugin::Lull;

/// Rates that an engine can be made for, in hertz.
const RATES_HZ: std::ops::RangeInclusive<f64> = 1e3..=2e6;
/// Parameter changes of ours that wait for the host to exchange events.
const CHANGES: usize = 64;

/// One instance.
pub struct Bridge {
    /// What the host holds; its data points back here.
    ours: clap_plugin,
    theirs: *const clap_plugin,
    pub host: Box<Host>,
    pub parts: Parts,
    /// The parameters that the host knows, in their order. There from init() on.
    known: OnceLock<Vec<Known>>,
    is_active: AtomicBool,
    /// What the host was told last; it takes 0 for granted.
    latency_told_samples: AtomicU32,
    /// Values that the plugin sets itself, by id.
    changes: ArrayQueue<(clap_id, f64)>,
    /// Of whatever thread exchanges events, of which CLAP allows one at a time.
    events: UnsafeCell<Events>,
}

/// Calls a function of one of the framework's extensions on the framework's plugin; `else` where there is none.
macro_rules! theirs {
    ($bridge:expr, $type:ty[$id:expr].$function:ident($($argument:expr),*), else $else:expr) => {{
        let bridge: &$crate::clap_bridge::plugin::Bridge = $bridge;
        // SAFETY: the id is that of the type, and the function gets its own plugin back.
        match unsafe { bridge.extension::<$type>($id) }.and_then(|extension| extension.$function) {
            Some(function) => unsafe { function(bridge.theirs(), $($argument),*) },
            None => $else,
        }
    }};
}
pub(super) use theirs;

impl Bridge {
    /// Makes a plugin for the host; null if the framework makes none. Main thread.
    ///
    /// # Safety
    /// The host outlives the plugin.
    pub unsafe fn create(host: *const clap_host) -> *const clap_plugin {
        // SAFETY: by this function's own contract; ours outlives the framework's plugin as part of the same instance.
        let (host, (wrapper, parts)) = unsafe {
            let host = Host::new(host);
            let ours = host.ours();
            (host, instance_parts::parts_of(|| Wrapper::<Lull>::new(ours)))
        };
        let Some(parts) = parts else { return std::ptr::null() };
        host.set_link(parts.link.clone());
        // The framework's own destroy() takes this count back.
        let wrapper = std::sync::Arc::into_raw(wrapper);
        // SAFETY: it was made a line ago.
        let theirs = unsafe { (*wrapper).clap_plugin.as_ptr() };
        let mut bridge = Box::new(Self {
            ours: clap_plugin {
                desc: factory::descriptor(),
                plugin_data: std::ptr::null_mut(),
                init: Some(init),
                destroy: Some(destroy),
                activate: Some(activate),
                deactivate: Some(deactivate),
                start_processing: Some(start_processing),
                stop_processing: Some(stop_processing),
                reset: Some(reset),
                process: Some(process),
                get_extension: Some(get_extension),
                on_main_thread: Some(on_main_thread),
            },
            theirs,
            host,
            parts,
            known: OnceLock::new(),
            is_active: AtomicBool::new(false),
            latency_told_samples: AtomicU32::new(0),
            changes: ArrayQueue::new(CHANGES),
            events: UnsafeCell::new(Events::new()),
        });
        bridge.ours.plugin_data = (&raw mut *bridge).cast();
        let waking = Waking(&raw const *bridge.host);
        bridge.parts.link.connect(Box::new(move || waking.wake()));
        &raw const Box::leak(bridge).ours
    }

    /// The framework's plugin.
    pub fn theirs(&self) -> *const clap_plugin {
        self.theirs
    }

    /// # Safety
    /// The framework's extension of that id is a `T`.
    pub unsafe fn extension<T>(&self, id: &CStr) -> Option<&'static T> {
        // SAFETY: the framework's plugin lives as long as this, and its extensions with it.
        unsafe {
            let get_extension = (*self.theirs).get_extension?;
            get_extension(self.theirs, id.as_ptr()).cast::<T>().as_ref()
        }
    }

    /// The parameters that the host knows, in their order.
    pub fn known(&self) -> &[Known] {
        self.known.get().map_or(&[], |known| known)
    }

    pub fn is_active(&self) -> bool {
        self.is_active.load(SeqCst)
    }

    /// Sets a parameter and tells the host, at the next exchange of events. Main thread.
    pub fn change(&self, id: clap_id, value: f64) {
        // Full only if the host never exchanges events: then nobody would see the change either.
        let _ = self.changes.push((id, value));
        self.host.request_flush();
    }

    /// Hands the framework the plugin's own changes, and tells the host of them. RT-safe.
    ///
    /// # Safety
    /// `out` is null or the host's list.
    pub unsafe fn exchange_changes(&self, out: *const clap_output_events) {
        while let Some((id, value)) = self.changes.pop() {
            let event = clap_event_param_value {
                header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
                param_id: id,
                cookie: std::ptr::null_mut(),
                note_id: -1,
                port_index: -1,
                channel: -1,
                key: -1,
                value,
            };
            let list = events::one(&event);
            theirs!(self, clap_plugin_params[CLAP_EXT_PARAMS].flush(&list, std::ptr::null()), else ());
            let gesture = |kind| clap_event_param_gesture {
                header: header::<clap_event_param_gesture>(kind),
                param_id: id,
            };
            // SAFETY: by this function's own contract; the host copies what it is given.
            unsafe {
                if let Some(try_push) = out.as_ref().and_then(|out| out.try_push) {
                    try_push(out, &gesture(CLAP_EVENT_PARAM_GESTURE_BEGIN).header);
                    try_push(out, (&raw const event).cast());
                    try_push(out, &gesture(CLAP_EVENT_PARAM_GESTURE_END).header);
                }
            }
        }
    }

    /// The host's events as they may be handed on. RT-safe.
    ///
    /// # Safety
    /// As for [`Events::corrected`]; and no other call of this is under way, as CLAP promises of process() and flush().
    pub unsafe fn corrected(
        &self,
        list: *const clap_sys::events::clap_input_events,
        frames: u32,
    ) -> *const clap_sys::events::clap_input_events {
        // SAFETY: by this function's own contract.
        unsafe { (*self.events.get()).corrected(list, frames) }
    }
}

fn header<T>(kind: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: kind,
        flags: 0,
    }
}

/// Calls the host from any thread.
struct Waking(*const Host);

// SAFETY: the host takes this call on any thread. It is made by the plugin and its window, and both end before the
// bridge, which owns the host.
unsafe impl Send for Waking {}
// SAFETY: as above.
unsafe impl Sync for Waking {}

impl Waking {
    fn wake(&self) {
        // SAFETY: see above.
        unsafe { &*self.0 }.request_callback();
    }
}

/// The instance behind what the host holds.
///
/// # Safety
/// `plugin` is null or was made by [`Bridge::create`], and was not destroyed.
pub unsafe fn behind<'a>(plugin: *const clap_plugin) -> Option<&'a Bridge> {
    // SAFETY: by this function's own contract; the data was set in create().
    unsafe { plugin.as_ref().and_then(|plugin| plugin.plugin_data.cast::<Bridge>().as_ref()) }
}

// SAFETY of all functions below: CLAP lets a host call them with the plugin that it was handed, on the threads and in
// the order that it names. A null pointer is refused.

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    bridge.host.init();
    // SAFETY: the framework's own function.
    let is_ready = unsafe { (*bridge.theirs).init.is_some_and(|init| init(bridge.theirs)) };
    let _ = bridge.known.set(params::known(bridge));
    is_ready
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(destroy) = (*bridge.theirs).destroy {
            destroy(bridge.theirs);
        }
        // The framework's plugin is gone, and its window with it: nobody calls the host any more.
        drop(Box::from_raw((*plugin).plugin_data.cast::<Bridge>()));
    }
}

unsafe extern "C" fn activate(
    plugin: *const clap_plugin,
    sample_rate_hz: f64,
    fewest_frames: u32,
    most_frames: u32,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    if !RATES_HZ.contains(&sample_rate_hz) || most_frames == 0 || bridge.is_active() {
        return false;
    }
    let activated = unsafe {
        (*bridge.theirs)
            .activate
            .is_some_and(|activate| activate(bridge.theirs, sample_rate_hz, fewest_frames, most_frames))
    };
    if activated {
        bridge.is_active.store(true, SeqCst);
        let latency_samples = theirs!(bridge, clap_plugin_latency[CLAP_EXT_LATENCY].get(), else 0);
        if bridge.latency_told_samples.swap(latency_samples, SeqCst) != latency_samples {
            bridge.host.latency_changed();
        }
    }
    activated
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(deactivate) = (*bridge.theirs).deactivate {
            deactivate(bridge.theirs);
        }
    }
    bridge.is_active.store(false, SeqCst);
}

unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    bridge.is_active()
        && unsafe { (*bridge.theirs).start_processing.is_some_and(|start| start(bridge.theirs)) }
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(stop) = (*bridge.theirs).stop_processing {
            stop(bridge.theirs);
        }
    }
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(reset) = (*bridge.theirs).reset {
            reset(bridge.theirs);
        }
    }
}

unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    let (Some(bridge), Some(block)) = (unsafe { (behind(plugin), process.as_ref()) }) else {
        return CLAP_PROCESS_ERROR;
    };
    let Some(function) = (unsafe { (*bridge.theirs).process }).filter(|_| bridge.is_active()) else {
        return CLAP_PROCESS_ERROR;
    };
    let mut block = *block;
    // The framework ends the process where a list has no way to push.
    let may_push = unsafe { block.out_events.as_ref() }.is_some_and(|out| out.try_push.is_some());
    if !may_push {
        block.out_events = std::ptr::null();
    }
    let status = unsafe {
        block.in_events = bridge.corrected(block.in_events, block.frames_count);
        bridge.exchange_changes(block.out_events);
        function(bridge.theirs, &block)
    };
    if status != CLAP_PROCESS_ERROR && bridge.parts.link.is_asleep() { CLAP_PROCESS_SLEEP } else { status }
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    if bridge.parts.link.take_project_changed() {
        bridge.host.mark_dirty();
    }
    context_menu::fulfil_wishes(bridge);
    unsafe {
        if let Some(on_main_thread) = (*bridge.theirs).on_main_thread {
            on_main_thread(bridge.theirs);
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return std::ptr::null() };
    if id.is_null() {
        return std::ptr::null();
    }
    let id = unsafe { CStr::from_ptr(id) };
    let is = |ids: &[&CStr]| ids.contains(&id);
    if is(&[CLAP_EXT_PARAMS]) {
        (&raw const params::PARAMS).cast()
    } else if is(&[CLAP_EXT_LATENCY]) {
        (&raw const LATENCY).cast()
    } else if is(&[CLAP_EXT_TAIL]) {
        (&raw const TAIL).cast()
    } else if is(&[CLAP_EXT_STATE]) {
        (&raw const state::STATE).cast()
    } else if is(&[CLAP_EXT_STATE_CONTEXT]) {
        (&raw const state::STATE_CONTEXT).cast()
    } else if is(&[CLAP_EXT_GUI]) {
        // Without the editor feature there is no window.
        let has_window = unsafe { bridge.extension::<c_void>(CLAP_EXT_GUI) }.is_some();
        if has_window { (&raw const gui::GUI).cast() } else { std::ptr::null() }
    } else if is(&[CLAP_EXT_AUDIO_PORTS]) {
        (&raw const ports::PORTS).cast()
    } else if is(&[CLAP_EXT_AUDIO_PORTS_CONFIG]) {
        (&raw const ports::LAYOUTS).cast()
    } else if is(&[CLAP_EXT_REMOTE_CONTROLS, CLAP_EXT_REMOTE_CONTROLS_COMPAT]) {
        (&raw const REMOTE_CONTROLS).cast()
    } else if is(&[CLAP_EXT_RENDER]) {
        (&raw const render::RENDER).cast()
    } else if is(&[CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT]) {
        let follows = unsafe { bridge.extension::<c_void>(CLAP_EXT_TRACK_INFO) }.is_some();
        if follows { (&raw const TRACK_INFO).cast() } else { std::ptr::null() }
    } else if is(&[CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT]) {
        (&raw const context_menu::CONTEXT_MENU).cast()
    } else if is(&[CLAP_EXT_PARAM_INDICATION, CLAP_EXT_PARAM_INDICATION_COMPAT]) {
        (&raw const param_indication::PARAM_INDICATION).cast()
    } else if is(&[CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT]) {
        (&raw const preset_load::PRESET_LOAD).cast()
    } else {
        std::ptr::null()
    }
}

static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(latency_get) };

unsafe extern "C" fn latency_get(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_latency[CLAP_EXT_LATENCY].get(), else 0)
}

static TAIL: clap_plugin_tail = clap_plugin_tail { get: Some(tail_get) };

unsafe extern "C" fn tail_get(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_tail[CLAP_EXT_TAIL].get(), else 0)
}

static TRACK_INFO: clap_plugin_track_info = clap_plugin_track_info { changed: Some(track_info_changed) };

unsafe extern "C" fn track_info_changed(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    theirs!(bridge, clap_plugin_track_info[CLAP_EXT_TRACK_INFO].changed(), else ());
}

static REMOTE_CONTROLS: clap_plugin_remote_controls =
    clap_plugin_remote_controls { count: Some(remote_controls_count), get: Some(remote_controls_get) };

unsafe extern "C" fn remote_controls_count(plugin: *const clap_plugin) -> u32 {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return 0 };
    theirs!(bridge, clap_plugin_remote_controls[CLAP_EXT_REMOTE_CONTROLS].count(), else 0)
}

unsafe extern "C" fn remote_controls_get(
    plugin: *const clap_plugin,
    index: u32,
    page: *mut clap_remote_controls_page,
) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    // The framework's own check lets the count through, to a debug assertion.
    index < unsafe { remote_controls_count(plugin) }
        && theirs!(bridge, clap_plugin_remote_controls[CLAP_EXT_REMOTE_CONTROLS].get(index, page), else false)
}
