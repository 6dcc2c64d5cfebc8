//! What --json prints: one document on standard output.

use std::io::{ErrorKind, Write};
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

/// A passage, in seconds.
#[derive(Debug, Clone, Serialize)]
pub struct PassageReport {
    pub from_s: f64,
    pub to_s: f64,
}

impl From<&Range<f64>> for PassageReport {
    fn from(seconds: &Range<f64>) -> Self {
        // Times are samples over a rate, and read better without the last digits of the division.
        let rounded = |seconds: f64| (seconds * 1e6).round() / 1e6;
        Self { from_s: rounded(seconds.start), to_s: rounded(seconds.end) }
    }
}

/// A path as JSON can hold it.
pub fn text(path: &Path) -> String {
    path.display().to_string()
}

/// An amplitude in dB re full scale, to a hundredth. None if it is 0, which JSON has no number for.
pub fn dbfs(amplitude: f64) -> Option<f64> {
    (amplitude > 0.0).then(|| (2000.0 * amplitude.log10()).round() / 100.0)
}

/// Prints the document.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(document: &impl Serialize) -> Result<(), String> {
    let text = serde_json::to_string_pretty(document).expect("texts and finite numbers are JSON");
    print_lines(&(text + "\n"))
}

/// Prints lines.
///
/// # Errors
/// When standard output cannot be written to. A reader that has read enough, as head does, is no error.
pub fn print_lines(lines: &str) -> Result<(), String> {
    match std::io::stdout().write_all(lines.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
