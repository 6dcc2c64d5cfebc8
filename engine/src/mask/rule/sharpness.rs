//! Sharpness and floor: the exponent of the gain, or only open and shut, and the lowest gain.

use crate::vectorised::vectorised;

/// Gain of a shut bin before the floor is applied: -150 dB, below any floor, and finite. A bin with a larger gain is
/// open.
pub(crate) const SHUT_LOG2: f32 = -25.0;
/// With a gain above this (-6 dB), at least half of the amplitude is signal.
pub(crate) const MOSTLY_SIGNAL_LOG2: f32 = -1.0;
/// Smallest linear gain of an open bin; 2^-24 is the rounding of 1 - x.
pub(super) const SMALLEST_GAIN: f32 = 1.0 / (1u32 << 24) as f32;

/// Exponent of the mask, or hard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sharpness {
    /// Exponent of the gain, 0.5 to 8; with 1 the rule is unchanged.
    Exponent(f32),
    /// Open where there is signal, shut where there is none.
    Hard,
}

/// Raises gains to the exponent, or makes them open (above `open_log2`) or shut, which is the floor. RT-safe.
pub(crate) fn sharpen(sharpness: Sharpness, floor_log2: f32, open_log2: f32, gain_log2: &mut [f32]) {
    match sharpness {
        Sharpness::Exponent(1.0) => (),
        Sharpness::Exponent(exponent) => raise(exponent, gain_log2),
        Sharpness::Hard => {
            gain_log2.iter_mut().for_each(|g| *g = if *g > open_log2 { 0.0 } else { floor_log2 });
        }
    }
}

/// Limits gains to the floor. RT-safe.
pub(crate) fn limit(floor_log2: f32, gain_log2: &mut [f32]) {
    gain_log2.iter_mut().for_each(|g| *g = g.max(floor_log2));
}

vectorised! {
    fn raise(exponent: f32, gain_log2: &mut [f32]) {
        for g in gain_log2 {
            // A shut bin stays shut, however small the exponent.
            *g = if *g > SHUT_LOG2 { *g * exponent } else { *g };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_is_one_of_the_gain_and_the_floor_holds() {
        let mut gains = [-25.0, -9.0, -1.0, 0.0];
        sharpen(Sharpness::Exponent(2.0), -10.0, SHUT_LOG2, &mut gains);
        limit(-10.0, &mut gains);
        assert_eq!(gains, [-10.0, -10.0, -2.0, 0.0]);
        let mut gains = [-25.0, -9.0];
        sharpen(Sharpness::Exponent(0.5), -100.0, SHUT_LOG2, &mut gains);
        assert_eq!(gains, [-25.0, -4.5], "shut stays shut");
    }

    #[test]
    fn hard_is_open_or_shut() {
        let mut gains = [-25.0, -1.5, -0.5, 0.0];
        sharpen(Sharpness::Hard, -10.0, MOSTLY_SIGNAL_LOG2, &mut gains);
        assert_eq!(gains, [-10.0, -10.0, 0.0, 0.0]);
    }
}
