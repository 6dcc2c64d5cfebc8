//! Closing the window leaves nothing behind: neither a window in the host's, nor a thread, nor work that goes on while
//! the process leaves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use lull_host::{ClapHost, Result};

use crate::leaving;
use crate::window::Window;

/// Who goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Way {
    /// The host closes the editor, and then its own window.
    Editor,
    /// The host destroys its own window, and then closes the editor.
    Parent,
    /// The host destroys the plugin with its editor open.
    Plugin,
}

/// When the window is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    FirstFrame,
    /// The window was made, and neither put into the host's nor shown: its thread may not have begun its work.
    Making,
}

const WAYS: [Way; 3] = [Way::Editor, Way::Parent, Way::Plugin];

#[derive(clap::Args)]
pub struct Closings {
    library: PathBuf,
    /// Closings in this process, of each way.
    #[arg(long, default_value_t = 40)]
    closings: u32,
    /// Processes that leave right after a closing, for each way.
    #[arg(long, default_value_t = 20)]
    processes: u32,
}

/// Closes the editor many times, and looks at what is left.
///
/// # Errors
/// When a window or a thread is left, or a process that leaves right after a closing crashes or lets EGL complain.
pub fn run(task: &Closings) -> Result<()> {
    // The first opening loads what stays, such as the GL driver, and may start threads of the display library.
    close_once(&task.library, Way::Editor, After::FirstFrame)?;
    for (way, after) in WAYS.into_iter().flat_map(|way| [(way, After::FirstFrame), (way, After::Making)]) {
        for closing in 1..=task.closings {
            close_once(&task.library, way, after)
                .map_err(|error| format!("closing {closing}, {way:?} first, after {after:?}: {error}"))?;
        }
        let closings = task.closings;
        println!("  {closings} closings, {way:?} first, after {after:?}: no window and no thread is left");
    }
    for way in WAYS {
        for process in 1..=task.processes {
            leave(&task.library, way)
                .map_err(|error| format!("process {process}, {way:?} first: {error}"))?;
        }
        println!("  {} processes left right after closing, {way:?} first: none crashed", task.processes);
    }
    Ok(())
}

/// Opens the editor and closes it, and compares the threads from before with those from after.
fn close_once(library: &Path, way: Way, closed_after: After) -> Result<()> {
    // The worker of the framework comes with the first instance and stays: it is no thread of the window.
    let keeper = ClapHost::load(library)?;
    let before = threads()?;
    let (mut host, window) = open(library, closed_after)?;
    // Nothing may come between the closing and the look at what is left of it.
    match way {
        Way::Editor => {
            host.close_editor()?;
            let (after, children) = (threads()?, window.children()?);
            expect_none(&before, &after)?;
            if children > 0 {
                return Err(format!("{children} windows are left in the host's"));
            }
        }
        Way::Parent => {
            drop(window);
            host.close_editor()?;
            expect_none(&before, &threads()?)?;
        }
        Way::Plugin => {
            drop(host);
            let (after, children) = (threads()?, window.children()?);
            expect_none(&before, &after)?;
            if children > 0 {
                return Err(format!("{children} windows are left in the host's"));
            }
        }
    }
    drop(keeper);
    Ok(())
}

/// An instance with its editor open.
fn open(library: &Path, until: After) -> Result<(ClapHost, Window)> {
    let mut host = ClapHost::load(library)?;
    let window = Window::open(900, 640)?;
    host.make_editor(None)?;
    if until == After::FirstFrame {
        host.put_editor(window.id())?;
        host.show_editor()?;
        window.wait_until_it_shows_something(&mut host)?;
    }
    Ok((host, window))
}

/// Names of this process's threads by their ids.
fn threads() -> Result<BTreeMap<u32, String>> {
    let failed = |error: std::io::Error| format!("/proc/self/task: {error}");
    let mut threads = BTreeMap::new();
    for entry in std::fs::read_dir("/proc/self/task").map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let id = path.file_name().and_then(|name| name.to_string_lossy().parse().ok());
        // A file that is gone is that of a thread that has left in between.
        if let (Some(id), Ok(name)) = (id, std::fs::read_to_string(path.join("comm"))) {
            threads.insert(id, name.trim().to_owned());
        }
    }
    Ok(threads)
}

fn expect_none(before: &BTreeMap<u32, String>, after: &BTreeMap<u32, String>) -> Result<()> {
    let left: Vec<&str> =
        after.iter().filter(|(id, _)| !before.contains_key(id)).map(|(_, name)| &**name).collect();
    if left.is_empty() { Ok(()) } else { Err(format!("threads are left: {}", left.join(", "))) }
}

/// A process of this program that opens the editor, closes it and leaves.
fn leave(library: &Path, way: Way) -> Result<()> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let way = format!("{way:?}").to_lowercase();
    let child = Command::new(program)
        .args(["editor-leave".as_ref(), library.as_os_str(), "--first".as_ref(), way.as_ref()])
        .env(leaving::SLOWLY, "1")
        .output()
        .map_err(|error| error.to_string())?;
    let words = String::from_utf8_lossy(&child.stderr);
    if !child.status.success() {
        return Err(format!("{}: {}", child.status, words.trim()));
    }
    if let Some(complaint) = egl_complaint(&words) {
        return Err(complaint);
    }
    Ok(())
}

/// EGL's word for a display that is gone (EGL_BAD_DISPLAY): a thread of a window has outlived what it works with.
fn egl_complaint(words: &str) -> Option<String> {
    words
        .lines()
        .find(|line| line.contains("3008"))
        .map(|line| format!("a window's thread outlived EGL: {line}"))
}

#[derive(clap::Args)]
pub struct Leave {
    library: PathBuf,
    #[arg(long)]
    first: Way,
}

/// Opens the editor, closes it and returns, so that the process leaves.
///
/// # Errors
/// When the editor does not open.
pub fn leave_after(task: &Leave) -> Result<()> {
    let (mut host, window) = open(&task.library, After::FirstFrame)?;
    match task.first {
        Way::Editor => host.close_editor()?,
        Way::Parent => {
            drop(window);
            host.close_editor()?;
        }
        Way::Plugin => drop(host),
    }
    Ok(())
}
