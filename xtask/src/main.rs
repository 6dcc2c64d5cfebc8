//! The project's commands: `cargo xtask COMMAND`. One file a command.

mod bench;
mod bundle;
mod demo;
mod display;
mod editor;
mod hosts;
mod install;
mod measure;
mod realtime;
mod rust_version;
mod shell;
mod soak;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, installs, shows and tests Lull.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the CLAP and the VST3 into target/bundled.
    Bundle {
        /// More options for cargo build.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Bundle, and copy both into your plugin folders.
    Install,
    /// Denoise a recording with the built plugin in an embedded host, and say what came of it.
    Demo(demo::Options),
    /// Format, lints, all tests, and the hosts that can be installed here.
    Test,
    /// Count what the built CLAP asks of the C library and the kernel while it processes: it must be nothing.
    Realtime,
    /// Many instances at once for a long time: memory flat, output finite, latency constant.
    Soak(soak::Options),
    /// The bundles in hosts that nobody here wrote.
    Hosts,
    /// The window in real hosts: many openings, its cost, the pointer on Learn, and its pictures for the docs.
    Editor,
    /// Speed: the engine against a bare Fourier transform round trip.
    Bench,
}

/// Outcome of a command; the error is for the user's eyes.
type Result<T = ()> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Bundle { options } => bundle::run(&options).map(|_| ()),
        Command::Install => install::run(),
        Command::Demo(options) => demo::run(&options),
        Command::Test => test::run(),
        Command::Realtime => realtime::run(),
        Command::Soak(options) => soak::run(&options),
        Command::Hosts => hosts::run(),
        Command::Editor => editor::run(),
        Command::Bench => bench::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
