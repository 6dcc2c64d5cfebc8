//! Hosts and other programs that come as Debian packages.

use std::path::Path;
use std::process::Command;

use crate::outcome::Result;

/// Ensures that `program` of a Debian package is there. It is installed only where the variable CI is set: a developer
/// has not asked for a DAW.
///
/// # Errors
/// Why it is not there.
pub fn program(program: &str, package: &str) -> Result {
    if Path::new(program).exists() {
        return Ok(());
    }
    if std::env::var_os("CI").is_none() {
        return Err(format!("{program} is not here (apt install {package})"));
    }
    for arguments in [&["update", "-qq"][..], &["install", "-y", "-qq", "--no-install-recommends", package]] {
        let output =
            Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").output();
        let output = output.map_err(|error| format!("apt-get: {error}"))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(format!("apt-get {}: {}", arguments[0], words.lines().last().unwrap_or("failed")));
        }
    }
    if Path::new(program).exists() { Ok(()) } else { Err(format!("{package} has no {program}")) }
}
