//! One instance of the bridge: the host's side, the framework's side, and how to call the latter.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use nice_plug::params::internals::ParamPtr;

use super::events::Events;
use super::host::Host;
use super::own_changes::OwnChanges;
use crate::instance_parts::Parts;
use crate::params::ParamView;

/// One instance.
pub struct Bridge {
    /// The plugin that the host holds. Its data points to this bridge.
    pub ours: clap_plugin,
    /// The framework's plugin.
    theirs: *const clap_plugin,
    pub host: Box<Host>,
    pub parts: Parts,
    /// The parameters that the host knows, in their order. Set in init().
    pub known: OnceLock<Vec<KnownParam>>,
    pub is_active: AtomicBool,
    /// The latency that the host was told last; hosts start with 0.
    pub latency_told_samples: AtomicU32,
    own_changes: OwnChanges,
    /// For the thread that runs process() or flush(); CLAP allows one at a time.
    events: UnsafeCell<Events>,
}

/// A parameter that the host knows.
pub struct KnownParam {
    pub id: clap_id,
    pub pointer: ParamPtr,
    /// Index in the plugin's own order, which has hidden parameters as well.
    pub index: usize,
    /// The CLAP value of the position 1: the number of steps, or 1 for a continuous parameter.
    pub steps: f64,
}

/// Calls a function of one of the framework's extensions on the framework's plugin; `else` if there is none.
macro_rules! theirs {
    ($bridge:expr, $type:ty[$id:expr].$function:ident($($argument:expr),*), else $else:expr) => {{
        let bridge: &$crate::clap_bridge::bridge::Bridge = $bridge;
        // SAFETY: the id belongs to the type, and the function gets its own plugin.
        match unsafe { bridge.extension::<$type>($id) }.and_then(|extension| extension.$function) {
            Some(function) => unsafe { function(bridge.theirs(), $($argument),*) },
            None => $else,
        }
    }};
}
pub(super) use theirs;

impl Bridge {
    /// `theirs` is the framework's plugin, and `ours` the plugin for the host, without data. Main thread.
    pub fn new(ours: clap_plugin, theirs: *const clap_plugin, host: Box<Host>, parts: Parts) -> Box<Self> {
        let mut bridge = Box::new(Self {
            ours,
            theirs,
            host,
            parts,
            known: OnceLock::new(),
            is_active: AtomicBool::new(false),
            latency_told_samples: AtomicU32::new(0),
            own_changes: OwnChanges::default(),
            events: UnsafeCell::new(Events::new()),
        });
        bridge.ours.plugin_data = (&raw mut *bridge).cast();
        bridge
    }

    /// The framework's plugin.
    pub fn theirs(&self) -> *const clap_plugin {
        self.theirs
    }

    /// # Safety
    /// The framework's extension of that id is a `T`.
    pub unsafe fn extension<T>(&self, id: &CStr) -> Option<&'static T> {
        // SAFETY: the framework's plugin lives as long as the bridge, and its extensions with it.
        unsafe {
            let get_extension = (*self.theirs).get_extension?;
            get_extension(self.theirs, id.as_ptr()).cast::<T>().as_ref()
        }
    }

    /// The parameters that the host knows, in their order.
    pub fn known(&self) -> &[KnownParam] {
        self.known.get().map_or(&[], |known| known)
    }

    /// Runs `work` on the parameter that the host knows by `id`. None if there is none.
    pub fn with_param<R>(&self, id: clap_id, work: impl FnOnce(&KnownParam, ParamView) -> R) -> Option<R> {
        let known = self.known().iter().find(|known| known.id == id)?;
        // SAFETY: the pointer belongs to these parameters.
        Some(work(known, unsafe { self.parts.params.view_of(known.pointer) }))
    }

    pub fn is_active(&self) -> bool {
        self.is_active.load(SeqCst)
    }

    /// Sets a parameter and tells the host, in the next process() or flush(). Main thread.
    pub fn change(&self, id: clap_id, value: f64) {
        self.own_changes.add(id, value);
        self.host.request_flush();
    }

    /// Applies the plugin's own changes to the framework, and tells the host. RT-safe.
    ///
    /// # Safety
    /// `out` is null or the host's list.
    pub unsafe fn flush_own_changes(&self, out: *const clap_output_events) {
        let apply = |list: &clap_input_events| {
            theirs!(self, clap_plugin_params[CLAP_EXT_PARAMS].flush(list, std::ptr::null()), else ());
        };
        // SAFETY: by this function's own contract.
        unsafe { self.own_changes.flush(apply, out) };
    }

    /// The host's events, corrected where they break the rules. RT-safe.
    ///
    /// # Safety
    /// As for [`Events::corrected`]; and no other call of this runs, as CLAP guarantees for process() and flush().
    pub unsafe fn corrected(&self, list: *const clap_input_events, frames: u32) -> *const clap_input_events {
        // SAFETY: by this function's own contract.
        unsafe { (*self.events.get()).corrected(list, frames) }
    }
}

/// The bridge of the plugin that the host holds.
///
/// # Safety
/// `plugin` is null, or was made by this library's factory and not destroyed.
pub unsafe fn behind<'a>(plugin: *const clap_plugin) -> Option<&'a Bridge> {
    // SAFETY: by this function's own contract; the data was set in new().
    unsafe { plugin.as_ref().and_then(|plugin| plugin.plugin_data.cast::<Bridge>().as_ref()) }
}
