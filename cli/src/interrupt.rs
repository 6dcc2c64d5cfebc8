//! Ctrl-C: everything stops at its next block, and leaves no file that is not complete.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What a program returns that SIGINT has ended (128 + 2).
pub const EXIT_CODE: u8 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, and the request of the system to end, are answered by [`check`].
///
/// # Errors
/// When the system does not allow it.
pub fn listen() -> Result<(), String> {
    ctrlc::set_handler(|| ASKED.store(true, Relaxed)).map_err(|error| error.to_string())
}

pub fn was_asked() -> bool {
    ASKED.load(Relaxed)
}

/// # Errors
/// When Ctrl-C was pressed.
pub fn check() -> Result<(), String> {
    if was_asked() { Err("interrupted".into()) } else { Ok(()) }
}
