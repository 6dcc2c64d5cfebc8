//! Wine, which runs programs for Windows, with files of its own below target/.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::debian::{self, Install};
use crate::display::Display;
use crate::outcome::Result;
use crate::shell;

const WINE: &str = "/usr/lib/wine/wine64";
const SERVER: &str = "/usr/lib/wine/wineserver64";
/// The compiler and linker for Windows.
pub const GCC: &str = "/usr/bin/x86_64-w64-mingw32-gcc";
const PACKAGES: [(&str, &str); 3] =
    [(WINE, "wine64"), (GCC, "gcc-mingw-w64-x86-64-posix"), ("/usr/bin/Xvfb", "xvfb")];

/// Windows as far as Wine has it. Its programs end when this is dropped.
pub struct Wine {
    prefix: PathBuf,
    display: Display,
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
        let wine = Self {
            prefix: shell::target().join("elsewhere/wine"),
            display: Display::virtual_one(1280, 1024)?,
        };
        std::fs::create_dir_all(&wine.prefix)
            .map_err(|error| format!("{}: {error}", wine.prefix.display()))?;
        let system = wine.prefix.join("drive_c/windows/system32");
        if !system.join("kernel32.dll").exists() {
            wine.run("wineboot.exe".as_ref(), &["--init".into()])?;
        }
        wine.add_random_numbers(&system.join("bcryptprimitives.dll"))?;
        Ok(wine)
    }

    /// What Wine 8.0 lacks; a later one has it.
    fn add_random_numbers(&self, library: &Path) -> Result {
        if library.exists() {
            return Ok(());
        }
        let source = shell::root().join("xtask/windows/bcryptprimitives.c");
        let (library, source) = (library.to_string_lossy(), source.to_string_lossy());
        shell::run_with(&[], GCC.as_ref(), &["-shared", "-o", &library, &source, "-ladvapi32"])
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
            // No questions about .NET and HTML.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    }

    /// Runs a program whose output is passed on.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, program: &Path, arguments: &[String]) -> Result {
        let line = format!("wine {} {}", program.display(), arguments.join(" "));
        println!("--- {line}");
        let status = self.command(program).args(arguments).status();
        let status = status.map_err(|error| format!("{line}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{line}: {status}")) }
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
    }
}

/// A path as programs for Windows have it.
pub fn path(path: &Path) -> String {
    format!("Z:{}", path.display())
}
