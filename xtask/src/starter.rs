//! How programs of a system are started on this one.

use std::path::Path;
use std::process::Command;

pub struct Starter<'a> {
    /// The system's name.
    pub system: &'a str,
    /// A program, without arguments.
    pub start: &'a (dyn Fn(&Path) -> Command + Sync),
    /// A path as the system's programs have it.
    pub path: fn(&Path) -> String,
}

impl Starter<'static> {
    /// This system.
    pub const HERE: Self = Self {
        system: "here",
        start: &|program| Command::new(program),
        path: |path| path.to_string_lossy().into_owned(),
    };
}
