//! `cargo xtask hosts`: the bundles in hosts from outside this project. A host that cannot be installed is skipped,
//! with the reason.

mod audacity;
mod installed;
mod qtractor;

use std::path::{Path, PathBuf};

use crate::bundle::{self, Bundles};
use crate::display::NO_DISPLAY;
use crate::outcome::Result;
use crate::{debian, programs, python, shell};

#[derive(clap::Args)]
pub struct Options {
    /// Install this Debian package of Lull, have the hosts find its plugins, and remove it: nothing may be left. Needs root.
    #[arg(long, value_name = "FILE")]
    deb: Option<PathBuf>,
}

/// # Errors
/// When a host that is there finds a fault in a bundle.
pub fn run(options: &Options) -> Result {
    match &options.deb {
        Some(deb) => installed::with(deb, check),
        None => check(&bundle::run(&[])?),
    }
}

/// # Errors
/// As [`run`].
pub fn check(bundles: &Bundles) -> Result {
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let (library, vst3) = (text(bundles.clap_library()), text(bundles.vst3_library()));
    programs::run_studio(&["vst3-factory", &vst3, &text(bundles.module_info())])?;
    programs::run_studio(&["clack", &library])?;
    audacity::say();
    qtractor::scan(&bundles.clap_library())?;
    let python = match python::environment() {
        Ok(python) => python,
        Err(why) => {
            println!("--- pedalboard, DawDreamer, Ardour (VST3), qtractor's engine (CLAP): skipped: {why}");
            return Ok(());
        }
    };
    in_python(&python, "in_pedalboard.py", bundles)?;
    in_python(&python, "in_dawdreamer.py", bundles)?;
    qtractor::play(&python, bundles)?;
    match debian::program("/usr/bin/ardour7-lua", "ardour") {
        Ok(()) => in_python(&python, "in_ardour.py", bundles),
        Err(why) => {
            println!("--- Ardour (VST3): skipped: {why}");
            Ok(())
        }
    }
}

/// Runs one of the scripts. A plugin that brings its host down takes the script with it: a failure as well.
fn in_python(python: &Path, script: &str, bundles: &Bundles) -> Result {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let script = text(&shell::root().join("xtask/hosts").join(script));
    let folder = text(&shell::target().join("hosts"));
    let arguments = [&*script, &text(&bundles.vst3), &folder, &text(&bundles.presets)];
    shell::run_with(&[NO_DISPLAY], python, &arguments)
}
