//! Gain rules: from the SNRs of a bin to its gain, one file each.
//!
//! All return log2 of the amplitude gain, because the smoothing that follows works on logarithms, as hearing does. The
//! rule is selected once per frame, not per bin.

mod gain_rule;
mod gate;
mod log_mmse;
pub(crate) mod sharpness;
mod wiener;

use crate::choice::choices;

pub(crate) use gain_rule::{FrameSnr, GainRule, Over};

choices! {
    /// How an SNR becomes a gain.
    pub enum Rule: GainRule {
        /// clamp((|X| - T)/|X|, 0, 1).
        Gate in gate,
        /// xi/(1 + xi).
        Wiener in wiener,
        /// Log-spectral amplitude estimator.
        LogMmse in log_mmse,
    }
}

#[cfg(test)]
mod tests {
    use super::sharpness::{Sharpness, sharpen};
    use super::*;

    #[test]
    fn every_rule_keeps_between_the_floor_and_one() {
        for &rule in Rule::ALL {
            for form in [Sharpness::Exponent(0.5), Sharpness::Exponent(8.0), Sharpness::Hard] {
                for snr in [0.0f32, 1e-30, 0.5, 1.0, 2.0, 1e30, f32::INFINITY] {
                    // The range of a-priori SNRs that estimators return.
                    let prior = [snr.clamp(3e-3, 1e6)];
                    let over = Over::NoisePower { over_threshold: 0.7 };
                    let snr =
                        FrameSnr { posterior: &[snr], steadiest_posterior: &[snr], prior: &prior, over };
                    for floor_log2 in [-4.0, 0.0] {
                        let mut gain_log2 = [0.0];
                        rule.implementation().gain_log2(&snr, &mut gain_log2);
                        sharpen(form, floor_log2, sharpness::SHUT_LOG2, &mut gain_log2);
                        sharpness::limit(floor_log2, &mut gain_log2);
                        assert!(
                            (floor_log2..=0.0).contains(&gain_log2[0]),
                            "{rule:?} {form:?}: {gain_log2:?}"
                        );
                    }
                }
            }
        }
    }
}
