//! Lull, a real-time spectral denoiser for DAWs: press Learn over a passage of noise alone, and the noise goes.
//!
//! The signal processing is in the crate `lull_engine`. This crate makes it a CLAP and VST3 plugin.
//!
//! | module | content |
//! |---|---|
//! | [`plugin`] | what a host sees: name, buses, lifecycle |
//! | [`clap_bridge`], [`vst3_bridge`] | between a host and the framework: what the framework gets wrong or lacks |
//! | [`editor`] | the window |
//! | [`module_info`], [`vst_preset`] | files of the VST3 bundle: its description, the factory presets |
//! | [`audio_thread`] | one block, in order |
//! | [`renewal`] | takes up another quality in hosts that do not restart the plugin |
//! | [`engine_parts`] | an engine with its ways to the project and the editor |
//! | [`instance_parts`] | which parameters and host link belong to a plugin that the framework has made |
//! | [`host_link`] | requests to the host, and its answers, beyond what the framework passes on |
//! | [`preset`] | the factory's and the user's presets |
//! | [`params`] | every parameter, once |
//! | [`analyzer`] | spectra, levels and status from engine to editor, lock-free |
//! | [`learn_switch`] | when learning starts and stops |
//! | `host_state` | what the host says of itself: whether it renders offline, the scale of its windows |
//! | [`project`] | what a project keeps: the noise profile, the window's size, states of other versions |
//! | [`background_barrier`] | waits for the framework's background thread |

pub mod analyzer;
pub mod audio_thread;
pub mod background_barrier;
pub mod clap_bridge;
pub mod editor;
pub mod engine_parts;
mod heard_supply;
pub mod host_link;
mod host_state;
pub mod instance_parts;
pub mod learn_switch;
pub mod module_info;
pub mod params;
pub mod plugin;
pub mod preset;
pub mod project;
pub mod renewal;
pub mod vst3_bridge;
pub mod vst_preset;

pub use clap_bridge::clap_entry;

// The Audio Unit, which the crate makes of `clap_entry`.
#[cfg(all(target_os = "macos", feature = "audio-unit"))]
clap_wrapper::export_auv2!();
