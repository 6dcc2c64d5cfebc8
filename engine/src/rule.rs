//! Gain rules: from the SNR of a bin to its gain.
//!
//! All give log2 of the amplitude gain, because the smoothing that follows works on logarithms, as hearing does.
//! The rule is chosen once a frame, never per bin. All RT-safe.

use std::f32::consts::LOG2_E;

use multiversion::multiversion;

use crate::math::{exp2, log2};
use crate::settings::Sharpness;

/// What a shut bin gets before the floor: far below any floor (-150 dB), and finite. A gain above it is open.
pub const SHUT_LOG2: f32 = -25.0;
/// A gain above this (-6 dB) says that half of the amplitude is signal or more.
pub const MOSTLY_SIGNAL_LOG2: f32 = -1.0;
/// Largest a-priori SNR: beyond it the gain is 1 in single precision.
const LARGEST_PRIOR: f32 = 1e9;
/// Smallest linear gain that is told from "shut"; 2^-24 is the rounding of 1 - x.
const SMALLEST_GAIN: f32 = 1.0 / (1u32 << 24) as f32;

/// clamp((|X| - T)/|X|, 0, 1): magnitude subtraction (Boll 1979). `excess` is |X|^2 / T^2.
#[multiversion(targets("x86_64+avx2"))]
pub fn gate(excess: &[f32], gain_log2: &mut [f32]) {
    for (g, &e) in gain_log2.iter_mut().zip(excess) {
        let open = log2((1.0 - (1.0 / e).sqrt()).max(SMALLEST_GAIN));
        *g = if e > 1.0 { open } else { SHUT_LOG2 };
    }
}

/// [`gate`] for an estimated SNR: |X|^2 is what signal and noise have together, N (1 + xi). `noise_over_threshold`
/// is N / T^2.
#[multiversion(targets("x86_64+avx2"))]
pub fn gate_prior(prior: &[f32], noise_over_threshold: f32, gain_log2: &mut [f32]) {
    for (g, &xi) in gain_log2.iter_mut().zip(prior) {
        let e = (1.0 + xi) * noise_over_threshold;
        let open = log2((1.0 - (1.0 / e).sqrt()).max(SMALLEST_GAIN));
        *g = if e > 1.0 { open } else { SHUT_LOG2 };
    }
}

/// xi/(1 + xi), the gain of least mean square error (Wiener 1949).
#[multiversion(targets("x86_64+avx2"))]
pub fn wiener(prior: &[f32], gain_log2: &mut [f32]) {
    for (g, &xi) in gain_log2.iter_mut().zip(prior) {
        let xi = xi.min(LARGEST_PRIOR);
        let open = log2((xi / (1.0 + xi)).max(SMALLEST_GAIN));
        *g = if xi > 0.0 { open } else { SHUT_LOG2 };
    }
}

/// Log-spectral amplitude estimator (Ephraim & Malah 1985, eq. 20): xi/(1 + xi) * exp(E1(v)/2) with
/// v = gamma xi/(1 + xi), held at 1.
#[multiversion(targets("x86_64+avx2"))]
pub fn log_mmse(prior: &[f32], posterior: &[f32], gain_log2: &mut [f32]) {
    for ((g, &xi), &gamma) in gain_log2.iter_mut().zip(prior).zip(posterior) {
        let wiener = xi / (1.0 + xi);
        // Beyond these the integral is 0, and the gain held at 1 by far.
        let v = (wiener * gamma).clamp(1e-6, 80.0);
        *g = (log2(wiener) + 0.5 * LOG2_E * exponential_integral(v)).min(0.0);
    }
}

/// E1(x), the integral of e^-t/t from x to infinity, x > 0; relative error below 1e-5. Rational approximations by
/// Hastings (1955), as Abramowitz & Stegun give them in 5.1.53 (x < 1) and 5.1.54 (above), both worked out and
/// one taken, so that there is no branch.
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

