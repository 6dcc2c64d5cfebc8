//! Log-MMSE: the log-spectral amplitude estimator (Ephraim & Malah 1985, eq. 20): xi/(1 + xi) * exp(E1(v)/2) with
//! v = gamma xi/(1 + xi), limited to 1. Tested against the exponential integral by its definition.

use super::gain_rule::{FrameSnr, GainRule};
use crate::choice::Choice;
use crate::math::log2;
use crate::vectorised::vectorised;

pub(super) const CHOICE: Choice = Choice { id: "log_mmse", name: "Log-MMSE" };

pub(super) struct LogMmse;

impl GainRule for LogMmse {
    fn gain_log2(&self, snr: &FrameSnr, gain_log2: &mut [f32]) {
        // The mean posterior SNR where there is one: that of a single cell fluctuates.
        log_mmse(snr.prior, snr.steadiest_posterior, gain_log2);
    }
}

vectorised! {
    fn log_mmse(prior: &[f32], posterior: &[f32], gain_log2: &mut [f32]) {
        for ((g, &xi), &gamma) in gain_log2.iter_mut().zip(prior).zip(posterior) {
            let wiener = xi / (1.0 + xi);
            // Above 14 the factor is 1 in single precision; below 1e-6 the gain is limited to 1 anyway.
            let v = (wiener * gamma).clamp(1e-6, 14.0);
            *g = (0.5 * log2(wiener * wiener * exp_of_exponential_integral(v))).min(0.0);
        }
    }
}

/// exp(E1(v)) for v from 1e-6 to 14, where E1(v) is the integral of e^-t/t from v to infinity; relative error below 1e-6.
///
/// v (exp(E1(v)) - 1) is smooth and falls from e^-0.5772 to e^-v, so that its power of -1/4 is close to a polynomial. The
/// polynomial was fitted for the least largest error of the gain in dB. One division, no branch.
#[inline(always)]
fn exp_of_exponential_integral(v: f32) -> f32 {
    let v2 = v * v;
    let root = (1.155_235_2 + v * 0.225_576_95)
        + v2 * ((0.037_944_578 + v * 0.001_980_521_3) + v2 * (0.000_174_198_8 + v * 0.000_014_185_01));
    let squared = root * root;
    let inverse = v * (squared * squared);
    (inverse + 1.0) / inverse
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
                assert!(error_db.abs() < 2e-5, "xi {prior_db} dB, gamma {posterior_db} dB: {error_db:.4} dB");
            }
        }
    }
}
