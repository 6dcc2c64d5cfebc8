//! The host that the framework gets. It passes on the calls and extensions that the framework may use.

use std::ffi::{CStr, c_char, c_void};
use std::sync::{Arc, OnceLock};

use clap_sys::ext::context_menu::{
    CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT, clap_host_context_menu,
};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency};
use clap_sys::ext::params::{
    CLAP_EXT_PARAMS, clap_host_params, clap_param_clear_flags, clap_param_rescan_flags,
};
use clap_sys::ext::preset_load::{CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_host_preset_load};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::ext::thread_check::{CLAP_EXT_THREAD_CHECK, clap_host_thread_check};
use clap_sys::ext::track_info::{
    CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT, clap_host_track_info, clap_track_info,
};
use clap_sys::host::clap_host;
use clap_sys::id::clap_id;

use crate::host_link::HostLink;

/// Lives as long as its plugin.
pub struct Host {
    /// What the framework gets; its data points to this struct.
    ours: clap_host,
    theirs: *const clap_host,
    extensions: OnceLock<Extensions>,
    /// The link of the plugin that has this host, once it is made.
    link: OnceLock<Arc<HostLink>>,
}

/// The real host's extensions. CLAP allows to query them from the plugin's init() on.
#[derive(Clone, Copy)]
struct Extensions {
    gui: Option<&'static clap_host_gui>,
    params: Option<&'static clap_host_params>,
    thread_check: Option<&'static clap_host_thread_check>,
    track_info: Option<&'static clap_host_track_info>,
    latency: Option<&'static clap_host_latency>,
    state: Option<&'static clap_host_state>,
    context_menu: Option<&'static clap_host_context_menu>,
    preset_load: Option<&'static clap_host_preset_load>,
}

/// Calls a function of the real host's extension on the real host; `else` if there is none.
macro_rules! theirs {
    ($host:expr, $extension:ident.$function:ident($($argument:expr),*), else $else:expr) => {{
        let host: &Host = $host;
        match host.extensions().and_then(|extensions| extensions.$extension).and_then(|e| e.$function) {
            // SAFETY: the host's own function, with its own pointer.
            Some(function) => unsafe { function(host.theirs, $($argument),*) },
            None => $else,
        }
    }};
}

impl Host {
    /// # Safety
    /// `theirs` is a host that outlives the returned value.
    pub unsafe fn new(theirs: *const clap_host) -> Box<Self> {
        // SAFETY: by this function's own contract.
        let real = unsafe { &*theirs };
        let mut host = Box::new(Self {
            ours: clap_host {
                host_data: std::ptr::null_mut(),
                get_extension: Some(get_extension),
                request_restart: Some(request_restart),
                request_process: Some(request_process),
                request_callback: Some(request_callback),
                ..*real
            },
            theirs,
            extensions: OnceLock::new(),
            link: OnceLock::new(),
        });
        host.ours.host_data = (&raw mut *host).cast();
        host
    }

    /// The host for the framework.
    pub fn ours(&self) -> *const clap_host {
        &self.ours
    }

    /// Sets the link of the plugin that was made with this host. Main thread.
    pub fn set_link(&self, link: Arc<HostLink>) {
        let _ = self.link.set(link);
    }

    /// Queries the real host's extensions. Main thread, from init() on.
    pub fn init(&self) {
        // SAFETY: each id belongs to its type.
        unsafe {
            let _ = self.extensions.set(Extensions {
                gui: self.find(&[CLAP_EXT_GUI]),
                params: self.find(&[CLAP_EXT_PARAMS]),
                thread_check: self.find(&[CLAP_EXT_THREAD_CHECK]),
                track_info: self.find(&[CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT]),
                latency: self.find(&[CLAP_EXT_LATENCY]),
                state: self.find(&[CLAP_EXT_STATE]),
                context_menu: self.find(&[CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT]),
                preset_load: self.find(&[CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT]),
            });
        }
    }

    /// # Safety
    /// An extension of these ids is a `T`.
    unsafe fn find<T>(&self, ids: &[&CStr]) -> Option<&'static T> {
        // SAFETY: the host outlives this; an extension lives as long as the host.
        let get_extension = unsafe { &*self.theirs }.get_extension?;
        ids.iter().find_map(|id| unsafe { get_extension(self.theirs, id.as_ptr()).cast::<T>().as_ref() })
    }

    fn extensions(&self) -> Option<Extensions> {
        self.extensions.get().copied()
    }

    /// Asks the host to call the plugin's on_main_thread(). On any thread.
    pub fn request_callback(&self) {
        // SAFETY: the host outlives this, and accepts this call on any thread.
        unsafe {
            if let Some(function) = (*self.theirs).request_callback {
                function(self.theirs);
            }
        }
    }

    /// Tells the host that the latency has changed. Main thread, only inside activate().
    pub fn latency_changed(&self) {
        theirs!(self, latency.changed(), else ());
    }

    /// Tells the host that the project has changed in something that is no parameter. Main thread.
    pub fn mark_dirty(&self) {
        theirs!(self, state.mark_dirty(), else ());
    }

    /// Asks the host to call flush() or process(). On any thread except the audio thread.
    ///
    /// A host that lets the plugin sleep would only flush, and a new quality or a press of Learn would wait until there is
    /// input. So the host is asked to process as well.
    pub fn request_flush(&self) {
        theirs!(self, params.request_flush(), else ());
        if self.link.get().is_some_and(|link| link.is_asleep()) {
            self.request_process();
        }
    }

    fn request_process(&self) {
        // SAFETY: the host outlives this, and accepts this call on any thread.
        unsafe {
            if let Some(function) = (*self.theirs).request_process {
                function(self.theirs);
            }
        }
    }

    /// The menu extension, with the host for its functions. None if the host has no menus.
    pub fn context_menu(&self) -> Option<(&'static clap_host_context_menu, *const clap_host)> {
        Some((self.extensions()?.context_menu?, self.theirs))
    }

    /// The preset extension, with the host for its functions. None if the host has no preset browser.
    pub fn preset_load(&self) -> Option<(&'static clap_host_preset_load, *const clap_host)> {
        Some((self.extensions()?.preset_load?, self.theirs))
    }
}

