//! Runs jobs on a few threads at a time.

use std::sync::Mutex;

/// Calls `work` for every job, at most `workers` at a time and in the jobs' order. Returns the results in that order.
pub fn run<J: Send, R: Send>(jobs: Vec<J>, workers: usize, work: impl Fn(J) -> R + Sync) -> Vec<R> {
    let count = jobs.len();
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let results = Mutex::new((0..count).map(|_| None).collect::<Vec<_>>());
    std::thread::scope(|scope| {
        for _ in 0..workers.clamp(1, count.max(1)) {
            scope.spawn(|| {
                loop {
                    // A statement of its own, so that the lock is released before the work begins.
                    let next = queue.lock().expect("no worker panics while it holds the queue").next();
                    let Some((index, job)) = next else { break };
                    let result = work(job);
                    results.lock().expect("no worker panics while it holds the results")[index] =
                        Some(result);
                }
            });
        }
    });
    let results = results.into_inner().expect("no worker has panicked");
    results.into_iter().map(|result| result.expect("every job was taken from the queue")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    #[test]
    fn results_are_in_the_jobs_order() {
        assert_eq!(run((0..100).collect(), 4, |job| job * job), (0..100).map(|n| n * n).collect::<Vec<_>>());
        assert!(run(Vec::<u8>::new(), 4, |job| job).is_empty());
    }

    #[test]
    fn as_many_jobs_as_workers_run_at_once_and_no_more() {
        let (running, most, pair) = (AtomicUsize::new(0), AtomicUsize::new(0), Barrier::new(2));
        run((0..6).collect(), 2, |_: i32| {
            most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
            pair.wait();
            running.fetch_sub(1, SeqCst);
        });
        assert_eq!(most.into_inner(), 2);
    }
}
