//! How far each bin stands above its threshold, alone and linked over the channels. All RT-safe.

use super::math::{exp2, log2};

/// Posterior SNR relative to the threshold: |X|^2 / T^2.
pub fn posterior(power: &[f32], inverse_threshold: &[f32], excess: &mut [f32]) {
    for ((e, p), inv) in excess.iter_mut().zip(power).zip(inverse_threshold) {
        *e = p * inv;
    }
}

/// Raises `largest` to `excess` where that is larger.
pub fn keep_largest(excess: &[f32], largest: &mut [f32]) {
    for (l, &e) in largest.iter_mut().zip(excess) {
        *l = l.max(e);
    }
}

/// Moves `excess` towards the `largest` of all channels by `share` (0 to 1) of the way in dB, so that a sound
/// that opens one channel opens the others as well and the image does not move.
pub fn link(share: f32, largest: &[f32], excess: &mut [f32]) {
    for (e, &l) in excess.iter_mut().zip(largest) {
        let own = log2(*e);
        *e = exp2(own + share * (log2(l) - own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_linked_is_half_way_in_db() {
        let mut excess = [1.0, 100.0, 1e-3];
        let mut largest = [0.0; 3];
        keep_largest(&excess, &mut largest);
        keep_largest(&[100.0, 1.0, 1e-3], &mut largest);
        link(0.5, &largest, &mut excess);
        for (got, wanted) in excess.iter().zip([10.0, 100.0, 1e-3]) {
            assert!((got / wanted - 1.0f32).abs() < 1e-5, "{got} {wanted}");
        }
    }

    #[test]
    fn silence_and_overload_stay_numbers() {
        let mut excess = [0.0, f32::INFINITY, 0.0];
        link(0.5, &[0.0, f32::INFINITY, f32::INFINITY], &mut excess);
        assert!(excess.iter().all(|e| !e.is_nan()), "{excess:?}");
    }
}
