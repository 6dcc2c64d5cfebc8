//! A built CLAP in a host on Linux, with its audio thread under watch: `lull-realtime session` does all that a host
//! does meanwhile, the `editor-...` commands do what a user does to the window. All fail at the first call that a
//! real-time thread must not make.
//!
//! Two nets, because each has holes where the other has none: this program's own functions stand before the C
//! library's ([`c_library`]), which shows every allocation and lock even if the kernel never hears of it; and the
//! kernel reports every system call of the thread ([`system_calls`]), however it is made. A lock that is neither
//! of the C library nor ever fought over shows in neither: so the main thread keeps fighting.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod c_library;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod closings;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod deck;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod editor;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod leaving;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod session;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod shown_late;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod system_calls;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod watch;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod window;

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[derive(clap::Parser)]
enum Task {
    /// An hour of work in a minute of audio.
    Session {
        library: std::path::PathBuf,
        #[arg(default_value_t = 60.0)]
        seconds: f64,
    },
    /// Close the editor in every way a host may: nothing of it is left.
    EditorClosings(closings::Closings),
    /// Open the editor and show it late: it must draw nevertheless.
    EditorShownLate(shown_late::ShownLate),
    /// Open the editor, close it, and leave at once.
    #[command(hide = true)]
    EditorLeave(closings::Leave),
    /// Open, resize and close the editor many times.
    EditorCycles(editor::Cycles),
    /// What the open editor costs.
    EditorLoad(editor::Load),
    /// Press Learn with the pointer.
    EditorPress(editor::Press),
    /// The editor's size comes back with the project.
    EditorSize(editor::Size),
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn main() -> ExitCode {
    let outcome = match clap::Parser::parse() {
        Task::Session { library, seconds } => session::run(&library, seconds),
        Task::EditorClosings(task) => closings::run(&task),
        Task::EditorShownLate(task) => shown_late::run(&task),
        Task::EditorLeave(task) => closings::leave_after(&task),
        Task::EditorCycles(task) => editor::cycles(&task),
        Task::EditorLoad(task) => editor::load(&task),
        Task::EditorPress(task) => editor::press(&task),
        Task::EditorSize(task) => editor::size(&task),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn main() -> ExitCode {
    println!("skipped: calls are counted on Linux with glibc only");
    ExitCode::SUCCESS
}
