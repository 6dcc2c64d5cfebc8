//! Whether a file may be written.

use std::path::Path;

/// # Errors
/// If `path` exists and must not be replaced.
pub fn free_to_write(path: &Path, force: bool) -> Result<(), String> {
    if path.exists() && !force {
        return Err(format!("{}: is there already; --force replaces it", path.display()));
    }
    Ok(())
}
