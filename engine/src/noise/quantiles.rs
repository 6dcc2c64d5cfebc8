//! Arithmetic on neighbouring bins at a time: one lane per bin, so that the compiler vectorises it.

use super::figures::{COLUMNS, QUANTILES};
use crate::math::{exp2, log2};

/// Bins that are computed together: two registers of AVX2, one of AVX-512.
pub(super) const LANES: usize = 16;
/// One number for each of [`LANES`] neighbouring bins.
pub(super) type Lanes = [f32; LANES];
/// The figures of [`LANES`] neighbouring bins.
pub(super) type LaneFigures = [Lanes; COLUMNS];

/// [`super::figures::quantile_position`] of each quantile.
pub(super) const POSITIONS: [f32; QUANTILES.len()] =
    [-0.366_512_92, 0.326_634_26, 0.834_032_4, 1.097_188_7, 1.527_179_6, 1.932_644_7];

/// The position of a level from the share of the frames above it, the tail: ln(-ln(tail)). From 1e-30 to 1 - 6e-8.
#[inline(always)]
pub(super) fn position_of_tail(tail: f32) -> f32 {
    use std::f32::consts::LN_2;
    let tail = tail.clamp(1e-30, 1.0 - f32::EPSILON / 2.0);
    LN_2 * log2(-LN_2 * log2(tail))
}

/// The reverse of [`position_of_tail`]: exp(-exp(position)).
#[inline(always)]
pub(super) fn tail_of_position(position: f32) -> f32 {
    use std::f32::consts::LOG2_E;
    exp2(-LOG2_E * exp2(LOG2_E * position))
}

#[cfg(test)]
mod tests {
    use super::super::figures::quantile_position;
    use super::*;

    #[test]
    fn positions_are_those_of_the_quantiles() {
        for (quantile, position) in QUANTILES.iter().zip(POSITIONS) {
            assert!((quantile_position(*quantile) as f32 - position).abs() < 1e-6, "{quantile}");
            assert!((position_of_tail(1.0 - *quantile as f32) - position).abs() < 1e-5, "{quantile}");
            assert!((tail_of_position(position) - (1.0 - *quantile as f32)).abs() < 1e-6, "{quantile}");
        }
    }
}
