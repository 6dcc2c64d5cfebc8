//! Windows and Fourier transforms, which all engines of a process share.

use super::real_fft::RealFft;
use super::windows::WindowPair;
use crate::shared::{Registry, Shared};

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

/// Tables that other engines may use as well.
pub(crate) type SharedTables = Shared<Lengths, Tables>;

static TABLES: Registry<Lengths, Tables> = Registry::new();

/// Setup only.
pub(super) fn shared_tables(lengths: Lengths) -> SharedTables {
    TABLES.get(lengths, |&lengths| Tables::of(lengths))
}
