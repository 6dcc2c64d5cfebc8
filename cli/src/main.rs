//! The command line: denoises files with the same engine as the plugin, draws spectrograms, and describes files.

mod interrupt;
mod render;

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lull_cli::quiet::QuietFinder;
use lull_cli::reader::Reader;
use lull_cli::{audio_file, spectrogram};

use render::{Render, free_to_write};

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
    let outcome = match Cli::parse().command {
        Command::Render(job) => render::render(&job),
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
