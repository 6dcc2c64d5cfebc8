//! A Debian package, made by dpkg-deb: the plugins where hosts look for them (the CLAP and VST3 specifications).

use std::fs;
use std::path::{Path, PathBuf};

use super::stage::{self, Stage, copy};
use crate::debian::{self, Install};
use crate::outcome::Result;
use crate::shell;
use crate::system::System;

const DPKG_DEB: (&str, &str) = ("/usr/bin/dpkg-deb", "dpkg");

/// The plugin's vendor. Debian wants an address, and there is none: ".invalid" is reserved to say so (RFC 2606).
const MAINTAINER: &str = "Lull Audio <maintainers@lull.invalid>";

/// Folders and files of a stage, and where they go.
const PLACES: [(&str, &str); 10] = [
    ("Lull.clap", "usr/lib/clap/Lull.clap"),
    ("Lull presets", "usr/lib/clap/Lull presets"),
    ("Lull.vst3", "usr/lib/vst3/Lull.vst3"),
    ("presets", "usr/share/vst3/presets/Lull Audio/Lull"),
    ("lull", "usr/bin/lull"),
    ("completions/bash", "usr/share/bash-completion/completions"),
    ("completions/zsh", "usr/share/zsh/vendor-completions"),
    ("completions/fish", "usr/share/fish/vendor_completions.d"),
    ("man", "usr/share/man/man1"),
    ("README.txt", "usr/share/doc/lull/README.txt"),
];

/// Writes the package beside the stage's folder.
///
/// # Errors
/// When a file cannot be written, or dpkg-deb is not there or fails.
pub fn make(stage: &Stage, system: System) -> Result<PathBuf> {
    debian::programs(&[DPKG_DEB], Install::Asked)?;
    let root = stage.folder.with_file_name("deb");
    let _ = fs::remove_dir_all(&root);
    for (from, to) in PLACES {
        copy_all(&stage.folder.join(from), &root.join(to))?;
    }
    let doc = root.join("usr/share/doc/lull");
    copy(&stage.folder.join("licences/THIRD-PARTY.txt"), &doc.join("THIRD-PARTY.txt"))?;
    write(&doc.join("copyright"), &copyright()?)?;
    write(&root.join("DEBIAN/control"), &control(system, kib(&root)?))?;
    let target =
        stage.folder.with_file_name(format!("lull_{}_{}.deb", stage::version(), architecture(system)));
    let (from, to) = (root.to_string_lossy(), target.to_string_lossy());
    shell::output(DPKG_DEB.0.as_ref(), &["--root-owner-group", "-Zxz", "--build", &from, &to])?;
    fs::remove_dir_all(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    Ok(target)
}

/// As Debian names it.
fn architecture(system: System) -> &'static str {
    if system.architecture == "aarch64" { "arm64" } else { "amd64" }
}

fn control(system: System, kib: u64) -> String {
    format!(
        "Package: lull\n\
         Version: {}\n\
         Architecture: {}\n\
         Maintainer: {MAINTAINER}\n\
         Installed-Size: {kib}\n\
         Depends: libc6 (>= {})\n\
         Recommends: libx11-6, libx11-xcb1, libegl1, libgl1\n\
         Section: sound\n\
         Priority: optional\n\
         Description: real-time spectral denoiser for DAWs (CLAP, VST3)\n \
         Press Learn over a passage of noise alone, and Lull removes that noise from\n \
         everything that follows. With a command line for files.\n",
        stage::version(),
        architecture(system),
        super::glibc::OLDEST,
    )
}

/// Debian's form of it (Policy 12.5).
fn copyright() -> Result<String> {
    let mit = fs::read_to_string(shell::root().join("LICENSE-MIT")).map_err(|error| error.to_string())?;
    let text: String = mit
        .lines()
        .map(|line| if line.trim().is_empty() { " .\n".to_owned() } else { format!(" {}\n", line.trim()) })
        .collect();
    Ok(format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
         Files: *\nCopyright: Lull Audio\nLicense: Apache-2.0 or MIT\n\n\
         License: Apache-2.0\n The text is in /usr/share/common-licenses/Apache-2.0.\n\n\
         License: MIT\n{text}\n\
         Comment: THIRD-PARTY.txt beside this file has the licences of what Lull is made of.\n"
    ))
}

fn write(path: &Path, text: &str) -> Result {
    let folder = path.parent().expect("a file has a folder");
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

fn copy_all(from: &Path, to: &Path) -> Result {
    if !from.is_dir() {
        return copy(from, to);
    }
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let entry = entry.map_err(|error| error.to_string())?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// What the files take, in KiB.
fn kib(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        sum += if path.is_dir() {
            kib(&path)?
        } else {
            fs::metadata(&path).map_or(0, |data| data.len().div_ceil(1024))
        };
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Bundles;

    #[test]
    fn the_bundles_are_where_the_trials_look() {
        let Bundles { clap, vst3, presets, clap_presets, .. } = Bundles::of_debian_package();
        for path in [clap, vst3, presets, clap_presets] {
            assert!(PLACES.iter().any(|(_, to)| Path::new("/").join(to) == path), "{}", path.display());
        }
    }
}
