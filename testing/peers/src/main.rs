//! The CPU time of whole programs that denoise the same file: `lull-peers compare` prints the table of
//! docs/performance.md. `cargo xtask bench --peers` finds the programs and starts this one.

#[cfg(unix)]
mod compare;
#[cfg(unix)]
mod cpu_time;
#[cfg(unix)]
mod peer;
#[cfg(unix)]
mod recording;
#[cfg(unix)]
mod speexdsp;
#[cfg(unix)]
mod table;

use std::process::ExitCode;

#[cfg(unix)]
#[derive(clap::Parser)]
enum Task {
    /// Run all programs in turns, and print their CPU time as a Markdown table.
    Compare(compare::Options),
    /// Denoise a WAV file (mono, 48 kHz, 16 bit) with speexdsp, of which no distribution has a program.
    Speexdsp {
        /// The library: libspeexdsp.so.1.
        library: std::path::PathBuf,
        input: std::path::PathBuf,
        output: std::path::PathBuf,
    },
}

#[cfg(unix)]
fn main() -> ExitCode {
    let outcome = match clap::Parser::parse() {
        Task::Compare(options) => compare::run(&options),
        Task::Speexdsp { library, input, output } => speexdsp::run(&library, &input, &output),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("error: the CPU time of a process is measured on Unix only");
    ExitCode::FAILURE
}
