//! `cargo xtask validate`: validators from outside this project, which are on no package registry. What is not on the PATH is
//! skipped.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::bundle::{self, Bundles};
use crate::display::Display;
use crate::outcome::Result;
use crate::shell;

/// # Errors
/// When a validator that is there finds a fault.
pub fn run() -> Result {
    check(&bundle::run(&[])?)
}

fn check(bundles: &Bundles) -> Result {
    let (clap, vst3) = (bundles.clap.to_string_lossy(), bundles.vst3.to_string_lossy());
    run_if_there("clap-validator", &["validate", &clap])?;
    run_if_there("pluginval", &["--strictness-level", "10", "--random-seed", "1", "--validate", &vst3])
}

fn run_if_there(program: &str, arguments: &[&str]) -> Result {
    let there = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if there.is_err() {
        println!("--- {program}: skipped: it is not on the PATH");
        return Ok(());
    }
    // Windows and macOS have a display of their own.
    let display = if cfg!(target_os = "linux") { Some(Display::open()?) } else { None };
    let environment: Vec<_> = display.iter().map(|display| ("DISPLAY", display.name())).collect();
    shell::run_with(&environment, Path::new(program), arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_skipped_and_what_fails_is_a_failure() {
        assert_eq!(run_if_there("no-such-validator", &["x"]), Ok(()));
        assert!(run_if_there(env!("CARGO"), &["no-such-command"]).is_err());
    }
}
