//! `cargo xtask package --try`: each archive in an empty place, in hosts.

mod aarch64;
mod chroot;
mod linux;
mod presets;
mod windows;

use std::path::Path;

use super::builds::For;
use crate::outcome::Result;

/// Tries the archives of a system, which are in `folder`. What cannot be tried here is said and skipped.
///
/// # Errors
/// When an archive does not hold what it promises.
pub fn run(system: For, folder: &Path) -> Result {
    let name = super::stage::name(system.system());
    println!("=== {name}: a trial");
    match system {
        For::LinuxX86_64 => linux::run(folder, &name),
        For::LinuxAarch64 => aarch64::run(folder, &name),
        For::WindowsX86_64 => windows::run(folder, &name),
        For::Macos => {
            println!("--- {name}: skipped: the bundles are those of cargo xtask bundle");
            Ok(())
        }
    }
}
