//! `cargo xtask install`: both bundles and the presets into the user's folders.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::bundle::{self, Bundles};
use crate::files::{remove, replace};
use crate::outcome::Result;
use crate::vst_preset;

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

/// # Errors
/// When a file cannot be removed.
pub fn uninstall() -> Result {
    let folders = folders()?;
    let bundles = Bundles::built();
    for (bundle, folder) in
        [(bundles.clap, &folders.clap), (bundles.clap_presets, &folders.clap), (bundles.vst3, &folders.vst3)]
    {
        let target = folder.join(bundle.file_name().expect("a bundle has a name"));
        remove(&target).map_err(|error| format!("{}: {error}", target.display()))?;
        println!("removed {}", target.display());
    }
    let presets = folders.presets;
    uninstall_presets(&presets).map_err(|error| format!("{}: {error}", presets.display()))
}

/// Removes the factory presets, and the folders of the plugin and the vendor if nothing else is in them.
fn uninstall_presets(folder: &Path) -> std::io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if fs::read(&path).is_ok_and(|file| vst_preset::is_factory_file(&file)) {
            fs::remove_file(path)?;
        } else {
            println!("kept {}, which you have saved yourself", path.display());
        }
    }
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        // A folder that is not empty stays.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Copies factory presets. Presets that a user has saved from a host are in the same folder: they stay, even under a
/// factory preset's name.
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
    Ok(Folders { clap, vst3, presets: presets.join(preset_folder()?) })
}

/// VST3 hosts look for presets below folders of the vendor's and the plugin's names.
fn preset_folder() -> Result<PathBuf> {
    let file = bundle::committed("moduleinfo.json");
    let fault = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    let text = fs::read_to_string(&file).map_err(|error| fault(&error))?;
    let info: Value = serde_json::from_str(&text).map_err(|error| fault(&error))?;
    let names = [info["Factory Info"]["Vendor"].as_str(), info["Name"].as_str()];
    names.into_iter().collect::<Option<PathBuf>>().ok_or_else(|| fault(&"it lacks the vendor or the name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_renewed_and_a_users_own_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (bundle::committed("vst3"), folder.path().join("to/Lull"));
        let factory = |name: &str| fs::read(from.join(name)).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join("Default.vstpreset"), factory("Gentle.vstpreset")).unwrap();
        fs::write(to.join("Hum and buzz.vstpreset"), b"a user's").unwrap();
        fs::write(to.join("Mine.vstpreset"), b"a user's").unwrap();
        install_presets(&from, &to).unwrap();
        let installed = |name: &str| fs::read(to.join(name)).unwrap();
        assert_eq!(installed("Default.vstpreset"), factory("Default.vstpreset"));
        assert_eq!(installed("Hum and buzz.vstpreset"), b"a user's");
        assert_eq!(installed("Gentle.vstpreset"), factory("Gentle.vstpreset"));
        let count = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!(count(&to), count(&from) + 1);
        uninstall_presets(&to).unwrap();
        assert_eq!(count(&to), 2, "a user's two");
    }

    #[test]
    fn nothing_is_left_of_presets_that_nobody_has_touched() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("Lull Audio/Lull");
        install_presets(&bundle::committed("vst3"), &to).unwrap();
        uninstall_presets(&to).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        uninstall_presets(&to).unwrap();
    }

    #[test]
    fn presets_are_below_the_vendor_and_the_plugin() {
        assert_eq!(preset_folder(), Ok(Path::new("Lull Audio").join("Lull")));
    }
}
