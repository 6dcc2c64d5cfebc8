//! The project's commands: `cargo xtask COMMAND`. One module a command.

mod audio_unit;
mod bench;
mod bundle;
mod cargo_build;
mod debian;
mod demo;
mod display;
mod editor;
mod elsewhere;
mod files;
mod hosts;
mod house;
mod install;
mod instructions;
mod jobs;
mod licences;
mod outcome;
mod package;
mod peers;
mod programs;
mod python;
mod realtime;
mod release_notes;
mod rust_version;
mod shell;
mod soak;
mod starter;
mod steps;
mod system;
mod test;
mod test_binaries;
mod traces;
mod validate;
mod vst_preset;

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
    /// Remove what install has copied. Presets that you have saved stay.
    Uninstall,
    /// Denoise a recording with the built plugin in an embedded host and measure the result.
    Demo(demo::Options),
    /// Format, house rules, lints and fast tests: what to run before each commit.
    Check,
    /// All of check, all tests, and the bundles in the hosts that can be installed here.
    Test(test::Options),
    /// Count what the built CLAP asks of the C library and the kernel while it processes: it must be nothing.
    Realtime,
    /// Many instances at once for a long time: memory flat, output finite, latency constant.
    Soak(soak::Options),
    /// The bundles in hosts from outside this project.
    Hosts(hosts::Options),
    /// The window in real hosts: many openings, its cost, the pointer on Learn, and its pictures for the docs.
    Editor,
    /// Lull for Windows, under Wine: renders, the plugin's tests, the bundles in hosts, the window. Installs what it needs
    /// from Debian's packages.
    Windows(elsewhere::windows::Options),
    /// Other processors under qemu, and the type check for macOS. Installs what it needs from Debian's packages.
    Elsewhere(elsewhere::processors::Options),
    /// clap-validator and pluginval on the built bundles, where they are on the PATH.
    Validate,
    /// Print what CHANGELOG.md says about this version, or about what is not released yet.
    ReleaseNotes,
    /// Write THIRD-PARTY.txt, the licences of what the packages contain, with cargo-about.
    Licences,
    /// Archives to install from, for each system that can be built for here, in target/packages. Installs what it needs.
    Package(package::Options),
    /// Speed and memory: the engine against a bare Fourier transform round trip, and the command line against other
    /// denoisers.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Bundle { options } => bundle::run(&options).map(|_| ()),
        Command::Install => install::run(),
        Command::Uninstall => install::uninstall(),
        // The demo's program has told the user what is wrong, and chooses the exit code.
        Command::Demo(options) => return demo::run(&options).unwrap_or_else(failure),
        Command::Check => test::check(),
        Command::Test(options) => test::run(&options),
        Command::Realtime => realtime::run(),
        Command::Soak(options) => soak::run(&options),
        Command::Hosts(options) => hosts::run(&options),
        Command::Editor => editor::run(),
        Command::Elsewhere(options) => elsewhere::processors::run(&options),
        Command::Validate => validate::run(),
        Command::ReleaseNotes => release_notes::print(),
        Command::Licences => licences::write(),
        Command::Package(options) => package::run(&options),
        Command::Windows(options) => elsewhere::windows::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    outcome.map_or_else(failure, |()| ExitCode::SUCCESS)
}

fn failure(error: String) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
