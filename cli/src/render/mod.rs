//! `lull render`: denoises files.
//!
//! | file | content |
//! |---|---|
//! | `options.rs` | the options |
//! | `settings.rs` | the values of the parameters |
//! | `plan.rs` | which files are read and written |
//! | `noise.rs` | where the noise profile comes from |
//! | `one.rs` | one file, block by block |

mod noise;
mod one;
pub mod options;
mod plan;
mod settings;

use std::path::PathBuf;

use lull_cli::writer::Container;
use rayon::prelude::*;

use crate::interrupt;
use crate::progress::Voice;
use noise::Noise;
use options::Render;

/// # Errors
/// One line for each file that was not denoised.
pub fn render(job: &Render) -> Result<(), Vec<String>> {
    let all = |error: String| vec![error];
    let values = settings::values(job.preset.as_deref(), &job.set, job.quality.as_deref()).map_err(all)?;
    job.removed.as_deref().map_or(Ok(()), |path| Container::of(path).map(|_| ())).map_err(all)?;
    let files = plan::files(job).map_err(all)?;
    let noise = Noise::new(job.learn.as_ref(), job.profile.as_ref()).map_err(all)?;
    interrupt::listen().map_err(all)?;
    let voice = Voice::new();
    let error_of =
        |(input, output): &(PathBuf, PathBuf)| one::render(job, &values, &noise, input, output, &voice).err();
    let errors: Vec<String> = match &files[..] {
        // Without threads, which take CPU time while they wait.
        [only] => error_of(only).into_iter().collect(),
        many => many.par_iter().filter_map(error_of).collect(),
    };
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
