//! `cargo xtask install`: both bundles and the presets into the user's folders.

use std::fs;
use std::path::{Path, PathBuf};

use lull::vst_preset;

use crate::{Result, bundle};

/// # Errors
/// When the build or a copy fails.
pub fn run() -> Result {
    let bundles = bundle::run(&[])?;
    let folders = folders()?;
    let beside_clap = folders.clap.clone();
    for (bundle, folder) in
        [(&bundles.clap, folders.clap), (&bundles.clap_presets, beside_clap), (&bundles.vst3, folders.vst3)]
    {
        let target = folder.join(bundle.file_name().expect("a bundle has a name"));
        replace(bundle, &target).map_err(|error| format!("{}: {error}", target.display()))?;
        println!("installed {}", target.display());
    }
    let presets = folders.presets;
    install_presets(&bundles.presets, &presets).map_err(|error| format!("{}: {error}", presets.display()))?;
    println!("installed {}", presets.display());
    Ok(())
}

/// Presets that a user has saved from a host lie in the same folder: they stay, also if they have a factory preset's
/// name.
fn install_presets(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if fs::read(&target).is_ok_and(|file| !vst_preset::is_factory_file(&file)) {
            println!("kept {}, which you have saved yourself", target.display());
        } else {
            replace(&entry.path(), &target)?;
        }
    }
    Ok(())
}

struct Folders {
    clap: PathBuf,
    vst3: PathBuf,
    presets: PathBuf,
}

/// The user's own folders, as both formats' specifications name them. On Windows a user's factory presets have a folder
/// beside the one for presets that were saved.
fn folders() -> Result<Folders> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).ok_or(format!("{name} is not set"));
    let (clap, vst3, presets) = if cfg!(target_os = "macos") {
        let audio = variable("HOME")?.join("Library/Audio");
        (audio.join("Plug-Ins/CLAP"), audio.join("Plug-Ins/VST3"), audio.join("Presets"))
    } else if cfg!(windows) {
        let common = variable("LOCALAPPDATA")?.join("Programs/Common");
        (common.join("CLAP"), common.join("VST3"), variable("APPDATA")?.join("VST3 Presets"))
    } else {
        let home = variable("HOME")?;
        (home.join(".clap"), home.join(".vst3"), home.join(".vst3/presets"))
    };
    Ok(Folders { clap, vst3, presets: presets.join(vst_preset::FOLDERS.iter().collect::<PathBuf>()) })
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

#[cfg(test)]
mod tests {
    use lull::preset::FACTORY;

    use super::*;

    #[test]
    fn presets_are_renewed_and_a_users_own_stay() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to/Lull"].map(|name| folder.path().join(name));
        fs::create_dir_all(&from).unwrap();
        let names: Vec<String> = FACTORY.iter().map(vst_preset::file_name).collect();
        for (preset, name) in FACTORY.iter().zip(&names) {
            fs::write(from.join(name), vst_preset::file(preset)).unwrap();
        }
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join(&names[0]), vst_preset::file(&FACTORY[7])).unwrap();
        fs::write(to.join(&names[1]), b"a user's").unwrap();
        fs::write(to.join("Mine.vstpreset"), b"a user's").unwrap();
        install_presets(&from, &to).unwrap();
        assert_eq!(fs::read(to.join(&names[0])).unwrap(), vst_preset::file(&FACTORY[0]));
        assert_eq!(fs::read(to.join(&names[1])).unwrap(), b"a user's");
        assert_eq!(fs::read(to.join(&names[2])).unwrap(), vst_preset::file(&FACTORY[2]));
        assert_eq!(fs::read_dir(&to).unwrap().count(), FACTORY.len() + 1);
    }
}
