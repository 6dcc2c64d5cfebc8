//! Runs the programs in turns, so that a busy machine slows all of them, and prints the table.

use std::path::Path;
use std::time::Duration;

use crate::peer::{self, Peer, Programs};
use crate::table::{self, Row};
use crate::{cpu_time, recording};

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    programs: Programs,
    /// Runs of each program.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// # Errors
/// When a program fails, or leaves no output that is as long as the input.
pub fn run(options: &Options) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("a temporary folder: {error}"))?;
    recording::write(&folder.path().join("in.wav"))?;
    let peers = peer::all(&options.programs, folder.path())?;
    let mut times = vec![Vec::new(); peers.len()];
    for _ in 0..options.runs {
        for (peer, times) in peers.iter().zip(&mut times) {
            times.push(denoise(peer, folder.path())?);
        }
    }
    let rows: Vec<Row> = peers
        .iter()
        .zip(times)
        .map(|(peer, times)| Row { name: peer.name.clone(), settings: peer.settings.clone(), times })
        .collect();
    println!("{}", table::markdown(&rows, recording::SECONDS as f64));
    println!("Median of {} runs in turns. {}", options.runs, table::machine());
    Ok(())
}

/// # Errors
/// When the program fails, or leaves no output that is as long as the input.
fn denoise(peer: &Peer, folder: &Path) -> Result<Duration, String> {
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |data| data.len());
    // Nobody finds the output of the one before.
    let _ = std::fs::remove_file(folder.join("out.wav"));
    let time = cpu_time::of(&peer.program, &peer.arguments)?;
    // Some drop the rest of the last frame.
    if size("out.wav") * 100 < size("in.wav") * 99 {
        return Err(format!("{}: its output is too short", peer.name));
    }
    Ok(time)
}
