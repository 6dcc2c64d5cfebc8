//! Hosts and other programs that come as Debian packages.

use std::path::Path;
use std::process::Command;

use crate::outcome::Result;

/// Who has asked for the packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Install {
    /// Nobody: they are installed only where the variable CI is set. A developer has not asked for a DAW.
    InCi,
    /// The command, whose help says so.
    Asked,
}

/// Ensures that `program` of a Debian package is there, as [`Install::InCi`].
///
/// # Errors
/// Why it is not there.
pub fn program(program: &str, package: &str) -> Result {
    programs(&[(program, package)], Install::InCi)
}

/// Ensures that files of Debian packages are there: pairs of a file and its package.
///
/// # Errors
/// Why one is not there.
pub fn programs(wanted: &[(&str, &str)], install: Install) -> Result {
    let missing = || wanted.iter().filter(|(file, _)| !Path::new(file).exists());
    let Some((first, _)) = missing().next() else { return Ok(()) };
    let packages: Vec<&str> = missing().map(|&(_, package)| package).collect();
    if install == Install::InCi && std::env::var_os("CI").is_none() {
        return Err(format!("{first} is not here (apt install {})", packages.join(" ")));
    }
    apt_get(&["update", "-qq"])?;
    apt_get(&[&["install", "-y", "-qq", "--no-install-recommends"], &packages[..]].concat())?;
    match missing().next() {
        Some((file, package)) => Err(format!("{package} has no {file}")),
        None => Ok(()),
    }
}

fn apt_get(arguments: &[&str]) -> Result {
    let output = Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").output();
    let output = output.map_err(|error| format!("apt-get: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("apt-get {}: {}", arguments[0], words.lines().last().unwrap_or("failed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_needs_no_package() {
        let here = env!("CARGO_MANIFEST_DIR");
        assert_eq!(programs(&[(here, "no-such-package")], Install::InCi), Ok(()));
        assert_eq!(programs(&[], Install::Asked), Ok(()));
    }
}
