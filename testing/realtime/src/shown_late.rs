//! A host may take its time between making the plugin's window and showing it, and may give it a size meanwhile.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lull_host::{ClapHost, Result};

use crate::window::Window;

/// Longer than any timer of the window that might draw too early.
const DELAY: Duration = Duration::from_millis(300);

#[derive(clap::Args)]
pub struct ShownLate {
    library: PathBuf,
}

/// Opens the editor and shows it late: as it is, with another size, and with another scale.
///
/// # Errors
/// When it then shows nothing, or has another size than the one that it was given.
pub fn run(task: &ShownLate) -> Result<()> {
    show_late(&task.library, None, |_| Ok(None))?;
    show_late(&task.library, None, |host| host.resize_editor(1000, 700).map(Some))?;
    show_late(&task.library, Some(2.0), |_| Ok(None))?;
    println!("  shown {DELAY:?} after it was made, the editor draws, and has the size that it was given");
    Ok(())
}

fn show_late(
    library: &Path,
    scale: Option<f64>,
    resize: impl FnOnce(&mut ClapHost) -> Result<Option<(u32, u32)>>,
) -> Result<()> {
    let mut host = ClapHost::load(library)?;
    let window = Window::open(1000, 700)?;
    host.make_editor(scale)?;
    host.put_editor(window.id())?;
    std::thread::sleep(DELAY);
    let given_px = resize(&mut host)?;
    if let Some(size_px) = given_px {
        expect_size(host.editor_size_px()?, size_px)?;
    }
    std::thread::sleep(DELAY);
    host.show_editor()?;
    window.wait_until_it_shows_something(&mut host)?;
    if let Some(size_px) = given_px {
        expect_size(window.editor_size_px()?, size_px)?;
    }
    host.close_editor()
}

fn expect_size(size_px: (u32, u32), given_px: (u32, u32)) -> Result<()> {
    if size_px == given_px {
        Ok(())
    } else {
        Err(format!("the editor has {size_px:?} pixels, not {given_px:?}"))
    }
}
