//! The parts of the command line, which tests and tools use as well: audio in memory and in files, denoising,
//! spectrograms. Nothing here is real-time.

pub mod audio;
pub mod audio_file;
pub mod denoise;
pub mod flac;
mod levels;
pub mod metadata;
pub mod output;
pub mod pipe;
mod quantise;
pub mod quiet;
pub mod raw;
pub mod reader;
pub mod riff;
pub mod sample_format;
pub mod shape;
pub mod spectrogram;
pub mod wav;
pub mod whole_file;
pub mod writer;

pub use audio::Audio;
