//! Windows and Fourier transforms, which all engines of a process share: they are made with the first engine that needs
//! them, and dropped with the last one.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::real_fft::RealFft;
use super::windows::WindowPair;

/// Lengths of windows, in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lengths {
    pub(crate) analysis: usize,
    pub(crate) synthesis: usize,
    pub(crate) output: usize,
    pub(crate) hop: usize,
}

/// The constants of a transform with windows.
pub(crate) struct Tables {
    pub(super) fft: RealFft,
    pub(super) analysis: Vec<f32>,
    /// Includes the factor 1/length that the inverse transform lacks.
    pub(super) synthesis: Vec<f32>,
}

impl Tables {
    /// For any pair of windows; their length is a power of two, at least 4. Setup only.
    pub(super) fn new(WindowPair { analysis, mut synthesis }: WindowPair) -> Self {
        let window_samples = analysis.len();
        synthesis.iter_mut().for_each(|w| *w /= window_samples as f32);
        Self { fft: RealFft::new(window_samples), analysis, synthesis }
    }

    fn of(Lengths { analysis, synthesis, output, hop }: Lengths) -> Self {
        Self::new(if synthesis < analysis {
            WindowPair::low_latency(analysis, synthesis, output, hop)
        } else {
            WindowPair::hann(analysis, hop)
        })
    }
}

/// The tables that are in use, each once.
static SHARED: Mutex<Vec<(Lengths, Arc<Tables>)>> = Mutex::new(Vec::new());

/// A panic while the list is locked leaves it valid: entries are added and removed whole.
fn shared() -> MutexGuard<'static, Vec<(Lengths, Arc<Tables>)>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tables that others may use as well. To read them is RT-safe; to make and to drop this is setup only.
pub(crate) struct SharedTables(Arc<Tables>);

impl SharedTables {
    pub(super) fn of(lengths: Lengths) -> Self {
        let mut shared = shared();
        if let Some((_, tables)) = shared.iter().find(|(of, _)| *of == lengths) {
            return Self(tables.clone());
        }
        let tables = Arc::new(Tables::of(lengths));
        shared.push((lengths, tables.clone()));
        Self(tables)
    }
}

impl Deref for SharedTables {
    type Target = Tables;

    fn deref(&self) -> &Tables {
        &self.0
    }
}

impl Drop for SharedTables {
    fn drop(&mut self) {
        // The list holds one, and this another: they are the last two.
        shared().retain(|(_, tables)| !(Arc::ptr_eq(tables, &self.0) && Arc::strong_count(tables) == 2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lengths_share_tables_until_the_last_is_dropped() {
        // Lengths that no other test uses.
        let lengths = Lengths { analysis: 64, synthesis: 64, output: 32, hop: 16 };
        let kept = || shared().iter().filter(|(of, _)| *of == lengths).count();
        let (first, second) = (SharedTables::of(lengths), SharedTables::of(lengths));
        assert!(std::ptr::eq::<Tables>(&*first, &*second));
        let other = SharedTables::of(Lengths { hop: 32, ..lengths });
        assert!(!std::ptr::eq::<Tables>(&*first, &*other));
        drop(first);
        assert_eq!(kept(), 1);
        drop(second);
        assert_eq!(kept(), 0);
    }
}
