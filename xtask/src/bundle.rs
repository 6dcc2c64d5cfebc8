//! `cargo xtask bundle`: both formats from one library, and the factory presets as files for VST3 hosts.

use std::fs;
use std::path::PathBuf;

use lull::preset::FACTORY;
use lull::vst_preset;

use crate::{Result, shell};

/// The bundles of one build.
pub struct Bundles {
    pub clap: PathBuf,
    pub vst3: PathBuf,
    /// Folder of preset files.
    pub presets: PathBuf,
}

/// Builds the optimised library and bundles it.
///
/// # Errors
/// When the build fails.
pub fn run(options: &[String]) -> Result<Bundles> {
    let mut arguments = vec!["bundle".to_owned(), "lull".to_owned(), "--release".to_owned()];
    arguments.extend_from_slice(options);
    nice_plug_xtask::main_with_args("cargo xtask", arguments).map_err(|error| format!("{error:#}"))?;
    let folder = shell::target().join("bundled");
    let [clap, vst3, presets] = ["Lull.clap", "Lull.vst3", "presets"].map(|name| folder.join(name));
    let bundles = Bundles { clap, vst3, presets };
    bundles.write_presets().map_err(|error| format!("{}: {error}", bundles.presets.display()))?;
    Ok(bundles)
}

impl Bundles {
    /// The factory presets, and no other file.
    fn write_presets(&self) -> std::io::Result<()> {
        if self.presets.is_dir() {
            fs::remove_dir_all(&self.presets)?;
        }
        fs::create_dir_all(&self.presets)?;
        for preset in &FACTORY {
            fs::write(self.presets.join(vst_preset::file_name(preset)), vst_preset::file(preset))?;
        }
        Ok(())
    }

    /// The library in the CLAP bundle: on macOS a bundle is a folder, elsewhere the library itself.
    pub fn clap_library(&self) -> PathBuf {
        if self.clap.is_dir() { self.clap.join("Contents/MacOS/Lull") } else { self.clap.clone() }
    }
}
