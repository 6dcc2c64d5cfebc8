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
    /// The part of the synthesis window that is not zero: where it begins in a frame, an even sample, and its values, with the
    /// factor 1/length that the inverse transform lacks.
    pub(super) output_start: usize,
    pub(super) synthesis: Vec<f32>,
}

impl Tables {
    /// The analysis window's length is a power of two, at least 4. Setup only.
    fn of(Lengths { analysis, synthesis, output, hop }: Lengths) -> Self {
        let pair = if synthesis < analysis {
            WindowPair::low_latency(analysis, synthesis, output, hop)
        } else {
            WindowPair::hann(analysis, hop)
        };
        let output_start = analysis - synthesis;
        let part = &pair.synthesis[output_start..output_start + output];
        Self {
            fft: RealFft::new(analysis),
            analysis: pair.analysis,
            output_start,
            synthesis: part.iter().map(|w| w / analysis as f32).collect(),
        }
    }
}

/// Tables that other engines may use as well.
pub(crate) type SharedTables = Shared<Lengths, Tables>;

static TABLES: Registry<Lengths, Tables> = Registry::new();

/// Setup only.
pub(super) fn shared_tables(lengths: Lengths) -> SharedTables {
    TABLES.get(lengths, |&lengths| Tables::of(lengths))
}