/// # Safety
/// `host` is [`Host::ours`] of a host that exists.
unsafe fn behind<'a>(host: *const clap_host) -> &'a Host {
    // SAFETY: see above; the data was set in new().
    unsafe { &*(*host).host_data.cast() }
}

// SAFETY of all functions below: the framework calls them with the host that it got, on the threads that CLAP specifies.
// The arguments are passed on for the real host to check.

unsafe extern "C" fn get_extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    let (extensions, id) = unsafe { (behind(host).extensions(), CStr::from_ptr(id)) };
    let has = |has: fn(&Extensions) -> bool| extensions.as_ref().is_some_and(has);
    // The framework aborts the process if the host has no GUI extension. The bridge itself reports the latency, and Lull
    // has no voices.
    if id == CLAP_EXT_GUI {
        (&raw const GUI).cast()
    } else if id == CLAP_EXT_PARAMS && has(|e| e.params.is_some()) {
        (&raw const PARAMS).cast()
    } else if id == CLAP_EXT_THREAD_CHECK && has(|e| e.thread_check.is_some()) {
        (&raw const THREAD_CHECK).cast()
    } else if id == CLAP_EXT_TRACK_INFO && has(|e| e.track_info.is_some()) {
        (&raw const TRACK_INFO).cast()
    } else {
        std::ptr::null()
    }
}

unsafe extern "C" fn request_restart(host: *const clap_host) {
    unsafe {
        let theirs = behind(host).theirs;
        if let Some(function) = (*theirs).request_restart {
            function(theirs);
        }
    }
}

unsafe extern "C" fn request_process(host: *const clap_host) {
    unsafe { behind(host) }.request_process();
}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    unsafe { behind(host) }.request_callback();
}

static GUI: clap_host_gui = clap_host_gui {
    resize_hints_changed: Some(gui_resize_hints_changed),
    request_resize: Some(gui_request_resize),
    request_show: Some(gui_request_show),
    request_hide: Some(gui_request_hide),
    closed: Some(gui_closed),
};

unsafe extern "C" fn gui_resize_hints_changed(host: *const clap_host) {
    theirs!(unsafe { behind(host) }, gui.resize_hints_changed(), else ());
}

unsafe extern "C" fn gui_request_resize(host: *const clap_host, width: u32, height: u32) -> bool {
    theirs!(unsafe { behind(host) }, gui.request_resize(width, height), else false)
}

unsafe extern "C" fn gui_request_show(host: *const clap_host) -> bool {
    theirs!(unsafe { behind(host) }, gui.request_show(), else false)
}

unsafe extern "C" fn gui_request_hide(host: *const clap_host) -> bool {
    theirs!(unsafe { behind(host) }, gui.request_hide(), else false)
}

unsafe extern "C" fn gui_closed(host: *const clap_host, was_destroyed: bool) {
    theirs!(unsafe { behind(host) }, gui.closed(was_destroyed), else ());
}

static PARAMS: clap_host_params = clap_host_params {
    rescan: Some(params_rescan),
    clear: Some(params_clear),
    request_flush: Some(params_request_flush),
};

unsafe extern "C" fn params_rescan(host: *const clap_host, flags: clap_param_rescan_flags) {
    theirs!(unsafe { behind(host) }, params.rescan(flags), else ());
}

unsafe extern "C" fn params_clear(host: *const clap_host, id: clap_id, flags: clap_param_clear_flags) {
    theirs!(unsafe { behind(host) }, params.clear(id, flags), else ());
}

unsafe extern "C" fn params_request_flush(host: *const clap_host) {
    unsafe { behind(host) }.request_flush();
}

static THREAD_CHECK: clap_host_thread_check =
    clap_host_thread_check { is_main_thread: Some(is_main_thread), is_audio_thread: Some(is_audio_thread) };

unsafe extern "C" fn is_main_thread(host: *const clap_host) -> bool {
    theirs!(unsafe { behind(host) }, thread_check.is_main_thread(), else false)
}

unsafe extern "C" fn is_audio_thread(host: *const clap_host) -> bool {
    theirs!(unsafe { behind(host) }, thread_check.is_audio_thread(), else false)
}

static TRACK_INFO: clap_host_track_info = clap_host_track_info { get: Some(track_info_get) };

unsafe extern "C" fn track_info_get(host: *const clap_host, info: *mut clap_track_info) -> bool {
    theirs!(unsafe { behind(host) }, track_info.get(info), else false)
}
