//! The decision-directed estimate and its memory, which three estimators use.

use crate::math::exp2;
use crate::vectorised::vectorised;

/// Time constant of the decision-directed estimate: 0.96 per step.
const DECISION_S: f32 = 0.25;
/// Distance to the earlier frame. A closer frame shares most of its samples with this one, so both have the same noise,
/// and the estimate would follow that noise.
const STEP_S: f32 = 0.0107;
/// Largest share of the memory that a rise removes, and the SNR (10 dB) at which a rise from 0 counts by one half.
const FORGOTTEN_IN_A_RISE: f32 = 0.5;
const CLEAR_RISE: f32 = 10.0;
/// The SNR is limited to this (60 dB): beyond it the gain is 1, and the memory would only last longer.
pub(super) const LARGEST_SNR: f32 = 1e6;
/// Lowest a-priori SNR (-25 dB), which keeps the residual noise even (Cappe 1994).
pub(super) const LOWEST_PRIOR: f32 = 3.16e-3;

/// The decision-directed a-priori SNR (Ephraim & Malah 1984, eq. 51): mostly the clean signal that was estimated in an
/// earlier frame, to a small part the power of this frame. Time constant and distance to the earlier frame are in
/// seconds, so that the mean is the same at every hop. The more a frame rises above the memory, the less the memory
/// counts, so that attacks are not delayed; after Hasan, Salahuddin & Khan (2004), whose weight follows any change.
pub(crate) struct DecisionMemory {
    step_s: f32,
    /// A ring of the frames of one step: (their gain)^2 * their posterior SNR.
    clean: Vec<Vec<f32>>,
    /// Index of the oldest frame, which is read and then overwritten.
    oldest: usize,
}

impl DecisionMemory {
    /// Setup only.
    pub(crate) fn new(bins: usize, hop_s: f32) -> Self {
        let hops = ((STEP_S / hop_s).round() as usize).max(1);
        Self { step_s: hops as f32 * hop_s, clean: vec![vec![0.0; bins]; hops], oldest: 0 }
    }

    /// Resets to no signal. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.clean.iter_mut().for_each(|frame| frame.fill(0.0));
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        for (frame, other) in self.clean.iter_mut().zip(&other.clean) {
            frame.copy_from_slice(other);
        }
        self.oldest = other.oldest;
    }

    /// Computes the a-priori SNR of a frame from its posterior SNR, with `factor` times the usual time constant.
    /// RT-safe.
    pub(crate) fn estimate(&self, factor: f32, posterior: &[f32], prior: &mut [f32]) {
        decide(self.keep(factor), &self.clean[self.oldest], posterior, prior);
    }

    /// Share of the memory in an estimate with `factor` times the usual time constant. RT-safe.
    pub(super) fn keep(&self, factor: f32) -> f32 {
        (-self.step_s / (factor * DECISION_S)).exp()
    }

    /// The oldest frame of the memory, to be read for an estimate and overwritten with the clean signal of this frame:
    /// (gain)^2 * posterior SNR. It becomes the newest. RT-safe.
    pub(super) fn renew_oldest(&mut self) -> &mut [f32] {
        let renewed = self.oldest;
        self.oldest = (self.oldest + 1) % self.clean.len();
        &mut self.clean[renewed]
    }

    /// Stores the signal that the gains leave in the frame. RT-safe.
    pub(crate) fn remember(&mut self, posterior: &[f32], gain_log2: &[f32]) {
        clean_snr(posterior, gain_log2, self.renew_oldest());
    }
}

vectorised! {
    fn decide(keep: f32, clean: &[f32], posterior: &[f32], prior: &mut [f32]) {
        for ((xi, &gamma), &clean) in prior.iter_mut().zip(posterior).zip(clean) {
            *xi = decided(keep, clean, gamma);
        }
    }
}

