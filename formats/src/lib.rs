//! The noise profile and presets as files, for the plugin and the command line.
//!
//! | module | content |
//! |---|---|
//! | [`factory`] | the presets that come with Lull |
//! | [`preset_file`] | a preset as a file |
//! | [`profile_file`] | a noise profile as a file |
//!
//! Nothing here is real-time, and nothing here opens a file: texts in, texts out.

#![deny(missing_docs)]

pub mod factory;
pub mod preset_file;
pub mod profile_file;

pub use factory::{FACTORY, FactoryPreset};

/// # Errors
/// In words for the user, when a file is of a later version than this one reads.
fn check_version(of_file: u32, read: u32) -> Result<(), String> {
    if of_file > read {
        return Err(format!("a later Lull wrote it (version {of_file}, this one reads {read})"));
    }
    Ok(())
}
