//! What a DAW does with the built bundles. `cargo xtask` builds the bundles and passes their paths.

mod checks;
mod clack;
mod demo;
mod measure;
mod process_memory;
mod rack;
mod recording;
mod soak;
mod vst3;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Plays, scans and measures built bundles.
#[derive(Parser)]
enum Command {
    /// Check the demo's input, before anything is built.
    DemoInput(demo::Input),
    /// Denoise a recording with a CLAP in an embedded host and measure the result.
    Demo(demo::Options),
    /// Play many instances of a CLAP at once: memory flat, output finite, latency constant.
    Soak(soak::Options),
    /// Measure what many instances of a CLAP cost: time to load, memory, time to play.
    Rack(rack::Options),
    /// Learn, save, reload and bypass with a CLAP in clack-host.
    Clack {
        /// The CLAP's library.
        library: PathBuf,
    },
    /// Compare a VST3's moduleinfo.json with the answers of its factory.
    Vst3Factory {
        /// The VST3's library.
        library: PathBuf,
        /// The moduleinfo.json of the same bundle.
        module_info: PathBuf,
    },
    /// Load, play, save and restore a VST3.
    Vst3 {
        /// The VST3's library.
        library: PathBuf,
    },
    /// Write the first channel of the demo's recording as bare 32 bit floats, little-endian.
    Recording {
        /// The file to write.
        output: PathBuf,
    },
}

fn main() -> ExitCode {
    let outcome = match Command::parse() {
        Command::DemoInput(input) => demo::check_input(&input),
        Command::Demo(options) => demo::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Rack(options) => rack::run(&options),
        Command::Clack { library } => clack::check(&library),
        Command::Vst3Factory { library, module_info } => vst3::factory::check(&library, &module_info),
        Command::Vst3 { library } => vst3::check::check(&library),
        Command::Recording { output } => recording::write_bare(&output),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
