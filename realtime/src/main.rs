//! `lull-realtime PLUGIN.clap [SECONDS]`: plays a built CLAP on an audio thread whose calls are counted, while the
//! main thread does all that a host does meanwhile, and fails at the first call that a real-time thread must not
//! make.
//!
//! Two nets, because each has holes where the other has none: this program's own functions stand before the C
//! library's ([`c_library`]), which shows every allocation and lock even if the kernel never hears of it; and the
//! kernel reports every system call of the thread ([`system_calls`]), however it is made. A lock that is neither
//! of the C library nor ever fought over shows in neither: so the main thread keeps fighting.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod c_library;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod session;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod system_calls;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod watch;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod window;

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(library) = arguments.next() else {
        eprintln!("error: which CLAP? lull-realtime PLUGIN.clap [SECONDS]");
        return ExitCode::FAILURE;
    };
    let seconds = arguments.next().map_or(Ok(60.0), |text| text.parse::<f64>());
    let outcome = match seconds {
        Ok(seconds) => session::run(library.as_ref(), seconds),
        Err(error) => Err(format!("the seconds: {error}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn main() -> ExitCode {
    println!("skipped: calls are counted on Linux with glibc only");
    ExitCode::SUCCESS
}
