//! Folders and files of presets and profiles.

use std::path::{Path, PathBuf};

/// Larger files are refused: a profile of 8 channels at 384 kHz has 5 MB.
const MOST_BYTES: u64 = 64 << 20;

/// A user's folder of one kind of file.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder `name` in this user's data directory: `~/.local/share/Lull` on Linux,
    /// `~/Library/Application Support/Lull` on macOS, `%APPDATA%\Lull` on Windows.
    pub fn of_user(name: &str) -> Self {
        let data = dirs::data_dir().unwrap_or_else(std::env::temp_dir);
        Self::at(data.join("Lull").join(name))
    }

    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names of its files, sorted.
    pub fn names(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.path) else { return Vec::new() };
        let name = |entry: std::fs::DirEntry| {
            let path = entry.path();
            let is_json = path.extension().is_some_and(|extension| extension == "json");
            is_json.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
        };
        let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
        names.sort_by_key(|name| name.to_lowercase());
        names
    }

    /// The file for `name`: in this folder, or anywhere if `name` is an absolute path.
    ///
    /// # Errors
    /// A message for the user: the name is empty.
    fn file(&self, name: &str) -> Result<PathBuf, String> {
        let name = name.trim();
        if name.is_empty() {
            return Err("It needs a name".into());
        }
        let given = Path::new(name);
        let file = if given.is_absolute() {
            given.to_owned()
        } else {
            let plain: String = name
                .chars()
                .map(|c| if "/\\:*?\"<>|".contains(c) || c.is_control() { '-' } else { c })
                .collect();
            self.path.join(plain.trim_start_matches('.'))
        };
        let has_extension = file.extension().is_some_and(|extension| extension == "json");
        if has_extension { Ok(file) } else { Ok(with_json(file)) }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A message for the user: there is no such file, it is too large, or it is not text.
    pub fn read(&self, name: &str) -> Result<String, String> {
        let file = self.file(name)?;
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        if std::fs::metadata(&file).map_err(failed)?.len() > MOST_BYTES {
            return Err(format!("{}: too large", file.display()));
        }
        std::fs::read_to_string(&file).map_err(failed)
    }

    /// Whether there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.file(name).is_ok_and(|file| file.exists())
    }

    /// Deletes a file.
    ///
    /// # Errors
    /// A message for the user: it cannot be deleted.
    pub fn delete(&self, name: &str) -> Result<(), String> {
        let file = self.file(name)?;
        std::fs::remove_file(&file).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Writes a file. Writes a temporary file first and renames it, so that the file is never incomplete. Makes the folder
    /// if needed.
    ///
    /// # Errors
    /// A message for the user: it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        let file = self.file(name)?;
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let unfinished = file.with_extension("json.part");
        std::fs::write(&unfinished, text).map_err(failed)?;
        std::fs::rename(&unfinished, &file).map_err(failed)?;
        Ok(file)
    }
}

fn with_json(mut file: PathBuf) -> PathBuf {
    file.as_mut_os_string().push(".json");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_files_are_listed_and_read() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::at(home.path().join("Presets"));
        assert!(folder.names().is_empty(), "there is no folder yet");
        folder.write("My voice 2.0", "b").unwrap();
        folder.write("a/../../b", "a").unwrap();
        assert_eq!(folder.names(), ["a-..-..-b", "My voice 2.0"]);
        assert_eq!(folder.read("My voice 2.0").unwrap(), "b");
        assert_eq!(folder.read("My voice 2.0.json").unwrap(), "b");
        assert!(folder.has("My voice 2.0") && !folder.has("My voice"));
        folder.delete("My voice 2.0").unwrap();
        assert!(!folder.has("My voice 2.0") && folder.delete("My voice 2.0").is_err());
        assert_eq!(folder.names(), ["a-..-..-b"]);
        let elsewhere = home.path().join("elsewhere.json");
        std::fs::write(&elsewhere, "c").unwrap();
        assert_eq!(folder.read(&elsewhere.to_string_lossy()).unwrap(), "c");
    }

    #[test]
    fn errors_are_reported() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::at(home.path());
        assert!(folder.write("  ", "x").unwrap_err().contains("name"));
        assert!(folder.read("nothing").unwrap_err().contains("nothing.json"));
        std::fs::write(home.path().join("binary.json"), [0xFF, 0xFE, 0x00]).unwrap();
        assert!(folder.read("binary").is_err());
    }
}
