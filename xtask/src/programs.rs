//! The programs of the workspace that work with built bundles: `lull-studio` and `lull-realtime`. They are built when
//! they are needed, so that this program stays small.

use std::path::PathBuf;

use crate::cargo_build;
use crate::outcome::Result;
use crate::shell;

/// Builds `lull-studio` (testing/studio) and returns its path.
///
/// # Errors
/// When it does not build.
pub fn studio() -> Result<PathBuf> {
    build("lull-studio")
}

/// Builds `lull-realtime` (testing/realtime) and returns its path.
///
/// # Errors
/// When it does not build.
pub fn realtime() -> Result<PathBuf> {
    build("lull-realtime")
}

/// Builds `lull-studio` and runs it.
///
/// # Errors
/// When it does not build, or fails.
pub fn run_studio(arguments: &[&str]) -> Result {
    shell::run_with(&[], &studio()?, arguments)
}

fn build(package: &str) -> Result<PathBuf> {
    let built = cargo_build::executables(&["build", "--quiet", "--package", package])?;
    cargo_build::program(&built, package).map(PathBuf::from)
}
