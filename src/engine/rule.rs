//! Gain rules: from the posterior SNR of a bin, relative to its threshold, to a gain.
//!
//! All work on `excess` = |X|^2 / T^2 and give log2 of the amplitude gain, because the smoothing that follows
//! works on logarithms, as hearing does. The rule is chosen once a frame, never per bin.

use super::math::log2;
use super::settings::{Rule, Sharpness};

/// What a shut bin gets before the floor: far below any floor (-150 dB), and finite.
const SHUT_LOG2: f32 = -25.0;
/// Smallest linear gain that is told from "shut"; 2^-24 is the rounding of 1 - x.
const SMALLEST_GAIN: f32 = 1.0 / (1u32 << 24) as f32;

/// Gains of one frame, as log2 of amplitude, held between `floor_log2` and 0. RT-safe.
pub fn apply(rule: Rule, sharpness: Sharpness, floor_log2: f32, excess: &[f32], gain_log2: &mut [f32]) {
    match (rule, sharpness) {
        (Rule::Gate, Sharpness::Exponent(exponent)) => gate(exponent, floor_log2, excess, gain_log2),
        (Rule::Gate, Sharpness::Hard) => hard_gate(floor_log2, excess, gain_log2),
        (Rule::Wiener, _) => wiener(floor_log2, excess, gain_log2),
    }
}

/// clamp((|X| - T)/|X|, 0, 1)^exponent: magnitude subtraction (Boll 1979) for exponent 1, steeper above.
fn gate(exponent: f32, floor_log2: f32, excess: &[f32], gain_log2: &mut [f32]) {
    for (g, &e) in gain_log2.iter_mut().zip(excess) {
        let base = (1.0 - (1.0 / e).sqrt()).max(SMALLEST_GAIN);
        // A base at the smallest gain is shut even where a small exponent would lift it over the floor.
        let open = exponent * log2(base);
        *g = if e > 1.0 { open } else { SHUT_LOG2 }.max(floor_log2);
    }
}

/// 1 above the threshold, 0 below it: the limit of a gate of ever higher slope.
fn hard_gate(floor_log2: f32, excess: &[f32], gain_log2: &mut [f32]) {
    for (g, &e) in gain_log2.iter_mut().zip(excess) {
        *g = if e > 1.0 { 0.0 } else { floor_log2 };
    }
}

/// xi/(1 + xi) with the maximum-likelihood xi = max(e - 1, 0) (McAulay & Malpass 1980), which is 1 - 1/e.
fn wiener(floor_log2: f32, excess: &[f32], gain_log2: &mut [f32]) {
    for (g, &e) in gain_log2.iter_mut().zip(excess) {
        *g = log2((1.0 - 1.0 / e).max(SMALLEST_GAIN)).max(floor_log2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(rule: Rule, sharpness: Sharpness, floor_log2: f32, excess: f32) -> f32 {
        let mut out = [0.0];
        apply(rule, sharpness, floor_log2, &[excess], &mut out);
        out[0].exp2()
    }

    #[test]
    fn gate_follows_the_formula() {
        for exponent in [0.5, 1.0, 2.0, 4.7, 8.0] {
            for amplitude in [1e-6f32, 0.5, 0.999, 1.001, 1.5, 2.0, 10.0, 1e4] {
                let wanted = ((amplitude - 1.0) / amplitude).clamp(0.0, 1.0).powf(exponent);
                let got = gain(Rule::Gate, Sharpness::Exponent(exponent), -1e9, amplitude * amplitude);
                assert!(
                    (got - wanted).abs() < 3e-6,
                    "|X|/T {amplitude}, exponent {exponent}: {got} {wanted}"
                );
            }
        }
    }

    #[test]
    fn hard_gate_is_open_or_shut() {
        assert_eq!(gain(Rule::Gate, Sharpness::Hard, -10.0, 1.0001), 1.0);
        assert_eq!(gain(Rule::Gate, Sharpness::Hard, -10.0, 0.9999), 2f32.powi(-10));
    }

    #[test]
    fn wiener_follows_the_formula() {
        for snr in [0.01f32, 0.5, 1.0, 3.0, 1000.0] {
            let got = gain(Rule::Wiener, Sharpness::Hard, -1e9, 1.0 + snr);
            assert!((got - snr / (1.0 + snr)).abs() < 3e-6, "xi {snr}: {got}");
        }
        assert!(gain(Rule::Wiener, Sharpness::Hard, -1e9, 0.5) < 1e-7);
    }

    #[test]
    fn every_rule_keeps_between_the_floor_and_one() {
        for rule in [Rule::Gate, Rule::Wiener] {
            for sharpness in [Sharpness::Exponent(0.5), Sharpness::Exponent(8.0), Sharpness::Hard] {
                for excess in [0.0, 1e-30, 0.5, 1.0, 2.0, 1e30, f32::INFINITY] {
                    let g = gain(rule, sharpness, -4.0, excess);
                    assert!((1.0 / 16.0..=1.0).contains(&g), "{rule:?} {sharpness:?} {excess}: {g}");
                }
                assert_eq!(gain(rule, sharpness, 0.0, 0.3), 1.0, "no reduction leaves the signal alone");
            }
        }
    }
}
