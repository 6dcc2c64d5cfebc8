//! qtractor's scanner: does a host on Qt find the CLAP, and what does it say of it?

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::debian;
use crate::Result;

const SCANNER: &str = "/usr/lib/x86_64-linux-gnu/qtractor/qtractor_plugin_scan";

/// # Errors
/// When the scanner is there and does not find Lull as it is.
pub fn check(library: &Path) -> Result {
    if let Err(why) = debian::program(SCANNER, "qtractor") {
        println!("--- qtractor (CLAP): skipped: {why}");
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
