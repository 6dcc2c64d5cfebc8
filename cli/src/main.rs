//! The command line: denoises files with the same engine as the plugin, draws spectrograms, and describes files.

use std::io::IsTerminal;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use lull_cli::audio_file::{self, SampleFormat};
use lull_cli::{Audio, denoise, spectrogram};
use lull_engine::{Parameter, Values};
use rayon::prelude::*;

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
    Render(Render),
    /// Draw the spectrogram of a file.
    Spectrogram {
        input: PathBuf,
        /// The PNG file to write.
        output: PathBuf,
        /// Replace the PNG file if it exists.
        #[arg(long)]
        force: bool,
    },
    /// Describe a file, and find its quietest second: a passage to learn from.
    Info { input: PathBuf },
}

#[derive(clap::Args)]
#[command(after_long_help = parameter_help())]
struct Render {
    /// The file, or files, to denoise (WAV, FLAC, AIFF).
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The WAV file to write; for several inputs, the folder to write them into.
    #[arg(required = true)]
    output: PathBuf,
    /// Passage of noise alone to learn from, in seconds: A:B.
    #[arg(long, value_name = "A:B", value_parser = parse_passage)]
    learn: Range<f64>,
    /// A parameter and its value, as in the plugin: threshold=3, sharpness=hard. The last value of a parameter counts.
    #[arg(long = "set", value_name = "ID=VALUE")]
    set: Vec<String>,
    /// Live, Standard or Best: short for --set quality=...
    #[arg(long)]
    quality: Option<String>,
    /// Also draw the spectrograms before and after (one input only).
    #[arg(long, value_name = "PNG")]
    spectrogram: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long)]
    force: bool,
}

/// Parameters that a render does not accept, because it learns from a passage of the file.
const LEARN: [Parameter; 3] = [Parameter::Learn, Parameter::LearnWindow, Parameter::LearnAdd];

impl Render {
    /// The values of all parameters as set by the options.
    ///
    /// # Errors
    /// A message for the user, when an option is not a parameter or value of a render, or two options choose different
    /// qualities.
    fn values(&self) -> Result<Values, String> {
        let mut values = Values::default();
        // The option that has chosen the quality.
        let mut quality_by: Option<String> = None;
        let sets = self.set.iter().map(|text| (format!("--set {text}"), text.split_once('=')));
        let quality_id = Parameter::Quality.row().id;
        let quality =
            self.quality.iter().map(|text| (format!("--quality {text}"), Some((quality_id, &**text))));
        for (option, assignment) in sets.chain(quality) {
            let (id, value) = assignment.ok_or_else(|| format!("{option}: expected ID=VALUE"))?;
            let id = id.trim();
            if Parameter::of_id(id).is_some_and(|parameter| LEARN.contains(&parameter)) {
                return Err(format!(
                    "{option}: a render learns from the passage --learn A:B, and from nothing else"
                ));
            }
            let before = values.quality();
            let parameter = values.set_text(id, value).map_err(|why| format!("{option}: {why}"))?;
            if parameter == Parameter::Quality {
                if let Some(other) = quality_by.filter(|_| values.quality() != before) {
                    return Err(format!("{other} and {option} ask for different qualities"));
                }
                quality_by = Some(option);
            }
        }
        Ok(values)
    }
}

/// The parameters that --set takes, for --help.
fn parameter_help() -> String {
    let mut help = "Parameters of --set:\n".to_owned();
    for parameter in Parameter::ALL.iter().filter(|parameter| !LEARN.contains(parameter)) {
        let row = parameter.row();
        let default = row.text(row.default_value());
        help += &format!("  {:<14} {}; {} (default {default})\n", row.id, row.help, row.range_text());
    }
    help
}

fn parse_passage(text: &str) -> Result<Range<f64>, String> {
    let times = text.split_once(':').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match times {
        Some((from, to)) if f64::is_finite(from) && f64::is_finite(to) => Ok(from..to),
        _ => Err("a passage is two times in seconds, as in 0:1.5".into()),
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Render(job) => render_all(&job),
        Command::Spectrogram { input, output, force } => draw(&input, &output, force),
        Command::Info { input } => info(&input),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("lull: {error}"));
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Vec<String>>;

/// # Errors
/// If `path` exists and must not be replaced.
fn free_to_write(path: &Path, force: bool) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!("{}: is there already; --force replaces it", path.display()));
    }
    Ok(())
}

