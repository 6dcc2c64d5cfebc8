//! Where bytes of a file go: into a file that is there once it is complete, or into a pipe.

use std::io::{BufWriter, Seek, SeekFrom, Stdout, Write};
use std::path::Path;

use crate::whole_file::WholeFile;

/// The name of standard input and standard output among files.
pub const PIPE: &str = "-";

/// A file or standard output.
pub enum Output {
    File(WholeFile),
    /// Nothing in it can be changed any more.
    Pipe(BufWriter<Stdout>),
}

impl Output {
    /// The file of this name, or standard output where it is "-".
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn create(path: &Path) -> Result<Self, String> {
        if path == Path::new(PIPE) {
            return Ok(Self::Pipe(BufWriter::with_capacity(1 << 16, std::io::stdout())));
        }
        WholeFile::create(path).map(Self::File)
    }

    /// Gives a file its name.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn keep(self) -> Result<(), String> {
        match self {
            Self::File(file) => file.keep(),
            mut pipe @ Self::Pipe(_) => pipe.flush().map_err(|error| pipe.fault(error)),
        }
    }

    /// A message about it.
    pub fn fault(&self, what: impl std::fmt::Display) -> String {
        match self {
            Self::File(file) => file.fault(what),
            Self::Pipe(_) => format!("standard output: {what}"),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Pipe(pipe) => pipe.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Pipe(pipe) => pipe.flush(),
        }
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Pipe(_) => Err(std::io::ErrorKind::NotSeekable.into()),
        }
    }
}
