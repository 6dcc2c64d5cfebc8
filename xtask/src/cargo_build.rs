//! Builds with cargo, and finds the programs that it has built.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::outcome::Result;
use crate::shell;

/// A program that cargo has built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    pub path: PathBuf,
    /// Folder of the package that it belongs to.
    pub package: PathBuf,
    /// Name of the library, program or test file.
    pub name: String,
    /// It is a test file of a `tests` folder.
    pub is_integration_test: bool,
    /// It runs tests.
    pub is_test: bool,
}

/// The program of that name.
///
/// # Errors
/// When it is not among those that were built.
pub fn program<'a>(built: &'a [Executable], name: &str) -> Result<&'a Path> {
    let found = built.iter().find(|executable| executable.name == name && !executable.is_test);
    found.map(|executable| &*executable.path).ok_or_else(|| format!("cargo has built no {name}"))
}

/// Runs cargo with arguments that build programs, and returns these.
///
/// # Errors
/// When the build fails.
pub fn executables(arguments: &[&str]) -> Result<Vec<Executable>> {
    let mut cargo = Command::new(shell::cargo_path());
    cargo.args(arguments);
    executables_of(cargo)
}

/// As [`executables`], with any cargo.
///
/// # Errors
/// When the build fails.
pub fn executables_of(mut cargo: Command) -> Result<Vec<Executable>> {
    let arguments: Vec<_> = cargo.get_args().map(|argument| argument.to_string_lossy()).collect();
    let line = format!("cargo {}", arguments.join(" "));
    let output = cargo
        .arg("--message-format=json-render-diagnostics")
        .current_dir(shell::root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{line}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{line}: {}", output.status));
    }
    Ok(listed(&String::from_utf8_lossy(&output.stdout)))
}

/// The programs in cargo's messages, one message a line.
fn listed(messages: &str) -> Vec<Executable> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages.filter_map(|message| executable(&message)).collect()
}

fn executable(message: &Value) -> Option<Executable> {
    let target = &message["target"];
    Some(Executable {
        path: message["executable"].as_str()?.into(),
        package: Path::new(message["manifest_path"].as_str()?).parent()?.to_owned(),
        name: target["name"].as_str()?.to_owned(),
        is_integration_test: target["kind"].as_array()?.iter().any(|kind| kind == "test"),
        is_test: message["profile"]["test"].as_bool()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_among_the_messages() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/a/Cargo.toml","target":{"kind":["lib"],"name":"a"},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","manifest_path":"/a/Cargo.toml","target":{"kind":["lib"],"name":"a"},"profile":{"test":true},"executable":"/t/a-1"}
{"reason":"compiler-artifact","manifest_path":"/b/Cargo.toml","target":{"kind":["test"],"name":"blocks"},"profile":{"test":true},"executable":"/t/blocks-1"}
{"reason":"compiler-artifact","manifest_path":"/b/Cargo.toml","target":{"kind":["bin"],"name":"b"},"profile":{"test":false},"executable":"/t/b"}
{"reason":"build-finished","success":true}"#;
        let found = listed(messages);
        let kinds: Vec<_> = found.iter().map(|e| (&*e.name, e.is_test, e.is_integration_test)).collect();
        assert_eq!(kinds, [("a", true, false), ("blocks", true, true), ("b", false, false)]);
        assert_eq!(found[1].package, Path::new("/b"));
        assert_eq!(found[2].path, Path::new("/t/b"));
    }
}
