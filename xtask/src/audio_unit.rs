//! The Audio Unit (AUv2), which only a Mac can build: the crate clap-wrapper makes it of the CLAP, with C++ that needs Apple's SDK.

use std::fs;
use std::path::{Path, PathBuf};

use crate::outcome::Result;
use crate::{cargo_build, shell};

/// Feature of the plugin's package that adds the Audio Unit's entry to its library.
pub const FEATURE: &str = "audio-unit";
/// How hosts know it, with the type of an effect. A manufacturer has a capital letter: the others are Apple's.
const TYPE: &str = "aufx";
const SUBTYPE: &str = "lull";
const MANUFACTURER: &str = "Lull";
/// clap-wrapper's entry.
const FACTORY: &str = "GetPluginFactoryAUV2";

/// Builds the library with the Audio Unit's entry, and makes `Lull.component` of it in a folder. The other formats keep a library
/// without that entry.
///
/// # Errors
/// When it does not build, or a file cannot be written.
pub fn make(folder: &Path) -> Result<PathBuf> {
    cargo_build::executables(&[
        "build",
        "--quiet",
        "--release",
        "-p",
        "lull",
        "--lib",
        "--features",
        FEATURE,
    ])?;
    let component = assemble(&shell::target().join("release/liblull.dylib"), folder)?;
    let path = component.to_string_lossy();
    // What is not signed at all is not loaded on Apple's own processors.
    shell::run_with(&[], "codesign".as_ref(), &["--force", "--sign", "-", &path])?;
    Ok(component)
}

fn assemble(library: &Path, folder: &Path) -> Result<PathBuf> {
    let component = folder.join("Lull.component");
    let contents = component.join("Contents");
    let fault = |error: std::io::Error| format!("{}: {error}", component.display());
    fs::create_dir_all(contents.join("MacOS")).map_err(fault)?;
    fs::copy(library, contents.join("MacOS/Lull")).map_err(fault)?;
    fs::write(contents.join("PkgInfo"), "BNDL????").map_err(fault)?;
    fs::write(contents.join("Info.plist"), info(env!("CARGO_PKG_VERSION"))).map_err(fault)?;
    Ok(component)
}

/// What a host reads instead of loading the library.
fn info(version: &str) -> String {
    let texts = [
        ("CFBundleExecutable", "Lull"),
        ("CFBundleIdentifier", "audio.lull.component"),
        ("CFBundleName", "Lull"),
        ("CFBundlePackageType", "BNDL"),
        ("CFBundleShortVersionString", version),
        ("CFBundleSignature", "????"),
        ("CFBundleVersion", version),
    ];
    let unit = [
        ("name", "Lull Audio: Lull"),
        ("description", "A real-time spectral denoiser"),
        ("factoryFunction", FACTORY),
        ("manufacturer", MANUFACTURER),
        ("subtype", SUBTYPE),
        ("type", TYPE),
    ];
    let [texts, unit] = [&texts[..], &unit].map(|pairs| -> String {
        pairs.iter().map(|(key, text)| format!("<key>{key}</key><string>{text}</string>\n")).collect()
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\"><dict>\n{texts}<key>AudioComponents</key><array><dict>\n{unit}\
         <key>version</key><integer>{}</integer>\n</dict></array>\n</dict></plist>\n",
        number(version)
    )
}

/// A version as Audio Units have it: 0xMMMMmmpp.
fn number(version: &str) -> u32 {
    version.split('.').take(3).fold(0, |number, part| (number << 8) | part.parse::<u32>().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_has_its_layout_and_the_crates_entry() {
        let folder = tempfile::tempdir().unwrap();
        let component = assemble(&shell::root().join("Cargo.lock"), folder.path()).unwrap();
        for file in ["Contents/MacOS/Lull", "Contents/PkgInfo", "Contents/Info.plist"] {
            assert!(component.join(file).is_file(), "{file}");
        }
        let info = fs::read_to_string(component.join("Contents/Info.plist")).unwrap();
        assert!(info.contains("<key>factoryFunction</key><string>GetPluginFactoryAUV2</string>"), "{info}");
        let opened = info.matches("<dict>").count() + info.matches("<array>").count();
        assert_eq!(opened, info.matches("</dict>").count() + info.matches("</array>").count());
    }

    #[test]
    fn codes_have_four_letters_and_the_manufacturers_a_capital() {
        assert!([TYPE, SUBTYPE, MANUFACTURER].iter().all(|code| code.len() == 4));
        assert!(MANUFACTURER.contains(char::is_uppercase));
    }

    #[test]
    fn versions_become_numbers() {
        assert_eq!(number("0.1.0"), 0x100);
        assert_eq!(number("12.3.4"), 0x000C_0304);
    }
}
