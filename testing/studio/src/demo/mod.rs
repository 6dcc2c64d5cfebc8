//! What a user does in a DAW, done by the embedded host with the built CLAP: play the noise with Learn pressed, then
//! play the whole recording with threshold and sharpness automated.

mod report;
mod session;
mod task;

use std::path::PathBuf;

use lull_cli::{audio_file, spectrogram};
use lull_host::Result;

use session::{Latency, Listen};
use task::Task;

pub use task::Input;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    input: Input,
    /// The CLAP's library.
    #[arg(long)]
    library: PathBuf,
    /// The folder to write the sounds and the picture to.
    #[arg(long)]
    output: PathBuf,
}

/// # Errors
/// In one line, when the recording cannot be used.
pub fn check_input(input: &Input) -> Result<()> {
    Task::read(input).map(|_| ())
}

/// # Errors
/// In one line, when the recording cannot be used or the plugin does not do its work.
pub fn run(options: &Options) -> Result<()> {
    let task = Task::read(&options.input)?;
    let (library, folder) = (&options.library, &options.output);
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;

    let state = session::learn(library, &task)?;
    let latency = session::latency(library, &task, &state)?;
    let (after, elapsed) = session::play(library, &task, &state, Listen::Off)?;
    let (removed, _) = session::play(library, &task, &state, Listen::On)?;

    audio_file::write(&folder.join("before.wav"), &task.audio, task.format)?;
    audio_file::write(&folder.join("after.wav"), &after, task.format)?;
    audio_file::write(&folder.join("removed.wav"), &removed, task.format)?;
    let picture = folder.join("spectrogram.png");
    spectrogram::write_png(&picture, &[("Before", &task.audio), ("After", &after)])?;

    report::print(&task, [&after, &removed], elapsed, latency);
    println!("before.wav, after.wav, removed.wav, spectrogram.png in {}", folder.display());
    let Latency { reported, measured } = latency;
    if reported == measured { Ok(()) } else { Err("the reported latency is not the measured one".into()) }
}
