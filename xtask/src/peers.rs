//! Other denoisers, for `cargo xtask bench --peers`: finds or installs them, and starts lull-peers. One that cannot be
//! had is skipped, with the reason.

use std::path::{Path, PathBuf};

use crate::outcome::Result;
use crate::{cargo_build, debian, shell};

/// RNNoise in Rust, pinned so that a newer release is a deliberate change.
const NNNOISELESS: &str = "nnnoiseless@0.5.2";

/// # Errors
/// When Lull or lull-peers does not build, or a program fails.
pub fn compare(also: &[String]) -> Result {
    let build = ["build", "--quiet", "--release", "--package", "lull-cli", "--package", "lull-peers"];
    let built = cargo_build::executables(&build)?;
    let path_of = |name: &str| {
        let program = built.iter().find(|executable| executable.name == name);
        program.map(|program| program.path.clone()).ok_or_else(|| format!("cargo has built no {name}"))
    };
    let (lull, peers) = (path_of("lull")?, path_of("lull-peers")?);
    let speexdsp = format!("/usr/lib/{}-linux-gnu/libspeexdsp.so.1", std::env::consts::ARCH);
    let found = [
        ("lull", Ok(lull)),
        ("sox", from_debian("/usr/bin/sox", "sox")),
        ("ffmpeg", from_debian("/usr/bin/ffmpeg", "ffmpeg")),
        ("speexdsp", from_debian(&speexdsp, "libspeexdsp1")),
        ("nnnoiseless", nnnoiseless()),
    ];
    let mut arguments = vec!["compare".to_owned()];
    for (name, path) in found {
        match path {
            Ok(path) => arguments.push(format!("--{name}={}", path.display())),
            Err(why) => println!("--- {name}: skipped: {why}"),
        }
    }
    println!("--- libspecbleach: skipped unless --also names a program: neither Debian nor crates.io has it");
    arguments.extend(also.iter().map(|also| format!("--also={also}")));
    shell::run_with(&[], &peers, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

fn from_debian(path: &str, package: &str) -> Result<PathBuf> {
    debian::program(path, package).map(|()| path.into())
}

/// # Errors
/// When it is not there and cargo cannot install it.
fn nnnoiseless() -> Result<PathBuf> {
    let folder = shell::target().join("peers");
    let program = folder.join("bin/nnnoiseless");
    if !Path::new(&program).exists() {
        shell::cargo(&["install", "--quiet", "--locked", "--root", &folder.to_string_lossy(), NNNOISELESS])?;
    }
    Ok(program)
}
