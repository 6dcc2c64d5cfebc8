//! Both nets over one thread: what it asks of the C library and of the kernel while it does its work.

use crate::c_library::{self, Calls};
use crate::system_calls::Notes;

/// What was asked for in all watched stretches of a thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings {
    pub library: Calls,
    pub system_calls: u64,
    /// Number of the last system call.
    pub last_system_call: Option<i64>,
}

impl Findings {
    pub fn none(&self) -> bool {
        *self == Self::default()
    }

    /// Says what was found.
    ///
    /// # Errors
    /// When that is anything.
    pub fn verdict(&self) -> Result<(), String> {
        println!(
            "process() made {} allocations, {} frees, {} locks, {} system calls",
            self.library.allocations, self.library.frees, self.library.locks, self.system_calls
        );
        if let Some(number) = self.last_system_call {
            println!("the last system call was number {number}");
        }
        if self.none() { Ok(()) } else { Err("process() is not real-time safe".into()) }
    }
}

/// A thread under watch.
pub struct Watched {
    /// None where the kernel does not let a thread be watched, as in some containers.
    notes: Option<Notes>,
    findings: Findings,
}

impl Watched {
    /// Does `work` with every call counted.
    pub fn stretch<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let counted = || c_library::watched(work);
        let ((result, calls), system_calls, last) = match &self.notes {
            Some(notes) => notes.watched(counted),
            None => (counted(), 0, None),
        };
        let Findings { library, system_calls: total, last_system_call } = &mut self.findings;
        library.allocations += calls.allocations;
        library.frees += calls.frees;
        library.locks += calls.locks;
        *total += system_calls;
        *last_system_call = last.or(*last_system_call);
        result
    }

    /// All findings so far.
    pub fn findings(&self) -> Findings {
        self.findings
    }
}

/// Runs `work` on a thread of its own that is under watch, and `meanwhile` on this one.
///
/// # Errors
/// When a plugin's calls do not come by here, or `work` fails. Where the kernel refuses to report system calls, that
/// is said, and the C library's are counted alone.
pub fn thread<R: Send>(
    work: impl FnOnce(&mut Watched) -> Result<R, String> + Send,
    meanwhile: impl FnOnce() -> Result<(), String>,
) -> Result<(R, Findings), String> {
    if !c_library::stands_in_front() {
        return Err("a plugin would not find this program's functions before the C library's".into());
    }
    let (outcome, other, noter) = std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::channel();
        let audio = scope.spawn(move || {
            let (notes, noter) = match Notes::begin() {
                Ok((notes, noter)) => (Some(notes), Some(noter)),
                Err(why) => {
                    println!("--- system calls: not counted: {why}");
                    (None, None)
                }
            };
            let _ = send.send(noter);
            let mut watched = Watched { notes, findings: Findings::default() };
            let result = work(&mut watched)?;
            Ok::<_, String>((result, watched.findings()))
        });
        let noter = receive.recv();
        let other = meanwhile();
        let outcome = audio.join().unwrap_or_else(|_| Err("the audio thread panicked".into()));
        (outcome, other, noter)
    });
    if let Ok(Some(noter)) = noter {
        noter.join();
    }
    other?;
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use std::sync::{Barrier, Mutex};
    use std::time::Duration;

    fn findings(work: impl FnOnce() + Send) -> Findings {
        let watch = |watched: &mut Watched| {
            watched.stretch(work);
            Ok(())
        };
        thread(watch, || Ok(())).unwrap().1
    }

    fn kernel_reports() -> bool {
        std::thread::spawn(|| Notes::begin().is_ok()).join().unwrap()
    }

    #[test]
    fn plain_arithmetic_asks_for_nothing() {
        let sum = |range: std::ops::Range<u64>| range.map(|i| (i as f64).sqrt()).sum::<f64>();
        assert!(findings(|| assert!(sum(0..100_000) > 0.0)).none());
    }

    #[test]
    fn a_planted_allocation_is_found() {
        let found = findings(|| drop(std::hint::black_box(vec![1u8; 100])));
        assert_eq!((found.library.allocations, found.library.frees), (1, 1));
    }

    #[test]
    fn a_planted_system_call_is_found_however_it_is_made() {
        if !kernel_reports() {
            return;
        }
        // SAFETY: takes nothing and changes nothing.
        let found = findings(|| assert!(unsafe { libc::syscall(libc::SYS_getppid) } > 0));
        assert_eq!((found.system_calls, found.last_system_call), (1, Some(libc::SYS_getppid)));
        let found = findings(|| std::thread::sleep(Duration::from_micros(10)));
        assert_eq!(found.last_system_call, Some(libc::SYS_clock_nanosleep));
    }

    #[test]
    fn a_planted_lock_that_is_fought_over_is_found() {
        if !kernel_reports() {
            return;
        }
        // Rust's mutex asks the kernel only when it has to wait: so another thread holds it.
        let (mutex, held, waiting) = (Mutex::new(0), Barrier::new(2), AtomicBool::new(false));
        let watch = |watched: &mut Watched| {
            held.wait();
            watched.stretch(|| {
                waiting.store(true, SeqCst);
                *mutex.lock().unwrap() += 1;
            });
            Ok(())
        };
        let hold = || {
            let guard = mutex.lock().unwrap();
            held.wait();
            while !waiting.load(SeqCst) {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_millis(100));
            drop(guard);
            Ok(())
        };
        let ((), found) = thread(watch, hold).unwrap();
        assert!(found.system_calls >= 1, "{found:?}");
        assert_eq!(found.last_system_call, Some(libc::SYS_futex));
    }

    #[test]
    fn what_lies_outside_the_stretch_does_not_count() {
        let watch = |watched: &mut Watched| {
            std::thread::sleep(Duration::from_micros(10));
            watched.stretch(|| ());
            drop(std::hint::black_box(vec![1u8; 100]));
            Ok(())
        };
        assert!(thread(watch, || Ok(())).unwrap().1.none());
    }
}
