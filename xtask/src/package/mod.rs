//! `cargo xtask package`: archives that people can install, for each system that can be built for here.

mod archive;
mod builds;
mod deb;
mod descriptions;
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

const ARCHIVES: [&str; 3] = [".zip", ".tar.gz", ".deb"];

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
    for archive in &made {
        let bytes = fs::metadata(archive).map_or(0, |data| data.len());
        println!("  {}: {:.1} MB", name_of(archive), bytes as f64 / 1e6);
    }
    write_sums(&folder)
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

/// The sums of all archives that are there, also of an earlier run, in the form that `sha256sum --check` reads.
fn write_sums(folder: &Path) -> Result {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = name_of(&path);
        if path.is_file() && ARCHIVES.iter().any(|extension| name.ends_with(extension)) {
            lines.push(format!("{}  {name}\n", archive::sha256(&path)?));
        }
    }
    // By name: all sums have one length.
    lines.sort_by(|a, b| a[64..].cmp(&b[64..]));
    fs::write(folder.join("SHA256SUMS"), lines.concat()).map_err(fault)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_archive_has_its_sum() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.zip", "a.tar.gz", "c.deb", "notes.txt", "SHA256SUMS"] {
            fs::write(folder.path().join(name), "abc").unwrap();
        }
        write_sums(folder.path()).unwrap();
        let sums = fs::read_to_string(folder.path().join("SHA256SUMS")).unwrap();
        let names: Vec<&str> =
            sums.lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name).collect();
        assert_eq!(names, ["a.tar.gz", "b.zip", "c.deb"]);
        assert!(sums.starts_with("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a"));
    }
}
