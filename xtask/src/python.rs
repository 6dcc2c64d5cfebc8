//! A Python environment with the hosts that come as Python packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::outcome::Result;
use crate::shell;

/// Pinned, so that a newer release is a deliberate change.
const PYTHON_PACKAGES: [&str; 3] = ["numpy>=1.26,<3", "pedalboard==0.9.26", "dawdreamer==0.9.0"];

/// A virtual environment under target/ with the hosts in it.
///
/// # Errors
/// When it cannot be made, or the hosts cannot be installed.
pub fn environment() -> Result<PathBuf> {
    let programs = programs(&shell::target().join("hosts/python"), &PYTHON_PACKAGES)?;
    Ok(programs.join(if cfg!(windows) { "python.exe" } else { "python" }))
}

/// The programs of a virtual environment in `folder` that has the packages.
///
/// # Errors
/// When it cannot be made, or a package cannot be installed.
pub fn programs(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let done = folder.join("installed");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let shown = folder.to_string_lossy();
    run_quietly(Path::new("python3"), &["-m", "venv", &shown])?;
    let install = [&["-m", "pip", "install", "--quiet", "--disable-pip-version-check"], packages].concat();
    run_quietly(&programs.join("python"), &install)?;
    std::fs::write(&done, wanted).map_err(|error| format!("{}: {error}", done.display()))?;
    Ok(programs)
}

/// Runs a program without passing its output on.
fn run_quietly(program: &Path, arguments: &[&str]) -> Result {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(errors.lines().last().unwrap_or("it failed without a message").to_owned())
}
