//! `lull render`: its options, and the work.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::ops::Range;
use std::path::{Path, PathBuf};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use lull_cli::denoise::{Denoiser, Piece};
use lull_cli::quiet::QuietFinder;
use lull_cli::reader::{ENDINGS, Reader};
use lull_cli::wav::WavWriter;
use lull_cli::whole_file::WholeFile;
use lull_cli::{audio_file, spectrogram};
use lull_engine::{Config, NoiseProfile, Parameter, Values};
use rayon::prelude::*;

use crate::interrupt;

#[derive(clap::Args)]
#[command(after_long_help = parameter_help())]
pub struct Render {
    /// The files to denoise (WAV, FLAC, AIFF, MP3, Ogg Vorbis), or folders of such files.
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// The WAV file to write; for several inputs or a folder, the folder to write them into.
    #[arg(required = true)]
    output: PathBuf,
    /// Passage of noise alone to learn from, in seconds: A:B; or auto, the quietest two seconds.
    #[arg(long, value_name = "A:B|auto", value_parser = parse_passage)]
    learn: Passage,
    /// A parameter and its value, as in the plugin: threshold=3, sharpness=hard. The last value of a parameter counts.
    #[arg(long = "set", value_name = "ID=VALUE")]
    set: Vec<String>,
    /// Live, Standard or Best: short for --set quality=...
    #[arg(long)]
    quality: Option<String>,
    /// Also write what is taken away, aligned with the input (one input only).
    #[arg(long, value_name = "WAV")]
    removed: Option<PathBuf>,
    /// Also draw the spectrograms before and after (one input only).
    #[arg(long, value_name = "PNG")]
    spectrogram: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long)]
    force: bool,
}

/// Where to learn, in seconds.
#[derive(Debug, Clone, PartialEq)]
enum Passage {
    At(Range<f64>),
    Quietest,
}

/// Parameters that a render does not accept, because it learns from a passage of the file.
const LEARN: [Parameter; 4] =
    [Parameter::Learn, Parameter::LearnWindow, Parameter::LearnFrom, Parameter::LearnAdd];

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

    /// The inputs, with the files of folders, and where each goes.
    ///
    /// # Errors
    /// A message for the user, when the output does not fit the inputs.
    fn files(&self) -> Result<Vec<(PathBuf, PathBuf)>, String> {
        let mut inputs = Vec::new();
        for input in &self.inputs {
            if input.is_dir() { inputs.extend(audio_files(input)?) } else { inputs.push(input.clone()) }
        }
        let is_one = self.inputs.len() == 1 && !self.inputs[0].is_dir();
        if is_one && !self.output.is_dir() {
            check_ending(&self.output)?;
            return Ok(vec![(inputs.remove(0), self.output.clone())]);
        }
        if !self.output.is_dir() {
            return Err(format!("{}: several files need a folder to go into", self.output.display()));
        }
        if !is_one && (self.spectrogram.is_some() || self.removed.is_some()) {
            return Err("--spectrogram and --removed are for one file".into());
        }
        let mut taken: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for input in inputs {
            let output = self.output.join(input.file_name().unwrap_or_default()).with_extension("wav");
            if let Some(other) = taken.insert(output.clone(), input.clone()) {
                return Err(format!(
                    "{} and {} would both become {}",
                    other.display(),
                    input.display(),
                    output.display()
                ));
            }
        }
        Ok(taken.into_iter().map(|(output, input)| (input, output)).collect())
    }
}

/// The files of a folder that can be read, in the order of their names.
///
/// # Errors
/// One line that names the folder and what is wrong.
fn audio_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let fault = |what: String| format!("{}: {what}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(|error| fault(error.to_string()))?;
    let is_audio = |path: &PathBuf| ending(path).is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_audio).collect();
    files.sort();
    if files.is_empty() { Err(fault("has no audio files in it".into())) } else { Ok(files) }
}

fn ending(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

/// # Errors
/// When a file of this name would not be a WAV file.
fn check_ending(path: &Path) -> Result<(), String> {
    match ending(path).as_deref() {
        Some("wav") => Ok(()),
        _ => Err(format!("{}: only WAV files can be written; the name has to end in .wav", path.display())),
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

fn parse_passage(text: &str) -> Result<Passage, String> {
    if text.eq_ignore_ascii_case("auto") {
        return Ok(Passage::Quietest);
    }
    let times = text.split_once(':').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match times {
        Some((from, to)) if f64::is_finite(from) && f64::is_finite(to) => Ok(Passage::At(from..to)),
        _ => Err("a passage is two times in seconds, as in 0:1.5, or auto".into()),
    }
}

/// # Errors
/// If `path` exists and must not be replaced.
pub fn free_to_write(path: &Path, force: bool) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!("{}: is there already; --force replaces it", path.display()));
    }
    Ok(())
}

