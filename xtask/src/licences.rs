//! `THIRD-PARTY.txt`: the licences of the crates that the packages contain. cargo-about writes it; `cargo xtask check`
//! compares its list of crates with what cargo says.

use std::collections::BTreeSet;
use std::path::Path;

use crate::outcome::Result;
use crate::{audio_unit, shell};

/// Pinned, so that a newer release is a deliberate change.
const CARGO_ABOUT: &str = "cargo-about@0.9.3";
const FILE: &str = "THIRD-PARTY.txt";
const PLUGIN: &str = "Cargo.toml";
/// Packages that are shipped, and their manifests.
const SHIPPED: [(&str, &str); 2] = [("lull", PLUGIN), ("lull-cli", "cli/Cargo.toml")];
/// Systems that packages are made for, as in packaging/about.toml.
const TARGETS: [&str; 5] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-gnu",
    "x86_64-unknown-linux-gnu",
];

/// Writes the file.
///
/// # Errors
/// When cargo-about cannot be installed or fails, for example at a licence that packaging/about.toml does not accept.
pub fn write() -> Result {
    let folder = shell::target().join("about");
    let program = folder.join("bin/cargo-about");
    if !program.exists() {
        let folder = folder.to_string_lossy();
        shell::cargo(&[
            "install",
            "--quiet",
            "--locked",
            "--features",
            "cli",
            "--root",
            &folder,
            CARGO_ABOUT,
        ])?;
    }
    shell::cargo(&["fetch", "--locked"])?;
    let head = shell::root().join("packaging/THIRD-PARTY-head.txt");
    let mut text = std::fs::read_to_string(&head).map_err(|error| format!("{}: {error}", head.display()))?;
    for (package, manifest) in SHIPPED {
        let title = if package == "lull" { "The plugin" } else { "The command line" };
        let rule = "=".repeat(80);
        text += &format!("\n{rule}\n{title}\n{rule}\n\n{}", licences(&program, manifest)?);
    }
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let file = shell::root().join(FILE);
    std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    check()
}

fn licences(program: &Path, manifest: &str) -> Result<String> {
    let mut arguments = vec![
        "generate",
        "--fail",
        // The licences are those in the crates, and not what a server says about them today.
        "--offline",
        "--locked",
        "--manifest-path",
        manifest,
        "--config",
        "packaging/about.toml",
    ];
    if manifest == PLUGIN {
        arguments.extend(["--features", audio_unit::FEATURE]);
    }
    arguments.push("packaging/about.hbs");
    shell::output(program, &arguments)
}

/// # Errors
/// The crates that the packages contain and the file does not name, or the other way round.
pub fn check() -> Result {
    let file = shell::root().join(FILE);
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut shipped = BTreeSet::new();
    for target in TARGETS {
        let mut arguments =
            vec!["tree", "--locked", "--edges", "normal", "--prefix", "none", "--target", target];
        SHIPPED.iter().for_each(|(package, _)| arguments.extend(["--package", *package]));
        let feature = format!("lull/{}", audio_unit::FEATURE);
        arguments.extend(["--features", &feature]);
        shipped.extend(in_tree(&shell::cargo_output(&arguments)?));
    }
    let lock = shell::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    compare(&shipped, &named(&text), &locked(&lock))
}

/// cargo-about may name more than is shipped: crates that another choice of features would bring. They must be locked.
fn compare(shipped: &BTreeSet<String>, named: &BTreeSet<String>, locked: &BTreeSet<String>) -> Result {
    let list = |crates: Vec<&String>| crates.into_iter().cloned().collect::<Vec<_>>().join(", ");
    let (missing, stale) =
        (list(shipped.difference(named).collect()), list(named.difference(locked).collect()));
    if missing.is_empty() && stale.is_empty() {
        println!("--- {FILE} names the {} crates of the packages", shipped.len());
        return Ok(());
    }
    Err(format!("{FILE} lacks: {missing}; names without need: {stale}. Run cargo xtask licences"))
}

/// Crates from elsewhere, as "name 1.2.3". Those of the workspace have a path behind their version.
fn in_tree(tree: &str) -> BTreeSet<String> {
    let lines = tree.lines().filter(|line| !line.contains("(/") && !line.contains(":\\"));
    let crates = lines.filter_map(|line| line.split_once(" v"));
    crates.map(|(name, rest)| format!("{name} {}", rest.split(' ').next().unwrap_or_default())).collect()
}

/// The crates of Cargo.lock.
fn locked(lock: &str) -> BTreeSet<String> {
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let lines = lock.lines().zip(lock.lines().skip(1));
    let crates = lines.filter_map(|(line, next)| Some((value(line, "name = ")?, value(next, "version = ")?)));
    crates.map(|(name, version)| format!("{name} {version}")).collect()
}

/// Crates that the file names: four spaces, name, version, and perhaps an address.
fn named(text: &str) -> BTreeSet<String> {
    let is_version =
        |text: &&str| text.split('.').count() >= 3 && text.starts_with(|c: char| c.is_ascii_digit());
    let crates = text.lines().filter_map(|line| line.strip_prefix("    ")).filter_map(|line| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next().filter(is_version)?);
        let address = words.next();
        let is_crate = address.is_none_or(|address| address.starts_with("(http")) && words.next().is_none();
        (is_crate && !name.is_empty()).then(|| format!("{name} {version}"))
    });
    crates.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_found_on_both_sides() {
        let tree = "lull v0.1.0 (/lull)\nserde v1.0.2\nserde v1.0.2 (*)\nserde_derive v1.0.2 (proc-macro)\n\nb v2.0.0";
        let text = "MIT\n    serde 1.0.2 (https://a.org)\n    serde_derive 1.0.2\n    b 2.0.0\n\n    the 2.0 of it\n";
        assert_eq!(in_tree(tree), named(text));
        assert_eq!(in_tree(tree).len(), 3);
        let lock = "[[package]]\nname = \"serde\"\nversion = \"1.0.2\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n";
        assert_eq!(locked(lock).into_iter().collect::<Vec<_>>(), ["b 2.0.0", "serde 1.0.2"]);
        let shipped = in_tree(tree);
        assert_eq!(compare(&shipped, &named(text), &shipped), Ok(()));
        let more = format!("{text}    c 1.0.0\n");
        assert_eq!(compare(&shipped, &named(&more), &named(&more)), Ok(()), "named and locked");
        let newer = in_tree(&tree.replace("2.0.0", "2.0.1"));
        let newer = compare(&newer, &named(text), &newer).unwrap_err();
        assert!(newer.contains("lacks: b 2.0.1; names without need: b 2.0.0"), "{newer}");
    }
}
