//! `cargo xtask bundle`: both formats from one library, and the factory presets as files for VST3 hosts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lull::preset::{FACTORY, FACTORY_FOLDER};
use lull::{module_info, vst_preset};

use crate::{Result, shell};

/// The bundles of one build.
pub struct Bundles {
    pub clap: PathBuf,
    pub vst3: PathBuf,
    /// Folder of preset files for VST3 hosts.
    pub presets: PathBuf,
    /// Folder of preset files beside the CLAP, where its preset provider looks.
    pub clap_presets: PathBuf,
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
    let [clap, vst3, presets, clap_presets] =
        ["Lull.clap", "Lull.vst3", "presets", FACTORY_FOLDER].map(|name| folder.join(name));
    let bundles = Bundles { clap, vst3, presets, clap_presets };
    bundles.write_module_info()?;
    bundles.write_presets().map_err(|error| format!("presets in {}: {error}", folder.display()))?;
    Ok(bundles)
}

impl Bundles {
    /// Into the VST3, which is signed again where it has a signature: that covers all files of a bundle.
    fn write_module_info(&self) -> Result {
        let file = self.module_info();
        let write = |folder: &Path| {
            fs::create_dir_all(folder)?;
            fs::write(&file, module_info::json())
        };
        let folder = file.parent().expect("the file lies in the bundle");
        write(folder).map_err(|error| format!("{}: {error}", file.display()))?;
        if self.vst3.join("Contents/_CodeSignature").is_dir() {
            let mut sign = Command::new("codesign");
            let status = sign.args(["-f", "-s", "-"]).arg(&self.vst3).status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(format!("codesign does not sign {}", self.vst3.display()));
            }
        }
        Ok(())
    }

    /// Where the VST3 says what is in its library.
    pub fn module_info(&self) -> PathBuf {
        self.vst3.join("Contents/Resources/moduleinfo.json")
    }

    /// The factory presets, and no other file.
    fn write_presets(&self) -> std::io::Result<()> {
        for folder in [&self.presets, &self.clap_presets] {
            if folder.is_dir() {
                fs::remove_dir_all(folder)?;
            }
            fs::create_dir_all(folder)?;
        }
        for preset in &FACTORY {
            fs::write(self.presets.join(vst_preset::file_name(preset)), vst_preset::file(preset))?;
            fs::write(self.clap_presets.join(format!("{}.json", preset.key)), preset.to_json())?;
        }
        Ok(())
    }

    /// The library in the CLAP bundle: on macOS a bundle is a folder, elsewhere the library itself.
    pub fn clap_library(&self) -> PathBuf {
        if self.clap.is_dir() { self.clap.join("Contents/MacOS/Lull") } else { self.clap.clone() }
    }

    /// The library in the VST3 bundle, in the folder of this system.
    pub fn vst3_library(&self) -> PathBuf {
        let contents = self.vst3.join("Contents");
        let architecture = std::env::consts::ARCH;
        if cfg!(target_os = "macos") {
            contents.join("MacOS/Lull")
        } else if cfg!(windows) {
            let architecture = if architecture == "aarch64" { "arm_64" } else { architecture };
            contents.join(format!("{architecture}-win/Lull.vst3"))
        } else {
            contents.join(format!("{architecture}-linux/Lull.so"))
        }
    }
}
