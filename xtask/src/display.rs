//! A display for windows: the user's, or a virtual one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::outcome::Result;

/// A display that does not exist, for hosts that show nothing. JUCE uses display :0 if none is named, and exits if that
/// has no window manager.
pub const NO_DISPLAY: (&str, &str) = ("DISPLAY", ":32767");

/// A display; a virtual one ends when this is dropped.
pub struct Display {
    name: String,
    server: Option<Child>,
}

impl Display {
    /// The user's display, or one of Xvfb's.
    ///
    /// # Errors
    /// When there is neither.
    pub fn open() -> Result<Self> {
        if let Some(name) = std::env::var("DISPLAY").ok().filter(|name| !name.is_empty()) {
            return Ok(Self { name, server: None });
        }
        Self::virtual_one(1280, 1024).map_err(|why| format!("there is no display, and {why}"))
    }

    /// A display of Xvfb's, without any other windows.
    ///
    /// # Errors
    /// When Xvfb is not there or does not start.
    pub fn virtual_one(width: u32, height: u32) -> Result<Self> {
        // The server chooses a free number and prints it. It keeps its state between two clients (-noreset).
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-noreset", "-screen", "0", &format!("{width}x{height}x24")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb: {error}"))?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut number);
        }
        let display = Self { name: format!(":{}", number.trim()), server: Some(server) };
        if number.trim().is_empty() { Err("Xvfb does not start".into()) } else { Ok(display) }
    }

    /// As the environment variable DISPLAY wants it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
