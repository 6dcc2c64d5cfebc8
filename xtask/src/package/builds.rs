//! What a package is made from: the optimised library and command line of each system that can be built for here.

use std::path::PathBuf;

use super::glibc;
use crate::debian::Install;
use crate::elsewhere::rust::Target;
use crate::elsewhere::windows_build;
use crate::outcome::Result;
use crate::system::{Os, System};
use crate::{bundle, cargo_build, python, shell};

/// Pinned, so that a newer release is a deliberate change.
const ZIG: [&str; 2] = ["cargo-zigbuild==0.24.1", "ziglang==0.17.1"];

const LINUX_X86: Target = Target { triple: "x86_64-unknown-linux-gnu", linker: None };
const LINUX_ARM: Target = Target { triple: "aarch64-unknown-linux-gnu", linker: None };

/// A system that packages are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum For {
    /// Linux, x86-64, with any glibc since 2.17.
    LinuxX86_64,
    /// Linux, aarch64, with any glibc since 2.17.
    LinuxAarch64,
    /// Windows, x86-64.
    WindowsX86_64,
    /// The Mac that this runs on.
    Macos,
}

/// The files of a build.
pub struct Built {
    pub system: System,
    pub command_line: PathBuf,
    pub plugin: Plugin,
}

pub enum Plugin {
    /// A library that bundles are to be made of.
    Library(PathBuf),
    /// The bundles that the framework has made in target/bundled.
    Bundles,
}

impl For {
    pub fn system(self) -> System {
        let linux = |architecture| System { os: Os::Linux, architecture };
        match self {
            Self::LinuxX86_64 => linux("x86_64"),
            Self::LinuxAarch64 => linux("aarch64"),
            Self::WindowsX86_64 => windows_build::SYSTEM,
            Self::Macos => System { os: Os::Mac, ..System::HERE },
        }
    }

    /// Ensures that this machine can build for the system, and installs what that needs.
    ///
    /// # Errors
    /// Why not.
    pub fn ensure(self) -> Result {
        match self {
            Self::LinuxX86_64 => LINUX_X86.ensure(Install::Asked).and_then(|()| zig().map(|_| ())),
            Self::LinuxAarch64 => LINUX_ARM.ensure(Install::Asked).and_then(|()| zig().map(|_| ())),
            Self::WindowsX86_64 => windows_build::ensure_build(Install::Asked),
            Self::Macos if System::HERE.os == Os::Mac => Ok(()),
            Self::Macos => Err("a package for macOS is made on a Mac".into()),
        }
    }

    /// # Errors
    /// When it does not build, or needs a newer glibc than it may.
    pub fn build(self) -> Result<Built> {
        match self {
            Self::LinuxX86_64 => self.with_zig(LINUX_X86),
            Self::LinuxAarch64 => self.with_zig(LINUX_ARM),
            Self::WindowsX86_64 => {
                let target = windows_build::TARGET;
                for build in BUILDS {
                    cargo_build::executables_of(target.cargo(&[&["build"], &build[..]].concat()))?;
                }
                let folder = target.folder().join("release");
                let plugin = Plugin::Library(folder.join("lull.dll"));
                Ok(Built { system: self.system(), command_line: folder.join("lull.exe"), plugin })
            }
            Self::Macos => {
                bundle::run(&[])?;
                let built = cargo_build::executables(&["build", "--quiet", "--release", "-p", "lull-cli"])?;
                let command_line = cargo_build::program(&built, "lull")?.to_owned();
                Ok(Built { system: self.system(), command_line, plugin: Plugin::Bundles })
            }
        }
    }

    fn with_zig(self, target: Target) -> Result<Built> {
        let zig = zig()?;
        for build in BUILDS {
            cargo_build::executables_of(target.zigbuild(&zig, glibc::OLDEST, &build))?;
        }
        let folder = target.folder().join("release");
        let (library, command_line) = (folder.join("liblull.so"), folder.join("lull"));
        glibc::check(&library)?;
        glibc::check(&command_line)?;
        Ok(Built { system: self.system(), command_line, plugin: Plugin::Library(library) })
    }
}

/// Arguments of cargo for the plugin and the command line. One by one, each has the features that it has elsewhere.
const BUILDS: [[&str; 5]; 2] =
    [["--quiet", "--release", "-p", "lull", "--lib"], ["--quiet", "--release", "-p", "lull-cli", "--bins"]];

/// The folder of cargo-zigbuild and of the Python that has zig.
fn zig() -> Result<PathBuf> {
    python::programs(&shell::target().join("elsewhere/zig"), &ZIG)
}
