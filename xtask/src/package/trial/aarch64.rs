//! The archive for Linux on aarch64, under qemu.

use std::path::Path;

use crate::bundle::Bundles;
use crate::elsewhere::processors;
use crate::elsewhere::renders::Renders;
use crate::outcome::Result;
use crate::package::archive;
use crate::package::builds::For;
use crate::starter::Starter;

pub fn run(packages: &Path, name: &str) -> Result {
    if let Err(why) = processors::ensure_arm() {
        println!("--- {name}: skipped: {why}");
        return Ok(());
    }
    let empty = tempfile::tempdir().map_err(|error| format!("a folder for the trial: {error}"))?;
    archive::unzip(&archive::beside(&packages.join(name), "zip"), empty.path())?;
    let unpacked = empty.path().join(name);
    let starter = Starter { system: "aarch64", start: &processors::on_arm, path: Starter::HERE.path };
    Renders::here()?.compare(&unpacked.join("lull"), &starter, Some(processors::MOST_DB))?;
    let bundles = Bundles::in_folder(&unpacked, For::LinuxAarch64.system());
    let studio = processors::studio_on_arm()?;
    for (task, library) in [("clack", bundles.clap_library()), ("vst3", bundles.vst3_library())] {
        let status = processors::on_arm(&studio).arg(task).arg(&library).status();
        let status = status.map_err(|error| format!("{task} on aarch64: {error}"))?;
        if !status.success() {
            return Err(format!("{task} on aarch64: {status}"));
        }
    }
    Ok(())
}
