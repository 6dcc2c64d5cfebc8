//! Lull, a real-time spectral denoiser for DAWs: press Learn over a passage of noise alone, and the noise goes.
//!
//! | room | what it holds |
//! |---|---|
//! | [`params`] | every parameter, once |
//! | [`profile_store`] | the project's noise profile, and how it travels between threads |
//! | [`state`] | states of other versions, and damaged ones |
//! | [`plugin`] | what a host sees |
//! | [`clap_bridge`] | between a CLAP host and the framework |
//! | [`feed`] | engine to editor, lock-free |
//! | [`preset`] | names for settings: the factory's and the user's |
//! | [`vst_preset`] | the factory presets as VST3 preset files |
//! | [`module_info`] | what the VST3 bundle says of its library without loading it |
//! | [`profile_file`] | a noise profile as a file |
//! | [`editor_size`] | the window's size, kept in the project |
//! | [`vst3_bridge`] | the VST3's entry points, and what its hosts are told beyond the framework |
//! | [`host_link`] | what plugin and window want of the host beyond the framework |
//! | [`learn_latch`] | opening a project does not press Learn |
//! | `editor` | the window (feature `editor`) |

pub mod clap_bridge;
#[cfg(feature = "editor")]
pub mod editor;
pub mod editor_size;
pub mod feed;
pub mod host_link;
pub mod learn_latch;
pub mod module_info;
pub mod params;
pub mod plugin;
pub mod preset;
pub mod profile_file;
pub mod profile_store;
pub mod state;
pub mod vst3_bridge;
pub mod vst_preset;

pub use clap_bridge::clap_entry;
