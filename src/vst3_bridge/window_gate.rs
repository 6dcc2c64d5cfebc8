//! Keeps parameter changes away from the framework while its window opens or closes.
//!
//! On Linux, nice-plug 0.4.2 reports every parameter change to the window by a task on its background thread, unless the
//! window is open and the host provides its run loop. The background thread must not use the window: it panics while the
//! window is being opened or closed, and when it finds a window that was opened since the task was queued. The panic ends
//! the host when the instance is destroyed. So opening and closing first wait until no thread changes parameters and the
//! background thread has finished its tasks, and block parameter changes until they are done.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// Longest wait: a host that holds a lock of its own meanwhile must not hang.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Time between two checks.
const POLL: Duration = Duration::from_millis(1);

/// Excludes parameter changes and changes of the window from each other.
#[derive(Default)]
pub struct WindowGate {
    window_is_changing: AtomicBool,
    inside: AtomicU32,
}

/// A thread changes parameters as long as this lives.
pub struct Inside<'a>(&'a WindowGate);

impl WindowGate {
    /// Allows parameter changes through the framework; None while the window opens or closes. RT-safe.
    pub fn enter(&self) -> Option<Inside<'_>> {
        self.inside.fetch_add(1, SeqCst);
        let inside = Inside(self);
        (!self.window_is_changing.load(SeqCst)).then_some(inside)
    }

    /// As [`Self::enter`], but waits until it is allowed; None after [`TIMEOUT`]. Not RT-safe: it sleeps.
    pub fn wait_and_enter(&self) -> Option<Inside<'_>> {
        let begin = Instant::now();
        loop {
            match self.enter() {
                None if begin.elapsed() < TIMEOUT => std::thread::sleep(POLL),
                entered => return entered,
            }
        }
    }

    /// Runs `change`, which opens or closes the window. `drain` waits for the background thread. Main thread.
    pub fn change_window<R>(&self, drain: impl FnOnce(), change: impl FnOnce() -> R) -> R {
        self.window_is_changing.store(true, SeqCst);
        let begin = Instant::now();
        while self.inside.load(SeqCst) > 0 && begin.elapsed() < TIMEOUT {
            std::thread::sleep(POLL);
        }
        drain();
        let changed = change();
        self.window_is_changing.store(false, SeqCst);
        changed
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn the_window_waits_for_parameter_changes_and_blocks_later_ones() {
        let gate = WindowGate::default();
        let (began, order) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            let inside = gate.enter().unwrap();
            scope.spawn(|| {
                began.store(true, SeqCst);
                gate.change_window(
                    || order.lock().unwrap().push("drained"),
                    || {
                        assert!(gate.enter().is_none(), "RT-safe: refused");
                        std::thread::sleep(Duration::from_millis(50));
                        order.lock().unwrap().push("changed");
                    },
                );
            });
            while !began.load(SeqCst) {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_millis(20));
            order.lock().unwrap().push("left");
            drop(inside);
            while order.lock().unwrap().len() < 2 {
                std::thread::yield_now();
            }
            let _inside = gate.wait_and_enter().unwrap();
            order.lock().unwrap().push("entered");
        });
        assert_eq!(*order.lock().unwrap(), ["left", "drained", "changed", "entered"]);
        assert!(gate.enter().is_some());
    }
}
