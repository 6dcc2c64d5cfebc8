//! The demo's input: the recording and the passage of noise to learn from.

use std::ops::Range;
use std::path::PathBuf;

use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use lull_engine::MAX_CHANNELS;
use lull_host::Result;

use crate::recording;

/// Shortest passage to learn from: the plugin's own shortest learn window.
const SHORTEST_LEARN_S: f64 = 0.1;

#[derive(clap::Args)]
pub struct Input {
    /// The recording to denoise (WAV, FLAC, AIFF); one comes with the project.
    file: Option<PathBuf>,
    /// Passage of noise alone, in seconds: A:B. Without it, the quietest second of FILE.
    #[arg(long, value_name = "A:B", value_parser = parse_passage)]
    learn: Option<Range<f64>>,
}

fn parse_passage(text: &str) -> Result<Range<f64>> {
    let times = text.split_once(':').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    times
        .map(|(from, to): (f64, f64)| from..to)
        .ok_or("a passage is two times in seconds, as in 0:1.5".into())
}

/// What is denoised, and where it is to be learned.
pub struct Task {
    /// The recording's path, as the user wrote it.
    pub path: PathBuf,
    pub audio: Audio,
    pub format: SampleFormat,
    /// The passage to learn from, in samples.
    pub noise: Range<usize>,
}

impl Task {
    /// Reads the recording and finds the passage to learn from.
    ///
    /// # Errors
    /// In one line, when the recording cannot be used.
    pub fn read(input: &Input) -> Result<Self> {
        let path = input.file.clone().unwrap_or_else(recording::path);
        let (audio, format) = audio_file::read(&path)?;
        let fault = |what: String| format!("{}: {what}", path.display());
        if audio.channels.len() > MAX_CHANNELS {
            return Err(fault(format!(
                "it has {} channels; {MAX_CHANNELS} is the most",
                audio.channels.len()
            )));
        }
        let noise = match (&input.learn, &input.file) {
            (Some(passage), _) => audio.range(passage.clone()).map_err(fault)?,
            (None, None) => audio.range(recording::NOISE_S).map_err(fault)?,
            (None, Some(_)) => audio.quietest(1.0, 0..0).ok_or_else(|| {
                fault("is silent or shorter than a second: there is no noise to learn".into())
            })?,
        };
        if (noise.len() as f64) < SHORTEST_LEARN_S * audio.sample_rate_hz as f64 {
            return Err(fault(format!(
                "the passage is too short to learn from; {SHORTEST_LEARN_S} s is the least"
            )));
        }
        if audio.rms(noise.clone()) == 0.0 {
            return Err(fault("the passage is digital silence, there is no noise to learn".into()));
        }
        Ok(Self { path, audio, format, noise })
    }
}
