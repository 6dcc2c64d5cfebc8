//! `cargo xtask check` and `cargo xtask test`: which steps run, in which order, and how long each took.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::outcome::Result;
use crate::shell;
use crate::steps::Step;

#[derive(clap::Args)]
pub struct Options {
    /// Run this step alone; may be given several times.
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// List the steps.
    #[arg(long)]
    list: bool,
}

/// The quick steps.
///
/// # Errors
/// At the first step that fails.
pub fn check() -> Result {
    run_steps(&all().filter(|step| step.is_quick()).collect::<Vec<_>>())
}

/// # Errors
/// At the first step that fails.
pub fn run(options: &Options) -> Result {
    if options.list {
        for step in Step::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
            println!("{:<14}{}", step.get_name(), step.get_help().cloned().unwrap_or_default());
        }
        return Ok(());
    }
    if options.only.is_empty() {
        run_steps(Step::value_variants())
    } else {
        run_steps(&chosen(&options.only))
    }
}

fn all() -> impl Iterator<Item = Step> {
    Step::value_variants().iter().copied()
}

/// The chosen steps in their order, and the bundles if one of them needs these.
fn chosen(only: &[Step]) -> Vec<Step> {
    let needs_bundles = only.iter().any(|step| step.needs_bundles());
    all().filter(|step| only.contains(step) || *step == Step::Bundle && needs_bundles).collect()
}

fn run_steps(steps: &[Step]) -> Result {
    let mut times = Vec::new();
    let outcome = run_and_time(steps, &mut times);
    print_times(&times);
    if outcome.is_ok() {
        println!("all passed");
    }
    outcome
}

fn run_and_time(steps: &[Step], times: &mut Vec<(Step, Duration)>) -> Result {
    let mut early_build = None;
    for &step in steps {
        let begin = Instant::now();
        println!("=== {}", step.name());
        match step {
            // The longest sweep and the linking of the optimised library keep one core busy each.
            Step::Sweeps if steps.contains(&Step::Bundle) => early_build = Some(EarlyBuild::start()?),
            // The step itself repeats what has failed, with its messages.
            Step::Bundle => early_build.take().map_or(Ok(()), EarlyBuild::wait)?,
            _ => {}
        }
        let outcome = step.run();
        times.push((step, begin.elapsed()));
        outcome.map_err(|error| format!("{}: {error}", step.name()))?;
    }
    Ok(())
}

fn print_times(times: &[(Step, Duration)]) {
    println!();
    for (step, time) in times {
        println!("{:<14}{:>7.1} s", step.name(), time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| time).sum();
    println!("{:<14}{:>7.1} s", "all", total.as_secs_f64());
}

/// Builds the optimised library beside other work, with the arguments that the bundler will use.
struct EarlyBuild(Child);

impl EarlyBuild {
    fn start() -> Result<Self> {
        println!("--- the optimised library is built meanwhile");
        let build = Command::new(shell::cargo_path())
            .args(["build", "--quiet", "-p", "lull", "--release"])
            .current_dir(shell::root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        build.map(Self).map_err(|error| format!("cargo build: {error}"))
    }

    fn wait(mut self) -> Result {
        self.0.wait().map(|_| ()).map_err(|error| format!("cargo build: {error}"))
    }
}

impl Drop for EarlyBuild {
    /// Ends it when another step has failed.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_step_brings_the_bundles_that_it_needs() {
        assert_eq!(chosen(&[Step::Format]), [Step::Format]);
        assert_eq!(chosen(&[Step::Hosts, Step::Clippy]), [Step::Clippy, Step::Bundle, Step::Hosts]);
        assert_eq!(chosen(&[Step::Bundle]), [Step::Bundle]);
    }
}
