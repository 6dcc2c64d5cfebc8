//! The folder that is packed.

use std::fs;
use std::path::{Path, PathBuf};

use super::builds::{Built, Plugin};
use super::descriptions;
use crate::bundle::{self, Bundles};
use crate::outcome::Result;
use crate::system::{Os, System};
use crate::{audio_unit, shell};

/// Licences of Lull and of what it is made of, in the project's folder.
const LICENCES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"];

pub struct Stage {
    pub folder: PathBuf,
    pub bundles: Bundles,
    pub command_line: PathBuf,
}

/// The name of a package, as in "lull-0.1.0-linux-x86_64".
pub fn name(system: System) -> String {
    let os = match system.os {
        Os::Linux => "linux",
        Os::Mac => "macos",
        Os::Windows => "windows",
    };
    format!("lull-{}-{os}-{}", version(), system.architecture)
}

/// Lull's version. All packages of the workspace have it.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Makes the folder anew below `packages`.
///
/// # Errors
/// When a file cannot be copied.
pub fn make(built: &Built, packages: &Path) -> Result<Stage> {
    let system = built.system;
    let folder = packages.join(name(system));
    let _ = fs::remove_dir_all(&folder);
    let bundles = match &built.plugin {
        Plugin::Library(library) => bundle::assemble(library, system, &folder)?,
        Plugin::Bundles => Bundles::built().copy_to(&folder)?,
    };
    let command_line = folder.join(if system.os == Os::Windows { "lull.exe" } else { "lull" });
    copy(&built.command_line, &command_line)?;
    descriptions::write(&folder)?;
    for name in LICENCES {
        copy(&shell::root().join(name), &folder.join("licences").join(name))?;
    }
    let texts: &[(&str, &str)] = match system.os {
        Os::Linux => &[("README-linux.txt", "README.txt"), ("install.sh", "install.sh")],
        Os::Mac => &[("README-macos.txt", "README.txt")],
        Os::Windows => &[("README-windows.txt", "README.txt"), ("install.cmd", "install.cmd")],
    };
    for (from, to) in texts {
        let (from, to) = (shell::root().join("packaging").join(from), folder.join(to));
        if system.os == Os::Windows { copy_for_windows(&from, &to)? } else { copy(&from, &to)? }
    }
    let stage = Stage { folder, bundles, command_line };
    if system.os == Os::Mac {
        let audio_unit = audio_unit::make(&stage.folder)?;
        sign([&stage.bundles.clap, &stage.bundles.vst3, &audio_unit, &stage.command_line])?;
    }
    Ok(stage)
}

/// Signs with the identity that the environment names; without one, the bundles keep the signature of the build.
fn sign(paths: [&Path; 4]) -> Result {
    let Some(identity) = std::env::var("LULL_CODESIGN_IDENTITY").ok().filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    for path in paths {
        let options = ["--force", "--timestamp", "--options", "runtime", "--sign", &identity];
        let path = path.to_string_lossy();
        let arguments = [&options[..], &[&path]].concat();
        shell::run_with(&[], "codesign".as_ref(), &arguments)?;
    }
    Ok(())
}

/// # Errors
/// When the file cannot be copied.
pub fn copy(from: &Path, to: &Path) -> Result {
    let fault = |error: std::io::Error| format!("{} to {}: {error}", from.display(), to.display());
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    fs::copy(from, to).map(|_| ()).map_err(fault)
}

/// A text with the ends of lines that Windows wants in scripts.
fn copy_for_windows(from: &Path, to: &Path) -> Result {
    let text = fs::read_to_string(from).map_err(|error| format!("{}: {error}", from.display()))?;
    fs::write(to, with_windows_lines(&text)).map_err(|error| format!("{}: {error}", to.display()))
}

fn with_windows_lines(text: &str) -> String {
    text.lines().map(|line| format!("{line}\r\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_the_plugins_version() {
        let manifest = fs::read_to_string(shell::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"lull\"\nversion = \"{}\"\n", version())));
        let windows = System { os: Os::Windows, architecture: "x86_64" };
        assert_eq!(name(windows), format!("lull-{}-windows-x86_64", version()));
    }

    #[test]
    fn lines_for_windows_end_as_it_wants_them() {
        assert_eq!(with_windows_lines("a\nb\r\n"), "a\r\nb\r\n");
    }
}