/// # Errors
/// One line for each file that was not denoised.
pub fn render(job: &Render) -> Result<(), Vec<String>> {
    let all = |error: String| vec![error];
    let values = job.values().map_err(all)?;
    job.removed.as_deref().map_or(Ok(()), check_ending).map_err(all)?;
    let files = job.files().map_err(all)?;
    interrupt::listen().map_err(all)?;
    let bars = MultiProgress::new();
    let error_of =
        |(input, output): &(PathBuf, PathBuf)| render_one(job, &values, input, output, &bars).err();
    let errors: Vec<String> = match &files[..] {
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
    interrupt::check()?;
    for path in [Some(output), job.removed.as_deref(), job.spectrogram.as_deref()].into_iter().flatten() {
        free_to_write(path, job.force)?;
    }
    let profile = learn(input, &job.learn, values, bars)?;
    denoise(job, values, &profile, input, output, bars)?;
    match job.spectrogram.as_deref() {
        Some(png) => {
            let ((before, _), (after, _)) = (audio_file::read(input)?, audio_file::read(output)?);
            spectrogram::write_png(png, &[("Before", &before), ("After", &after)])
        }
        None => Ok(()),
    }
}

/// Learns from a passage of a file, and reads it no further.
fn learn(
    input: &Path,
    passage: &Passage,
    values: &Values,
    bars: &MultiProgress,
) -> Result<NoiseProfile, String> {
    let fault = |what: String| format!("{}: {what}", input.display());
    let (from_s, to_s) = match passage {
        Passage::At(seconds) => (seconds.start, seconds.end),
        Passage::Quietest => {
            let found = quietest(input)?;
            note(bars, input, &format!("learns from {:.1}:{:.1}", found.start, found.end));
            (found.start, found.end)
        }
    };
    if !(from_s >= 0.0 && to_s > from_s) {
        return Err(fault(format!("the passage {from_s}:{to_s} s is empty or begins before 0")));
    }
    let mut reader = Reader::open(input)?;
    let (from, to) = (reader.sample_at(from_s), reader.sample_at(to_s));
    let mut noise = vec![Vec::new(); reader.channels()];
    let mut at = 0;
    while at < to {
        interrupt::check()?;
        let Some(block) = reader.next_block()? else {
            let seconds = at as f64 / f64::from(reader.sample_rate_hz());
            return Err(fault(format!(
                "the passage ends at {to_s} s, but the audio is only {seconds:.2} s long"
            )));
        };
        let samples = block[0].len() as u64;
        // The part of the block that is in the passage.
        let part = (from.max(at).min(at + samples) - at) as usize..(to.min(at + samples) - at) as usize;
        for (noise, channel) in noise.iter_mut().zip(&block) {
            noise.extend_from_slice(channel.get(part.clone()).unwrap_or_default());
        }
        at += samples;
    }
    let config = Config {
        sample_rate_hz: reader.sample_rate_hz().into(),
        channels: noise.len(),
        quality: values.quality(),
    };
    NoiseProfile::learn(&noise, config).map_err(|error| fault(error.to_string()))
}

fn quietest(input: &Path) -> Result<Range<f64>, String> {
    let mut reader = Reader::open(input)?;
    let mut finder = QuietFinder::new(reader.sample_rate_hz());
    while let Some(block) = reader.next_block()? {
        interrupt::check()?;
        finder.push(&block);
    }
    let nothing = || format!("{}: has no noise to learn from", input.display());
    Ok(finder.found().ok_or_else(nothing)?.seconds)
}

fn denoise(
    job: &Render,
    values: &Values,
    profile: &NoiseProfile,
    input: &Path,
    output: &Path,
    bars: &MultiProgress,
) -> Result<(), String> {
    let mut reader = Reader::open(input)?;
    let (rate_hz, channels, format) = (reader.sample_rate_hz(), reader.channels(), reader.format());
    let mut denoiser = Denoiser::new(profile, rate_hz, channels, values.quality(), values.settings())
        .map_err(|error| format!("{}: {error}", input.display()))?;
    let write_to = |path: &Path| WavWriter::new(WholeFile::create(path)?, rate_hz, channels, format);
    let mut after = write_to(output)?;
    let mut removed = job.removed.as_deref().map(write_to).transpose()?;
    if removed.is_some() {
        denoiser = denoiser.keep_input();
    }
    let mut write = |piece: Piece| {
        after.write(&piece.after)?;
        removed.as_mut().map_or(Ok(()), |removed| removed.write(&slices(&difference(&piece))))
    };
    let bar = progress_bar(bars, input, reader.samples());
    let mut samples = 0;
    while let Some(mut block) = reader.next_block()? {
        interrupt::check()?;
        denoiser.push(&mut block, &mut write)?;
        samples += block[0].len() as u64;
        bar.set_position(samples);
    }
    denoiser.finish(&mut write)?;
    bar.finish_and_clear();
    if let Some(missing_s) = reader.missing_s(samples) {
        note(
            bars,
            input,
            &format!("ends {missing_s:.2} s before its header says; what is there was denoised"),
        );
    }
    removed.map_or(Ok(()), |removed| removed.finish()?.keep())?;
    after.finish()?.keep()
}

/// What was taken away.
fn difference(piece: &Piece) -> Vec<Vec<f32>> {
    let channels = piece.before.iter().zip(&piece.after);
    channels.map(|(before, after)| before.iter().zip(*after).map(|(b, a)| b - a).collect()).collect()
}

fn slices(channels: &[Vec<f32>]) -> Vec<&[f32]> {
    channels.iter().map(Vec::as_slice).collect()
}

/// Says something about a file, not through a progress bar.
fn note(bars: &MultiProgress, input: &Path, what: &str) {
    bars.suspend(|| eprintln!("lull: {}: {what}", input.display()));
}

fn progress_bar(bars: &MultiProgress, input: &Path, samples: Option<u64>) -> ProgressBar {
    let Some(samples) = samples.filter(|_| std::io::stderr().is_terminal()) else {
        return ProgressBar::hidden();
    };
    let style =
        ProgressStyle::with_template("{msg:30!} {wide_bar} {percent:>3} %").expect("a valid template");
    let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
    bars.add(ProgressBar::new(samples).with_style(style).with_message(name))
}
