//! `cargo xtask soak`: many instances of the built CLAP at once, for a long time, in lull-studio.

use crate::bundle::{self, Bundles};
use crate::outcome::Result;
use crate::programs;

#[derive(clap::Args, Clone, Copy)]
pub struct Options {
    /// Minutes of audio, all instances together.
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Instances that play at once.
    #[arg(long, default_value_t = 64)]
    instances: usize,
    /// Seed of everything that is random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What `cargo xtask test` has time for.
const SHORT: Options = Options { minutes: 4.8, instances: 64, seed: 1 };

/// # Errors
/// When an instance fails, or memory grows.
pub fn run(options: &Options) -> Result {
    check(&bundle::run(&[])?, *options)
}

/// The short form.
///
/// # Errors
/// As [`run`].
pub fn check_shortly(bundles: &Bundles) -> Result {
    check(bundles, SHORT)
}

fn check(bundles: &Bundles, options: Options) -> Result {
    let library = bundles.clap_library().to_string_lossy().into_owned();
    let [minutes, instances, seed] =
        [options.minutes.to_string(), options.instances.to_string(), options.seed.to_string()];
    programs::run_studio(&[
        "soak",
        &library,
        "--minutes",
        &minutes,
        "--instances",
        &instances,
        "--seed",
        &seed,
    ])
}
