//! The options of `lull render`.

use std::path::PathBuf;

use lull_cli::raw::Raw;
use lull_cli::writer::Container;
use lull_engine::ThresholdCurve;

use super::settings::parameter_help;
use crate::passage::{self, Passage};

/// Kinds of files, as --format names them.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Format {
    Wav,
    Flac,
}

impl From<Format> for Container {
    fn from(format: Format) -> Self {
        match format {
            Format::Wav => Self::Wav,
            Format::Flac => Self::Flac,
        }
    }
}

#[derive(clap::Args)]
#[command(after_long_help = parameter_help())]
pub struct Render {
    /// The files to denoise (WAV, FLAC, AIFF, MP3, Ogg Vorbis), or folders of such files, or - for a pipe (WAV, or --raw).
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// The file to write, WAV or FLAC by its ending; for several inputs or a folder, the folder to write them into; or - for a
    /// pipe. A file has
    /// the bits of its input, and float becomes 24 bits in FLAC.
    #[arg(required = true)]
    pub output: PathBuf,
    /// Passage of noise alone to learn from, in seconds: A:B; or auto, the quietest two seconds.
    #[arg(long, value_name = "A:B|auto", value_parser = passage::parse)]
    pub learn: Option<Passage>,
    /// Instead of --learn: a noise profile that `lull learn` has written, or the plugin has exported.
    #[arg(long, value_name = "JSON")]
    pub profile: Option<PathBuf>,
    /// A factory preset (lull presets lists them), by key or name, or the file of a preset (.json).
    #[arg(long, value_name = "NAME|JSON")]
    pub preset: Option<String>,
    /// A parameter and its value, as in the plugin: threshold=3, sharpness=hard. The last value of a parameter counts, and
    /// goes over the preset's.
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub set: Vec<String>,
    /// Points of the threshold beside its bands: offsets in dB, -24 to 24, at frequencies in Hz, 20 to 20000, as in
    /// 100:-6,2500:4.5; 32 at most. Between points the offset is interpolated, outside it stays. They replace the preset's,
    /// and '' removes them.
    #[arg(long, value_name = "HZ:DB,...")]
    pub curve: Option<ThresholdCurve>,
    /// Live, Standard or Best: short for --set quality=...
    #[arg(long)]
    pub quality: Option<String>,
    /// Files of this kind for a folder of outputs; WAV if it is not said.
    #[arg(long)]
    pub format: Option<Format>,
    /// Do not dither outputs of 16 bits.
    #[arg(long)]
    pub no_dither: bool,
    /// Also write what is taken away, aligned with the input (one input only).
    #[arg(long, value_name = "WAV|FLAC")]
    pub removed: Option<PathBuf>,
    /// Also draw the spectrograms before and after (one input only).
    #[arg(long, value_name = "PNG")]
    pub spectrogram: Option<PathBuf>,
    /// Pipes are samples without a header, and these: a rate in Hz, a number of channels, and f32le, s16le or s24le.
    #[arg(long, value_name = "RATE,CHANNELS,FORMAT")]
    pub raw: Option<Raw>,
    /// Only say what would be done, and whether it can be: write nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print a JSON document about all files on standard output.
    #[arg(long)]
    pub json: bool,
    /// Replace existing files.
    #[arg(long)]
    pub force: bool,
}