/// Raises gains to the exponent, or makes them open (above `open_log2`) or shut, and holds them at the floor.
pub fn sharpen(sharpness: Sharpness, floor_log2: f32, open_log2: f32, gain_log2: &mut [f32]) {
    match sharpness {
        Sharpness::Exponent(exponent) => raise(exponent, floor_log2, gain_log2),
        Sharpness::Hard => {
            gain_log2.iter_mut().for_each(|g| *g = if *g > open_log2 { 0.0 } else { floor_log2 });
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn raise(exponent: f32, floor_log2: f32, gain_log2: &mut [f32]) {
    for g in gain_log2 {
        // What is shut stays so, however small the exponent.
        let raised = if *g > SHUT_LOG2 { *g * exponent } else { *g };
        *g = raised.max(floor_log2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gated(sharpness: Sharpness, floor_log2: f32, excess: f32) -> f32 {
        let mut out = [0.0];
        gate(&[excess], &mut out);
        sharpen(sharpness, floor_log2, SHUT_LOG2, &mut out);
        out[0].exp2()
    }

    #[test]
    fn gate_follows_the_formula() {
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
    fn the_gate_of_an_estimate_is_the_gate_of_signal_and_noise_together() {
        for (prior, noise_over_threshold) in [(0.0f32, 0.5f32), (0.3, 0.9), (3.0, 0.4), (1e5, 0.1)] {
            let (mut got, mut wanted) = ([0.0], [0.0]);
            gate_prior(&[prior], noise_over_threshold, &mut got);
            gate(&[(1.0 + prior) * noise_over_threshold], &mut wanted);
            assert_eq!(got, wanted, "xi {prior}");
        }
    }

    #[test]
    fn hard_gate_is_open_or_shut() {
        assert_eq!(gated(Sharpness::Hard, -10.0, 1.0001), 1.0);
        assert_eq!(gated(Sharpness::Hard, -10.0, 0.9999), 2f32.powi(-10));
    }

    #[test]
    fn wiener_follows_the_formula() {
        for snr in [0.01f32, 0.5, 1.0, 3.0, 1000.0] {
            let mut out = [0.0];
            wiener(&[snr], &mut out);
            assert!((out[0].exp2() - snr / (1.0 + snr)).abs() < 3e-6, "xi {snr}: {}", out[0]);
        }
    }

    /// E1 by its definition: Simpson's rule over e^-t/t, with t = e^s.
    fn slow_exponential_integral(x: f64) -> f64 {
        let (from, to, steps) = (x.ln(), 800f64.ln().max(x.ln() + 1.0), 20_000);
        let f = |s: f64| (-s.exp()).exp();
        let h = (to - from) / steps as f64;
        let inner: f64 =
            (1..steps).map(|i| f(from + i as f64 * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
        h / 3.0 * (f(from) + inner + f(to))
    }

    #[test]
    fn log_mmse_is_the_slow_formula() {
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

    #[test]
    fn every_rule_keeps_between_the_floor_and_one() {
        for sharpness in [Sharpness::Exponent(0.5), Sharpness::Exponent(8.0), Sharpness::Hard] {
            for snr in [0.0, 1e-30, 0.5, 1.0, 2.0, 1e30, f32::INFINITY] {
                let mut gains = [0.0; 3];
                gate(&[snr], &mut gains[..1]);
                wiener(&[snr], &mut gains[1..2]);
                log_mmse(&[snr.clamp(3e-3, 1e6)], &[snr], &mut gains[2..]);
                for floor_log2 in [-4.0, 0.0] {
                    let mut held = gains;
                    sharpen(sharpness, floor_log2, SHUT_LOG2, &mut held);
                    assert!(
                        held.iter().all(|g| (floor_log2..=0.0).contains(g)),
                        "{sharpness:?} {snr}: {held:?}"
                    );
                }
            }
        }
    }
}
