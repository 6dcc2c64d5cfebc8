//! Lets this process take its time to leave, where [`SLOWLY`] is set: after the destructors of all libraries have run.
//! A thread that a library has left behind then works on what is gone already, and shows it by a crash.

use std::ffi::c_void;
use std::time::Duration;

/// Environment variable that slows the leaving.
pub const SLOWLY: &str = "LULL_REALTIME_LEAVES_SLOWLY";
const DELAY: Duration = Duration::from_millis(150);

unsafe extern "C" {
    fn __cxa_atexit(
        handler: extern "C" fn(*mut c_void),
        argument: *mut c_void,
        library: *mut c_void,
    ) -> libc::c_int;
}

/// Called by the loader before any library is initialised. Exit handlers run in the opposite order, so this one runs
/// after the loader's own, which calls the libraries' destructors.
#[used]
#[unsafe(link_section = ".preinit_array")]
static REGISTER: extern "C" fn() = register;

extern "C" fn register() {
    // SAFETY: the handler is of this program, which is never unloaded, and needs no argument.
    unsafe { __cxa_atexit(wait, std::ptr::null_mut(), std::ptr::null_mut()) };
}

extern "C" fn wait(_: *mut c_void) {
    if std::env::var_os(SLOWLY).is_some() {
        std::thread::sleep(DELAY);
    }
}
