//! Archives of a folder. Their bytes depend on the files alone: every file has the same time.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

use crate::outcome::Result;

/// The first day that a zip can name, 1 January 1980, in seconds.
const TIME_S: u64 = 315_532_800;

/// A file of the folder, with its name in the archive.
struct Entry {
    path: PathBuf,
    name: String,
    mode: u32,
}

/// Writes a folder, with its own name, into a zip beside it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn zip(folder: &Path) -> Result<PathBuf> {
    let target = beside(folder, "zip");
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", target.display());
    let mut archive = zip::ZipWriter::new(File::create(&target).map_err(|error| fault(&error))?);
    for entry in entries(folder)? {
        let options = SimpleFileOptions::default().unix_permissions(entry.mode);
        archive.start_file(&entry.name, options).map_err(|error| fault(&error))?;
        archive.write_all(&read(&entry.path)?).map_err(|error| fault(&error))?;
    }
    archive.finish().map_err(|error| fault(&error))?;
    Ok(target)
}

/// Writes a folder, with its own name, into a tar.gz beside it.
///
/// # Errors
/// As [`zip`].
pub fn tar_gz(folder: &Path) -> Result<PathBuf> {
    let target = beside(folder, "tar.gz");
    let fault = |error: std::io::Error| format!("{}: {error}", target.display());
    let file = File::create(&target).map_err(fault)?;
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::best()));
    for entry in entries(folder)? {
        let bytes = read(&entry.path)?;
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(TIME_S);
        archive.append_data(&mut header, &entry.name, &*bytes).map_err(fault)?;
    }
    archive.into_inner().and_then(GzEncoder::finish).map_err(fault)?;
    Ok(target)
}

/// Unpacks a zip into a folder.
///
/// # Errors
/// When it cannot be read, or a file cannot be written.
pub fn unzip(archive: &Path, into: &Path) -> Result {
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", archive.display());
    let file = File::open(archive).map_err(|error| fault(&error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| fault(&error))?;
    archive.extract(into).map_err(|error| fault(&error))
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn sha256(path: &Path) -> Result<String> {
    let digest = Sha256::digest(read(path)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A path that is the folder's with `.extension` added: a version number is no extension.
pub fn beside(folder: &Path, extension: &str) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!("{name}.{extension}"))
}

/// All files below a folder, in the order of their names.
fn entries(folder: &Path) -> Result<Vec<Entry>> {
    let base = folder.parent().unwrap_or(folder);
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in fs::read_dir(&folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(base).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push(Entry { mode: mode(&path), name, path });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Whether a file can be run, which only Unix knows.
fn mode(path: &Path) -> u32 {
    #[cfg(unix)]
    let can_run = {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o100 != 0)
    };
    #[cfg(not(unix))]
    let can_run = path.extension().is_some_and(|extension| extension == "exe");
    if can_run { 0o755 } else { 0o644 }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let lull = folder.path().join("lull-1.2.3");
        fs::create_dir_all(lull.join("a b")).unwrap();
        fs::write(lull.join("a b/c.txt"), "text").unwrap();
        fs::write(lull.join("run.sh"), "#!/bin/sh\n").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(lull.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        }
        (folder, lull)
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let (folder, lull) = planted();
        let archive = zip(&lull).unwrap();
        assert_eq!(archive, folder.path().join("lull-1.2.3.zip"));
        let to = folder.path().join("to");
        unzip(&archive, &to).unwrap();
        assert_eq!(fs::read(to.join("lull-1.2.3/a b/c.txt")).unwrap(), b"text");
        assert_eq!(mode(&to.join("lull-1.2.3/run.sh")), mode(&lull.join("run.sh")));
        assert_eq!(mode(&to.join("lull-1.2.3/a b/c.txt")), 0o644);
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let sums = [0, 1].map(|_| {
            let (_folder, lull) = planted();
            [zip(&lull).unwrap(), tar_gz(&lull).unwrap()].map(|archive| sha256(&archive).unwrap())
        });
        assert_eq!(sums[0], sums[1]);
        assert_ne!(sums[0][0], sums[0][1]);
    }

    #[test]
    fn the_sum_is_the_standards() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "abc").unwrap();
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(file.path()).as_deref(), Ok(sum));
    }
}
