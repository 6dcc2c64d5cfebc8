//! Spectrogram columns: the largest powers of a short time, in steps of dB.

use super::curve::{Curve, POINTS};

/// Time that one column covers.
pub const COLUMN_S: f32 = 0.02;
/// Level of a column's step 0; step 255 is 0 dB re a sine of full scale.
pub const COLUMN_FLOOR_DB: f32 = -120.0;
/// Powers below this count as this.
const SMALLEST_POWER: f32 = 1e-20;

/// One column of the spectrogram: levels per point, from [`COLUMN_FLOOR_DB`] to 0 dB in 255 steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub input: [u8; POINTS],
    pub output: [u8; POINTS],
    pub removed: [u8; POINTS],
}

/// Collects hops until a column is complete. RT-safe.
pub struct ColumnBuilder {
    /// Largest powers of input, output and what was removed.
    largest: [Curve; 3],
    covered_s: f32,
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self { largest: [[0.0; POINTS]; 3], covered_s: 0.0 }
    }
}

impl ColumnBuilder {
    /// Adds a hop's powers of input, output and what was removed; returns the column when it is complete.
    pub fn add(&mut self, powers: [&Curve; 3], hop_s: f32) -> Option<Column> {
        for (largest, new) in self.largest.iter_mut().zip(powers) {
            largest.iter_mut().zip(new).for_each(|(largest, &new)| *largest = largest.max(new));
        }
        self.covered_s += hop_s;
        if self.covered_s < COLUMN_S {
            return None;
        }
        // The remainder counts for the next column, so that the speed does not depend on the hop.
        self.covered_s = (self.covered_s - COLUMN_S).min(COLUMN_S);
        let [input, output, removed] = self.largest.each_ref().map(|curve| curve.map(level_step));
        self.largest = [[0.0; POINTS]; 3];
        Some(Column { input, output, removed })
    }
}

fn level_step(power: f32) -> u8 {
    let db = 10.0 * power.max(SMALLEST_POWER).log10();
    // The cast saturates.
    ((1.0 - db / COLUMN_FLOOR_DB) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_become_steps() {
        assert_eq!(level_step(1.0), 255);
        assert_eq!(level_step(10.0), 255);
        assert_eq!(level_step(0.0), 0);
        assert!((level_step(1e-6) as f32 - 127.5).abs() < 1.0);
    }
}
