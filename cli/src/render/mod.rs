//! `lull render`: denoises files.
//!
//! | file | content |
//! |---|---|
//! | `options.rs` | the options |
//! | `settings.rs` | the values of the parameters, and the points of a preset |
//! | `plan.rs` | which files are read and written |
//! | `noise.rs` | where the noise profile comes from |
//! | `one.rs` | one file, block by block |
//! | `outputs.rs` | what is written for it |
//! | `meter.rs`, `report.rs` | what --json says |

mod meter;
mod noise;
mod one;
pub mod options;
mod outputs;
mod plan;
mod report;
mod settings;

use std::path::Path;

use rayon::prelude::*;

use crate::interrupt;
use crate::progress::Voice;
use crate::report::{print, print_lines};
use noise::Noise;
use one::Task;
use options::Render;
use report::{FileReport, RenderReport};

/// # Errors
/// One line for each file that was not denoised.
pub fn render(options: &Render) -> Result<(), Vec<String>> {
    let (files, error) = match run(options) {
        Ok(files) => (files, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut errors: Vec<String> = files.iter().filter_map(|file| file.error.clone()).collect();
    errors.extend(error.clone());
    let printed = if options.json {
        print(&RenderReport { dry_run: options.dry_run, files, error })
    } else if options.dry_run {
        let done = files.iter().filter(|file| file.error.is_none());
        print_lines(&done.map(|file| one::intention(file, Path::new(&file.output))).collect::<String>())
    } else {
        Ok(())
    };
    errors.extend(printed.err());
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// # Errors
/// What was wrong before any file was opened.
fn run(options: &Render) -> Result<Vec<FileReport>, String> {
    let (preset, quality) = (options.preset.as_deref(), options.quality.as_deref());
    let (values, presets_curve) = settings::values(preset, &options.set, quality)?;
    let curve = options.curve.unwrap_or(presets_curve);
    let jobs = plan::jobs(options)?;
    let noise = Noise::new(options.learn.as_ref(), options.profile.as_ref())?;
    interrupt::listen()?;
    let voice = Voice::new();
    let task = Task { options, values: &values, curve, noise: &noise, voice: &voice };
    Ok(match &jobs[..] {
        // Without threads, which take CPU time while they wait.
        [only] => vec![task.run(only)],
        many => many.par_iter().map(|job| task.run(job)).collect(),
    })
}
