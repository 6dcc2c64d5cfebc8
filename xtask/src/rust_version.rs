//! The Rust that is asked for: Cargo.toml and the README must say what the locked packages need.

use std::fmt;

use serde_json::Value;

use crate::outcome::Result;
use crate::shell;

/// What the README says before and after the figure.
const README_BEFORE: &str = "Rust (";
const README_AFTER: &str = " or later)";

/// # Errors
/// When one of the figures is too low or the two differ, with what to write.
pub fn check() -> Result {
    let metadata = shell::cargo_output(&["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Value =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let needed = largest_needed(&metadata)?;
    let manifest = stated_by_members(&metadata)?;
    let readme = std::fs::read_to_string(shell::root().join("README.md"))
        .map_err(|error| format!("README.md: {error}"))?;
    compare(&needed, &manifest, stated_by_readme(&readme)?)?;
    println!("--- Rust {} is asked for: {} needs it", manifest[0].rust, needed.name);
    Ok(())
}

/// A Rust release. Its patch number counts for nothing less: "1.95" is 1.95.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rust([u32; 3]);

impl Rust {
    fn parse(text: &str) -> Result<Self> {
        let wrong = || format!("'{text}' is no version of Rust");
        let mut numbers = [0; 3];
        for (index, part) in text.split('.').enumerate() {
            *numbers.get_mut(index).ok_or_else(wrong)? = part.parse().map_err(|_| wrong())?;
        }
        Ok(Self(numbers))
    }
}

impl fmt::Display for Rust {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 { write!(f, ".{patch}") } else { Ok(()) }
    }
}

/// A package and the Rust that it asks for.
#[derive(Debug, Clone, PartialEq)]
struct Package {
    name: String,
    rust: Rust,
}

/// The locked package from elsewhere that asks for the newest Rust.
fn largest_needed(metadata: &Value) -> Result<Package> {
    let largest = packages(metadata, Origin::Elsewhere)?.into_iter().max_by_key(|package| package.rust);
    largest.ok_or_else(|| "cargo metadata: no package says which Rust it needs".into())
}

/// The workspace's own packages. Never empty.
fn stated_by_members(metadata: &Value) -> Result<Vec<Package>> {
    let members = packages(metadata, Origin::Workspace)?;
    if members.is_empty() {
        return Err("Cargo.toml: [workspace.package] states no rust-version".into());
    }
    Ok(members)
}

#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Workspace,
    Elsewhere,
}

/// Packages of one origin that say which Rust they need.
fn packages(metadata: &Value, origin: Origin) -> Result<Vec<Package>> {
    let list = |key: &str| {
        metadata[key].as_array().ok_or_else(|| format!("cargo metadata: there is no list of {key}"))
    };
    let members = list("workspace_members")?;
    let is_wanted = |package: &&Value| members.contains(&package["id"]) == (origin == Origin::Workspace);
    list("packages")?
        .iter()
        .filter(is_wanted)
        .filter_map(|package| Some((package["name"].as_str()?, package["rust_version"].as_str()?)))
        .map(|(name, rust)| Ok(Package { name: name.to_owned(), rust: Rust::parse(rust)? }))
        .collect()
}

fn stated_by_readme(readme: &str) -> Result<Rust> {
    let figure = readme.split_once(README_BEFORE).and_then(|(_, rest)| rest.split_once(README_AFTER));
    let (figure, _) = figure.ok_or_else(|| {
        format!("README.md does not say which Rust is needed: write '{README_BEFORE}1.99{README_AFTER}'")
    })?;
    Rust::parse(figure).map_err(|error| format!("README.md: {error}"))
}

/// The manifests may ask for more than `needed`, for the project's own code; the README says what they say.
fn compare(needed: &Package, manifests: &[Package], readme: Rust) -> Result {
    let Package { name, rust } = needed;
    for Package { name: member, rust: stated } in manifests {
        if stated < rust {
            return Err(format!(
                "{member} states Rust {stated}, but {name} needs {rust}: write rust-version = \"{rust}\" under \
                 [workspace.package] in Cargo.toml, and {README_BEFORE}{rust}{README_AFTER} in README.md"
            ));
        }
        if readme != *stated {
            return Err(format!(
                "README.md says Rust {readme}, but Cargo.toml {stated}: write {README_BEFORE}{stated}{README_AFTER} \
                 in README.md"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, rust: &str) -> Package {
        Package { name: name.to_owned(), rust: Rust::parse(rust).unwrap() }
    }

    #[test]
    fn versions_are_numbers_and_not_text() {
        let in_order = ["1.9", "1.60.0", "1.60.1", "1.88", "1.95", "1.100.0", "2.0"];
        assert!(in_order.map(|text| Rust::parse(text).unwrap()).is_sorted());
        assert_eq!(Rust::parse("1.95"), Rust::parse("1.95.0"));
        assert_eq!(
            ["1.95.0", "1.95.2"].map(|text| Rust::parse(text).unwrap().to_string()),
            ["1.95", "1.95.2"]
        );
        for wrong in ["", "1.x", "1.2.3.4", "stable"] {
            assert!(Rust::parse(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_newest_that_a_locked_package_needs_is_found() {
        let metadata: Value = serde_json::from_str(
            r#"{
                "workspace_members": ["own 1"],
                "packages": [
                    {"id": "own 1", "name": "own", "rust_version": "1.99"},
                    {"id": "a 1", "name": "a", "rust_version": "1.9.0"},
                    {"id": "b 1", "name": "b", "rust_version": "1.95"},
                    {"id": "c 1", "name": "c", "rust_version": null}
                ]
            }"#,
        )
        .unwrap();
        assert_eq!(largest_needed(&metadata), Ok(package("b", "1.95")));
        assert_eq!(stated_by_members(&metadata), Ok(vec![package("own", "1.99")]));
        assert!(largest_needed(&Value::Null).is_err());
    }

    #[test]
    fn a_figure_that_is_not_true_is_refused_with_the_one_that_is() {
        let needed = package("egui", "1.95");
        let check = |manifest: &str, readme: &str| {
            compare(&needed, &[package("lull", manifest)], stated_by_readme(readme).unwrap())
        };
        assert_eq!(check("1.95", "with Rust (1.95 or later) and gcc"), Ok(()));
        assert_eq!(check("1.97", "with Rust (1.97 or later) and gcc"), Ok(()));
        let too_low = check("1.88", "Rust (1.88 or later)").unwrap_err();
        assert!(
            too_low.contains("egui needs 1.95") && too_low.contains("rust-version = \"1.95\""),
            "{too_low}"
        );
        let readme = check("1.95", "Rust (1.88 or later)").unwrap_err();
        assert!(readme.contains("write Rust (1.95 or later) in README.md"), "{readme}");
        assert!(stated_by_readme("Rust is needed").unwrap_err().contains("README.md"));
    }
}
