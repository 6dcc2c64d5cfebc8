//! `cargo xtask bench`: the cost of the engine, relative to a bare Fourier transform measured in the same run, and of a
//! frame of the editor.

use crate::outcome::Result;
use crate::shell;

/// # Errors
/// When a bench does not build or run.
pub fn run() -> Result {
    shell::cargo(&["bench", "--package", "lull-engine"])?;
    shell::cargo(&["bench", "--package", "lull", "--bench", "editor_frame"])
}
