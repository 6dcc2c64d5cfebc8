//! Between a CLAP host and the framework: corrects errors of nice-plug 0.4.2, and adds extensions that it lacks.
//!
//! ```text
//! host  <->  entry -> factory -> plugin (what the host holds)  <->  the framework's plugin  <->  plugin.rs
//!            preset_discovery    host (what the framework holds) <->  the host
//! ```
//!
//! The framework gets a `clap_host` of the bridge, and the host a `clap_plugin` of the bridge. Calls pass through. On the
//! audio thread this costs a pointer and a check of each event; everything else is main-thread work.
//!
//! | file | the framework | what the host gets |
//! |---|---|---|
//! | [`plugin`] | requests a restart after the first activation and after each change of latency | `latency.changed` inside `activate` |
//! | [`plugin`] | keeps a silent instance running | SLEEP once nothing is left to put out |
//! | [`plugin`] | has no `state.mark_dirty` | a call on the main thread when the noise profile has changed |
//! | [`events`] | trusts the times, the order and the sizes of events | only events that lie in the block, in order |
//! | [`params`] | reads past its list for an index that equals the count; marks all parameters as modulatable and none as a choice; returns the modulated value | bounds, flags and the value that was set |
//! | [`host`] | aborts the process if the host lacks `clap.gui` | a `clap.gui` that refuses |
//! | [`ports`] | changes the layout while active | refused |
//! | [`render`] | requests a restart when rendering begins, accepts unknown modes | neither |
//! | [`gui`] | reads through null pointers | refused |
//! | [`state`] | has no state-context | a preset without the noise profile |
//! | [`preset_discovery`], [`preset_load`] | has neither | the factory's presets and the user's in the host's browser |
//! | [`context_menu`] | has none | menus, both ways |
//! | [`param_indication`] | has none | the host's colours on the controls |
//!
//! [`bridge`] is one instance, [`extensions`] the list of its extensions, [`pass_through`] those that need no correction,
//! [`own_changes`] the parameter changes that Lull makes itself.
//!
//! Each correction can go when the framework no longer needs it: `tests/clap_bridge.rs` and `tests/clap_extensions.rs` test
//! each.

mod bridge;
mod context_menu;
mod descriptor;
mod entry;
mod events;
mod extensions;
mod factory;
mod gui;
mod host;
mod own_changes;
mod param_indication;
mod params;
mod pass_through;
mod plugin;
mod ports;
mod preset_discovery;
mod preset_load;
mod preset_receiver;
mod render;
mod state;

pub use entry::clap_entry;

use clap_sys::plugin::clap_plugin;

use crate::instance_parts::Parts;

/// The parts of an instance, for tests that stand in for its window.
///
/// # Safety
/// `plugin` is null, or was made by this library's factory and not destroyed.
pub unsafe fn parts<'a>(plugin: *const clap_plugin) -> Option<&'a Parts> {
    // SAFETY: by this function's own contract.
    unsafe { bridge::behind(plugin) }.map(|bridge| &bridge.parts)
}
