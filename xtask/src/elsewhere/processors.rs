//! `cargo xtask elsewhere`: other processors under qemu, and the type check for macOS, for which nothing can be linked
//! here.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::parts;
use super::renders::Renders;
use super::rust::Target;
use crate::cargo_build::{self, Executable};
use crate::debian::{self, Install};
use crate::outcome::Result;
use crate::starter::Starter;
use crate::{audio_unit, shell, test_binaries};

const QEMU: (&str, &str) = ("/usr/bin/qemu-aarch64", "qemu-user");
const ARM_GCC: &str = "/usr/bin/aarch64-linux-gnu-gcc";
/// Where Debian's packages for other processors put their libraries.
const ARM_LIBRARIES: &str = "/usr/aarch64-linux-gnu";
const ARM_PACKAGES: [(&str, &str); 3] = [
    QEMU,
    (ARM_GCC, "gcc-aarch64-linux-gnu"),
    ("/usr/aarch64-linux-gnu/lib/libc.so.6", "libc6-dev-arm64-cross"),
];
const ARM: Target = Target { triple: "aarch64-unknown-linux-gnu", linker: Some(ARM_GCC) };
const MACS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];
/// All of the engine's tests run, with an eighth of the random cases (engine/tests/common/any.rs): qemu is slow.
const FEW_CASES: [(&str, &str); 1] = [("LULL_FEW_CASES", "1")];
/// What a sample may differ by on another processor, in dB of the largest: Fourier transforms add in another order there.
pub const MOST_DB: f64 = -120.0;

#[derive(clap::Args)]
pub struct Options {
    /// Run this part alone; may be given several times.
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Linux on aarch64: the engine's tests, and the command line's renders within -120 dB of this system's.
    Aarch64,
    /// The same on an x86-64 of 2008, which has neither AVX nor fused multiplication.
    Nehalem,
    /// All packages pass the type check for macOS.
    Macos,
}

/// # Errors
/// When a part fails.
pub fn run(options: &Options) -> Result {
    parts::run(&options.only, |part| {
        let outcome = match part {
            Part::Aarch64 => ensure_arm().map(|()| aarch64()),
            Part::Nehalem => debian::programs(&[QEMU], Install::Asked).map(|()| nehalem()),
            Part::Macos => mac(MACS[0]).ensure(Install::Asked).map(|()| macos()),
        };
        outcome.unwrap_or_else(|why| {
            println!("--- {part:?}: skipped: {why}");
            Ok(())
        })
    })
}

/// Ensures that this machine can build for Linux on aarch64 and run the result.
///
/// # Errors
/// Why not.
pub fn ensure_arm() -> Result {
    ARM.ensure(Install::Asked)?;
    debian::programs(&ARM_PACKAGES, Install::Asked)
}

fn aarch64() -> Result {
    let tests = ARM.build(&["test", "--no-run", "--quiet", "-p", "lull-engine"])?;
    let built = ARM.build(&["build", "--quiet", "-p", "lull-cli"])?;
    check(tests, &built, &Starter { system: "aarch64", start: &on_arm, path: Starter::HERE.path })
}

/// A program for Linux on aarch64.
pub fn on_arm(program: &Path) -> Command {
    let mut command = Command::new(QEMU.0);
    command.args(["-L", ARM_LIBRARIES]).arg(program).envs(FEW_CASES);
    command
}

/// Builds the host for Linux on aarch64.
///
/// # Errors
/// When it does not build.
pub fn studio_on_arm() -> Result<PathBuf> {
    let built = ARM.build(&["build", "--quiet", "-p", "lull-studio"])?;
    cargo_build::program(&built, "lull-studio").map(PathBuf::from)
}

fn nehalem() -> Result {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        println!("--- Nehalem: skipped: this is no x86-64 with Linux");
        return Ok(());
    }
    // The programs of `cargo xtask test`.
    let tests =
        cargo_build::executables(&["test", "--quiet", "--workspace", "--no-run", "--lib", "--test", "*"])?;
    let tests = tests.into_iter().filter(|test| test.package.ends_with("engine")).collect();
    let built = cargo_build::executables(&["build", "--quiet", "--workspace", "--bin", "lull"])?;
    let start = |program: &Path| {
        let mut command = Command::new("qemu-x86_64");
        command.args(["-cpu", "Nehalem"]).arg(program).envs(FEW_CASES);
        command
    };
    check(tests, &built, &Starter { system: "Nehalem", start: &start, path: Starter::HERE.path })
}

fn check(tests: Vec<Executable>, built: &[Executable], starter: &Starter) -> Result {
    Renders::here()?.compare(cargo_build::program(built, "lull")?, starter, Some(MOST_DB))?;
    test_binaries::run_all(tests.into_iter().filter(|executable| executable.is_test).collect(), starter)
}

fn mac(triple: &'static str) -> Target {
    Target { triple, linker: None }
}

fn macos() -> Result {
    for triple in MACS {
        check_mac(triple, &["--workspace"])?;
        check_mac(triple, &["-p", "lull", "--features", audio_unit::FEATURE])?;
    }
    Ok(())
}

/// A stand-in takes the place of the C++ compiler, of which the Audio Unit's crate needs Apple's SDK: its C++ is not seen here.
fn check_mac(triple: &'static str, what: &[&str]) -> Result {
    let arguments = [&["check", "--quiet"], what].concat();
    println!("--- cargo {} --target {triple}", arguments.join(" "));
    let mut cargo = mac(triple).cargo(&arguments);
    cargo.envs([("CXX", "/bin/true"), ("AR", "/bin/true")]).env("SDKROOT", shell::root());
    let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        return Err(format!("cargo check {} --target {triple}: {status}", what.join(" ")));
    }
    println!("  ok     {} for {triple}", what.join(" "));
    Ok(())
}
