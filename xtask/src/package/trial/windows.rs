//! The archive for Windows, under Wine.

use std::path::{Path, PathBuf};

use super::presets::Presets;
use crate::debian::Install;
use crate::elsewhere::renders::Renders;
use crate::elsewhere::windows::check_in_hosts;
use crate::elsewhere::windows_build;
use crate::elsewhere::wine::{self, Wine};
use crate::outcome::Result;
use crate::package::archive;
use crate::starter::Starter;

const PRESETS: &str = "AppData/Roaming/VST3 Presets/Lull Audio/Lull";
/// Where install.cmd puts things, below a user's folder.
const INSTALLED: [&str; 5] = [
    "AppData/Local/Programs/Common/CLAP/Lull.clap",
    "AppData/Local/Programs/Common/CLAP/Lull presets/default.json",
    "AppData/Local/Programs/Common/VST3/Lull.vst3/Contents/x86_64-win/Lull.vst3",
    "AppData/Local/Programs/Common/VST3/Lull.vst3/Contents/Resources/moduleinfo.json",
    "AppData/Roaming/VST3 Presets/Lull Audio/Lull/Default.vstpreset",
];

pub fn run(packages: &Path, name: &str) -> Result {
    if let Err(why) = windows_build::ensure(Install::Asked) {
        println!("--- {name}: skipped: {why}");
        return Ok(());
    }
    let empty = tempfile::tempdir().map_err(|error| format!("a folder for the trial: {error}"))?;
    // A folder as people have it: characters that scripts must quote.
    let folder = empty.path().join("a trial (1) & more");
    archive::unzip(&archive::beside(&packages.join(name), "zip"), &folder)?;
    let unpacked = folder.join(name);
    let wine = Wine::start()?;
    let starter = Starter { system: "Windows", start: &|program| wine.command(program), path: wine::path };
    Renders::here()?.compare(&unpacked.join("lull.exe"), &starter, None)?;
    check_in_hosts(
        &wine,
        &windows_build::studio()?,
        &crate::bundle::Bundles::in_folder(&unpacked, windows_build::SYSTEM),
    )?;
    install(&wine, &unpacked)
}

/// The script installs, renews and removes. It knows a factory preset by `findstr`, of which Wine has a stand-in.
fn install(wine: &Wine, unpacked: &Path) -> Result {
    let script = PathBuf::from(wine::path(&unpacked.join("install.cmd")).replace('/', "\\"));
    let user = wine.user_folder()?;
    let left = || INSTALLED.iter().map(|file| user.join(file)).filter(|file| file.exists()).count();
    let presets = Presets {
        folder: &user.join(PRESETS),
        factory: &unpacked.join("presets"),
        saved: &["Mine.vstpreset", "Gentle.vstpreset"],
    };
    wine.run(&script, &[])?;
    if left() < INSTALLED.len() {
        return Err(format!("install.cmd has installed {} of {} files", left(), INSTALLED.len()));
    }
    presets.plant()?;
    wine.run(&script, &[])?;
    presets.check_installed()?;
    wine.run(&script, &["uninstall".into()])?;
    if left() > 0 {
        return Err(format!("install.cmd uninstall has left {} of {} files", left(), INSTALLED.len()));
    }
    presets.check_uninstalled()?;
    println!("  ok     install.cmd installs, renews older presets and removes, and leaves a user's presets");
    Ok(())
}
