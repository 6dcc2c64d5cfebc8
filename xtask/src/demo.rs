//! `cargo xtask demo`: denoises a recording with the built CLAP, in lull-studio's embedded host.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::bundle;
use crate::outcome::Result;
use crate::{programs, shell};

#[derive(clap::Args)]
pub struct Options {
    /// The recording to denoise (WAV, FLAC, AIFF); one comes with the project.
    file: Option<PathBuf>,
    /// Passage of noise alone, in seconds: A:B. Without it, the quietest second of FILE.
    #[arg(long, value_name = "A:B")]
    learn: Option<String>,
    /// Take this Lull.clap instead of building one.
    #[arg(long, value_name = "CLAP")]
    bundle: Option<PathBuf>,
}

/// Returns lull-studio's exit code: it has told the user what is wrong.
///
/// # Errors
/// When lull-studio or the plugin does not build.
pub fn run(options: &Options) -> Result<ExitCode> {
    // The bundler changes the folder that relative paths start from.
    let folder = std::env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
    let studio = programs::studio()?;
    // Before the plugin is built: a wrong input is refused at once.
    let checked = run_in(&folder, &studio, &["demo-input".into()], options)?;
    if checked != 0 {
        return Ok(ExitCode::from(checked));
    }
    let library = match &options.bundle {
        Some(clap) => bundle::clap_library(&folder.join(clap)),
        None => bundle::run(&[])?.clap_library(),
    };
    let output = shell::target().join("demo");
    let arguments =
        ["demo".into(), "--library".into(), library.into(), "--output".into(), OsString::from(output)];
    run_in(&folder, &studio, &arguments, options).map(ExitCode::from)
}

/// Runs lull-studio in a folder with the user's options added, and returns its exit code.
fn run_in(folder: &Path, studio: &Path, arguments: &[OsString], options: &Options) -> Result<u8> {
    let mut command = Command::new(studio);
    command.current_dir(folder).args(arguments);
    if let Some(passage) = &options.learn {
        command.arg(format!("--learn={passage}"));
    }
    if let Some(file) = &options.file {
        command.arg("--").arg(file);
    }
    let status = command.status().map_err(|error| format!("{}: {error}", studio.display()))?;
    // A program that a signal has ended has no code.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
