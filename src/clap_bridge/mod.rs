//! Between a CLAP host and the framework: corrects where nice-plug 0.4.2 errs, and answers what it lacks.
//!
//! ```text
//! host  <->  entry -> factory -> plugin (what the host holds)  <->  the framework's plugin  <->  plugin.rs
//!            preset_discovery    host (what the framework holds) <->  the host
//! ```
//!
//! The framework is handed a `clap_host` of ours, the host a `clap_plugin` of ours. Calls pass through. On the audio
//! thread that is a pointer and a look at each event; all else is main-thread work.
//!
//! | file | what the framework does | what the host gets |
//! |---|---|---|
//! | [`plugin`] | asks for a restart after the first activation and after each change of latency | `latency.changed` inside `activate` |
//! | [`plugin`] | keeps a silent instance running | SLEEP once nothing is left to put out |
//! | [`plugin`] | has no `state.mark_dirty` | told on the main thread when the noise profile has changed |
//! | [`events`] | trusts the times, the order and the sizes of events | only events that lie in the block, in order |
//! | [`params`] | reads past its list for an index that equals the count; calls all parameters modulatable and none a choice; gives the modulated value | bounds, flags and the value that was set |
//! | [`host`] | ends the process where the host lacks `clap.gui` | a `clap.gui` that refuses |
//! | [`ports`] | changes the layout while active | refused |
//! | [`render`] | asks for a restart when rendering begins, takes unknown modes | neither |
//! | [`gui`] | reads through null pointers | refused |
//! | [`state`] | has no state-context | a preset without the noise profile |
//! | [`preset_discovery`], [`preset_load`] | has neither | the factory's presets and the user's in the host's browser |
//! | [`context_menu`] | has none | menus, both ways |
//! | [`param_indication`] | has none | the host's colours on the controls |
//!
//! Each correction may go when the framework does it right: `tests/clap_bridge.rs` has a test of each.

mod context_menu;
mod entry;
mod events;
mod factory;
mod gui;
mod host;
mod param_indication;
mod params;
mod plugin;
mod ports;
mod preset_discovery;
mod preset_load;
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
    unsafe { plugin::behind(plugin) }.map(|bridge| &bridge.parts)
}
