//! Whether a file may be written.

use std::path::Path;

use crate::source::is_pipe;

/// # Errors
/// If `path` exists and must not be replaced.
pub fn free_to_write(path: &Path, force: bool) -> Result<(), String> {
    if path.exists() && !force && !is_pipe(path) {
        return Err(format!("{}: is there already; --force replaces it", path.display()));
    }
    Ok(())
}
