//! Keeps parameter changes away from the framework while its window opens or closes.
//!
//! On Linux nice-plug 0.4.2 tells the window of every parameter change by a task for its background thread, unless the
//! window is open and the host lends its run loop. The background thread may not touch the window: it panics while the
//! window is being opened or closed, and when it finds one that was opened meanwhile. The panic ends the host when the
//! instance goes. So opening and closing first wait until nobody is changing parameters and the background thread has
//! done what it had to do, and let nobody change them until they are done.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longest time that anyone waits: a host that holds a lock of its own meanwhile must not hang.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(1);

/// Between those who change parameters and the window.
#[derive(Default)]
pub struct WindowGate {
    window_is_changing: AtomicBool,
    inside: AtomicU32,
}

/// Somebody is changing parameters as long as this lives.
pub struct Inside<'a>(&'a WindowGate);

impl WindowGate {
    /// May parameters be changed through the framework now? RT-safe.
    pub fn enter(&self) -> Option<Inside<'_>> {
        self.inside.fetch_add(1, SeqCst);
        let inside = Inside(self);
        (!self.window_is_changing.load(SeqCst)).then_some(inside)
    }

    /// As [`Self::enter`], once it is allowed. Not RT-safe: it sleeps.
    pub fn wait_and_enter(&self) -> Option<Inside<'_>> {
        let begin = Instant::now();
        loop {
            match self.enter() {
                None if begin.elapsed() < PATIENCE => std::thread::sleep(LOOK),
                entered => return entered,
            }
        }
    }

    /// Does what opens or closes the window. `drain` waits for the background thread. Main thread.
    pub fn change_window<R>(&self, drain: impl FnOnce(), change: impl FnOnce() -> R) -> R {
        self.window_is_changing.store(true, SeqCst);
        let begin = Instant::now();
        while self.inside.load(SeqCst) > 0 && begin.elapsed() < PATIENCE {
            std::thread::sleep(LOOK);
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

/// Goes through the background thread's queue, and says when it has come out.
#[derive(Clone, Default)]
pub struct Barrier(Arc<(Mutex<bool>, Condvar)>);

impl Barrier {
    /// The background thread is here.
    pub fn reach(&self) {
        let (reached, changed) = &*self.0;
        *reached.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Waits until it is. Not RT-safe.
    pub fn wait(&self) {
        let (reached, changed) = &*self.0;
        let reached = reached.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(reached, PATIENCE, |reached| !*reached));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_waits_for_who_is_inside_and_keeps_others_out() {
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

    #[test]
    fn a_barrier_is_waited_for() {
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
}