fn render_all(job: &Render) -> Outcome {
    let values = job.values().map_err(|error| vec![error])?;
    let into_folder = job.inputs.len() > 1 || job.output.is_dir();
    if into_folder && !job.output.is_dir() {
        return Err(vec![format!("{}: several files need a folder to go into", job.output.display())]);
    }
    if job.spectrogram.is_some() && job.inputs.len() > 1 {
        return Err(vec!["--spectrogram draws one file".into()]);
    }
    let bars = MultiProgress::new();
    let error_of = |input: &PathBuf| {
        let output = if into_folder {
            job.output.join(input.file_name().unwrap_or_default()).with_extension("wav")
        } else {
            job.output.clone()
        };
        render_one(job, &values, input, &output, &bars).err()
    };
    let errors: Vec<String> = match &job.inputs[..] {
        // Without threads, which take CPU time while they wait.
        [only] => error_of(only).into_iter().collect(),
        many => many.par_iter().filter_map(error_of).collect(),
    };
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn render_one(
    job: &Render,
    values: &Values,
    input: &Path,
    output: &Path,
    bars: &MultiProgress,
) -> Result<(), String> {
    free_to_write(output, job.force)?;
    job.spectrogram.as_deref().map_or(Ok(()), |png| free_to_write(png, job.force))?;
    let (mut audio, format) = audio_file::read(input)?;
    let fault = |what: String| format!("{}: {what}", input.display());
    let passage = audio.range(job.learn.clone()).map_err(fault)?;
    let quality = values.quality();
    let profile = denoise::learn(&audio.slice(passage), quality).map_err(fault)?;
    let bar = progress_bar(bars, input);
    let mut progress = |share: f64| bar.set_position((share * 1000.0) as u64);
    let before = job.spectrogram.as_deref().map(|png| (png, audio.clone()));
    denoise::denoise(&mut audio, &profile, quality, &values.settings(), &mut progress).map_err(fault)?;
    bar.finish_and_clear();
    audio_file::write(output, &audio, format)?;
    match before {
        Some((png, before)) => spectrogram::write_png(png, &[("Before", &before), ("After", &audio)]),
        None => Ok(()),
    }
}

fn progress_bar(bars: &MultiProgress, input: &Path) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{msg:30!} {wide_bar} {percent:>3} %").expect("a valid template");
    let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
    bars.add(ProgressBar::new(1000).with_style(style).with_message(name))
}

fn draw(input: &Path, output: &Path, force: bool) -> Outcome {
    let job = || {
        free_to_write(output, force)?;
        let (audio, _) = audio_file::read(input)?;
        spectrogram::write_png(output, &[(&input.display().to_string(), &audio)])
    };
    job().map_err(|error| vec![error])
}

fn info(input: &Path) -> Outcome {
    let (audio, format) = audio_file::read(input).map_err(|error| vec![error])?;
    describe(&audio, format);
    Ok(())
}

fn describe(audio: &Audio, format: SampleFormat) {
    let db = |amplitude: f32| 20.0 * amplitude.max(1e-10).log10();
    let peak = audio.channels.iter().flatten().fold(0.0f32, |peak, x| peak.max(x.abs()));
    println!(
        "{} Hz, {} channels, {format}, {:.2} s",
        audio.sample_rate_hz,
        audio.channels.len(),
        audio.seconds()
    );
    println!("peak {:.1} dBFS, RMS {:.1} dBFS", db(peak), db(audio.rms(0..audio.samples())));
    if let Some(range) = audio.quietest(1.0, 0..0) {
        let seconds = |samples: usize| samples as f64 / audio.sample_rate_hz as f64;
        let (from, to) = (seconds(range.start), seconds(range.end));
        println!("quietest second: {:.1} dBFS (--learn {from:.2}:{to:.2})", db(audio.rms(range)));
    }
}
