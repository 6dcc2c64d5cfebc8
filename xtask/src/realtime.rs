//! `cargo xtask realtime`: what the built CLAP's process() asks of the C library and the kernel, which must be
//! nothing, over a minute of audio.

use crate::bundle::{self, Bundles};
use crate::display::Display;
use crate::{Result, shell};

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
    let environment = match &display {
        Ok(display) => vec![("DISPLAY", display.name())],
        Err(why) => {
            println!("--- real time, with the editor open: skipped: {why}");
            vec![]
        }
    };
    let library = bundles.clap_library();
    let library = library.to_string_lossy();
    let arguments = ["run", "--quiet", "--package", "lull-realtime", "--", &library, SECONDS];
    shell::cargo_with(&environment, &arguments)
}
