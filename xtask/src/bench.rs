//! `cargo xtask bench`: speed of the engine, as ratios to a floor that is measured in the same run, and of a frame of
//! the editor.

use crate::{Result, shell};

/// # Errors
/// When a bench does not build or run.
pub fn run() -> Result {
    let benches = ["--bench", "floor", "--bench", "hop_cost"];
    shell::cargo(&[&["bench", "--package", "lull", "--no-default-features"], &benches[..]].concat())?;
    shell::cargo(&["bench", "--package", "lull", "--bench", "editor_frame"])
}
