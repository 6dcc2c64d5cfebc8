//! `cargo xtask bundle`: both formats from one library.

use std::path::PathBuf;

use crate::{Result, shell};

/// The bundles of one build.
pub struct Bundles {
    pub clap: PathBuf,
    pub vst3: PathBuf,
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
    Ok(Bundles { clap: folder.join("Lull.clap"), vst3: folder.join("Lull.vst3") })
}

impl Bundles {
    /// The library in the CLAP bundle: on macOS a bundle is a folder, elsewhere the library itself.
    pub fn clap_library(&self) -> PathBuf {
        if self.clap.is_dir() { self.clap.join("Contents/MacOS/Lull") } else { self.clap.clone() }
    }
}
