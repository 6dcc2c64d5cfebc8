//! A task for the framework's background thread that does nothing but tell when the thread has reached it: all earlier
//! tasks are done by then.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Longest wait. The host must not hang if the background thread does.
const TIMEOUT: Duration = Duration::from_secs(1);

/// One task; clones are the same task.
#[derive(Clone, Default)]
pub struct Barrier(Arc<(Mutex<bool>, Condvar)>);

impl Barrier {
    /// For the background thread: it has reached this task.
    pub fn reach(&self) {
        let (reached, changed) = &*self.0;
        *reached.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Waits until the background thread has reached this task, at most [`TIMEOUT`]. Not RT-safe.
    pub fn wait(&self) {
        let (reached, changed) = &*self.0;
        let reached = reached.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(reached, TIMEOUT, |reached| !*reached));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

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
}
