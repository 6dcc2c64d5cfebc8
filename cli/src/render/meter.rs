//! Levels before and after, for the report.

use std::ops::Range;

use lull_cli::denoise::Piece;

use super::report::FileReport;
use crate::report::dbfs;

/// Measures what passes.
pub struct Meter {
    /// The learned passage, in samples.
    passage: Option<Range<u64>>,
    /// Samples that have passed.
    at: u64,
    whole: Levels,
    noise: Levels,
}

/// Sums of squares, and what they are sums of.
#[derive(Default)]
struct Levels {
    before: f64,
    after: f64,
    count: u64,
}

impl Levels {
    fn add(&mut self, before: &[f32], after: &[f32]) {
        let squares = |samples: &[f32]| samples.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
        self.before += squares(before);
        self.after += squares(after);
        self.count += before.len() as u64;
    }

    /// Root mean squares.
    fn rms(&self) -> [f64; 2] {
        [self.before, self.after].map(|sum| (sum / self.count.max(1) as f64).sqrt())
    }
}

impl Meter {
    pub fn new(passage: Option<Range<u64>>) -> Self {
        Self { passage, at: 0, whole: Levels::default(), noise: Levels::default() }
    }

    pub fn add(&mut self, piece: &Piece) {
        let samples = piece.after.first().map_or(0, |channel| channel.len()) as u64;
        let within = |at: u64| (at.clamp(self.at, self.at + samples) - self.at) as usize;
        let passage =
            self.passage.as_ref().map_or(0..0, |passage| within(passage.start)..within(passage.end));
        for (before, after) in piece.before.iter().zip(&piece.after) {
            self.whole.add(before, after);
            self.noise.add(&before[passage.clone()], &after[passage.clone()]);
        }
        self.at += samples;
    }

    pub fn tell(&self, report: &mut FileReport) {
        [report.rms_before_dbfs, report.rms_after_dbfs] = self.whole.rms().map(dbfs);
        if self.noise.count > 0 {
            let [before, after] = self.noise.rms();
            [report.noise_before_dbfs, report.noise_after_dbfs] = [before, after].map(dbfs);
            report.noise_reduction_db = if after > 0.0 { dbfs(before / after) } else { None };
        }
    }
}
