//! `cargo xtask install`: both bundles into the user's plugin folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, bundle};

/// # Errors
/// When the build or a copy fails.
pub fn run() -> Result {
    let bundles = bundle::run(&[])?;
    let folders = folders()?;
    for (bundle, folder) in [(&bundles.clap, folders.clap), (&bundles.vst3, folders.vst3)] {
        let target = folder.join(bundle.file_name().expect("a bundle has a name"));
        replace(bundle, &target).map_err(|error| format!("{}: {error}", target.display()))?;
        println!("installed {}", target.display());
    }
    Ok(())
}

struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
}

/// The user's own folders, as both formats' specifications name them.
fn folders() -> Result<Folders> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).ok_or(format!("{name} is not set"));
    Ok(if cfg!(target_os = "macos") {
        let plugins = variable("HOME")?.join("Library/Audio/Plug-Ins");
        Folders { clap: plugins.join("CLAP"), vst3: plugins.join("VST3") }
    } else if cfg!(windows) {
        let common = variable("LOCALAPPDATA")?.join("Programs/Common");
        Folders { clap: common.join("CLAP"), vst3: common.join("VST3") }
    } else {
        let home = variable("HOME")?;
        Folders { clap: home.join(".clap"), vst3: home.join(".vst3") }
    })
}

/// Copies a file or a folder beside its place first, then moves it there, so that a host that has the old one
/// open keeps it whole.
fn replace(from: &Path, to: &Path) -> std::io::Result<()> {
    let fresh = to.with_extension("new");
    remove(&fresh)?;
    copy(from, &fresh)?;
    remove(to)?;
    fs::rename(&fresh, to)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
