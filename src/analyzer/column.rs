//! Columns: the largest powers of a short time per point, in steps of dB, for the spectrograms; and its balance.

use super::balance::Balance;
use super::curve::{Curve, POINTS};

/// Time that one column covers.
pub const COLUMN_S: f32 = 0.02;
/// Level of a column's step 0; step 255 is 0 dB re a sine of full scale.
pub const COLUMN_FLOOR_DB: f32 = -120.0;
/// Powers below this count as this.
const SMALLEST_POWER: f32 = 1e-20;

/// One column: levels per point, from [`COLUMN_FLOOR_DB`] to 0 dB in 255 steps, and the mean powers of the same time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    pub input: [u8; POINTS],
    pub output: [u8; POINTS],
    pub removed: [u8; POINTS],
    pub balance: Balance,
}

/// Collects hops until a column is complete. RT-safe.
pub struct ColumnBuilder {
    /// Largest powers of input, output and what was removed.
    largest: [Curve; 3],
    /// Sums over the hops.
    balance: Balance,
    hops: u32,
    covered_s: f32,
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self { largest: [[0.0; POINTS]; 3], balance: Balance::default(), hops: 0, covered_s: 0.0 }
    }
}

impl ColumnBuilder {
    /// Adds a hop's powers of input, output and what was removed, and its balance; returns the column when it is complete.
    pub fn add(&mut self, powers: [&Curve; 3], balance: &Balance, hop_s: f32) -> Option<Column> {
        for (largest, new) in self.largest.iter_mut().zip(powers) {
            largest.iter_mut().zip(new).for_each(|(largest, &new)| *largest = largest.max(new));
        }
        self.balance.add(balance, 1.0);
        self.hops += 1;
        self.covered_s += hop_s;
        if self.covered_s < COLUMN_S {
            return None;
        }
        // The remainder counts for the next column, so that the speed does not depend on the hop.
        self.covered_s = (self.covered_s - COLUMN_S).min(COLUMN_S);
        let [input, output, removed] = self.largest.each_ref().map(|curve| curve.map(level_step));
        let mut mean = Balance::default();
        mean.add(&self.balance, 1.0 / self.hops as f32);
        self.largest = [[0.0; POINTS]; 3];
        (self.balance, self.hops) = (Balance::default(), 0);
        Some(Column { input, output, removed, balance: mean })
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
