//! Wiener: xi/(1 + xi), the gain with the least mean square error (Wiener 1949). Tested against the formula.

use super::gain_rule::{FrameSnr, GainRule};
use super::sharpness::{SHUT_LOG2, SMALLEST_GAIN};
use crate::choice::Choice;
use crate::math::log2;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "wiener", name: "Wiener" };

/// Limit of the a-priori SNR: beyond it the gain is 1 in single precision.
const LARGEST_PRIOR: f32 = 1e9;

pub(super) struct Wiener;

impl GainRule for Wiener {
    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]) {
        wiener(snr.prior, gain_log2);
    }
}

vectorised! {
    /// Computes log2 of the gain from the a-priori SNR. RT-safe.
    pub(crate) fn wiener(prior: &[f32], gain_log2: &mut [f32]) {
        for (g, &xi) in gain_log2.iter_mut().zip(prior) {
            let xi = xi.min(LARGEST_PRIOR);
            let open = log2((xi / (1.0 + xi)).max(SMALLEST_GAIN));
            *g = if xi > 0.0 { open } else { SHUT_LOG2 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        for snr in [0.01f32, 0.5, 1.0, 3.0, 1000.0] {
            let mut out = [0.0];
            wiener(&[snr], &mut out);
            assert!((out[0].exp2() - snr / (1.0 + snr)).abs() < 3e-6, "xi {snr}: {}", out[0]);
        }
    }
}
