//! Builds Lull for Windows.

use std::path::PathBuf;

use super::rust::Target;
use super::wine::{GCC, Wine};
use crate::bundle::{self, Bundles};
use crate::cargo_build;
use crate::debian::{self, Install};
use crate::outcome::Result;
use crate::system::{Os, System};

pub const TARGET: Target = Target { triple: "x86_64-pc-windows-gnu", linker: Some("x86_64-w64-mingw32-gcc") };
pub const SYSTEM: System = System { os: Os::Windows, architecture: "x86_64" };

/// Ensures that this machine can build for Windows and run the result.
///
/// # Errors
/// Why not.
pub fn ensure(install: Install) -> Result {
    ensure_build(install)?;
    Wine::ensure(install)
}

/// Ensures that this machine can build for Windows.
///
/// # Errors
/// Why not.
pub fn ensure_build(install: Install) -> Result {
    TARGET.ensure(install)?;
    debian::programs(&[GCC], install)
}

/// The optimised bundles, without the optimisation at the end that takes longest (LTO).
///
/// # Errors
/// When they do not build.
pub fn bundles() -> Result<Bundles> {
    println!("--- cargo build --release -p lull --target {}, without LTO", TARGET.triple);
    let mut cargo = TARGET.cargo(&["build", "--quiet", "--release", "-p", "lull", "--lib"]);
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    cargo_build::executables_of(cargo)?;
    bundle::assemble(&TARGET.folder().join("release/lull.dll"), SYSTEM, &TARGET.folder().join("bundled"))
}

/// Builds the host.
///
/// # Errors
/// When it does not build.
pub fn studio() -> Result<PathBuf> {
    let built = TARGET.build(&["build", "--quiet", "-p", "lull-studio"])?;
    cargo_build::program(&built, "lull-studio").map(PathBuf::from)
}
