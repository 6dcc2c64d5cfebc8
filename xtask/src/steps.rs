//! The steps of `cargo xtask test`, each of which can run alone.

use std::process::{Command, Stdio};

use crate::bundle::{self, Bundles};
use crate::outcome::Result;
use crate::test_binaries::{self, Kind};
use crate::{editor, elsewhere, hosts, house, instructions, licences, realtime, rust_version, shell, soak};

/// In the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Step {
    /// rustfmt changes nothing.
    Format,
    /// Cargo.toml and the README ask for the Rust that the dependencies need.
    RustVersion,
    /// THIRD-PARTY.txt names the crates of the packages.
    Licences,
    /// The house rules: lengths of files, import circles, machine paths, links between documents, dependencies.
    House,
    /// No warning of clippy.
    Clippy,
    /// The tests in the sources of all packages: fast.
    Units,
    /// The engine's documentation has no warning, and its example runs.
    Docs,
    /// cargo-deny, where it is installed: licences and origins of the dependencies.
    Deny,
    /// actionlint, where it is installed: the workflows.
    Workflows,
    /// The tests of the packages' `tests` folders: long.
    Sweeps,
    /// No hop of the engine takes 3 % more instructions than engine/benches/instructions.txt says.
    Instructions,
    /// The command line for Windows, under Wine: renders equal to the bit; and quick tests of the engine.
    Windows,
    /// The optimised CLAP and VST3. The steps after it use them.
    Bundle,
    /// The audio thread allocates nothing, locks nothing and calls nothing of the kernel.
    Realtime,
    /// The window opens, closes and hears the pointer.
    Editor,
    /// Many instances at once.
    Soak,
    /// The bundles in the hosts that can be installed here.
    Hosts,
}

impl Step {
    /// The step's name on the command line.
    pub fn name(self) -> String {
        let value = clap::ValueEnum::to_possible_value(&self).expect("no step is hidden");
        value.get_name().to_owned()
    }

    /// One of `cargo xtask check`.
    pub fn is_quick(self) -> bool {
        self <= Self::Units
    }

    pub fn needs_bundles(self) -> bool {
        self > Self::Bundle
    }

    /// # Errors
    /// When what the step checks does not hold.
    pub fn run(self) -> Result {
        match self {
            Self::Format => shell::cargo(&["fmt", "--all", "--check"]),
            Self::RustVersion => rust_version::check(),
            Self::Licences => licences::check(),
            Self::House => house::check(),
            Self::Clippy => clippy(),
            Self::Units => test_binaries::run(Kind::Unit),
            Self::Docs => docs(),
            Self::Deny => deny(),
            Self::Workflows => where_installed("actionlint", &[]),
            Self::Sweeps => test_binaries::run(Kind::Integration),
            Self::Instructions => instructions::check(),
            Self::Windows => elsewhere::windows::check_shortly(),
            Self::Bundle => bundle::run(&[]).map(|_| ()),
            Self::Realtime => realtime::check(&Bundles::built()),
            Self::Editor => editor::check_shortly(&Bundles::built()),
            Self::Soak => soak::check_shortly(&Bundles::built()),
            Self::Hosts => hosts::check(&Bundles::built()),
        }
    }
}

fn clippy() -> Result {
    shell::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

fn docs() -> Result {
    let strict = [("RUSTDOCFLAGS", "-D warnings")];
    shell::run_with(
        &strict,
        shell::cargo_path().as_ref(),
        &["doc", "--package", "lull-engine", "--no-deps"],
    )?;
    shell::cargo(&["test", "--package", "lull-engine", "--doc"])?;
    shell::cargo(&["run", "--package", "lull-engine", "--example", "denoise"])
}

fn deny() -> Result {
    where_installed("cargo-deny", &["--workspace", "check", "licenses", "bans", "sources"])
}

fn where_installed(program: &str, arguments: &[&str]) -> Result {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !version.is_ok_and(|status| status.success()) {
        println!("--- {program}: skipped: it is not installed");
        return Ok(());
    }
    shell::run_with(&[], program.as_ref(), arguments)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn the_quick_steps_come_first_and_the_bundles_before_what_uses_them() {
        let steps = Step::value_variants();
        assert!(steps.is_sorted());
        assert!(steps.iter().any(|step| step.is_quick()));
        assert!(steps.iter().all(|&step| !(step.is_quick() && step.needs_bundles())));
        assert!(!Step::Bundle.needs_bundles() && Step::Hosts.needs_bundles());
        assert_eq!(Step::RustVersion.name(), "rust-version");
    }
}