/// The decision-directed a-priori SNR of one bin.
#[inline(always)]
pub(super) fn decided(keep: f32, clean: f32, posterior: f32) -> f32 {
    let now = (posterior - 1.0).max(0.0);
    let rise = ((now - clean) / (now + CLEAR_RISE)).max(0.0);
    let keep = keep * (1.0 - FORGOTTEN_IN_A_RISE * rise * rise);
    (now + keep * (clean - now)).clamp(LOWEST_PRIOR, LARGEST_SNR)
}

vectorised! {
    fn clean_snr(posterior: &[f32], gain_log2: &[f32], clean: &mut [f32]) {
        for ((clean, &gamma), &g) in clean.iter_mut().zip(posterior).zip(gain_log2) {
            *clean = exp2(2.0 * g) * gamma.min(LARGEST_SNR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decision_directed_is_its_formula() {
        // One hop per step, and several.
        for (samples, hops) in [(1024, 1), (512, 1), (128, 4)] {
            let hop_s = samples as f32 / 48_000.0;
            let mut estimator = DecisionMemory::new(1, hop_s);
            let alpha = (-hops as f32 * hop_s / 0.25).exp();
            let mut clean = vec![0.0; hops as usize];
            let mut gain = 0.3f32;
            for gamma in [0.2f32, 5.0, 80.0, 1.0, 0.0, 3.0, 12.0, 70.0, 3.0, 0.5, 9.0] {
                let mut prior = [0.0];
                estimator.estimate(1.0, &[gamma], &mut prior);
                let (before, now) = (clean[clean.len() - hops as usize], (gamma - 1.0).max(0.0));
                let rise = if now > before { (now - before) / (now + 10.0) } else { 0.0 };
                let alpha = alpha * (1.0 - 0.5 * rise.powi(2));
                let wanted = (alpha * before + (1.0 - alpha) * now).max(LOWEST_PRIOR);
                assert!((prior[0] - wanted).abs() < 1e-5 * wanted.max(1.0), "{} {wanted}", prior[0]);
                estimator.remember(&[gamma], &[gain.log2()]);
                clean.push(gain * gain * gamma);
                gain = (gain * 1.2).min(1.0);
            }
        }
    }

    /// Mean gain in dB for a tone in noise. The noise is correlated from hop to hop as in overlapping frames.
    fn tone_in_noise_db(samples: i32, snr_db: f32) -> f32 {
        use rand::{SeedableRng, rngs::StdRng};
        use rand_distr::{Distribution, StandardNormal};
        const HOPS: i32 = 40_000;
        let mut rng = StdRng::seed_from_u64(7);
        let mut normal = || -> f32 { StandardNormal.sample(&mut rng) };
        let hop_s = samples as f32 / 48_000.0;
        let (stays, amplitude) = (0.8f32.powf(samples as f32 / 128.0), 10f32.powf(snr_db / 20.0));
        let mut estimator = DecisionMemory::new(1, hop_s);
        let (mut noise, mut sum_db) = ([0.0f32; 2], 0.0);
        for _ in 0..HOPS {
            noise.iter_mut().for_each(|part| {
                *part += (1.0 - stays) * -*part + ((1.0 - stays * stays) / 2.0).sqrt() * normal()
            });
            let gamma = (amplitude + noise[0]).powi(2) + noise[1].powi(2);
            let mut prior = [0.0];
            estimator.estimate(1.0, &[gamma], &mut prior);
            let gain = prior[0] / (1.0 + prior[0]);
            estimator.remember(&[gamma], &[gain.log2()]);
            sum_db += 20.0 * gain.log10() / HOPS as f32;
        }
        sum_db
    }

    #[test]
    fn decision_directed_is_the_same_at_every_hop() {
        for snr_db in [-40.0, 3.0, 6.0, 10.0] {
            let (standard_db, live_db) = (tone_in_noise_db(512, snr_db), tone_in_noise_db(128, snr_db));
            // With a distance of one hop, Live would be up to 8 dB lower.
            assert!((standard_db - live_db).abs() < 0.5, "{snr_db} dB: {standard_db} dB and {live_db} dB");
        }
    }
}
