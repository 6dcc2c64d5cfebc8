//! qtractor: its scanner reads the CLAP, and its engine plays a session with the CLAP in it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::bundle::Bundles;
use crate::display::NO_DISPLAY;
use crate::outcome::Result;
use crate::{debian, shell};

const SCANNER: &str = "/usr/lib/x86_64-linux-gnu/qtractor/qtractor_plugin_scan";
/// The engine's programs, and the Debian packages that they come in.
const ENGINE: [(&str, &str); 2] = [("/usr/bin/qtractor", "qtractor"), ("/usr/bin/jackd", "jackd2")];

/// # Errors
/// When qtractor plays, and what leaves Lull is not what it should be.
pub fn play(python: &Path, bundles: &Bundles) -> Result {
    if let Err(why) = ENGINE.iter().try_for_each(|(program, package)| debian::program(program, package)) {
        println!("--- qtractor's engine (CLAP): skipped: {why}");
        return Ok(());
    }
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let script = text(&shell::root().join("xtask/hosts/in_qtractor.py"));
    let folder = text(&shell::target().join("hosts"));
    let arguments = [&*script, &text(&bundles.clap_library()), &text(&bundles.vst3), &folder];
    shell::run_with(&[NO_DISPLAY], python, &arguments)
}

/// # Errors
/// When the scanner is there and does not find Lull as it is.
pub fn scan(library: &Path) -> Result {
    if let Err(why) = debian::program(SCANNER, "qtractor") {
        println!("--- qtractor's scanner (CLAP): skipped: {why}");
        return Ok(());
    }
    println!("--- qtractor's scanner (CLAP)");
    let fault = |what: &dyn std::fmt::Display| format!("qtractor's scanner: {what}");
    let mut scanner = Command::new(SCANNER)
        .env("QT_QPA_PLATFORM", "offscreen")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| fault(&error))?;
    if let Some(mut input) = scanner.stdin.take() {
        writeln!(input, "CLAP:{}", library.display()).map_err(|error| fault(&error))?;
    }
    let output = scanner.wait_with_output().map_err(|error| fault(&error))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    // Type, name, audio in:out, MIDI in:out, control in:out, flags, file, index, id.
    let fields: Vec<&str> = said.split('|').collect();
    let controls = fields.get(4).and_then(|field| field.split(':').next()?.parse::<u32>().ok());
    let found =
        fields.starts_with(&["CLAP", "Lull", "2:2", "0:0"]) && controls.is_some_and(|count| count > 20);
    println!("  {} {said}", if found { "ok    " } else { "FAILED" });
    if found { Ok(()) } else { Err(fault(&format!("it says '{said}'"))) }
}
