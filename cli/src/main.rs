//! The command line: denoises files with the same engine as the plugin, draws spectrograms, and describes files.

mod collisions;
mod free;
mod info;
mod interrupt;
mod passage;
mod presets;
mod profile;
mod progress;
mod render;
mod report;
mod self_description;
mod source;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use lull_cli::{audio_file, spectrogram};

use collisions::Files;
use free::free_to_write;
use info::Info;
use profile::Learn;
use render::options::Render;

/// What the program returns when the options make no sense, as is usual.
const WRONG_USE: u8 = 2;

/// Spectral denoiser: learns a noise from a passage, and removes it.
#[derive(Parser)]
#[command(name = "lull", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Denoise files: same length, rate and channels, aligned to the sample.
    Render(Box<Render>),
    /// Learn a noise from a passage of a file, and write it as a profile.
    Learn(Learn),
    /// List the factory presets, or the values of one.
    Presets {
        /// A factory preset, by key or name, or the file of a preset (.json).
        name: Option<String>,
        /// Print a JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Draw the spectrogram of a file.
    Spectrogram {
        input: PathBuf,
        /// The PNG file to write.
        output: PathBuf,
        /// Replace the PNG file if it exists.
        #[arg(long)]
        force: bool,
    },
    /// Describe a file, and find its quietest passage, to learn from.
    Info(Info),
    /// Print what a shell needs to complete options, for its folder of completions.
    Completions { shell: Shell },
    /// Print the manual page of the program, or of one of its commands.
    Man { command: Option<String> },
}

fn main() -> ExitCode {
    let one = |outcome: Result<(), String>| outcome.map_err(|error| vec![error]);
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(error) => return refuse(&error),
    };
    let outcome = match command {
        Command::Render(job) => render::render(&job),
        Command::Learn(job) => one(profile::learn(&job)),
        Command::Presets { name, json } => one(presets::show(name.as_deref(), json)),
        Command::Spectrogram { input, output, force } => one(draw(&input, &output, force)),
        Command::Info(job) => one(info::info(&job)),
        Command::Completions { shell } => one(self_description::completions(Cli::command(), shell)),
        Command::Man { command } => one(self_description::man(Cli::command(), command.as_deref())),
    };
    let Err(errors) = outcome else { return ExitCode::SUCCESS };
    if interrupt::was_asked() {
        eprintln!("lull: interrupted");
        return ExitCode::from(interrupt::EXIT_CODE);
    }
    errors.iter().for_each(|error| eprintln!("lull: {error}"));
    ExitCode::FAILURE
}

/// Answers wrong use in one line, and help as it is.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A reader that has read enough is no error.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(WRONG_USE);
    }
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let line = lines.join(" ");
    eprintln!("lull: {}", line.strip_prefix("error: ").unwrap_or(&line));
    ExitCode::from(WRONG_USE)
}

fn draw(input: &Path, output: &Path, force: bool) -> Result<(), String> {
    let mut files = Files::default();
    files.read(input);
    files.write(output);
    files.check()?;
    free_to_write(output, force)?;
    let (audio, _) = audio_file::read(input)?;
    spectrogram::write_png(output, &[(&input.display().to_string(), &audio)])
}
