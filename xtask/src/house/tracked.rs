//! The files that git tracks, with their text.

use std::io::ErrorKind;
use std::path::Path;
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

/// From the workspace's folder, with slashes: all tracked files, pictures and sounds included. Without git, or where the folder
/// is no repository (an archive of the sources), all files but those that are built.
///
/// # Errors
/// When git does not list them.
pub fn paths() -> Result<Vec<String>> {
    let root = shell::root();
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    if !root.join(".git").exists() || matches!(&listed, Err(error) if error.kind() == ErrorKind::NotFound) {
        let mut paths = Vec::new();
        walk(root, "", &mut paths).map_err(|error| format!("{}: {error}", root.display()))?;
        return Ok(paths);
    }
    let output = listed.map_err(|error| format!("git ls-files: {error}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let paths = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(paths.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

/// Adds the files below a folder, whose path from the workspace's begins with `prefix`.
fn walk(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if !entry.file_type()?.is_dir() {
            paths.push(path);
        } else if name != ".git" && name != "target" {
            walk(&entry.path(), &format!("{path}/"), paths)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_file_is_tracked() {
        let files = files().unwrap();
        assert!(files.iter().any(|file| file.is_rust() && file.path == "xtask/src/shell.rs"));
    }

    #[test]
    fn without_git_there_are_the_same_files_and_none_that_was_built() {
        let mut walked = Vec::new();
        walk(shell::root(), "", &mut walked).unwrap();
        let tracked = paths().unwrap();
        let mut present = tracked.iter().filter(|path| shell::root().join(path).exists());
        assert!(present.all(|path| walked.contains(path)));
        assert!(!walked.iter().any(|path| path.starts_with("target/") || path.starts_with(".git/")));
    }
}
