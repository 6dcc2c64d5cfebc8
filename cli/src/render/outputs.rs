//! What a render writes for one file: the output, what was removed, a picture. All are there in the end, or none.

use std::path::Path;

use lull_cli::denoise::Piece;
use lull_cli::output::Output;
use lull_cli::shape::Shape;
use lull_cli::writer::{Container, Writer};
use lull_cli::{Audio, spectrogram};

use super::options::Render;
use super::plan::Job;

/// The files of one input that are being written.
pub struct Outputs<'a> {
    after: Writer,
    removed: Option<Writer>,
    picture: Option<Picture<'a>>,
}

/// Before and after, in memory: a spectrogram's scale is known at the end.
struct Picture<'a> {
    path: &'a Path,
    before: Audio,
    after: Audio,
}

impl<'a> Outputs<'a> {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn create(options: &'a Render, job: &Job, shape: &Shape) -> Result<Self, String> {
        let removed = options.removed.as_deref();
        let open = |path: &Path, container: Container| Writer::new(Output::create(path)?, container, shape);
        let empty =
            || Audio { sample_rate_hz: shape.sample_rate_hz, channels: vec![Vec::new(); shape.channels] };
        Ok(Self {
            after: open(&job.output, job.container)?,
            removed: removed.map(|path| open(path, Container::of(path)?)).transpose()?,
            picture: options.spectrogram.as_deref().map(|path| Picture {
                path,
                before: empty(),
                after: empty(),
            }),
        })
    }

    /// Whether the pieces need to have the input.
    pub fn need_input(&self) -> bool {
        self.removed.is_some() || self.picture.is_some()
    }

    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn write(&mut self, piece: &Piece) -> Result<(), String> {
        self.after.write(&piece.after)?;
        if let Some(removed) = &mut self.removed {
            let difference = difference(piece);
            removed.write(&difference.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        }
        if let Some(Picture { before, after, .. }) = &mut self.picture {
            append(before, &piece.before);
            append(after, &piece.after);
        }
        Ok(())
    }

    /// How many samples of the output were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.after.clipped()
    }

    /// Gives the files their names, once all are complete.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn keep(self) -> Result<(), String> {
        let mut files = Vec::new();
        files.extend(self.removed.map(Writer::finish).transpose()?);
        if let Some(Picture { path, before, after }) = &self.picture {
            let drawn = spectrogram::draw(path, &[("Before", before), ("After", after)])?;
            files.push(Output::File(drawn));
        }
        files.push(self.after.finish()?);
        files.into_iter().try_for_each(Output::keep)
    }
}

/// What was taken away.
fn difference(piece: &Piece) -> Vec<Vec<f32>> {
    let channels = piece.before.iter().zip(&piece.after);
    channels.map(|(before, after)| before.iter().zip(*after).map(|(b, a)| b - a).collect()).collect()
}

fn append(audio: &mut Audio, samples: &[&[f32]]) {
    for (channel, samples) in audio.channels.iter_mut().zip(samples) {
        channel.extend_from_slice(samples);
    }
}
