//! The offset of the threshold at every bin, from the points of a [`ThresholdCurve`]. It glides when the points change.

use crate::grid::Grid;
use crate::math::{glide, glide_coefficient};
use crate::threshold_curve::{Spline, ThresholdCurve};

/// Points cannot glide themselves, as they come and go: the offset of each bin does.
pub(crate) struct CurveOffsets {
    /// Logarithm of each bin's frequency.
    ln_hz: Vec<f32>,
    /// The curve that `target_db` is of.
    curve: ThresholdCurve,
    target_db: Vec<f32>,
    offsets_db: Vec<f32>,
    coefficient: f32,
    /// The offsets are those of the curve.
    is_settled: bool,
    /// No curve was received since the last reset: the next one applies at once.
    is_first: bool,
    changes: u32,
}

impl CurveOffsets {
    /// Setup only.
    pub(crate) fn new(grid: Grid, hop_s: f32) -> Self {
        let bins = grid.bins();
        Self {
            ln_hz: (0..bins).map(|bin| (bin as f64 * grid.bin_width_hz()).ln() as f32).collect(),
            curve: ThresholdCurve::default(),
            target_db: vec![0.0; bins],
            offsets_db: vec![0.0; bins],
            coefficient: glide_coefficient(hop_s),
            is_settled: true,
            is_first: true,
            changes: 0,
        }
    }

    /// The next curve applies at once. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.is_first = true;
    }

    /// Moves the offsets towards those of `curve`. To be called in every hop. RT-safe.
    pub(crate) fn follow(&mut self, curve: &ThresholdCurve) {
        if self.curve != *curve {
            self.curve = *curve;
            self.is_settled = false;
            self.write_target();
        }
        if self.is_first {
            self.is_first = false;
            self.is_settled = true;
            self.offsets_db.copy_from_slice(&self.target_db);
            self.changes = self.changes.wrapping_add(1);
        } else if !self.is_settled {
            self.is_settled = true;
            for (offset, &target) in self.offsets_db.iter_mut().zip(&self.target_db) {
                *offset = glide(self.coefficient, *offset, target);
                self.is_settled &= *offset == target;
            }
            self.changes = self.changes.wrapping_add(1);
        }
    }

    fn write_target(&mut self) {
        let Some(spline) = Spline::through(&self.curve) else { return self.target_db.fill(0.0) };
        let mut segment = 0;
        for (target, &ln_hz) in self.target_db.iter_mut().zip(&self.ln_hz) {
            segment = spline.segment(segment, ln_hz);
            *target = spline.db(segment, ln_hz);
        }
    }

    /// Whether the offsets stay as they are until the curve changes. RT-safe.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Increases whenever the offsets may have changed. RT-safe.
    pub(crate) fn changes(&self) -> u32 {
        self.changes
    }

    /// Adds the offset of every bin in dB. RT-safe.
    pub(crate) fn add_to(&self, offsets_db: &mut [f32]) {
        if self.curve.is_empty() && self.is_settled {
            return;
        }
        for (sum, offset) in offsets_db.iter_mut().zip(&self.offsets_db) {
            *sum += offset;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 2048 };

    fn offsets(offsets: &CurveOffsets) -> Vec<f32> {
        let mut sums = vec![1.0; GRID.bins()];
        offsets.add_to(&mut sums);
        sums.iter().map(|sum| sum - 1.0).collect()
    }

    #[test]
    fn the_first_curve_applies_at_once_to_every_bin_and_later_ones_glide() {
        let (first, second): (ThresholdCurve, ThresholdCurve) =
            ("100:-6,1000:6,5000:0".parse().unwrap(), "300:12".parse().unwrap());
        let mut followed = CurveOffsets::new(GRID, 0.01);
        followed.follow(&first);
        for (bin, db) in offsets(&followed).into_iter().enumerate() {
            let wanted = first.offset_db((bin as f64 * GRID.bin_width_hz()) as f32);
            assert!((db - wanted).abs() < 1e-3, "bin {bin}: {db}, {wanted}");
        }
        let changes = followed.changes();
        followed.follow(&first);
        assert_eq!(followed.changes(), changes, "nothing has changed");
        followed.follow(&second);
        let part = 1.0 - (-0.5f32).exp();
        assert!((offsets(&followed)[0] - (-6.0 + part * 18.0)).abs() < 1e-3 && !followed.is_settled());
        (0..40).for_each(|_| followed.follow(&second));
        assert!(followed.is_settled() && offsets(&followed).iter().all(|&db| db == 12.0));
        (0..40).for_each(|_| followed.follow(&ThresholdCurve::default()));
        assert!(offsets(&followed).iter().all(|&db| db == 0.0));
        followed.reset();
        followed.follow(&second);
        assert!(offsets(&followed).iter().all(|&db| db == 12.0), "at once after a reset");
    }
}
