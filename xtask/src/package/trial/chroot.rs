//! A Debian with nothing but its essential packages, Python and a library that pedalboard wants, without compilers and
//! without a desktop.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::debian::{self, Install};
use crate::outcome::Result;
use crate::traces::Files;
use crate::{files, shell};

const DEBOOTSTRAP: (&str, &str) = ("/usr/sbin/debootstrap", "debootstrap");
const SUITE: &str = "bookworm";
const MIRROR: &str = "http://deb.debian.org/debian";
/// Exists once debootstrap has ended well.
const MADE: &str = "made";
/// Runs its arguments in the first of them. What it mounts is gone when it ends.
const WITH_PROC: &str = r#"mount -t proc proc "$0/proc" && exec chroot "$0" "$@""#;
/// Folder for the trial, and the same inside.
const TRIAL: &str = "trial";

pub struct Chroot {
    root: PathBuf,
}

impl Chroot {
    /// Makes it, or takes the one of an earlier run.
    ///
    /// # Errors
    /// When debootstrap is not there or fails: it wants root.
    pub fn open() -> Result<Self> {
        debian::programs(&[DEBOOTSTRAP], Install::Asked)?;
        let root = shell::target().join("elsewhere").join(SUITE);
        if !root.join(MADE).exists() {
            let _ = std::fs::remove_dir_all(&root);
            println!("--- debootstrap {SUITE}");
            let include = "--include=python3-minimal,libpython3-stdlib,libatomic1";
            let folder = root.to_string_lossy();
            shell::output(DEBOOTSTRAP.0.as_ref(), &["--variant=minbase", include, SUITE, &folder, MIRROR])?;
            std::fs::write(root.join(MADE), "").map_err(|error| format!("{}: {error}", root.display()))?;
        }
        let chroot = Self { root };
        chroot.empty()?;
        Ok(chroot)
    }

    /// A path inside, seen from outside.
    pub fn outside(&self, inside: &str) -> PathBuf {
        self.root.join(inside.trim_start_matches('/'))
    }

    /// Copies a file or a folder into the trial's folder, and returns its path inside.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn bring(&self, from: &Path, name: &str) -> Result<String> {
        let target = self.root.join(TRIAL).join(name);
        files::replace(from, &target).map_err(|error| format!("{}: {error}", target.display()))?;
        Ok(format!("/{TRIAL}/{name}"))
    }

    /// Runs a program inside, with the trial's folder as its home, and /proc, by which the plugin sees that a thread sleeps.
    ///
    /// # Errors
    /// When it fails or a thread panics: the program may end well nevertheless.
    pub fn run(&self, arguments: &[&str]) -> Result {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-c", WITH_PROC])
            .arg(&self.root)
            .args(arguments)
            .env_clear()
            .envs([("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), ("HOME", "/trial/home"), ("LC_ALL", "C.UTF-8")])
            .env("PYTHONPATH", "/trial/python")
            // A display that does not exist: JUCE takes :0 otherwise.
            .env("DISPLAY", crate::display::NO_DISPLAY.1)
            .env("DEBIAN_FRONTEND", "noninteractive");
        shell::run_watched(command, &|line| line.contains("panicked").then(|| line.to_owned()))
            .map_err(|error| format!("in {SUITE}: {error}"))
    }

    /// All files and folders but the trial's own and dpkg's notes about what it did.
    ///
    /// # Errors
    /// When find fails.
    pub fn files(&self) -> Result<Files> {
        Files::list(&self.root, &["/"], &["/trial", "/var/lib/dpkg", "/var/log", "/tmp"])
    }

    fn empty(&self) -> Result {
        let trial = self.root.join(TRIAL);
        files::remove(&trial)
            .and_then(|()| std::fs::create_dir_all(trial.join("home")))
            .map_err(|error| format!("{}: {error}", trial.display()))
    }
}
