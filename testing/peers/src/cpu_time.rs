//! The CPU time of a process.

use std::process::{Command, Stdio};
use std::time::Duration;

/// Runs a program to its end. Returns the time that its threads had a core, in the program and in the kernel.
///
/// # Errors
/// When it cannot be started or fails.
pub fn of(program: &str, arguments: &[String]) -> Result<Duration, String> {
    let line = format!("{program} {}", arguments.join(" "));
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{line}: {error}"))?;
    let (status, usage) = wait(child.id()).map_err(|error| format!("{line}: {error}"))?;
    if !(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0) {
        return Err(format!("{line}: failed"));
    }
    Ok(duration(usage.ru_utime) + duration(usage.ru_stime))
}

/// Waits for a child, which nothing else waits for, and returns its status and what it has used.
///
/// # Errors
/// When the system does not tell.
fn wait(child: u32) -> std::io::Result<(libc::c_int, libc::rusage)> {
    let mut status = 0;
    // SAFETY: a rusage is numbers only, for which zeros are values.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to variables of this function, of the types that the function fills.
        let ended = unsafe { libc::wait4(child as libc::pid_t, &mut status, 0, &mut usage) };
        if ended == child as libc::pid_t {
            return Ok((status, usage));
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Duration, String> {
        of("sh", &["-c".into(), script.into()])
    }

    #[test]
    fn work_counts_and_waiting_does_not() {
        let waiting = shell("sleep 0.3").unwrap();
        let working = shell("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done").unwrap();
        assert!(waiting < Duration::from_millis(100), "{waiting:?}");
        assert!(working > Duration::from_millis(30) && working > 2 * waiting, "{working:?}");
    }

    #[test]
    fn a_failure_is_told() {
        assert!(shell("exit 3").unwrap_err().contains("failed"));
        assert!(shell("kill -9 $$").unwrap_err().contains("failed"));
        assert!(of("no-such-program", &[]).is_err());
    }
}
