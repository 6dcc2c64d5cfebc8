//! Builds the workspace's tests once, and runs several of the built programs at a time: many of them have one long
//! test, which keeps a single core busy.

use std::time::Instant;

use crate::cargo_build::{self, Executable};
use crate::outcome::Result;
use crate::starter::Starter;
use crate::{jobs, shell};

/// Which tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Those in the sources of libraries and programs: all fast.
    Unit,
    /// Those of the packages' `tests` folders.
    Integration,
}

/// # Errors
/// When a test does not build or fails. All run, so that one failure does not hide another.
pub fn run(kind: Kind) -> Result {
    // Both kinds select the whole workspace: with other packages, dependencies get other features and are built again.
    let targets: &[&str] = match kind {
        Kind::Unit => &["--lib", "--bins"],
        Kind::Integration => &["--test", "*"],
    };
    let built =
        cargo_build::executables(&[&["test", "--quiet", "--workspace", "--no-run"], targets].concat())?;
    let wanted = |executable: &Executable| {
        executable.is_test && executable.is_integration_test == (kind == Kind::Integration)
    };
    run_all(built.into_iter().filter(wanted).collect(), &Starter::HERE)
}

/// Runs programs of tests, of this system or another.
///
/// # Errors
/// When a test fails. All run, so that one failure does not hide another.
pub fn run_all(programs: Vec<Executable>, starter: &Starter) -> Result {
    let workers = std::thread::available_parallelism().map_or(2, |count| count.get());
    let outcomes = jobs::run(programs, workers, |program| run_one(&program, starter));
    let failed: Vec<String> = outcomes.into_iter().filter_map(std::result::Result::err).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("tests failed: {}", failed.join(", "))) }
}

/// Prints a line when the tests pass, and all output when they do not.
///
/// # Errors
/// The name, when a test fails.
fn run_one(executable: &Executable, starter: &Starter) -> Result {
    let package = executable.package.file_name().unwrap_or_default().to_string_lossy();
    let name = format!("{package}: {}", executable.name);
    let begin = Instant::now();
    // The plugin logs each of the thousands of damaged states that it is given.
    let log = shell::target().join("tests.log");
    let output = (starter.start)(&executable.path)
        .current_dir(&executable.package)
        .env("CARGO_MANIFEST_DIR", (starter.path)(&executable.package))
        .env("NICE_LOG", (starter.path)(&log))
        .output()
        .map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let seconds = begin.elapsed().as_secs_f64();
    if output.status.success() {
        println!("  ok     {name}: {} tests, {seconds:.1} s", passed(&text));
        return Ok(());
    }
    println!(
        "  FAILED {name}, {seconds:.1} s: {}\n{text}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Err(name)
}

/// The number of passed tests in a test program's output.
fn passed(output: &str) -> u32 {
    let counts = output.lines().filter_map(|line| line.strip_prefix("test result: ok. "));
    counts.filter_map(|rest| rest.split(' ').next()?.parse::<u32>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted() {
        let output =
            "running 3 tests\n...\ntest result: ok. 3 passed; 0 failed; 0 ignored; finished in 0.1s\n";
        assert_eq!(passed(output), 3);
        assert_eq!(passed("test result: FAILED. 2 passed; 1 failed"), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_a_failure() {
        let executable = |path: &str| Executable {
            path: path.into(),
            package: "/".into(),
            name: "planted".into(),
            is_integration_test: true,
            is_test: true,
        };
        let run = |path: &str| run_one(&executable(path), &Starter::HERE);
        assert_eq!(run("/bin/true"), Ok(()));
        assert!(run("/bin/false").unwrap_err().contains("planted"));
        assert!(run("/bin/is-not-here").is_err());
    }
}
