//! The command line: denoises files with the same engine as the plugin, draws spectrograms, and describes files.

mod free;
mod interrupt;
mod passage;
mod presets;
mod profile;
mod progress;
mod render;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lull_cli::quiet::QuietFinder;
use lull_cli::reader::Reader;
use lull_cli::{audio_file, spectrogram};

use free::free_to_write;
use profile::Learn;
use render::options::Render;

/// What the program returns when the options make no sense, as is usual.
const WRONG_USE: u8 = 2;

/// Spectral denoiser: learns a noise from a passage, and removes it.
#[derive(Parser)]
#[command(version)]
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
    Info { input: PathBuf },
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
        Command::Presets { name } => one(show_presets(name.as_deref())),
        Command::Spectrogram { input, output, force } => one(draw(&input, &output, force)),
        Command::Info { input } => one(describe(&input)),
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

fn show_presets(name: Option<&str>) -> Result<(), String> {
    match name {
        Some(name) => print_lines(&presets::lines(&presets::values(name)?)),
        None => print_lines(&presets::list()),
    }
}

fn draw(input: &Path, output: &Path, force: bool) -> Result<(), String> {
    free_to_write(output, force)?;
    let (audio, _) = audio_file::read(input)?;
    spectrogram::write_png(output, &[(&input.display().to_string(), &audio)])
}

fn describe(input: &Path) -> Result<(), String> {
    let mut reader = Reader::open(input)?;
    let (rate_hz, channels) = (reader.sample_rate_hz(), reader.channels());
    let mut finder = QuietFinder::new(rate_hz);
    let (mut peak, mut squares, mut samples) = (0.0f32, 0.0f64, 0);
    while let Some(block) = reader.next_block()? {
        for &x in block.iter().flatten() {
            peak = peak.max(x.abs());
            squares += f64::from(x).powi(2);
        }
        samples += block[0].len();
        finder.push(&block);
    }
    let db = |amplitude: f64| 20.0 * amplitude.max(1e-10).log10();
    let seconds = samples as f64 / f64::from(rate_hz);
    let rms = (squares / (samples * channels) as f64).sqrt();
    let mut lines = format!(
        "{rate_hz} Hz, {channels} channels, {}, {seconds:.2} s\npeak {:.1} dBFS, RMS {:.1} dBFS\n",
        reader.format(),
        db(peak.into()),
        db(rms)
    );
    if let Some(quiet) = finder.found() {
        let (from, to) = (quiet.seconds.start, quiet.seconds.end);
        lines += &format!("quietest passage: {:.1} dBFS (--learn {from:.1}:{to:.1})\n", db(quiet.rms));
    }
    print_lines(&lines)
}

/// # Errors
/// When standard output cannot be written to. A reader that has read enough, as head does, is no error.
fn print_lines(lines: &str) -> Result<(), String> {
    match std::io::stdout().write_all(lines.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
