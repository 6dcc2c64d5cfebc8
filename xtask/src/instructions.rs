//! The instructions that a hop of the engine takes, counted by valgrind and compared with
//! `engine/benches/instructions.txt`.
//! The counts are the same from run to run to 0.01 %, however busy the machine is: they show what times would hide.
//!
//! `LULL_WRITE_BASELINE=1 cargo xtask test --only instructions` writes the file anew.

mod baseline;
mod callgrind;

use std::path::{Path, PathBuf};

use self::baseline::{Baseline, Change, Counts};
use crate::outcome::Result;
use crate::{cargo_build, debian, jobs, shell};

const WRITE: &str = "LULL_WRITE_BASELINE";
/// The bench's program, which says what a case is.
const PROGRAM: &str = "instructions";
/// Hops of a case's shorter run; the longer one has twice as many. A multiple of the bench's cycle.
const HOPS: u64 = 96;

/// # Errors
/// When a hop takes more instructions than the baseline allows.
pub fn check() -> Result {
    let writes = std::env::var_os(WRITE).is_some();
    let rustc = rustc_version()?;
    let file = shell::root().join("engine/benches/instructions.txt");
    let baseline = if writes { None } else { Some(read(&file)?) };
    if let Err(why) = can_count(baseline.as_ref(), &rustc) {
        if writes {
            return Err(format!("no baseline is written: {why}"));
        }
        println!("--- instructions: skipped: {why}");
        return Ok(());
    }
    let counts = count(&build()?)?;
    match baseline {
        None => {
            println!("--- {} is written", file.display());
            std::fs::write(&file, Baseline { rustc, counts }.text())
                .map_err(|error| format!("{}: {error}", file.display()))
        }
        Some(baseline) => compare(&baseline, &counts),
    }
}

/// Nothing is counted where the counts could not be compared.
fn can_count(baseline: Option<&Baseline>, rustc: &str) -> Result {
    if let Some(baseline) = baseline.filter(|baseline| baseline.rustc != rustc) {
        return Err(format!("the baseline is of {}, this is {rustc}", baseline.rustc));
    }
    if !cfg!(target_os = "linux") {
        return Err("they are counted on Linux only".into());
    }
    if !has_avx2() {
        return Err("the baseline is of a CPU with AVX2, and this one has none".into());
    }
    debian::program(callgrind::VALGRIND, "valgrind")
}

/// Valgrind has the AVX2 and FMA of its host, and nothing newer.
fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

fn rustc_version() -> Result<String> {
    Ok(shell::output("rustc".as_ref(), &["-V"])?.trim().to_owned())
}

fn read(file: &Path) -> Result<Baseline> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Baseline::parse(&text).map_err(|error| format!("{}: {error}", file.display()))
}

fn build() -> Result<PathBuf> {
    let arguments = ["build", "--quiet", "--release", "--package", "lull-engine", "--bench", PROGRAM];
    let built = cargo_build::executables(&arguments)?;
    let program = built.into_iter().find(|executable| executable.name == PROGRAM);
    program.map(|program| program.path).ok_or_else(|| format!("cargo has built no {PROGRAM}"))
}

/// Counts every case of the program.
fn count(program: &Path) -> Result<Counts> {
    let cases = shell::output(program, &["list"])?;
    let runs: Vec<(&str, u64)> = cases.lines().flat_map(|case| [(case, HOPS), (case, 2 * HOPS)]).collect();
    let workers = std::thread::available_parallelism().map_or(2, |count| count.get());
    let counts = jobs::run(runs, workers, |(case, hops)| callgrind::instructions(program, case, hops));
    let counts = counts.into_iter().collect::<Result<Vec<u64>>>()?;
    // What both runs of a case do once, before the hops, is in both counts.
    let per_hop = |pair: &[u64]| pair[1].saturating_sub(pair[0]) / HOPS;
    Ok(cases.lines().map(str::to_owned).zip(counts.chunks_exact(2).map(per_hop)).collect())
}

fn compare(baseline: &Baseline, counts: &Counts) -> Result {
    let changes = baseline.changes(counts)?;
    for change in &changes {
        println!("  {:<6} {change}", if change.is_too_much() { "FAILED" } else { "ok" });
    }
    if changes.iter().any(Change::is_much_less) {
        println!("  note: renew the baseline: {WRITE}=1 cargo xtask test --only instructions");
    }
    let slower: Vec<String> =
        changes.iter().filter(|change| change.is_too_much()).map(Change::to_string).collect();
    if slower.is_empty() { Ok(()) } else { Err(slower.join("; ")) }
}
