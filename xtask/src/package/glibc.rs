//! Which glibc a program or library needs: the newest version among those of its symbols.

use std::path::Path;

use crate::outcome::Result;
use crate::shell;

/// The glibc that packages are to run with: CentOS 7's, of 2012, and the oldest that Rust's own library knows.
pub const OLDEST: &str = "2.17";

/// # Errors
/// When a file needs a newer glibc than [`OLDEST`], or none at all, which would mean that it was not read.
pub fn check(file: &Path) -> Result {
    let needs = shell::output("readelf".as_ref(), &["--wide", "--version-info", &file.to_string_lossy()])?;
    let newest = newest(&needs).ok_or_else(|| format!("{}: no version of glibc is found", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if newest > version(OLDEST) {
        return Err(format!("{name} needs glibc {}.{}, newer than {OLDEST}", newest.0, newest.1));
    }
    println!("  ok     {name} needs glibc {}.{}", newest.0, newest.1);
    Ok(())
}

/// The newest "GLIBC_2.17" in what readelf says. "GLIBC_PRIVATE" is no version, and newer than any.
fn newest(said: &str) -> Option<(u32, u32)> {
    said.split("GLIBC_")
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(rest.len());
            version(&rest[..end])
        })
        .max()
}

fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(u32::MAX));
    (numbers.next().unwrap_or(u32::MAX), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_found() {
        let said = "\
  000: 0 (*local*) 2 (GLIBC_2.2.5) 3 (GLIBC_2.14)
  0x0010:   Name: GLIBC_2.9  Flags: none  Version: 7
  0x0020:   Name: GLIBC_2.17  Flags: none  Version: 6
  0x0030:   Name: GCC_4.2.0  Flags: none  Version: 5
";
        assert_eq!(newest(said), Some((2, 17)));
        assert!(newest(&said.replace("2.17", "2.18")) > Some(version(OLDEST)));
        assert!(newest(&said.replace("2.17", "PRIVATE")) > Some(version(OLDEST)));
        assert_eq!(newest("Name: GCC_4.2.0"), None);
    }

    /// This very program runs with the glibc of the machine, and so needs some version of it.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn a_real_program_is_read() {
        let program = std::env::current_exe().unwrap();
        let said = shell::output("readelf".as_ref(), &["-W", "-V", &program.to_string_lossy()]).unwrap();
        assert!(newest(&said).is_some_and(|newest| newest >= (2, 17)), "{said}");
    }
}
