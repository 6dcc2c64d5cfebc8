//! What the plugin has told this host, and what the host offers.

use std::cell::{Cell, RefCell};

/// What the plugin has asked of this host and told it.
#[derive(Default)]
pub struct Heard {
    pub restarts: Cell<u32>,
    pub callbacks: Cell<u32>,
    /// How often it wanted to be processed, out of sleep.
    pub processes: Cell<u32>,
    pub flushes: Cell<u32>,
    pub dirty: Cell<u32>,
    /// Whether each call of latency.changed came inside activate().
    pub latency_changed: RefCell<Vec<bool>>,
    pub rescans: Cell<u32>,
    /// Parameters whose menu was to be shown, with the place.
    pub popups: RefCell<Vec<(u32, i32, i32)>>,
    /// Items of this host's menu that were chosen.
    pub performed: RefCell<Vec<(u32, u32)>>,
    pub presets_loaded: RefCell<Vec<String>>,
    pub preset_errors: RefCell<Vec<String>>,
    /// The latest events that came out, as kind, parameter and value.
    pub events_out: RefCell<Vec<(u16, u32, f64)>>,
    /// activate() is running.
    pub(super) in_activate: Cell<bool>,
}

/// What this host offers.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Any extension at all.
    pub has_extensions: bool,
    /// It shows menus itself, rather than give its items away.
    pub can_popup: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self { has_extensions: true, can_popup: false }
    }
}
