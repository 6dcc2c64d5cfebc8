//! The plugin that the host holds: lifecycle and processing.

use std::ffi::{CStr, c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, CLAP_PROCESS_SLEEP, clap_process, clap_process_status};
use nice_plug::wrapper::clap::Wrapper;

use super::bridge::{Bridge, behind, theirs};
use super::descriptor::descriptor;
use super::host::Host;
use super::{context_menu, extensions, params};
use crate::instance_parts;
use crate::plugin::Lull;

/// Sample rates that an engine can be made for, in hertz.
const RATES_HZ: std::ops::RangeInclusive<f64> = 1e3..=2e6;

/// Makes a plugin for the host; null if the framework makes none. Main thread.
///
/// # Safety
/// The host outlives the plugin.
pub unsafe fn create(host: *const clap_host) -> *const clap_plugin {
    // SAFETY: by this function's own contract. The framework's plugin gets `ours`, which outlives it: both belong to the
    // bridge, whose destroy() ends the framework's plugin first.
    let (host, (wrapper, parts)) = unsafe {
        let host = Host::new(host);
        let ours = host.ours();
        (host, instance_parts::parts_of(|| Wrapper::<Lull>::new(ours)))
    };
    let Some(parts) = parts else { return std::ptr::null() };
    host.set_link(parts.link.clone());
    // The framework's own destroy() releases this reference.
    let wrapper = Arc::into_raw(wrapper);
    // SAFETY: it was made a line ago.
    let theirs = unsafe { (*wrapper).clap_plugin.as_ptr() };
    let bridge = Bridge::new(functions(), theirs, host, parts);
    let callback = HostCallback(&raw const *bridge.host);
    bridge.parts.link.connect(Box::new(move || callback.request()));
    &raw const Box::leak(bridge).ours
}

fn functions() -> clap_plugin {
    clap_plugin {
        desc: descriptor(),
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
    }
}

/// Asks the host, from any thread, to call the plugin on the main thread.
struct HostCallback(*const Host);

// SAFETY: the host accepts this call on any thread. It comes from the plugin and its window, and both end before the
// bridge, which owns the host.
unsafe impl Send for HostCallback {}
// SAFETY: as above.
unsafe impl Sync for HostCallback {}

impl HostCallback {
    fn request(&self) {
        // SAFETY: see above.
        unsafe { &*self.0 }.request_callback();
    }
}

// SAFETY of all functions below, and of the extensions' functions in other files: CLAP lets a host call them only with a
// plugin that it got from the factory, on the threads and in the order that CLAP specifies. Null pointers are refused.

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    bridge.host.init();
    // SAFETY: the framework's own function.
    let is_ready = unsafe { (*bridge.theirs()).init.is_some_and(|init| init(bridge.theirs())) };
    let _ = bridge.known.set(params::known(bridge));
    is_ready
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(destroy) = (*bridge.theirs()).destroy {
            destroy(bridge.theirs());
        }
        // The framework's plugin and its window are gone: nothing calls the host any more.
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
        (*bridge.theirs())
            .activate
            .is_some_and(|activate| activate(bridge.theirs(), sample_rate_hz, fewest_frames, most_frames))
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
        if let Some(deactivate) = (*bridge.theirs()).deactivate {
            deactivate(bridge.theirs());
        }
    }
    bridge.is_active.store(false, SeqCst);
}

unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    bridge.is_active()
        && unsafe { (*bridge.theirs()).start_processing.is_some_and(|start| start(bridge.theirs())) }
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(stop) = (*bridge.theirs()).stop_processing {
            stop(bridge.theirs());
        }
    }
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    unsafe {
        if let Some(reset) = (*bridge.theirs()).reset {
            reset(bridge.theirs());
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
    let Some(function) = (unsafe { (*bridge.theirs()).process }).filter(|_| bridge.is_active()) else {
        return CLAP_PROCESS_ERROR;
    };
    let mut block = *block;
    // The framework aborts the process if the list has no try_push.
    let may_push = unsafe { block.out_events.as_ref() }.is_some_and(|out| out.try_push.is_some());
    if !may_push {
        block.out_events = std::ptr::null();
    }
    let status = unsafe {
        block.in_events = bridge.corrected(block.in_events, block.frames_count);
        bridge.flush_own_changes(block.out_events);
        function(bridge.theirs(), &block)
    };
    if status != CLAP_PROCESS_ERROR && bridge.parts.link.is_asleep() { CLAP_PROCESS_SLEEP } else { status }
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return };
    if bridge.parts.link.take_project_changed() {
        bridge.host.mark_dirty();
    }
    if bridge.parts.link.take_memory_request() {
        bridge.parts.params.supply_heard();
    }
    context_menu::serve_requests(bridge);
    unsafe {
        if let Some(on_main_thread) = (*bridge.theirs()).on_main_thread {
            on_main_thread(bridge.theirs());
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return std::ptr::null() };
    if id.is_null() {
        return std::ptr::null();
    }
    extensions::find(bridge, unsafe { CStr::from_ptr(id) })
}
