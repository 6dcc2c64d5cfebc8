//! A Rust that builds for other systems: the one that runs this where it has their standard libraries (`rustup target
//! add`), else Debian's with the library's sources, from which cargo builds the library of any system.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo_build::{self, Executable};
use crate::debian::{self, Install};
use crate::outcome::Result;
use crate::shell;

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const PACKAGES: [(&str, &str); 3] = [
    (RUSTC, "rustc-web"),
    (CARGO, "cargo-web"),
    ("/usr/lib/rustlib/src/rust/library/std/Cargo.toml", "rust-web-src"),
];

/// A system that is built for.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub triple: &'static str,
    /// None where nothing is linked, or something else chooses it.
    pub linker: Option<&'static str>,
}

/// Whether "rustc 1.96.0 (...)" is at least "1.95".
fn is_enough(said: &str, needed: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> { text.split('.').map_while(|part| part.parse().ok()).collect() };
    let version = said.split(' ').nth(1).map(numbers).unwrap_or_default();
    !version.is_empty() && version >= numbers(needed)
}

impl Target {
    /// Ensures that there is a Rust for this system, and that it is new enough.
    ///
    /// # Errors
    /// Why not.
    pub fn ensure(self, install: Install) -> Result {
        if self.is_here() {
            return Ok(());
        }
        debian::programs(&PACKAGES, install)?;
        let said = shell::output(Path::new(RUSTC), &["--version"])?;
        let needed = env!("CARGO_PKG_RUST_VERSION");
        if is_enough(&said, needed) {
            Ok(())
        } else {
            Err(format!("Rust {needed} is needed: {}", said.trim()))
        }
    }

    /// Where cargo builds into.
    pub fn folder(self) -> PathBuf {
        target().join(self.triple)
    }

    /// Cargo with a command and its arguments, for this system.
    pub fn cargo(self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(if self.is_here() { shell::cargo_path() } else { CARGO.into() });
        cargo.args(arguments).args(["--target", self.triple]);
        self.choose_rust(&mut cargo);
        if let Some(linker) = self.linker {
            let name = self.triple.replace('-', "_").to_uppercase();
            cargo.env(format!("CARGO_TARGET_{name}_LINKER"), linker);
        }
        cargo
    }

    /// As [`Self::cargo`], with zig as the linker: the result runs with that glibc and later ones.
    pub fn zigbuild(self, zig: &Path, glibc: &str, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(zig.join("cargo-zigbuild"));
        cargo.arg("zigbuild").args(arguments).arg("--target").arg(format!("{}.{glibc}", self.triple));
        cargo.env("CARGO", if self.is_here() { shell::cargo_path() } else { CARGO.into() });
        self.choose_rust(&mut cargo);
        let path = if self.is_here() { path_variable("") } else { path_variable("/usr/bin:") };
        cargo.env("PATH", format!("{}:{path}", zig.display()));
        cargo
    }

    /// Runs cargo, and returns the programs that it has built.
    ///
    /// # Errors
    /// When it fails.
    pub fn build(self, arguments: &[&str]) -> Result<Vec<Executable>> {
        println!("--- cargo {} --target {}", arguments.join(" "), self.triple);
        cargo_build::executables_of(self.cargo(arguments))
    }

    fn choose_rust(self, cargo: &mut Command) {
        // Another compiler's results are of no use.
        cargo.current_dir(shell::root()).env("CARGO_TARGET_DIR", target());
        if self.is_here() {
            return;
        }
        // The variables that rustup and the cargo that runs this have set name another Rust.
        for name in ["RUSTUP_TOOLCHAIN", "RUSTDOC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        cargo
            .arg("-Zbuild-std=std,panic_unwind,test")
            .env("CARGO", CARGO)
            .env("PATH", path_variable("/usr/bin:"))
            .env("RUSTC", RUSTC)
            // Building std is for nightly compilers; this says that a released one may do it as well.
            .env("RUSTC_BOOTSTRAP", "1");
    }

    /// Whether the Rust that runs this has the system's standard library.
    fn is_here(self) -> bool {
        let said = shell::output("rustc".as_ref(), &["--print", "target-libdir", "--target", self.triple]);
        said.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
    }
}

fn path_variable(first: &str) -> String {
    format!("{first}{}", std::env::var("PATH").unwrap_or_default())
}

fn target() -> PathBuf {
    shell::target().join("elsewhere")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_compiler_is_not_enough() {
        assert!(is_enough("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)", "1.95"));
        assert!(is_enough("rustc 1.95.0\n", "1.95"));
        assert!(!is_enough("rustc 1.63.0 (4b91a6ea7 2022-08-08)", "1.95"));
        assert!(!is_enough("rustc 1.9.0", "1.95"));
        assert!(!is_enough("", "1.95"));
    }
}
