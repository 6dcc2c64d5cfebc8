//! Denoises one file, block by block.

use std::path::Path;

use lull_cli::denoise::{Denoiser, Piece};
use lull_cli::reader::Reader;
use lull_cli::shape::Shape;
use lull_cli::whole_file::WholeFile;
use lull_cli::writer::{Container, Writer};
use lull_cli::{audio_file, spectrogram};
use lull_engine::{NoiseProfile, Values};

use super::noise::Noise;
use super::options::Render;
use crate::free::free_to_write;
use crate::interrupt;
use crate::progress::Voice;

/// # Errors
/// One line that names the file and what is wrong.
pub fn render(
    job: &Render,
    values: &Values,
    noise: &Noise,
    input: &Path,
    output: &Path,
    voice: &Voice,
) -> Result<(), String> {
    interrupt::check()?;
    for path in [Some(output), job.removed.as_deref(), job.spectrogram.as_deref()].into_iter().flatten() {
        free_to_write(path, job.force)?;
    }
    let profile = noise.learn(input, values.quality(), voice)?;
    denoise(job, values, &profile, input, output, voice)?;
    match job.spectrogram.as_deref() {
        Some(png) => {
            let ((before, _), (after, _)) = (audio_file::read(input)?, audio_file::read(output)?);
            spectrogram::write_png(png, &[("Before", &before), ("After", &after)])
        }
        None => Ok(()),
    }
}

fn denoise(
    job: &Render,
    values: &Values,
    profile: &NoiseProfile,
    input: &Path,
    output: &Path,
    voice: &Voice,
) -> Result<(), String> {
    let mut reader = Reader::open(input)?;
    let shape = Shape {
        sample_rate_hz: reader.sample_rate_hz(),
        channels: reader.channels(),
        format: reader.format(),
        dither: !job.no_dither,
        samples: reader.samples(),
    };
    let mut denoiser =
        Denoiser::new(profile, shape.sample_rate_hz, shape.channels, values.quality(), values.settings())
            .map_err(|error| reader.fault(error))?;
    let write_to = |path: &Path| Writer::new(WholeFile::create(path)?, Container::of(path)?, &shape);
    let mut after = write_to(output)?;
    let mut removed = job.removed.as_deref().map(write_to).transpose()?;
    if removed.is_some() {
        denoiser = denoiser.keep_input();
    }
    let mut write = |piece: Piece| {
        after.write(&piece.after)?;
        removed.as_mut().map_or(Ok(()), |removed| removed.write(&slices(&difference(&piece))))
    };
    let bar = voice.bar(input, reader.samples());
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
        let what = format!("ends {missing_s:.2} s before its header says; what is there was denoised");
        voice.note(input, &what);
    }
    let clipped = after.clipped();
    if clipped > 0 {
        voice.note(input, &format!("samples of the output beyond full scale, which were clipped: {clipped}"));
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
