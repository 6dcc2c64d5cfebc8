//! `cargo xtask bench`: the cost of the engine, relative to a bare Fourier transform measured in the same run, the times
//! of its blocks, its memory, and the cost of a frame of the editor; or, with `--peers`, the cost of the command line
//! beside other denoisers.

use crate::outcome::Result;
use crate::{peers, shell};

#[derive(clap::Args)]
pub struct Options {
    /// Compare the CPU time of `lull render` with that of other denoisers instead.
    #[arg(long)]
    peers: bool,
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
    shell::cargo(&["bench", "--package", "lull-engine"])?;
    shell::cargo(&["bench", "--package", "lull", "--bench", "editor_frame"])
}
