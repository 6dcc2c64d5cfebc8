//! Presets in the user's folder that an install script tells apart: an older version's, which it renews, and the user's, which it
//! leaves alone.

use std::fs;
use std::path::Path;

use crate::outcome::Result;

const RENEWED: &str = "Default.vstpreset";
/// Another factory preset stands for an older version of [`RENEWED`].
const OLDER: &str = "Classic gate.vstpreset";
const USERS: &[u8] = b"a user's";

pub struct Presets<'a> {
    /// The user's folder.
    pub folder: &'a Path,
    /// The archive's.
    pub factory: &'a Path,
    /// Names of the user's own.
    pub saved: &'a [&'a str],
}

impl Presets<'_> {
    /// Writes an older factory preset and the user's own, after which the script is to be run again.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn plant(&self) -> Result {
        let planted = self.saved.iter().try_for_each(|name| fs::write(self.folder.join(name), USERS));
        let older = || fs::copy(self.factory.join(OLDER), self.folder.join(RENEWED));
        planted
            .and_then(|()| older())
            .map(|_| ())
            .map_err(|error| format!("{}: {error}", self.folder.display()))
    }

    /// # Errors
    /// When the older preset is still there, or one of the user's is not.
    pub fn check_installed(&self) -> Result {
        let read = |folder: &Path| fs::read(folder.join(RENEWED)).unwrap_or_default();
        if read(self.folder) != read(self.factory) {
            return Err("the script has not renewed an older factory preset".into());
        }
        self.check_users()
    }

    /// Removes the user's own, if the script has left them alone.
    ///
    /// # Errors
    /// When the factory preset is still there, or one of the user's is not.
    pub fn check_uninstalled(&self) -> Result {
        if self.folder.join(RENEWED).exists() {
            return Err(format!("the script has left {RENEWED}"));
        }
        self.check_users()?;
        self.saved.iter().try_for_each(|name| {
            fs::remove_file(self.folder.join(name)).map_err(|error| format!("{name}: {error}"))
        })
    }

    fn check_users(&self) -> Result {
        let is_lost = |name: &&&str| fs::read(self.folder.join(name)).unwrap_or_default() != USERS;
        match self.saved.iter().find(is_lost) {
            Some(name) => Err(format!("the script has replaced or removed {name}, a preset of the user's")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::committed;

    #[test]
    fn what_a_script_does_wrong_is_found() {
        let (folder, factory) = (tempfile::tempdir().unwrap(), committed("vst3"));
        let (folder, saved) = (folder.path(), ["Mine.vstpreset", "Gentle.vstpreset"]);
        let presets = Presets { folder, factory: &factory, saved: &saved };
        presets.plant().unwrap();
        assert!(presets.check_installed().unwrap_err().contains("renewed"));
        assert!(presets.check_uninstalled().unwrap_err().contains("left"));
        fs::copy(factory.join(RENEWED), folder.join(RENEWED)).unwrap();
        assert_eq!(presets.check_installed(), Ok(()));
        fs::copy(factory.join(saved[1]), folder.join(saved[1])).unwrap();
        assert!(presets.check_installed().unwrap_err().contains("Gentle"));
        presets.plant().unwrap();
        fs::remove_file(folder.join(RENEWED)).unwrap();
        assert_eq!(presets.check_uninstalled(), Ok(()));
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
        assert!(presets.check_uninstalled().unwrap_err().contains("Mine"));
    }
}
