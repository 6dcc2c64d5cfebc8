//! Counts the instructions of a program with valgrind's callgrind.

use std::path::Path;
use std::process::Command;

use crate::outcome::Result;

pub const VALGRIND: &str = "/usr/bin/valgrind";
/// Valgrind counts `rep movsb` and `rep stosb` once a byte. glibc copies and fills more than 2 KiB with them, which would be
/// 15 % of a hop in stereo and depend on glibc's thresholds; with these it uses vector instructions instead.
const NO_REP: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.x86_rep_movsb_threshold=0x40000000:glibc.cpu.x86_rep_stosb_threshold=0x40000000",
);

/// The instructions that the program takes for a number of hops of a case.
///
/// # Errors
/// When it cannot be run, or fails.
pub fn instructions(program: &Path, case: &str, hops: u64) -> Result<u64> {
    let fault = |what: &dyn std::fmt::Display| format!("valgrind, {case}, {hops} hops: {what}");
    let output = Command::new(VALGRIND)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .env(NO_REP.0, NO_REP.1)
        .arg(program)
        .args([case, &hops.to_string()])
        .output()
        .map_err(|error| fault(&error))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(fault(&format!("{}\n{said}", output.status)));
    }
    collected(&said).ok_or_else(|| fault(&format!("no count in what it says\n{said}")))
}

/// The number in "==123== Collected : 4567".
fn collected(said: &str) -> Option<u64> {
    let (_, rest) = said.split_once("Collected :")?;
    rest.lines().next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_valgrind_says() {
        let said =
            "==7== Events    : Ir\n==7== Collected : 39223378\n==7== \n==7== I   refs:      39,223,378\n";
        assert_eq!(collected(said), Some(39_223_378));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
        assert_eq!(collected("==7== Collected : \n39"), None);
    }
}
