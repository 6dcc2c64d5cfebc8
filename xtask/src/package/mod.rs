//! `cargo xtask package`: archives that people can install, for each system that can be built for here.

mod archive;
mod builds;
mod deb;
mod glibc;
mod stage;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;

use crate::outcome::Result;
use crate::shell;
use crate::system::Os;
use builds::For;

#[derive(clap::Args)]
pub struct Options {
    /// Make the package for this system alone; may be given several times.
    #[arg(long = "for", value_name = "SYSTEM")]
    only: Vec<For>,
    /// Then unpack each in an empty place and run it in hosts: a minimal Debian, qemu, Wine.
    #[arg(long = "try")]
    trial: bool,
    /// Only try packages that were made before.
    #[arg(long, conflicts_with = "trial")]
    only_try: bool,
}

/// # Errors
/// When a package that can be built here fails.
pub fn run(options: &Options) -> Result {
    let folder = shell::target().join("packages");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut made = Vec::new();
    for &system in For::value_variants() {
        if !options.only.is_empty() && !options.only.contains(&system) {
            continue;
        }
        if let Err(why) = system.ensure() {
            println!("--- {}: skipped: {why}", stage::name(system.system()));
            continue;
        }
        let begin = Instant::now();
        if !options.only_try {
            println!("=== {}", stage::name(system.system()));
            made.extend(pack(system, &folder)?);
        }
        if options.trial || options.only_try {
            trial::run(system, &folder)?;
        }
        println!("  {:.0} s", begin.elapsed().as_secs_f64());
    }
    if options.only_try { Ok(()) } else { write_sums(&folder, &made) }
}

/// Builds for a system, and returns its archives.
fn pack(system: For, folder: &Path) -> Result<Vec<PathBuf>> {
    let stage = stage::make(&system.build()?, folder)?;
    let mut made = vec![archive::zip(&stage.folder)?];
    if system.system().os == Os::Linux {
        made.push(archive::tar_gz(&stage.folder)?);
        made.push(deb::make(&stage, system.system())?);
    }
    Ok(made)
}

/// In the form that `sha256sum --check` reads.
fn write_sums(folder: &Path, archives: &[PathBuf]) -> Result {
    let mut lines = String::new();
    for archive in archives {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::metadata(archive).map_or(0, |data| data.len());
        println!("  {name}: {:.1} MB", bytes as f64 / 1e6);
        lines += &format!("{}  {name}\n", archive::sha256(archive)?);
    }
    let sums = folder.join("SHA256SUMS");
    fs::write(&sums, lines).map_err(|error| format!("{}: {error}", sums.display()))
}
