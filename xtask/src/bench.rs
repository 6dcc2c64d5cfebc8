//! `cargo xtask bench`: the cost of the engine, relative to a bare Fourier transform measured in the same run, the times
//! of its blocks, its memory, and the cost of a frame of the editor; with `--peers`, the cost of the command line beside
//! other denoisers; with `--rack`, what many instances of the built CLAP cost a host.

use crate::outcome::Result;
use crate::{bundle, cargo_build, peers, shell};

#[derive(clap::Args)]
pub struct Options {
    /// Compare the CPU time of `lull render` with that of other denoisers instead.
    #[arg(long)]
    peers: bool,
    /// Measure 64 instances of the built CLAP in a host instead: time to load, memory, time to play.
    #[arg(long, conflicts_with = "peers")]
    rack: bool,
    /// With --peers: another program, which reads the file {in} and writes the file {out}.
    #[arg(long, value_name = "NAME=COMMAND", requires = "peers")]
    also: Vec<String>,
}

/// # Errors
/// When a bench does not build or run.
pub fn run(options: &Options) -> Result {
    if options.peers {
        return peers::compare(&options.also);
    }
    if options.rack {
        return rack();
    }
    shell::cargo(&["bench", "--package", "lull-engine"])?;
    shell::cargo(&["bench", "--package", "lull", "--bench", "editor_frame"])
}

/// Each quality in a process of its own, so that its memory is its own. The host is optimised, as it takes part.
fn rack() -> Result {
    let bundles = bundle::run(&[])?;
    let built = cargo_build::executables(&["build", "--quiet", "--release", "--package", "lull-studio"])?;
    let studio = built.into_iter().find(|executable| executable.name == "lull-studio");
    let studio = studio.ok_or("cargo has built no lull-studio")?.path;
    let library = bundles.clap_library().to_string_lossy().into_owned();
    for quality in ["Live", "Standard", "Best"] {
        shell::run_with(&[], &studio, &["rack", &library, "--quality", quality])?;
    }
    Ok(())
}
