//! Opens and closes the window many times, and unloads the library in between.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Result};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;

use crate::parent::{Parent, dispatch_messages};
use crate::windows_of_process::{self, expect_none_new};

/// Time in which a window draws some frames.
const OPEN: Duration = Duration::from_millis(300);
/// Time in which a message for a window whose library is gone would come.
const AFTER_UNLOADING: Duration = Duration::from_millis(100);

/// Who goes first.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// The host closes the editor, and then its own window.
    Editor,
    /// The host destroys its own window, and then closes the editor.
    Parent,
    /// The host destroys the plugin with its editor open.
    Plugin,
}

const WAYS: [Way; 3] = [Way::Editor, Way::Parent, Way::Plugin];

#[derive(clap::Args)]
pub struct Openings {
    library: PathBuf,
    #[arg(long, default_value_t = 40)]
    openings: usize,
}

/// # Errors
/// When the window does not open, or something of it is left.
pub fn run(task: &Openings) -> Result<()> {
    let begin = Instant::now();
    // The first opening loads what stays, such as the GL driver.
    open_once(&task.library, Way::Editor)?;
    for opening in 0..task.openings {
        let way = WAYS[opening % WAYS.len()];
        open_once(&task.library, way)
            .map_err(|error| format!("opening {}, {way:?} first: {error}", opening + 1))?;
    }
    println!(
        "  ok     {} openings, editor, parent or plugin closed first: no window is left, and no call into the unloaded \
         library ({:.0} s)",
        task.openings,
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

fn open_once(library: &Path, way: Way) -> Result<()> {
    let mut host = ClapHost::load(library)?;
    let (before, size) = (windows_of_process::list(), host.editor_size_px()?);
    let parent = Parent::open(size)?;
    host.open_editor(parent.handle())?;
    parent.pump(&mut host, OPEN);
    if parent.children() == 0 {
        return Err("the plugin has put no window into the host's".into());
    }
    // Nothing may come between the closing and the look at what is left of it.
    match way {
        Way::Editor => {
            host.close_editor()?;
            expect_no_children(&parent)?;
            drop(parent);
            expect_none_new(&before)?;
            drop(host);
        }
        Way::Parent => {
            drop(parent);
            host.close_editor()?;
            expect_none_new(&before)?;
            drop(host);
        }
        Way::Plugin => {
            drop(host);
            expect_no_children(&parent)?;
            drop(parent);
            expect_none_new(&before)?;
        }
    }
    expect_unloaded(library)?;
    let begin = Instant::now();
    while begin.elapsed() < AFTER_UNLOADING {
        dispatch_messages();
        std::thread::sleep(Duration::from_millis(4));
    }
    Ok(())
}

fn expect_no_children(parent: &Parent) -> Result<()> {
    match parent.children() {
        0 => Ok(()),
        left => Err(format!("{left} windows are left in the host's")),
    }
}

/// The library is gone from memory: otherwise nothing would be found that still points into it.
fn expect_unloaded(library: &Path) -> Result<()> {
    let name = library.file_name().unwrap_or_default().to_string_lossy();
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    // SAFETY: a text that ends in a zero.
    let module = unsafe { GetModuleHandleW(name.as_ptr()) };
    if module.is_null() { Ok(()) } else { Err("the library is still loaded".into()) }
}
