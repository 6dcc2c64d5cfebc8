//! The window inside one of Windows.

use super::windows_build::{self, TARGET};
use super::wine::{self, Wine};
use crate::cargo_build;
use crate::outcome::Result;

/// # Errors
/// When it does not open, does not hear the pointer, or leaves something behind.
pub fn check(wine: &Wine) -> Result {
    let library = wine::path(&windows_build::bundles()?.clap_library());
    let built = TARGET.build(&["build", "--quiet", "-p", "lull-win32"])?;
    let program = cargo_build::program(&built, "lull-win32")?;
    wine.run(program, &["openings".into(), library])
}
