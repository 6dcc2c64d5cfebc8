//! Which files a render reads, and which it writes.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use lull_cli::reader::ENDINGS;
use lull_cli::writer::Container;

use super::options::Render;
use crate::collisions::Files;
use crate::source::is_pipe;

/// One file to denoise.
pub struct Job {
    pub input: PathBuf,
    pub output: PathBuf,
    pub container: Container,
}

/// The inputs, with the files of folders, and where each goes.
///
/// # Errors
/// A message for the user, when the output does not fit the inputs, or two files are one.
pub fn jobs(job: &Render) -> Result<Vec<Job>, String> {
    check_pipes(job)?;
    let jobs = jobs_by_name(job)?;
    if let Some(removed) = &job.removed {
        Container::of(removed)?;
    }
    let mut files = Files::default();
    for path in [job.profile.as_deref(), job.preset.as_deref().map(Path::new)].into_iter().flatten() {
        files.read(path);
    }
    for Job { input, output, .. } in &jobs {
        files.read(input);
        files.write_for(output, input);
    }
    for path in [&job.removed, &job.spectrogram].into_iter().flatten() {
        files.write(path);
    }
    files.check()?;
    Ok(jobs)
}

/// # Errors
/// One line, when a pipe is where there can be none.
fn check_pipes(job: &Render) -> Result<(), String> {
    let (input, output) = (job.inputs.iter().any(|path| is_pipe(path)), is_pipe(&job.output));
    let others = [&job.removed, &job.spectrogram, &job.profile];
    if others.into_iter().flatten().any(|path| is_pipe(path)) {
        return Err("-: only the input and the output can be pipes".into());
    }
    if input && (job.inputs.len() > 1 || job.output.is_dir()) {
        return Err("-: a pipe is one input, and needs the name of a file to go into, or -".into());
    }
    if job.raw.is_some() && !input && !output {
        return Err("--raw is about pipes, and neither the input nor the output is -".into());
    }
    if input && job.dry_run {
        return Err("-: --dry-run would use up the pipe".into());
    }
    if output && job.json {
        return Err("-: --json needs standard output, which is to be the sound".into());
    }
    if output && !job.dry_run && std::io::stdout().is_terminal() {
        return Err("-: standard output is a terminal, and no pipe".into());
    }
    Ok(())
}

fn jobs_by_name(job: &Render) -> Result<Vec<Job>, String> {
    let mut inputs = Vec::new();
    for input in &job.inputs {
        if input.is_dir() { inputs.extend(audio_files(input)?) } else { inputs.push(input.clone()) }
    }
    let is_one = job.inputs.len() == 1 && !job.inputs[0].is_dir();
    if is_one && !job.output.is_dir() {
        let is_raw = job.raw.is_some() && is_pipe(&job.output);
        let named = if is_raw { Container::Raw } else { Container::of(&job.output)? };
        if job.format.is_some_and(|format| Container::from(format) != named) {
            return Err(format!(
                "{}: --format asks for another kind of file than the name",
                job.output.display()
            ));
        }
        return Ok(vec![Job { input: inputs.remove(0), output: job.output.clone(), container: named }]);
    }
    if !job.output.is_dir() {
        let what =
            if job.output.exists() { "is no folder" } else { "there is no such folder; make it first" };
        return Err(format!("{}: {what}: several files need one to go into", job.output.display()));
    }
    if !is_one && (job.spectrogram.is_some() || job.removed.is_some()) {
        return Err("--spectrogram and --removed are for one file".into());
    }
    let container = job.format.map_or(Container::Wav, Container::from);
    let mut taken: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for input in inputs {
        let output =
            job.output.join(input.file_name().unwrap_or_default()).with_extension(container.ending());
        if let Some(other) = taken.insert(output.clone(), input.clone()) {
            return Err(format!(
                "{} and {} would both become {}",
                other.display(),
                input.display(),
                output.display()
            ));
        }
    }
    Ok(taken.into_iter().map(|(output, input)| Job { input, output, container }).collect())
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
