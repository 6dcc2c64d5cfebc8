//! `cargo xtask windows`: Lull for Windows, built here and run under Wine.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::difference::Difference;
use super::parts;
use super::renders::Renders;
use super::window_on_windows;
use super::windows_build::{self, TARGET, ensure};
use super::wine::{self, Wine};
use crate::bundle::Bundles;
use crate::cargo_build::{self, Executable};
use crate::debian::Install;
use crate::outcome::Result;
use crate::starter::Starter;
use crate::{programs, shell, test_binaries};

/// Test files of the engine that take a few seconds under Wine. The others take up to two minutes.
const QUICK: [&str; 4] = ["clicks", "learning", "reconstruction", "textbook_gate"];

#[derive(clap::Args)]
pub struct Options {
    /// Run this part alone; may be given several times.
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The tests of the engine and of the command line.
    Engine,
    /// The command line's renders are equal to this system's, to the bit.
    Renders,
    /// The tests of the plugin.
    Plugin,
    /// The bundles in hosts of our own, and the demo.
    Hosts,
    /// The window inside one of Windows.
    Window,
}

impl Part {
    fn run(self, wine: &Wine) -> Result {
        match self {
            Self::Engine => tests_of_the_engine(wine),
            Self::Renders => renders(wine),
            Self::Plugin => tests_of_the_plugin(wine),
            Self::Hosts => hosts(wine),
            Self::Window => window_on_windows::check(wine),
        }
    }
}

/// # Errors
/// When parts fail. All parts run, so that one failure does not hide another.
pub fn run(options: &Options) -> Result {
    let begin = Instant::now();
    if let Err(why) = ensure(Install::Asked) {
        println!("--- Windows: skipped: {why}");
        return Ok(());
    }
    let wine = Wine::start()?;
    println!("  to install and to start Wine: {:.0} s", begin.elapsed().as_secs_f64());
    let outcome = parts::run(&options.only, |part| part.run(&wine));
    println!("Windows, all: {:.0} s", begin.elapsed().as_secs_f64());
    outcome
}

/// What `cargo xtask test` has time for: the renders, and quick tests of the engine.
///
/// # Errors
/// At the first part that fails.
pub fn check_shortly() -> Result {
    if let Err(why) = ensure(Install::InCi) {
        println!("--- Windows: skipped: {why}");
        return Ok(());
    }
    let wine = Wine::start()?;
    renders(&wine)?;
    let quick = QUICK.map(|name| ["--test", name]).concat();
    let build = [&["test", "--no-run", "--quiet", "-p", "lull-engine", "--lib"], &quick[..]].concat();
    run_tests(&wine, TARGET.build(&build)?)
}

fn tests_of_the_engine(wine: &Wine) -> Result {
    run_tests(wine, TARGET.build(&["test", "--no-run", "--quiet", "-p", "lull-engine", "-p", "lull-cli"])?)
}

/// All of them: they need no window. The framework's VST3 needs a display under Wine, which is there.
fn tests_of_the_plugin(wine: &Wine) -> Result {
    run_tests(wine, TARGET.build(&["test", "--no-run", "--quiet", "-p", "lull", "--lib", "--tests"])?)
}

fn run_tests(wine: &Wine, built: Vec<Executable>) -> Result {
    let tests = built.into_iter().filter(|executable| executable.is_test).collect();
    with_starter(wine, |starter| test_binaries::run_all(tests, starter))
}

fn renders(wine: &Wine) -> Result {
    let built = TARGET.build(&["build", "--quiet", "-p", "lull-cli"])?;
    let lull = cargo_build::program(&built, "lull")?;
    with_starter(wine, |starter| Renders::here()?.compare(lull, starter, None))
}

fn with_starter(wine: &Wine, work: impl FnOnce(&Starter) -> Result) -> Result {
    work(&Starter { system: "Windows", start: &|program| wine.command(program), path: wine::path })
}

/// The bundles in hosts of our own.
fn hosts(wine: &Wine) -> Result {
    let bundles = windows_build::bundles()?;
    let studio = windows_build::studio()?;
    check_in_hosts(wine, &studio, &bundles)?;
    same_demo(wine, &studio, &bundles)
}

/// Loads both formats, plays, saves and restores.
///
/// # Errors
/// At the first check that fails.
pub fn check_in_hosts(wine: &Wine, studio: &Path, bundles: &Bundles) -> Result {
    let [clap, vst3] = [bundles.clap_library(), bundles.vst3_library()].map(|library| wine::path(&library));
    wine.run(studio, &["clack".into(), clap])?;
    wine.run(studio, &["vst3-factory".into(), vst3.clone(), wine::path(&bundles.module_info())])?;
    wine.run(studio, &["vst3".into(), vst3])
}

/// The demo writes the same files as with this system's plugin.
fn same_demo(wine: &Wine, studio: &Path, bundles: &Bundles) -> Result {
    let folder = shell::target().join("elsewhere/demo");
    let [here, there] = ["here", "windows"].map(|system| folder.join(system));
    let arguments = |library: &dyn Fn(&Path) -> String, clap: &Path, output: &Path| {
        ["demo".into(), "--library".into(), library(clap), "--output".into(), library(output)]
    };
    wine.run(studio, &arguments(&wine::path, &bundles.clap_library(), &there))?;
    let native = arguments(&Starter::HERE.path, &plugin_of_here()?, &here);
    programs::run_studio(&native.each_ref().map(String::as_str))?;
    for file in ["before.wav", "after.wav", "removed.wav"] {
        let found = Difference::between(&here.join(file), &there.join(file))?;
        if found.different > 0 {
            return Err(format!("the demo's {file}: {found}"));
        }
        println!("  ok     the demo's {file}, here and on Windows: {found}");
    }
    Ok(())
}

/// The library as the tests have it: its samples are those of the optimised one, which takes minutes longer to build.
fn plugin_of_here() -> Result<PathBuf> {
    // The whole workspace, as the tests: with other packages, dependencies get other features and are built again.
    shell::cargo(&["build", "--quiet", "--workspace", "--lib"])?;
    Ok(shell::target().join("debug/liblull.so"))
}
