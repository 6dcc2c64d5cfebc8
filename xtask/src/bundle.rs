//! `cargo xtask bundle`: both formats from one library, with the factory presets and moduleinfo.json as files. The
//! files come from `presets/`, so that this program need not link the plugin.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::replace;
use crate::outcome::Result;
use crate::shell;
use crate::system::{Os, System};

/// Folder of the preset files beside the CLAP. The plugin looks for the same name (src/preset.rs).
const CLAP_PRESETS: &str = "Lull presets";

/// The bundles of one build.
pub struct Bundles {
    system: System,
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
    let bundles = Bundles::built();
    bundles.copy_module_info()?;
    bundles.copy_presets()?;
    Ok(bundles)
}

/// Makes the bundles of a library of Linux or Windows that is built already. On macOS a bundle is more than that: [`run`].
///
/// # Errors
/// When a file cannot be written.
pub fn assemble(library: &Path, system: System, folder: &Path) -> Result<Bundles> {
    if system.os == Os::Mac {
        return Err("bundles of macOS are made on macOS".into());
    }
    let bundles = Bundles::in_folder(folder, system);
    let _ = fs::remove_dir_all(&bundles.vst3);
    for target in [bundles.clap_library(), bundles.vst3_library()] {
        let folder = target.parent().expect("a file has a folder");
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        copy(library, &target)?;
    }
    bundles.copy_module_info()?;
    bundles.copy_presets()?;
    Ok(bundles)
}

impl Bundles {
    /// The bundles that [`run`] has built before.
    pub fn built() -> Self {
        Self::in_folder(&shell::target().join("bundled"), System::HERE)
    }

    /// Those of the installed Debian package (xtask/src/package/deb.rs).
    pub fn of_debian_package() -> Self {
        let [clap, vst3, presets, clap_presets] = [
            "/usr/lib/clap/Lull.clap",
            "/usr/lib/vst3/Lull.vst3",
            "/usr/share/vst3/presets/Lull Audio/Lull",
            "/usr/lib/clap/Lull presets",
        ]
        .map(PathBuf::from);
        Self { system: System::HERE, clap, vst3, presets, clap_presets }
    }

    /// Bundles that a folder has or is to have.
    pub fn in_folder(folder: &Path, system: System) -> Self {
        let [clap, vst3, presets, clap_presets] =
            ["Lull.clap", "Lull.vst3", "presets", CLAP_PRESETS].map(|name| folder.join(name));
        Self { system, clap, vst3, presets, clap_presets }
    }

    /// Copies all of it into a folder.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn copy_to(&self, folder: &Path) -> Result<Self> {
        let copy = Self::in_folder(folder, self.system);
        let pairs = [
            (&self.clap, &copy.clap),
            (&self.vst3, &copy.vst3),
            (&self.presets, &copy.presets),
            (&self.clap_presets, &copy.clap_presets),
        ];
        for (from, to) in pairs {
            replace(from, to).map_err(|error| format!("{}: {error}", to.display()))?;
        }
        Ok(copy)
    }

    /// Into the VST3. Its signature covers all files of the bundle, so a signed one is signed again.
    fn copy_module_info(&self) -> Result {
        let file = self.module_info();
        let folder = file.parent().expect("the file is in the bundle");
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        copy(&committed("moduleinfo.json"), &file)?;
        if self.vst3.join("Contents/_CodeSignature").is_dir() {
            let mut sign = Command::new("codesign");
            let status = sign.args(["-f", "-s", "-"]).arg(&self.vst3).status();
            if !status.is_ok_and(|status| status.success()) {
                return Err(format!("codesign does not sign {}", self.vst3.display()));
            }
        }
        Ok(())
    }

    /// The factory presets, and no other file.
    fn copy_presets(&self) -> Result {
        for (from, to) in [("clap", &self.clap_presets), ("vst3", &self.presets)] {
            copy_files(&committed(from), to)?;
        }
        Ok(())
    }

    /// The VST3's description of its library.
    pub fn module_info(&self) -> PathBuf {
        self.vst3.join("Contents/Resources/moduleinfo.json")
    }

    pub fn clap_library(&self) -> PathBuf {
        clap_library(&self.clap)
    }

    /// The library in the VST3 bundle.
    pub fn vst3_library(&self) -> PathBuf {
        self.vst3.join(self.system.vst3_library())
    }
}

/// The library in a CLAP bundle: on macOS the bundle is a folder, elsewhere it is the library.
pub fn clap_library(clap: &Path) -> PathBuf {
    if clap.is_dir() { clap.join("Contents/MacOS/Lull") } else { clap.to_owned() }
}

/// A file or folder of `presets/`.
pub fn committed(name: &str) -> PathBuf {
    shell::root().join("presets").join(name)
}

/// Replaces the folder `to` by one that holds the files of `from`.
fn copy_files(from: &Path, to: &Path) -> Result {
    let fault = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| format!("{path}: {error}")
    };
    if to.is_dir() {
        fs::remove_dir_all(to).map_err(fault(to))?;
    }
    fs::create_dir_all(to).map_err(fault(to))?;
    for entry in fs::read_dir(from).map_err(fault(from))? {
        let entry = entry.map_err(fault(from))?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_of_another_system_have_its_layout() {
        let folder = tempfile::tempdir().unwrap();
        let library = committed("moduleinfo.json");
        let windows = System { os: Os::Windows, architecture: "x86_64" };
        let bundles = assemble(&library, windows, folder.path()).unwrap();
        let files = ["Lull.clap", "Lull.vst3/Contents/x86_64-win/Lull.vst3", "Lull presets/default.json"];
        assert!(files.iter().all(|file| folder.path().join(file).is_file()));
        assert!(bundles.module_info().is_file() && bundles.presets.join("Default.vstpreset").is_file());
        let linux = System { os: Os::Linux, architecture: "aarch64" };
        assemble(&library, linux, folder.path()).unwrap();
        assert!(folder.path().join("Lull.vst3/Contents/aarch64-linux/Lull.so").is_file());
        assert!(!folder.path().join(files[1]).exists(), "the other system's");
    }

    #[test]
    fn a_folder_of_an_older_build_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("to");
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join("old.json"), "old").unwrap();
        copy_files(&committed("clap"), &to).unwrap();
        assert!(!to.join("old.json").exists());
        let name = "default.json";
        assert_eq!(fs::read(to.join(name)).unwrap(), fs::read(committed("clap").join(name)).unwrap());
        assert!(copy_files(&folder.path().join("missing"), &to).unwrap_err().contains("missing"));
    }
}
