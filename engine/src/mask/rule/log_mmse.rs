//! Log-MMSE: the log-spectral amplitude estimator (Ephraim & Malah 1985, eq. 20): xi/(1 + xi) * exp(E1(v)/2) with
//! v = gamma xi/(1 + xi), limited to 1. Tested against the exponential integral by its definition.

use std::f32::consts::LOG2_E;

use multiversion::multiversion;

use super::gain_rule::{FrameSnr, GainRule};
use crate::choice::Choice;
use crate::math::{exp2, log2};

pub(super) const CHOICE: Choice = Choice { id: "log_mmse", name: "Log-MMSE" };

pub(super) struct LogMmse;

impl GainRule for LogMmse {
    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]) {
        // The mean posterior SNR where there is one: that of a single cell fluctuates.
        log_mmse(snr.prior, snr.steadiest_posterior, gain_log2);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn log_mmse(prior: &[f32], posterior: &[f32], gain_log2: &mut [f32]) {
    for ((g, &xi), &gamma) in gain_log2.iter_mut().zip(prior).zip(posterior) {
        let wiener = xi / (1.0 + xi);
        // Above 80 the integral is 0; below 1e-6 the gain is limited to 1 anyway.
        let v = (wiener * gamma).clamp(1e-6, 80.0);
        *g = (log2(wiener) + 0.5 * LOG2_E * exponential_integral(v)).min(0.0);
    }
}

/// E1(x), the integral of e^-t/t from x to infinity, x > 0; relative error below 1e-5. Rational approximations by
/// Hastings (1955), in Abramowitz & Stegun 5.1.53 (x < 1) and 5.1.54 (above). Both are computed and one is
/// selected, so that there is no branch.
#[inline(always)]
fn exponential_integral(x: f32) -> f32 {
    const LN_2: f32 = std::f32::consts::LN_2;
    let small = -LN_2 * log2(x) - 0.577_215_7
        + x * (0.999_991_93
            + x * (-0.249_910_55 + x * (0.055_199_68 + x * (-0.009_760_04 + x * 0.001_078_57))));
    let above = x * (2.334_733 + x) + 0.250_621;
    let below = x * (3.330_657 + x) + 1.681_534;
    let large = exp2(-LOG2_E * x) / x * (above / below);
    if x < 1.0 { small } else { large }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E1 by its definition: Simpson's rule for e^-t/t, with t = e^s.
    fn slow_exponential_integral(x: f64) -> f64 {
        let (from, to, steps) = (x.ln(), 800f64.ln().max(x.ln() + 1.0), 20_000);
        let f = |s: f64| (-s.exp()).exp();
        let h = (to - from) / steps as f64;
        let inner: f64 =
            (1..steps).map(|i| f(from + i as f64 * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
        h / 3.0 * (f(from) + inner + f(to))
    }

    #[test]
    fn follows_the_slow_formula() {
        for prior_db in [-25, -10, -3, 0, 5, 15, 30] {
            for posterior_db in [-30, -10, 0, 3, 10, 20, 40] {
                let (xi, gamma) =
                    (10f64.powf(prior_db as f64 / 10.0), 10f64.powf(posterior_db as f64 / 10.0));
                let v = gamma * xi / (1.0 + xi);
                let wanted = (xi / (1.0 + xi) * (0.5 * slow_exponential_integral(v)).exp()).min(1.0);
                let mut out = [0.0];
                log_mmse(&[xi as f32], &[gamma as f32], &mut out);
                let error_db = 20.0 * (out[0].exp2() as f64 / wanted).log10();
                assert!(error_db.abs() < 0.01, "xi {prior_db} dB, gamma {posterior_db} dB: {error_db:.4} dB");
            }
        }
    }
}
