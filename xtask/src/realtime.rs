//! `cargo xtask realtime`: what the built CLAP's process() asks of the C library and the kernel, which must be
//! nothing, over a minute of audio.

use crate::bundle::{self, Bundles};
use crate::display::Display;
use crate::outcome::Result;
use crate::{programs, shell};

const SECONDS: &str = "60";

/// # Errors
/// When process() allocates, frees, locks or calls the kernel.
pub fn run() -> Result {
    check(&bundle::run(&[])?)
}

/// # Errors
/// As [`run`].
pub fn check(bundles: &Bundles) -> Result {
    let display = Display::open();
    // The editor's window logs a lot when its parent is destroyed.
    let log = shell::target().join("realtime.log");
    let log = log.to_string_lossy();
    let mut environment = vec![("NICE_LOG", &*log)];
    match &display {
        Ok(display) => environment.push(("DISPLAY", display.name())),
        Err(why) => println!("--- real time, with the editor open: skipped: {why}"),
    }
    let library = bundles.clap_library();
    let library = library.to_string_lossy();
    shell::run_with_windows(&environment, &programs::realtime()?, &["session", &library, SECONDS])
}
