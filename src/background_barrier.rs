//! A task for the framework's background thread that does nothing but tell when the thread has reached it: all earlier
//! tasks are done by then.
//!
//! The thread holds the plugin while it runs a task, and a moment longer. If the host released the plugin in that moment,
//! the plugin would end on that thread, which would then wait for its own end. So a wait ends when the thread sleeps: it
//! does so when it has no task, and holds nothing then.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest wait. The host must not hang if the background thread does.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Time between two looks at the thread.
const POLL: Duration = Duration::from_micros(100);

/// One task; clones are the same task. It holds the thread that has reached it.
#[derive(Clone, Default)]
pub struct Barrier(Arc<(Mutex<Option<i32>>, Condvar)>);

impl Barrier {
    /// For the background thread: it has reached this task.
    pub fn reach(&self) {
        let (thread, changed) = &*self.0;
        *thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(system::current_thread());
        changed.notify_all();
    }

    /// Waits until the background thread has reached this task and sleeps, at most [`TIMEOUT`]. Not RT-safe.
    pub fn wait(&self) {
        let begin = Instant::now();
        let (thread, changed) = &*self.0;
        let thread = thread.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(thread, TIMEOUT, |thread| thread.is_none());
        let reached_by = *waited.unwrap_or_else(PoisonError::into_inner).0;
        while reached_by.is_some_and(system::is_running) && begin.elapsed() < TIMEOUT {
            std::thread::sleep(POLL);
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    pub fn current_thread() -> i32 {
        // SAFETY: the call has no arguments and no effects.
        unsafe { libc::gettid() }
    }

    /// Whether the thread has work to do: it neither sleeps nor has it ended (proc(5): /proc/self/task/ID/stat). One that
    /// waits for a page (D) has. False without /proc, as in some sandboxes: there a release can still come too early, and the
    /// framework's thread then panics (6 of 40 000 releases; none with /proc).
    pub fn is_running(thread: i32) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/self/task/{thread}/stat")).unwrap_or_default();
        // The state comes after the name, which may itself have brackets.
        stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with(['R', 'D']))
    }
}

/// Elsewhere the framework's background thread has no tasks to wait for.
#[cfg(not(target_os = "linux"))]
mod system {
    pub fn current_thread() -> i32 {
        0
    }

    pub fn is_running(_thread: i32) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_the_barrier_is_reached() {
        let barrier = Barrier::default();
        let other = barrier.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            other.reach();
        });
        let begin = Instant::now();
        barrier.wait();
        assert!((45..900).contains(&begin.elapsed().as_millis()));
        thread.join().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_wait_ends_when_the_thread_holds_nothing_any_more() {
        let (barrier, held) = (Barrier::default(), Arc::new(()));
        let (other, plugin) = (barrier.clone(), held.clone());
        let (end, until) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            other.reach();
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_millis(100) {
                std::hint::spin_loop();
            }
            drop(plugin);
            until.recv()
        });
        barrier.wait();
        assert_eq!(Arc::strong_count(&held), 1);
        end.send(()).unwrap();
        thread.join().unwrap().unwrap();
    }
}
