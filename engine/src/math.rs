//! Small numeric tools of the engine: decibels, a fast base-2 logarithm and power, and the ramps that keep
//! steps from clicking. Everything here is RT-safe.

use std::f32::consts::SQRT_2;

use crate::vectorised::vectorised;

/// log2 of a power ratio, per decibel: 10^(dB/10) = 2^(dB * LOG2_POWER_PER_DB).
pub(crate) const LOG2_POWER_PER_DB: f32 = std::f32::consts::LOG2_10 / 10.0;
/// log2 of an amplitude ratio, per decibel: 10^(dB/20) = 2^(dB * LOG2_AMPLITUDE_PER_DB).
pub(crate) const LOG2_AMPLITUDE_PER_DB: f32 = std::f32::consts::LOG2_10 / 20.0;

/// Amplitude ratio of a level in dB.
pub(crate) fn db_to_amplitude(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

/// Base-2 logarithm of a positive, normal number; absolute error below 1e-7 plus one rounding of the result. Exact at
/// powers of two.
///
/// Written without branches and divisions, so that a loop over bins is vectorised and fast. The mantissa is centred on 1;
/// its logarithm is a polynomial in (mantissa - 1) whose largest error is the least (a fit by Lawson's algorithm, 1961).
#[inline(always)]
pub(crate) fn log2(x: f32) -> f32 {
    const HALF_SQRT_2_BITS: u32 = (0.5 * SQRT_2).to_bits();
    let above = x.to_bits().wrapping_sub(HALF_SQRT_2_BITS);
    let exponent = (above as i32) >> 23;
    let mantissa = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32));
    let f = mantissa - 1.0;
    let f2 = f * f;
    let f4 = f2 * f2;
    // By pairs of powers (Estrin 1960), which need not wait for each other.
    let low = (1.442_694_8 + f * -0.721_357_15) + f2 * (0.480_939_44 + f * -0.360_087_22);
    let high = (0.286_707_46 + f * -0.250_069_04) + f2 * (0.236_890_38 + f * -0.145_744_47);
    exponent as f32 + f * (low + f4 * high)
}

/// 2^x, relative error below 3e-7; x is clamped to +-126, so the result is always normal. Exact at integers.
///
/// The integer part becomes the exponent by adding 1.5 * 2^23 (which rounds in the last bits of the sum, with
/// no conversion instruction); the rest, within +-0.5, is raised by a polynomial whose largest error is the least.
#[inline(always)]
#[allow(clippy::approx_constant, reason = "a coefficient of the polynomial, not ln 2 itself")]
pub(crate) fn exp2(x: f32) -> f32 {
    const ROUNDER: f32 = 12_582_912.0;
    let x = x.clamp(-126.0, 126.0);
    let rounded = x + ROUNDER;
    let y = x - (rounded - ROUNDER);
    let y2 = y * y;
    let series = (1.0 + y * 0.693_147)
        + y2 * ((0.240_222_42 + y * 0.055_507_337) + y2 * (0.009_671_513 + y * 0.001_326_472_7));
    let exponent = rounded.to_bits().wrapping_sub(ROUNDER.to_bits()) << 23;
    f32::from_bits(series.to_bits().wrapping_add(exponent))
}

vectorised! {
    /// [`exp2`] of every element in place.
    pub(crate) fn exp2_all(values: &mut [f32]) {
        values.iter_mut().for_each(|x| *x = exp2(*x));
    }
}

/// Coefficient of a one-pole smoother with the time constant `tau_s`: the share of the distance to the target that one
/// step of `step_s` seconds covers. 1 (at once) when the time constant is zero.
pub(crate) fn one_pole(step_s: f32, tau_s: f32) -> f32 {
    if tau_s <= 0.0 { 1.0 } else { 1.0 - (-step_s / tau_s).exp() }
}

/// Time constant with which the settings of the mask follow their steps.
const GLIDE_S: f32 = 0.02;
/// A gliding value that is closer to its target than this (in dB, or in exponents) is set to it.
const NEAR: f32 = 0.01;

/// The coefficient of [`glide`] for steps of this time.
pub(crate) fn glide_coefficient(step_s: f32) -> f32 {
    one_pole(step_s, GLIDE_S)
}

/// The next value from `from` to `to`.
pub(crate) fn glide(coefficient: f32, from: f32, to: f32) -> f32 {
    let next = from + coefficient * (to - from);
    if (next - to).abs() < NEAR { to } else { next }
}

/// A value that moves to its target linearly, in a fixed number of samples, and then equals it exactly.
#[derive(Debug, Clone)]
pub(crate) struct Ramp {
    value: f32,
    target: f32,
    step_size: f32,
    left_samples: u32,
    length_samples: u32,
}

impl Ramp {
    pub(crate) fn new(value: f32, length_samples: u32) -> Self {
        Self { value, target: value, step_size: 0.0, left_samples: 0, length_samples: length_samples.max(1) }
    }

    /// Starts a ramp to `target`, unless that is the target already.
    pub(crate) fn aim(&mut self, target: f32) {
        if target != self.target {
            self.target = target;
            self.left_samples = self.length_samples;
            self.step_size = (target - self.value) / self.length_samples as f32;
        }
    }

    /// Sets the value to `target` at once.
    pub(crate) fn jump(&mut self, target: f32) {
        (self.value, self.target, self.left_samples) = (target, target, 0);
    }

    pub(crate) fn length_samples(&self) -> usize {
        self.length_samples as usize
    }

    pub(crate) fn is_moving(&self) -> bool {
        self.left_samples > 0
    }

    pub(crate) fn value(&self) -> f32 {
        self.value
    }

    /// The value of the next sample.
    #[inline]
    pub(crate) fn step(&mut self) -> f32 {
        if self.left_samples > 0 {
            self.left_samples -= 1;
            // Computed back from the target: rounding does not accumulate, and the last sample is the target itself.
            self.value = self.target - self.step_size * self.left_samples as f32;
        }
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log2_and_exp2_match_the_standard_library() {
        let mut x = 1e-35f32;
        while x < 1e35 {
            let exact = (x as f64).log2();
            assert!((log2(x) as f64 - exact).abs() < 4e-7 + 1.2e-7 * exact.abs(), "log2({x})");
            x *= 1.0137;
        }
        for i in -12_500..12_500 {
            let y = i as f32 * 0.01;
            let exact = (y as f64).exp2();
            assert!((exp2(y) as f64 / exact - 1.0).abs() < 4e-7, "exp2({y})");
        }
    }

    #[test]
    fn whole_powers_are_exact_and_the_ends_are_held() {
        for n in -126..=126 {
            assert_eq!(exp2(n as f32), 2f32.powi(n));
            assert_eq!(log2(2f32.powi(n)), n as f32);
        }
        assert_eq!(exp2(-1e9), 2f32.powi(-126));
        assert_eq!(exp2(1e9), 2f32.powi(126));
    }

    #[test]
    fn a_ramp_ends_exactly_on_its_target_and_never_jumps() {
        let mut ramp = Ramp::new(0.0, 960);
        ramp.aim(0.7);
        let mut last = 0.0;
        for _ in 0..960 {
            let next = ramp.step();
            assert!((next - last).abs() < 0.7 / 960.0 + 1e-6);
            last = next;
        }
        assert_eq!(last, 0.7);
        assert!(!ramp.is_moving());
    }
}
