//! A built CLAP's window inside a window of Windows: opened many times, pressed, and gone without a trace when it is closed
//! and when its library is unloaded. `cargo xtask windows` builds the library and runs this under Wine.

#[cfg(windows)]
mod learn;
#[cfg(windows)]
mod openings;
#[cfg(windows)]
mod parent;
#[cfg(windows)]
mod player;
#[cfg(windows)]
mod windows_of_process;

use std::process::ExitCode;

#[cfg(windows)]
#[derive(clap::Parser)]
enum Task {
    /// Open and close the window many times.
    Openings(openings::Openings),
    /// Press Learn with the pointer while noise plays.
    Learn(learn::Learn),
}

#[cfg(windows)]
fn main() -> ExitCode {
    let outcome = match clap::Parser::parse() {
        Task::Openings(task) => openings::run(&task),
        Task::Learn(task) => learn::run(&task),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(windows))]
fn main() -> ExitCode {
    println!("skipped: this is for Windows only");
    ExitCode::SUCCESS
}
