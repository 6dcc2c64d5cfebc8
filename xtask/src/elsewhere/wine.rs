//! Wine, which runs programs for Windows, with files of its own below target/.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::debian::{self, Install};
use crate::display::Display;
use crate::outcome::Result;
use crate::shell;

const WINE: &str = "/usr/lib/wine/wine64";
const SERVER: &str = "/usr/lib/wine/wineserver64";
/// The compiler and linker for Windows.
pub const GCC: (&str, &str) = ("/usr/bin/x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-posix");
const PACKAGES: [(&str, &str); 3] = [(WINE, "wine64"), GCC, ("/usr/bin/Xvfb", "xvfb")];

/// Windows as far as Wine has it. Its programs end when this is dropped.
pub struct Wine {
    prefix: PathBuf,
    display: Display,
    /// See [`Wine::keep_running`].
    keeper: Option<Child>,
}

impl Wine {
    /// Ensures that Wine is there, and the compiler for Windows.
    ///
    /// # Errors
    /// Why not.
    pub fn ensure(install: Install) -> Result {
        debian::programs(&PACKAGES, install)
    }

    /// Makes Wine's files, and adds what Rust's programs need.
    ///
    /// # Errors
    /// When Wine does not start.
    pub fn start() -> Result<Self> {
        let mut wine = Self {
            prefix: shell::target().join("elsewhere/wine"),
            display: Display::virtual_one(1280, 1024)?,
            keeper: None,
        };
        std::fs::create_dir_all(&wine.prefix)
            .map_err(|error| format!("{}: {error}", wine.prefix.display()))?;
        let system = wine.prefix.join("drive_c/windows/system32");
        if !system.join("kernel32.dll").exists() {
            wine.run("wineboot.exe".as_ref(), &["--init".into()])?;
        }
        add_stand_ins(&system)?;
        wine.keeper = Some(wine.keep_running()?);
        Ok(wine)
    }

    /// A program that waits until its input ends. The first program of Wine starts its services, which inherit the pipes of that
    /// program and live as long as any: whoever reads these waits for all of them. So that first one is this.
    fn keep_running(&self) -> Result<Child> {
        let fault = |error: std::io::Error| format!("wine: {error}");
        let mut command = self.command("cmd.exe".as_ref());
        command.args(["/c", "echo ready& pause"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().map_err(fault)?;
        let output = keeper.stdout.take().ok_or("wine: cmd.exe has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).map_err(fault)?;
        if line.trim() == "ready" { Ok(keeper) } else { Err(format!("wine: cmd.exe says {line:?}")) }
    }

    /// A program for Windows, in the workspace's folder.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(WINE);
        command
            .arg(program)
            .current_dir(shell::root())
            .stdin(Stdio::null())
            .env("DISPLAY", self.display.name());
        self.with_environment(&mut command);
        command
    }

    fn with_environment(&self, command: &mut Command) {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
            .env("WINEDEBUG", "-all")
            // No questions about .NET and HTML, and our own findstr in place of Wine's.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=;findstr.exe=n");
    }

    /// Runs a program whose output is passed on.
    ///
    /// # Errors
    /// When it fails, or one of its threads does: the program may end well nevertheless.
    pub fn run(&self, program: &Path, arguments: &[String]) -> Result {
        let mut command = self.command(program);
        command.args(arguments);
        shell::run_watched(command, &complaint)
    }

    /// The folder of Wine's user, which has the name of this system's.
    ///
    /// # Errors
    /// When Wine has none.
    pub fn user_folder(&self) -> Result<PathBuf> {
        let users = self.prefix.join("drive_c/users");
        let entries = std::fs::read_dir(&users).map_err(|error| format!("{}: {error}", users.display()))?;
        let is_user = |folder: &PathBuf| folder.is_dir() && !folder.ends_with("Public");
        let found = entries.flatten().map(|entry| entry.path()).find(is_user);
        found.ok_or_else(|| format!("{}: there is no user", users.display()))
    }

    /// The display that its windows are on.
    pub fn display(&self) -> &Display {
        &self.display
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let mut server = Command::new(SERVER);
        self.with_environment(server.arg("-k"));
        // It fails if nothing runs any more.
        let _ = server.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

/// Builds what Wine 8.0 lacks: the random numbers of Rust's library, and a findstr that searches.
fn add_stand_ins(system: &Path) -> Result {
    for (file, options) in [("bcryptprimitives.dll", &["-shared"][..]), ("findstr.exe", &[])] {
        let source = shell::root().join("xtask/windows").join(file).with_extension("c");
        let (target, source) = (system.join(file), source.to_string_lossy());
        let target = target.to_string_lossy();
        let arguments = [options, &["-o", &target, &source, "-ladvapi32"]].concat();
        shell::run_with(&[], GCC.0.as_ref(), &arguments)?;
    }
    Ok(())
}

/// A path as programs for Windows have it.
pub fn path(path: &Path) -> String {
    format!("Z:{}", path.display())
}

/// What Wine says of a thread that has called or read what is not there.
fn complaint(line: &str) -> Option<String> {
    line.contains("wine: Unhandled").then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_found_in_what_wine_says() {
        let crash = "wine: Unhandled page fault on execute access to 00000001800073B8 at address 00000001800073B8 (thread 0120), starting debugger...";
        assert!(complaint(crash).is_some());
        assert_eq!(complaint("wine: configuration has been updated."), None);
    }
}
