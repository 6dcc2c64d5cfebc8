//! Means over a fixed number of bins around each bin, in one pass for any width.
//!
//! They are differences of running totals. The totals are integers, because integers add up without rounding, in one cycle
//! each, and their differences are right even after the totals have overflowed.

use multiversion::multiversion;

/// Steps of the fixed-point numbers per 1: 4e-6 each.
const SCALE: f32 = (1u32 << 18) as f32;
/// Largest limit of the values: 31 * SCALE still fits the mantissa of a float.
pub(crate) const LARGEST: f32 = 31.0;
/// A float from this on has integers as its neighbours, so its lowest bits are an integer: a conversion by addition.
const ROUNDER: f32 = (1u32 << 23) as f32;

/// Running totals of one frame, and the means of its bins over two widths.
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
        let inner = half_bins.min(bins)..bins.saturating_sub(half_bins).max(half_bins.min(bins));
        for bin in (0..inner.start).chain(inner.end..bins) {
            let (from, to) = (bin.saturating_sub(half_bins), (bin + half_bins + 1).min(bins));
            let now = sum_between(self.totals[from], self.totals[to]) / (SCALE * (to - from) as f32);
            means[bin] = now + keep * (means[bin] - now);
        }
        let width = 2 * half_bins + 1;
        let ends = self.totals.get(width..).unwrap_or_default();
        update_inner(keep, 1.0 / (SCALE * width as f32), &self.totals, ends, &mut means[inner]);
    }
}

#[inline(always)]
fn sum_between(from: u32, to: u32) -> f32 {
    // No box holds 2^31: that would be 264 bins of the largest value.
    to.wrapping_sub(from) as i32 as f32
}

#[multiversion(targets("x86_64+avx2"))]
fn quantise(values: &[f32], limit: f32, steps: &mut [u32]) {
    for (step, value) in steps.iter_mut().zip(values) {
        *step = (value.min(limit) * SCALE + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits());
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn update_inner(keep: f32, scale: f32, from: &[u32], to: &[u32], means: &mut [f32]) {
    for ((mean, &from), &to) in means.iter_mut().zip(from).zip(to) {
        let now = sum_between(from, to) * scale;
        *mean = now + keep * (*mean - now);
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
