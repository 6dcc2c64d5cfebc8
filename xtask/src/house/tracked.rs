//! The files that git tracks, with their text.

use std::process::Command;

use crate::outcome::Result;
use crate::shell;

/// A tracked file.
#[derive(Debug, Clone)]
pub struct TrackedFile {
    /// From the workspace's folder, with slashes.
    pub path: String,
    pub text: String,
}

impl TrackedFile {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// All tracked files that are text and exist.
///
/// # Errors
/// When git does not list them.
pub fn files() -> Result<Vec<TrackedFile>> {
    // Pictures and sounds are no text; a file that is deleted and not yet committed is still listed.
    let read = |path: String| {
        let text = std::fs::read_to_string(shell::root().join(&path)).ok()?;
        Some(TrackedFile { path, text })
    };
    Ok(paths()?.into_iter().filter_map(read).collect())
}

/// From the workspace's folder, with slashes: all tracked files, pictures and sounds included.
///
/// # Errors
/// When git does not list them.
pub fn paths() -> Result<Vec<String>> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(shell::root()).output();
    let output = output.map_err(|error| format!("git ls-files: {error}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_file_is_tracked() {
        let files = files().unwrap();
        assert!(files.iter().any(|file| file.is_rust() && file.path == "xtask/src/shell.rs"));
    }
}
