//! A file that is either written completely or not at all: it has another name in the same folder until it is complete.

use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is being written. Dropped before [`WholeFile::keep`], it leaves nothing.
pub struct WholeFile {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn create(path: &Path) -> Result<Self, String> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".lull-")
            .permissions(new_file_permissions())
            .tempfile_in(folder)
            .map_err(|error| format!("{}: cannot be written: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, file) })
    }

    /// Gives the file its name, and replaces the one that has it.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn keep(self) -> Result<(), String> {
        let Self { path, file } = self;
        let fault = |error: std::io::Error| format!("{}: {error}", path.display());
        let file = file.into_inner().map_err(|error| fault(error.into_error()))?;
        file.persist(&path).map_err(|error| fault(error.error))?;
        Ok(())
    }

    /// A message about this file.
    pub fn fault(&self, what: impl std::fmt::Display) -> String {
        format!("{}: {what}", self.path.display())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for WholeFile {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

/// The usual permissions of a new file, before the umask. A temporary file would be readable by its owner only.
#[cfg(unix)]
fn new_file_permissions() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o666)
}
#[cfg(not(unix))]
fn new_file_permissions() -> std::fs::Permissions {
    tempfile::tempfile()
        .and_then(|file: std::fs::File| file.metadata())
        .map(|data| data.permissions())
        .expect("a file has permissions")
}
