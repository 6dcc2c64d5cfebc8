//! The archives for Linux on x86-64, in a minimal Debian.

use std::path::Path;

use super::chroot::Chroot;
use super::presets::Presets;
use crate::bundle::Bundles;
use crate::outcome::Result;
use crate::package::{archive, stage};
use crate::{programs, python, shell};

pub fn run(packages: &Path, name: &str) -> Result {
    let chroot = match Chroot::open() {
        Ok(chroot) => chroot,
        Err(why) => {
            println!("--- {name}: skipped: {why}");
            return Ok(());
        }
    };
    bring_hosts(&chroot)?;
    let unpacked = format!("/trial/{name}");
    let empty = tempfile::tempdir().map_err(|error| format!("a folder for the trial: {error}"))?;
    archive::unzip(&archive::beside(&packages.join(name), "zip"), empty.path())?;
    chroot.bring(&empty.path().join(name), name)?;
    let inside = |name: &str| format!("{unpacked}/{name}");
    in_hosts(&chroot, [&inside("Lull.clap"), &inside("Lull.vst3"), &inside("presets")])?;
    command_line(&chroot, &format!("{unpacked}/lull"))?;
    install_script(&chroot, &unpacked)?;
    let deb = chroot.bring(&packages.join(format!("lull_{}_amd64.deb", stage::version())), "lull.deb")?;
    debian_package(&chroot, &deb)
}

/// clack-host in lull-studio, and pedalboard.
fn bring_hosts(chroot: &Chroot) -> Result {
    chroot.bring(&programs::studio()?, "lull-studio")?;
    chroot.bring(&shell::root().join("xtask/hosts"), "hosts")?;
    let folder = python::environment()?.parent().and_then(Path::parent).map(|folder| folder.join("lib"));
    let packages = folder.and_then(|lib| std::fs::read_dir(lib).ok()?.flatten().next());
    let packages = packages.ok_or("the Python environment has no lib folder")?.path().join("site-packages");
    chroot.bring(&packages, "python").map(|_| ())
}

fn in_hosts(chroot: &Chroot, [clap, vst3, presets]: [&str; 3]) -> Result {
    let library = format!("{vst3}/Contents/x86_64-linux/Lull.so");
    let info = format!("{vst3}/Contents/Resources/moduleinfo.json");
    chroot.run(&["/trial/lull-studio", "clack", clap])?;
    chroot.run(&["/trial/lull-studio", "vst3-factory", &library, &info])?;
    chroot.run(&["/trial/lull-studio", "vst3", &library])?;
    chroot.run(&["python3", "/trial/hosts/in_pedalboard.py", vst3, "/trial/pedalboard", presets])
}

fn command_line(chroot: &Chroot, lull: &str) -> Result {
    let recording = chroot.bring(&shell::root().join("assets/demo/guitar-vinyl.flac"), "in.flac")?;
    chroot.run(&[lull, "render", &recording, "/trial/out.wav", "--learn", "0:1.4", "--force"])
}

/// The script of the archive installs, renews and removes.
fn install_script(chroot: &Chroot, unpacked: &str) -> Result {
    let script = format!("{unpacked}/install.sh");
    let home = chroot.outside("/trial/home");
    let installed = [
        ".clap/Lull.clap",
        ".clap/Lull presets/default.json",
        ".vst3/Lull.vst3/Contents/x86_64-linux/Lull.so",
    ];
    let presets = Presets {
        folder: &home.join(".vst3/presets/Lull Audio/Lull"),
        factory: &chroot.outside(unpacked).join("presets"),
        saved: &["Mine.vstpreset", "Gentle.vstpreset"],
    };
    chroot.run(&[&script])?;
    if let Some(missing) = installed.iter().find(|file| !home.join(file).is_file()) {
        return Err(format!("install.sh has not installed {missing}"));
    }
    presets.plant()?;
    chroot.run(&[&script])?;
    presets.check_installed()?;
    chroot.run(&[&script, "uninstall"])?;
    if let Some(left) = installed.iter().find(|file| home.join(file).exists()) {
        return Err(format!("install.sh uninstall has left {left}"));
    }
    presets.check_uninstalled()?;
    println!("  ok     install.sh installs, renews older presets and removes, and leaves a user's presets");
    Ok(())
}

/// The package installs, hosts find the plugins, and it goes without a trace.
fn debian_package(chroot: &Chroot, deb: &str) -> Result {
    let before = chroot.files()?;
    chroot.run(&["dpkg", "--install", deb])?;
    let Bundles { clap, vst3, presets, .. } = Bundles::of_debian_package();
    in_hosts(chroot, [&clap, &vst3, &presets].map(|path| path.to_str().expect("plain text")))?;
    command_line(chroot, "/usr/bin/lull")?;
    chroot.run(&["dpkg", "--purge", "lull"])?;
    before.check_against(&chroot.files()?)?;
    println!("  ok     the Debian package is installed, found, and removed without a trace");
    Ok(())
}
