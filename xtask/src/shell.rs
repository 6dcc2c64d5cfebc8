//! Running other programs, and where things lie.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Runs a program in the workspace's folder, its output passed on.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run(program: impl AsRef<Path>, arguments: &[&str]) -> Result {
    run_with(&[], program.as_ref(), arguments)
}

/// As [`run`], with more variables in its environment.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run_with(environment: &[(&str, &str)], program: &Path, arguments: &[&str]) -> Result {
    let line = format!("{} {}", program.display(), arguments.join(" "));
    println!("--- {line}");
    let status = Command::new(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .status()
        .map_err(|error| format!("{line}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{line}: {status}")) }
}

/// Runs cargo, the one that runs this.
///
/// # Errors
/// When it fails.
pub fn cargo(arguments: &[&str]) -> Result {
    run(cargo_path(), arguments)
}

/// As [`cargo`], with more variables in its environment.
///
/// # Errors
/// When it fails.
pub fn cargo_with(environment: &[(&str, &str)], arguments: &[&str]) -> Result {
    run_with(environment, &cargo_path(), arguments)
}

/// As [`cargo_with`], for a program that opens windows: EGL's complaint about a display that is gone
/// (EGL_BAD_DISPLAY, 3008) means that a window's thread has outlived what it works with.
///
/// # Errors
/// When it fails or EGL complains.
pub fn cargo_with_windows(environment: &[(&str, &str)], arguments: &[&str]) -> Result {
    let line = format!("cargo {}", arguments.join(" "));
    println!("--- {line}");
    let failed = |error: std::io::Error| format!("{line}: {error}");
    let mut child = Command::new(cargo_path())
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut complaint = None;
    if let Some(words) = child.stderr.take() {
        for word in BufReader::new(words).lines().map_while(std::result::Result::ok) {
            eprintln!("{word}");
            if word.contains("3008") {
                complaint = Some(word);
            }
        }
    }
    let status = child.wait().map_err(failed)?;
    match complaint {
        _ if !status.success() => Err(format!("{line}: {status}")),
        Some(word) => Err(format!("{line}: a window's thread outlived its display: {word}")),
        None => Ok(()),
    }
}

/// Runs cargo and gives what it printed.
///
/// # Errors
/// When it fails.
pub fn cargo_output(arguments: &[&str]) -> Result<String> {
    let line = format!("cargo {}", arguments.join(" "));
    let output = Command::new(cargo_path())
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("{line}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn cargo_path() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

/// Memory of this process that is in use, where the system tells (Linux).
pub fn resident_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
