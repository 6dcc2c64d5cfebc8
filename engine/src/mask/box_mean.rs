//! Means over a fixed number of bins around each bin, in one pass for any width.
//!
//! They are differences of running totals. The totals are integers, because integers add up without rounding, in one cycle
//! each, and their differences are right even after the totals have overflowed.

use crate::vectorised::vectorised;

/// Steps of the fixed-point numbers per 1: 4e-6 each.
const SCALE: f32 = (1u32 << 18) as f32;
/// Largest limit of the values: 31 * SCALE still fits the mantissa of a float.
pub(crate) const LARGEST: f32 = 31.0;
/// Floats from 2^23 to 2^24 are whole numbers, one per bit pattern. Adding this rounds a smaller number to an integer, which is
/// then in the lowest bits.
const ROUNDER: f32 = (1u32 << 23) as f32;

/// The running totals of one frame.
#[derive(Default)]
pub(crate) struct BoxMeans {
    /// The sum of all bins before each bin, modulo 2^32.
    totals: Vec<u32>,
}

/// A recursive mean over time of box means over frequency.
#[derive(Clone, Copy)]
pub(crate) struct MeanShape {
    /// Bins to each side of the middle one.
    pub(crate) half_bins: usize,
    /// Share of the earlier frames, per hop.
    pub(crate) keep: f32,
}

impl BoxMeans {
    /// Setup only.
    pub(crate) fn new(bins: usize) -> Self {
        Self { totals: vec![0; bins + 1] }
    }

    /// Overwrites the totals with numbers that give wrong means. RT-safe.
    #[cfg(debug_assertions)]
    pub(crate) fn spoil(&mut self) {
        // The first total, 0, is never written.
        if let Some((_, totals)) = self.totals.split_first_mut() {
            totals.iter_mut().zip(1u32..).for_each(|(total, bin)| *total = bin.wrapping_mul(0x9E37_79B9));
        }
    }

    /// Sums up `values`, one per bin, at least 0 and limited to `limit`, which is at most [`LARGEST`]. RT-safe.
    pub(crate) fn fill(&mut self, values: &[f32], limit: f32) {
        quantise(values, limit, &mut self.totals[1..]);
        let mut sum = 0u32;
        for total in &mut self.totals[1..] {
            sum = sum.wrapping_add(*total);
            *total = sum;
        }
    }

    /// Updates the recursive mean of every bin. At the ends of the spectrum the boxes have fewer bins. RT-safe.
    pub(crate) fn update(&self, shape: MeanShape, means: &mut [f32]) {
        let MeanShape { half_bins, keep } = shape;
        let bins = means.len();
        let half_bins = half_bins.min(bins - 1);
        if 2 * half_bins >= bins {
            for (bin, mean) in means.iter_mut().enumerate() {
                let (from, to) = (bin.saturating_sub(half_bins), (bin + half_bins + 1).min(bins));
                *mean = step(keep, self.totals[from], self.totals[to], 1.0 / (to - from) as f32, *mean);
            }
            return;
        }
        let width = 2 * half_bins + 1;
        let (lower, rest) = means.split_at_mut(half_bins);
        let (inner, upper) = rest.split_at_mut(bins - 2 * half_bins);
        update_lower(keep, &self.totals[half_bins + 1..], lower);
        update_inner(keep, 1.0 / width as f32, &self.totals, &self.totals[width..], inner);
        update_upper(keep, &self.totals[bins + 1 - width..], self.totals[bins], upper);
    }
}

/// One step of the recursive mean, with the sum of a box as the difference of two totals.
#[inline(always)]
fn step(keep: f32, from: u32, to: u32, per_bin: f32, mean: f32) -> f32 {
    // No box holds 2^31: that would be 264 bins of the largest value.
    let now = to.wrapping_sub(from) as i32 as f32 * (per_bin * (1.0 / SCALE));
    now + keep * (mean - now)
}

vectorised! {
    fn quantise(values: &[f32], limit: f32, steps: &mut [u32]) {
        for (step, value) in steps.iter_mut().zip(values) {
            *step = (value.min(limit) * SCALE + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits());
        }
    }

    fn update_inner(keep: f32, per_bin: f32, from: &[u32], to: &[u32], means: &mut [f32]) {
        for ((mean, &from), &to) in means.iter_mut().zip(from).zip(to) {
            *mean = step(keep, from, to, per_bin, *mean);
        }
    }

    /// The lowest bins, whose boxes begin at the first bin. `to` are the ends of the boxes.
    fn update_lower(keep: f32, to: &[u32], means: &mut [f32]) {
        let first_width = means.len() as i32 + 1;
        for ((mean, &to), more) in means.iter_mut().zip(to).zip(0i32..) {
            *mean = step(keep, 0, to, 1.0 / (first_width + more) as f32, *mean);
        }
    }

    /// The highest bins, whose boxes end at the last bin. `from` are the beginnings of the boxes.
    fn update_upper(keep: f32, from: &[u32], end: u32, means: &mut [f32]) {
        let first_width = 2 * means.len() as i32;
        for ((mean, &from), less) in means.iter_mut().zip(from).zip(0i32..) {
            *mean = step(keep, from, end, 1.0 / (first_width - less) as f32, *mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_the_mean_of_the_bins_under_it() {
        for bins in [5, 33, 129, 2049] {
            let values: Vec<f32> = (0..bins).map(|i| ((i * 7919) % 101) as f32 * 0.4).collect();
            let mut boxes = BoxMeans::new(bins);
            boxes.fill(&values, LARGEST);
            for half_bins in [0, 1, 2, 7, 40, 84, 500] {
                let mut means = vec![3.0; bins];
                boxes.update(MeanShape { half_bins, keep: 0.25 }, &mut means);
                for (bin, got) in means.iter().enumerate() {
                    let under = &values[bin.saturating_sub(half_bins)..(bin + half_bins + 1).min(bins)];
                    // The sum of a box stays below 2^31 in every grid that an engine can have.
                    if under.len() > 263 {
                        continue;
                    }
                    let now = under.iter().map(|v| v.min(LARGEST)).sum::<f32>() / under.len() as f32;
                    let wanted = 0.75 * now + 0.25 * 3.0;
                    assert!(
                        (got - wanted).abs() < 2e-5,
                        "{bins} bins, half {half_bins}, bin {bin}: {got} {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn totals_that_overflow_give_the_same_means() {
        let mut boxes = BoxMeans::new(5000);
        boxes.fill(&[30.0; 5000], LARGEST);
        let mut means = [0.0; 5000];
        boxes.update(MeanShape { half_bins: 60, keep: 0.0 }, &mut means);
        assert!(means.iter().all(|mean| (mean - 30.0).abs() < 1e-4));
    }
}
