//! What is said on standard error while files are worked on.

use std::io::IsTerminal;
use std::path::Path;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// The progress bars of all files, and what is said beside them.
pub struct Voice(MultiProgress);

impl Voice {
    pub fn new() -> Self {
        Self(MultiProgress::new())
    }

    /// Says something about a file, not through a progress bar.
    pub fn note(&self, input: &Path, what: &str) {
        self.0.suspend(|| eprintln!("lull: {}: {what}", input.display()));
    }

    /// A bar for a file of so many samples; none where nobody sees it.
    pub fn bar(&self, input: &Path, samples: Option<u64>) -> ProgressBar {
        let Some(samples) = samples.filter(|_| std::io::stderr().is_terminal()) else {
            return ProgressBar::hidden();
        };
        let style =
            ProgressStyle::with_template("{msg:30!} {wide_bar} {percent:>3} %").expect("a valid template");
        let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.0.add(ProgressBar::new(samples).with_style(style).with_message(name))
    }
}
