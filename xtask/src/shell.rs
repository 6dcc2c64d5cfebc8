//! Runs other programs and knows the project's folders.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::outcome::Result;

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Runs a program in the workspace's folder with additional environment variables. Its output is passed on.
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
    run_with(&[], &cargo_path(), arguments)
}

/// As [`run_with`], for a program that opens windows: EGL's complaint about a display that is gone (EGL_BAD_DISPLAY,
/// 3008) means that a window's thread has outlived the display it draws on.
///
/// # Errors
/// When it fails or EGL complains.
pub fn run_with_windows(environment: &[(&str, &str)], program: &Path, arguments: &[&str]) -> Result {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment.iter().copied());
    let outlived =
        |line: &str| line.contains("3008").then(|| format!("a window's thread outlived its display: {line}"));
    run_watched(command, &outlived)
}

/// Runs a program in the workspace's folder. `complaint` says what is wrong with a line of its errors, if anything is.
///
/// # Errors
/// When it cannot be started, fails or has a complaint.
pub fn run_watched(mut command: Command, complaint: &dyn Fn(&str) -> Option<String>) -> Result {
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let line = format!("{} {}", command.get_program().to_string_lossy(), arguments.join(" "));
    println!("--- {line}");
    let failed = |error: std::io::Error| format!("{line}: {error}");
    let mut child = command.current_dir(root()).stderr(Stdio::piped()).spawn().map_err(failed)?;
    let mut found = None;
    if let Some(errors) = child.stderr.take() {
        for error in BufReader::new(errors).lines().map_while(std::result::Result::ok) {
            eprintln!("{error}");
            found = found.or_else(|| complaint(&error));
        }
    }
    let status = child.wait().map_err(failed)?;
    match found {
        Some(found) => Err(format!("{line}: {found}")),
        None if !status.success() => Err(format!("{line}: {status}")),
        None => Ok(()),
    }
}

/// Runs cargo and returns its standard output.
///
/// # Errors
/// When it fails.
pub fn cargo_output(arguments: &[&str]) -> Result<String> {
    output(&cargo_path(), arguments)
}

/// Runs a program in the workspace's folder and returns its standard output.
///
/// # Errors
/// When it cannot be started or fails.
pub fn output(program: &Path, arguments: &[&str]) -> Result<String> {
    let line = format!("{} {}", program.display(), arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .output()
        .map_err(|error| format!("{line}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The cargo that runs this program.
pub fn cargo_path() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_a_failure_even_of_a_program_that_succeeds() {
        let run = |script: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]);
            run_watched(shell, &|line| line.contains("fault").then(|| format!("it said: {line}")))
        };
        assert_eq!(run("echo all is well >&2"), Ok(()));
        assert!(run("echo a fault >&2").unwrap_err().contains("it said: a fault"));
        assert!(run("exit 3").unwrap_err().contains("exit status: 3"));
    }
}
