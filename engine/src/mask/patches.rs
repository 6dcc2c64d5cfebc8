//! Non-local means, the inner loops: how far patches are from each other, and sums of cells weighted by that.

use crate::math::exp2;
use crate::vectorised::vectorised;

/// The weight of a patch from the sum of its squares: exp(-max(mean of the squares - that of noise, 0) / alike).
#[derive(Clone, Copy)]
pub(super) struct Law {
    slope: f32,
    offset: f32,
}

impl Law {
    /// RT-safe.
    pub(super) fn new(noise_distance: f32, alike: f32, patch_cells: usize) -> Self {
        let per_neper = std::f32::consts::LOG2_E / alike;
        Self { slope: -per_neper / patch_cells as f32, offset: noise_distance * per_neper }
    }

    #[inline(always)]
    fn weight(self, sum: f32) -> f32 {
        exp2((self.offset + self.slope * sum).min(0.0))
    }
}

vectorised! {
    /// Squared differences of one pair of rows.
    fn squares_of_one(a: &[f32], b: &[f32], squares: &mut [f32]) {
        for ((s, a), b) in squares.iter_mut().zip(a).zip(b) {
            *s = square(a - b);
        }
    }

    /// Adds the squared differences of one pair of rows.
    fn add_squares(a: &[f32], b: &[f32], squares: &mut [f32]) {
        for ((s, a), b) in squares.iter_mut().zip(a).zip(b) {
            *s += square(a - b);
        }
    }

    /// Squared differences of three pairs of rows, added up.
    fn squares_of_three(
        a: [&[f32]; 3],
        b: [&[f32]; 3],
        squares: &mut [f32],
    ) {
        let [first, second, third] = std::array::from_fn(|row| a[row].iter().zip(b[row]));
        for (((s, (a0, b0)), (a1, b1)), (a2, b2)) in squares.iter_mut().zip(first).zip(second).zip(third) {
            *s = square(a0 - b0) + square(a1 - b1) + square(a2 - b2);
        }
    }
}

/// Squared differences of the rows of two patches, added up. `pair_of` is the pair of rows of an age.
pub(super) fn sum_squares<'a>(
    ages: std::ops::RangeInclusive<usize>,
    pair_of: impl Fn(usize) -> (&'a [f32], &'a [f32]),
    squares: &mut [f32],
) {
    let first = *ages.start();
    // Patches have three rows at 48 kHz and its octaves.
    if ages.clone().count() == 3 {
        let [(a0, b0), (a1, b1), (a2, b2)] = std::array::from_fn(|row| pair_of(first + row));
        return squares_of_three([a0, a1, a2], [b0, b1, b2], squares);
    }
    let (a, b) = pair_of(first);
    squares_of_one(a, b, squares);
    for (a, b) in ages.skip(1).map(pair_of) {
        add_squares(a, b, squares);
    }
}

#[inline(always)]
fn square(x: f32) -> f32 {
    x * x
}

/// Adds a row of values to the sums, each weighted by the squares of the patch around it.
#[inline(always)]
fn gather(
    law: Law,
    patch_bins: usize,
    squares: &[f32],
    values: &[f32],
    total: &mut [f32],
    weights: &mut [f32],
    largest: &mut [f32],
) {
    let sums = total.iter_mut().zip(weights).zip(largest);
    for (((total, weights), largest), (patch, value)) in sums.zip(squares.windows(patch_bins).zip(values)) {
        let weight = law.weight(patch.iter().sum());
        *total += weight * value;
        *weights += weight;
        *largest = largest.max(weight);
    }
}

/// [`gather`] with a constant width of the patch, so that the compiler unrolls the sum.
macro_rules! gather_of {
    ($name:ident, $patch_bins:expr) => {
        vectorised! {
            pub(super) fn $name(
                law: Law,
                squares: &[f32],
                values: &[f32],
                total: &mut [f32],
                weights: &mut [f32],
                largest: &mut [f32],
            ) {
                gather(law, $patch_bins, squares, values, total, weights, largest);
            }
        }
    };
}
gather_of!(gather_3, 3);
gather_of!(gather_5, 5);
gather_of!(gather_9, 9);

vectorised! {
    /// [`gather`] for other widths of patches, which occur at rates that are not whole octaves from 48 kHz.
    pub(super) fn gather_any(
        law: Law,
        patch_half_bins: usize,
        squares: &[f32],
        values: &[f32],
        total: &mut [f32],
        weights: &mut [f32],
        largest: &mut [f32],
    ) {
        gather(law, 2 * patch_half_bins + 1, squares, values, total, weights, largest);
    }

    /// The means: the sums over the weights, with the cell itself at the largest weight of any other.
    pub(super) fn settle(own: &[f32], total: &[f32], weights: &[f32], largest: &[f32], mean: &mut [f32]) {
        let sums = total.iter().zip(weights).zip(largest);
        for ((mean, own), ((total, weights), largest)) in mean.iter_mut().zip(own).zip(sums) {
            *mean = (total + largest * own) / (weights + largest);
        }
    }
}
