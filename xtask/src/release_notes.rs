//! `cargo xtask release-notes`: the part of CHANGELOG.md that a release is announced with.

use crate::outcome::Result;
use crate::shell;

/// # Errors
/// When the file cannot be read, or says nothing about this version.
pub fn print() -> Result {
    let file = shell::root().join("CHANGELOG.md");
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let version = env!("CARGO_PKG_VERSION");
    let notes = section(&text, version).or_else(|| section(&text, "Unreleased"));
    println!(
        "{}",
        notes.ok_or_else(|| format!("CHANGELOG.md has no section {version}, and none Unreleased"))?
    );
    Ok(())
}

/// What stands below "## 1.2.3", "## [1.2.3]" or "## 1.2.3 - 2026-01-31", up to the next such heading.
fn section<'a>(changelog: &'a str, version: &str) -> Option<&'a str> {
    let mut begin = None;
    let mut at = 0;
    for line in changelog.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("## ") {
            if let Some(begin) = begin {
                return Some(changelog[begin..at].trim());
            }
            let name = title.split_whitespace().next().unwrap_or_default();
            begin = (name.trim_matches(['[', ']']) == version).then_some(at + line.len());
        }
        at += line.len();
    }
    begin.map(|begin| changelog[begin..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_versions_section_is_found() {
        let text =
            "# Changelog\n## Unreleased\n### Added\n- a\n\n## [1.2.3] - 2026-01-31\n- b\n## 1.2.2\n- c\n";
        assert_eq!(section(text, "Unreleased"), Some("### Added\n- a"));
        assert_eq!(section(text, "1.2.3"), Some("- b"));
        assert_eq!(section(text, "1.2.2"), Some("- c"));
        assert_eq!(section(text, "1.2"), None);
    }
}
