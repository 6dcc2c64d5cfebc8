//! Posterior SNR: the power of each bin over the power of the noise, or over the threshold.

use crate::vectorised::vectorised;

vectorised! {
    /// gamma = |X|^2 / N, or |X|^2 / T^2 where `inverse_reference` is 1/T^2. RT-safe.
    pub(crate) fn posterior_snr(power: &[f32], inverse_reference: &[f32], posterior: &mut [f32]) {
        for ((gamma, p), inverse) in posterior.iter_mut().zip(power).zip(inverse_reference) {
            *gamma = p * inverse;
        }
    }
}
