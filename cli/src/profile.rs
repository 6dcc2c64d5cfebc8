//! `lull learn`, and the files of noise profiles.

use std::io::Write;
use std::path::{Path, PathBuf};

use lull_cli::raw::Raw;
use lull_cli::whole_file::WholeFile;
use lull_engine::{NoiseProfile, Parameter, Values};
use lull_formats::profile_file;
use serde::Serialize;

use crate::collisions::Files;
use crate::free::free_to_write;
use crate::interrupt;
use crate::passage::{self, Learned, Passage};
use crate::progress::Voice;
use crate::report::{self, PassageReport};
use crate::source::{Source, is_pipe};

/// The options of `lull learn`.
#[derive(clap::Args)]
pub struct Learn {
    /// The file to learn from (WAV, FLAC, AIFF, MP3, Ogg Vorbis), or - for a pipe (WAV, or --raw).
    input: PathBuf,
    /// Passage of noise alone, in seconds: A:B; or auto, the quietest two seconds.
    #[arg(long, value_name = "A:B|auto", value_parser = passage::parse)]
    learn: Passage,
    /// The file to write, which ends in .json. The plugin imports it, and `lull render --profile` takes it.
    #[arg(long, value_name = "JSON")]
    profile: PathBuf,
    /// Live, Standard or Best: the quality that the profile has the resolution of. It serves in the others as well.
    #[arg(long)]
    quality: Option<String>,
    /// The pipe is samples without a header, and these: a rate in Hz, a number of channels, and f32le, s16le or s24le.
    #[arg(long, value_name = "RATE,CHANNELS,FORMAT")]
    raw: Option<Raw>,
    /// Only say what would be done, and whether it can be: write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print a JSON document on standard output.
    #[arg(long)]
    json: bool,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

#[derive(Default, Serialize)]
struct LearnReport {
    dry_run: bool,
    input: String,
    profile: String,
    rate_hz: Option<f64>,
    channels: Option<usize>,
    learned: Option<PassageReport>,
    notes: Vec<String>,
    error: Option<String>,
}

/// Learns a profile and writes it.
///
/// # Errors
/// One line that names the file or option and what is wrong.
pub fn learn(job: &Learn) -> Result<(), String> {
    let (input, profile) = (report::text(&job.input), report::text(&job.profile));
    let mut told = LearnReport { dry_run: job.dry_run, input, profile, ..LearnReport::default() };
    let outcome = try_learn(job, &mut told);
    if job.json {
        told.error = outcome.as_ref().err().cloned();
        report::print(&told)?;
    } else if let (true, Some(PassageReport { from_s, to_s })) = (job.dry_run, &told.learned) {
        report::print_lines(&format!("{} -> {}: learns from {from_s}:{to_s}\n", told.input, told.profile))?;
    }
    outcome
}

fn try_learn(job: &Learn, told: &mut LearnReport) -> Result<(), String> {
    let is_json = job.profile.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if !is_json {
        return Err(format!("{}: the name of a profile has to end in .json", job.profile.display()));
    }
    if job.raw.is_some() && !is_pipe(&job.input) {
        return Err("--raw is about pipes, and the input is not -".into());
    }
    let mut values = Values::default();
    if let Some(text) = &job.quality {
        let set = values.set_text(Parameter::Quality.row().id, text);
        set.map_err(|why| format!("--quality {text}: {why}"))?;
    }
    let mut files = Files::default();
    files.read(&job.input);
    files.write(&job.profile);
    files.check()?;
    free_to_write(&job.profile, job.force)?;
    interrupt::listen()?;
    let source = Source { path: &job.input, raw: job.raw.as_ref() };
    let (Learned { profile, seconds }, _) = source.learn(&job.learn, values.quality())?;
    let Some(seconds) = seconds else { return Ok(()) };
    if job.learn == Passage::Quietest {
        let what = format!("learns from {:.1}:{:.1}", seconds.start, seconds.end);
        Voice::new().note(&job.input, &what);
        told.notes.push(what);
    }
    told.learned = Some((&seconds).into());
    told.rate_hz = Some(profile.grid().sample_rate_hz);
    told.channels = Some(profile.channels().len());
    if job.dry_run { Ok(()) } else { write(&job.profile, &profile) }
}

fn write(path: &Path, profile: &NoiseProfile) -> Result<(), String> {
    let mut file = WholeFile::create(path)?;
    let written = file.write_all(profile_file::to_json(profile).as_bytes());
    written.map_err(|error| file.fault(error))?;
    file.keep()
}

/// Reads the file of a profile.
///
/// # Errors
/// One line that names the file and what is wrong with it.
pub fn read(path: &Path) -> Result<NoiseProfile, String> {
    let fault = |what: String| format!("{}: {what}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    profile_file::from_json(&text).map_err(fault)
}
