//! The memory of this process.

/// Memory that is in use, where the system tells (Linux).
pub(crate) fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// Gives back to the system what was freed. Otherwise the allocator keeps it, more or less of it from one moment to the
/// next, and what is resident says little about what is held.
pub(crate) fn return_freed() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: malloc_trim may be called at any time, on any thread, and touches free memory alone.
    unsafe {
        libc::malloc_trim(0);
    }
}
