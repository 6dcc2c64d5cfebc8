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
    let run = ["run", "--quiet", "--package", "lull-cli", "--"];
    write_all(folder, |arguments| shell::cargo_output(&[&run, arguments].concat()))
}

/// Writes what `printed` returns for the command line's arguments.
fn write_all(folder: &Path, printed: impl Fn(&[&str]) -> Result<String>) -> Result {
    for (shell, name) in COMPLETIONS {
        let path = folder.join("completions").join(shell).join(name);
        write_file(&path, &printed(&["completions", shell])?)?;
    }
    write_file(&folder.join("man/lull.1"), &printed(&["man"])?)?;
    for command in COMMANDS {
        write_file(&folder.join(format!("man/lull-{command}.1")), &printed(&["man", command])?)?;
    }
    Ok(())
}

fn write_file(path: &Path, text: &str) -> Result {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().expect("a file has a folder")).map_err(fault)?;
    fs::write(path, text).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_and_command_has_its_file_with_what_was_printed_for_it() {
        let folder = tempfile::tempdir().unwrap();
        write_all(folder.path(), |arguments| Ok(arguments.join(" "))).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        for (file, arguments) in [
            ("completions/bash/lull", "completions bash"),
            ("completions/zsh/_lull", "completions zsh"),
            ("completions/fish/lull.fish", "completions fish"),
            ("completions/powershell/lull.ps1", "completions powershell"),
            ("man/lull.1", "man"),
            ("man/lull-render.1", "man render"),
            ("man/lull-info.1", "man info"),
        ] {
            assert_eq!(read(file), arguments, "{file}");
        }
        assert_eq!(fs::read_dir(folder.path().join("man")).unwrap().count(), 1 + COMMANDS.len());
    }

    #[test]
    fn what_cannot_be_printed_is_said_and_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let outcome = write_all(folder.path(), |arguments| match arguments {
            ["man", "learn"] => Err("planted".into()),
            _ => Ok(String::new()),
        });
        assert_eq!(outcome, Err("planted".into()));
        assert!(!folder.path().join("man/lull-learn.1").exists());
    }
}
