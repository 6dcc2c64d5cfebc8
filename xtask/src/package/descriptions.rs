//! Completions for shells and manual pages, which the command line prints of itself. It is built for this system, because
//! the one in the package may be for another.

use std::fs;
use std::path::Path;

use crate::outcome::Result;
use crate::shell;

/// Shells, and the names that their completions have in their folders.
const COMPLETIONS: [(&str, &str); 4] =
    [("bash", "lull"), ("zsh", "_lull"), ("fish", "lull.fish"), ("powershell", "lull.ps1")];
/// Commands that have a page.
const COMMANDS: [&str; 5] = ["render", "learn", "presets", "spectrogram", "info"];

/// Writes the folders "completions" (with one folder for each shell) and "man" into a package's folder.
///
/// # Errors
/// When the command line cannot be built or a file cannot be written.
pub fn write(folder: &Path) -> Result {
    for (shell, name) in COMPLETIONS {
        write_file(&folder.join("completions").join(shell).join(name), &["completions", shell])?;
    }
    write_file(&folder.join("man/lull.1"), &["man"])?;
    for command in COMMANDS {
        write_file(&folder.join(format!("man/lull-{command}.1")), &["man", command])?;
    }
    Ok(())
}

fn write_file(path: &Path, arguments: &[&str]) -> Result {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let run = ["run", "--quiet", "--package", "lull-cli", "--"];
    let text = shell::cargo_output(&[&run, arguments].concat())?;
    fs::create_dir_all(path.parent().expect("a file has a folder")).map_err(fault)?;
    fs::write(path, text).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "builds the command line, which takes minutes"]
    fn every_shell_and_command_has_its_file() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(read("completions/zsh/_lull").starts_with("#compdef lull"));
        assert!(read("completions/bash/lull").contains("complete -F _lull"));
        assert!(read("man/lull-render.1").contains(".TH lull-render 1"));
        assert_eq!(fs::read_dir(folder.path().join("man")).unwrap().count(), 1 + COMMANDS.len());
    }
}
