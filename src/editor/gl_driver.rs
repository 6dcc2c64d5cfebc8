//! Keeps the GL driver loaded between two windows.
//!
//! baseview unloads EGL with each window, and with it the driver. Mesa leaks about 35 KB each time, so the first window of
//! a process keeps its libraries loaded until the process ends.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::path::Path;
use std::sync::Once;

/// Setup only: reads a file and locks the loader. To be called while a GL context exists.
pub fn keep_loaded() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
        for library in gl_libraries(&maps) {
            let Ok(path) = CString::new(library) else { continue };
            // SAFETY: RTLD_NOLOAD only finds libraries that are loaded already, so no code of them runs; the path ends in
            // a zero. The handle is never closed, on purpose.
            unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE) };
        }
    });
}

/// The GL libraries among the mappings of a process (proc_pid_maps(5)): the dispatchers, which have the same names from all
/// vendors, and Mesa's drivers. Their dependencies stay loaded with them.
fn gl_libraries(maps: &str) -> BTreeSet<&str> {
    let is_gl = |path: &&str| {
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libEGL") || name.starts_with("libGL") || name.ends_with("_dri.so")
    };
    maps.lines().filter_map(|line| line.find('/').map(|at| &line[at..])).filter(is_gl).collect()
}

#[cfg(test)]
mod tests {
    use super::gl_libraries;

    #[test]
    fn gl_libraries_are_found_among_all_mappings() {
        let maps = "\
55d0c0a00000-55d0c0a10000 r--p 00000000 08:01 131 /opt/DAW \"with EGL\"/bin/daw
7f2a10000000-7f2a10021000 rw-p 00000000 00:00 0
7f2a20000000-7f2a20100000 r-xp 00001000 08:01 412 /usr/lib/x86_64-linux-gnu/dri/swrast_dri.so
7f2a20100000-7f2a20200000 rw-p 00101000 08:01 412 /usr/lib/x86_64-linux-gnu/dri/swrast_dri.so
7f2a30000000-7f2a30010000 r-xp 00000000 08:01 420 /usr/lib/x86_64-linux-gnu/libEGL_mesa.so.0.0.0
7f2a40000000-7f2a40010000 r-xp 00000000 08:01 421 /opt/my drivers/libEGL_nvidia.so.0
7f2a50000000-7f2a50010000 r-xp 00000000 08:01 422 /usr/lib/x86_64-linux-gnu/libc.so.6
7ffd3a000000-7ffd3a021000 rw-p 00000000 00:00 0 [stack]
";
        let found: Vec<&str> = gl_libraries(maps).into_iter().collect();
        assert_eq!(
            found,
            [
                "/opt/my drivers/libEGL_nvidia.so.0",
                "/usr/lib/x86_64-linux-gnu/dri/swrast_dri.so",
                "/usr/lib/x86_64-linux-gnu/libEGL_mesa.so.0.0.0",
            ]
        );
    }
}
