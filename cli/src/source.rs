//! Where sound comes from: a file, or standard input.

use std::io::IsTerminal;
use std::path::Path;

use lull_cli::output::PIPE;
use lull_cli::pipe::Pipe;
use lull_cli::raw::Raw;
use lull_cli::reader::Reader;
use lull_engine::{NoiseProfile, Quality};

use crate::interrupt;
use crate::passage::{self, Learned, Passage};

/// Bytes of samples in memory that a pipe may need before its passage has been heard.
const MOST_BYTES: u64 = 256 << 20;

/// An input, as the options name it.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub path: &'a Path,
    /// How a pipe is to be read, if it has no header.
    pub raw: Option<&'a Raw>,
}

impl Source<'_> {
    pub fn is_pipe(&self) -> bool {
        is_pipe(self.path)
    }

    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn open(&self) -> Result<Reader, String> {
        if !self.is_pipe() {
            return Reader::open(self.path);
        }
        if std::io::stdin().is_terminal() {
            return Err("-: standard input is a terminal, and no pipe".into());
        }
        Reader::of_pipe(Pipe::of_standard_input(interrupt::was_asked), self.raw)
    }

    /// Learns from a passage, and returns the reader at the beginning as well. A pipe is kept in memory up to the passage's end.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn learn(&self, passage: &Passage, quality: Quality) -> Result<(Learned, Reader), String> {
        let seconds = match passage {
            Passage::At(seconds) => seconds.clone(),
            Passage::Quietest if self.is_pipe() => {
                return Err("-: --learn auto needs a file, because it reads all before it learns".into());
            }
            Passage::Quietest => passage::quietest(self.open()?)?,
        };
        let mut reader = self.open()?;
        let profile = if self.is_pipe() {
            check_memory(&reader, seconds.end)?;
            reader.keep();
            let profile = passage::learn(&mut reader, &seconds, quality)?;
            reader.rewind();
            profile
        } else {
            let profile = passage::learn(&mut reader, &seconds, quality)?;
            reader = self.open()?;
            profile
        };
        Ok((Learned { profile, seconds: Some(seconds) }, reader))
    }

    /// A profile that needs nothing to be learned, with the reader.
    ///
    /// # Errors
    /// One line that names the file and what is wrong with it.
    pub fn with(&self, profile: &NoiseProfile) -> Result<(Learned, Reader), String> {
        Ok((Learned { profile: profile.clone(), seconds: None }, self.open()?))
    }
}

/// Whether a name means standard input or standard output.
pub fn is_pipe(path: &Path) -> bool {
    path == Path::new(PIPE)
}

fn check_memory(reader: &Reader, end_s: f64) -> Result<(), String> {
    let bytes_per_s = u64::from(reader.sample_rate_hz()) * 4 * reader.channels() as u64;
    let most_s = MOST_BYTES / bytes_per_s;
    if end_s <= most_s as f64 {
        return Ok(());
    }
    let mib = MOST_BYTES >> 20;
    Err(reader.fault(format!(
        "the passage ends at {end_s} s, but of a pipe only {most_s} s ({mib} MiB) are kept in memory"
    )))
}
