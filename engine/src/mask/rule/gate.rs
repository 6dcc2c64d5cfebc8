//! Gate: clamp((|X| - T)/|X|, 0, 1), the magnitude subtraction of Boll (1979).
//!
//! Without an estimated SNR it compares |X| with the threshold T. With an estimated SNR, |X|^2 is replaced by the power
//! of signal and noise together, N (1 + xi). Tested against the formula, and the two forms against each other.

use super::gain_rule::{FrameSnr, GainRule, Over};
use super::sharpness::{SHUT_LOG2, SMALLEST_GAIN};
use crate::choice::Choice;
use crate::math::log2;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "gate", name: "Gate" };

pub(super) struct Gate;

impl GainRule for Gate {
    fn compares_with_threshold(&self) -> bool {
        true
    }

    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]) {
        match snr.over {
            Over::Threshold => gate(snr.posterior, gain_log2),
            Over::NoisePower { over_threshold } => gate_prior(snr.prior, over_threshold, gain_log2),
        }
    }
}

vectorised! {
    /// `posterior` is |X|^2 / T^2.
    fn gate(posterior: &[f32], gain_log2: &mut [f32]) {
        for (g, &gamma) in gain_log2.iter_mut().zip(posterior) {
            let open = log2((1.0 - (1.0 / gamma).sqrt()).max(SMALLEST_GAIN));
            *g = if gamma > 1.0 { open } else { SHUT_LOG2 };
        }
    }

    /// `noise_over_threshold` is N / T^2.
    fn gate_prior(prior: &[f32], noise_over_threshold: f32, gain_log2: &mut [f32]) {
        for (g, &xi) in gain_log2.iter_mut().zip(prior) {
            let gamma = (1.0 + xi) * noise_over_threshold;
            let open = log2((1.0 - (1.0 / gamma).sqrt()).max(SMALLEST_GAIN));
            *g = if gamma > 1.0 { open } else { SHUT_LOG2 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sharpness::{Sharpness, limit, sharpen};
    use super::*;

    fn gated(sharpness: Sharpness, floor_log2: f32, posterior: f32) -> f32 {
        let mut out = [0.0];
        gate(&[posterior], &mut out);
        sharpen(sharpness, floor_log2, SHUT_LOG2, &mut out);
        limit(floor_log2, &mut out);
        out[0].exp2()
    }

    #[test]
    fn follows_the_formula() {
        for exponent in [0.5, 1.0, 2.0, 4.7, 8.0] {
            for amplitude in [1e-6f32, 0.5, 0.999, 1.001, 1.5, 2.0, 10.0, 1e4] {
                let wanted = ((amplitude - 1.0) / amplitude).clamp(0.0, 1.0).powf(exponent);
                let got = gated(Sharpness::Exponent(exponent), -1e9, amplitude * amplitude);
                assert!(
                    (got - wanted).abs() < 3e-6,
                    "|X|/T {amplitude}, exponent {exponent}: {got} {wanted}"
                );
            }
        }
    }

    #[test]
    fn of_an_estimate_is_the_gate_of_signal_and_noise_together() {
        for (prior, noise_over_threshold) in [(0.0f32, 0.5f32), (0.3, 0.9), (3.0, 0.4), (1e5, 0.1)] {
            let (mut got, mut wanted) = ([0.0], [0.0]);
            gate_prior(&[prior], noise_over_threshold, &mut got);
            gate(&[(1.0 + prior) * noise_over_threshold], &mut wanted);
            assert_eq!(got, wanted, "xi {prior}");
        }
    }

    #[test]
    fn hard_opens_at_the_threshold() {
        assert_eq!(gated(Sharpness::Hard, -10.0, 1.0001), 1.0);
        assert_eq!(gated(Sharpness::Hard, -10.0, 0.9999), 2f32.powi(-10));
    }
}
