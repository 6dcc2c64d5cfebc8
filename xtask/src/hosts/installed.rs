//! The plugins of a Debian package: installed on this machine, found where hosts look for them, and removed.

use std::path::Path;

use crate::bundle::Bundles;
use crate::outcome::Result;
use crate::shell;
use crate::traces::Files;

const DPKG: &str = "/usr/bin/dpkg";
/// Where a package may put or leave something, and dpkg's notes about what it did.
const FOLDERS: [&str; 4] = ["/usr", "/etc", "/opt", "/var"];
const NOTES: [&str; 4] = ["/var/lib/dpkg", "/var/log", "/var/cache", "/var/tmp"];

/// Installs the package, runs `work` with its plugins, and removes it.
///
/// # Errors
/// When it cannot be installed, `work` fails, or the package leaves a trace.
pub fn with(deb: &Path, work: impl FnOnce(&Bundles) -> Result) -> Result {
    let bundles = Bundles::of_debian_package();
    if bundles.clap.exists() || bundles.vst3.exists() {
        return Err("the package is installed already: what is yours is left alone".into());
    }
    let list = || Files::list("/".as_ref(), &FOLDERS, &NOTES);
    let before = list()?;
    shell::run_with(&[], DPKG.as_ref(), &["--install", &deb.to_string_lossy()])?;
    let outcome = work(&bundles);
    shell::run_with(&[], DPKG.as_ref(), &["--purge", "lull"])?;
    outcome?;
    before.check_against(&list()?)
}
