//! What a package leaves behind when it is removed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::outcome::Result;
use crate::shell;

/// Of a file system: its files and folders at one time.
pub struct Files(BTreeSet<String>);

impl Files {
    /// All below `folders` of the system at `root`, but what is below one of `beside`.
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn list(root: &Path, folders: &[&str], beside: &[&str]) -> Result<Self> {
        let below = |folder: &&str| root.join(folder.trim_start_matches('/')).to_string_lossy().into_owned();
        let folders: Vec<String> = folders.iter().map(below).collect();
        let mut arguments: Vec<&str> = folders.iter().map(String::as_str).collect();
        arguments.extend(["-xdev", "-print"]);
        let found = shell::output("find".as_ref(), &arguments)?;
        let files = found.lines().filter_map(|file| Path::new(file).strip_prefix(root).ok());
        let files = files.map(|file| format!("/{}", file.display()));
        let is_beside = |file: &String| beside.iter().any(|folder| Path::new(file).starts_with(folder));
        Ok(Self(files.filter(|file| !is_beside(file)).collect()))
    }

    /// # Errors
    /// Names what has come and gone since. What Python keeps of scripts that it has run is no trace.
    pub fn check_against(&self, later: &Self) -> Result {
        let is_trace = |file: &&String| !file.ends_with(".pyc") && !file.ends_with("__pycache__");
        let changed: Vec<&String> = self.0.symmetric_difference(&later.0).filter(is_trace).collect();
        if changed.is_empty() {
            println!("  ok     {} files and folders are as before", self.0.len());
            return Ok(());
        }
        Err(format!("the package leaves a trace: {changed:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_what_goes_is_a_trace() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["usr/lib", "var/log"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let file = |name: &str| root.path().join(name);
        let list = || Files::list(root.path(), &["/usr", "/var"], &["/var/log"]).unwrap();
        std::fs::write(file("usr/lib/old"), "").unwrap();
        let before = list();
        std::fs::write(file("var/log/dpkg"), "").unwrap();
        std::fs::write(file("usr/lib/a.pyc"), "").unwrap();
        assert_eq!(before.check_against(&list()), Ok(()));
        std::fs::create_dir(file("usr/lib/vst3")).unwrap();
        assert!(before.check_against(&list()).unwrap_err().contains("[\"/usr/lib/vst3\"]"));
        std::fs::remove_dir(file("usr/lib/vst3")).unwrap();
        std::fs::remove_file(file("usr/lib/old")).unwrap();
        assert!(before.check_against(&list()).unwrap_err().contains("[\"/usr/lib/old\"]"));
    }
}
