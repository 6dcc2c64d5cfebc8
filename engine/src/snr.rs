//! SNR estimates: how far each bin stands above its threshold or noise, now (posterior) and for the signal alone
//! (a priori), each channel by itself and linked over all. All RT-safe but `new`.

use multiversion::multiversion;

use crate::math::{exp2, log2};

/// Time constant of the decision-directed estimate: 0.96 per step.
const DECISION_S: f32 = 0.25;
/// How far back it looks. A nearer frame is made of the same samples: its noise is this frame's, and the estimate would
/// be led by it.
const STEP_S: f32 = 0.0107;
/// Largest share of the memory that a rise takes away, and the SNR (10 dB) at which half of that range is reached.
const FORGOTTEN_IN_A_RISE: f32 = 0.5;
const CLEAR_RISE: f32 = 10.0;
/// An SNR counts for no more than this (60 dB): beyond, the gain is 1 and the memory would only be long.
const LARGEST_SNR: f32 = 1e6;
/// Lowest a-priori SNR (-25 dB), which keeps what the gain rule leaves of noise even (Cappe 1994).
const LOWEST_PRIOR: f32 = 3.16e-3;
/// How far (1.8 dB) a mean over many cells has to stand above the noise to be any signal at all: means of noise
/// differ as well, if little.
const MEAN_OVER_NOISE: f32 = 1.513_6;

/// The decision-directed a-priori SNR (Ephraim & Malah 1984, eq. 51): mostly what the frame before had of clean
/// signal, a little of what this frame's power says. The time constant is in seconds, and so is the distance to the
/// frame before, so that the mean is as long and as calm at every hop. The more clearly a frame rises over what is
/// remembered, the less of that counts, so that attacks are not held back: after Hasan, Salahuddin & Khan (2004), who
/// let the weight follow any change.
pub struct DecisionDirected {
    step_s: f32,
    /// A ring of the frames of one step: (their gain)^2 * their posterior SNR.
    clean: Vec<Vec<f32>>,
    /// Place of the oldest, which is the one that is looked at, and then written over.
    oldest: usize,
}

impl DecisionDirected {
    /// Setup only.
    pub fn new(bins: usize, hop_s: f32) -> Self {
        let hops = ((STEP_S / hop_s).round() as usize).max(1);
        Self { step_s: hops as f32 * hop_s, clean: vec![vec![0.0; bins]; hops], oldest: 0 }
    }

    /// Back to no signal.
    pub fn reset(&mut self) {
        self.clean.iter_mut().for_each(|frame| frame.fill(0.0));
    }

    /// Takes over the memory of another on the same grid.
    pub fn copy_from(&mut self, other: &Self) {
        for (frame, other) in self.clean.iter_mut().zip(&other.clean) {
            frame.copy_from_slice(other);
        }
        self.oldest = other.oldest;
    }

    /// A-priori SNR of a frame from its posterior SNR, with `memory` times the usual time constant.
    pub fn estimate(&self, memory: f32, posterior: &[f32], prior: &mut [f32]) {
        let keep = (-self.step_s / (memory * DECISION_S)).exp();
        decide(keep, &self.clean[self.oldest], posterior, prior);
    }

    /// Remembers what the gain rule made of the frame.
    pub fn remember(&mut self, posterior: &[f32], gain_log2: &[f32]) {
        clean_snr(posterior, gain_log2, &mut self.clean[self.oldest]);
        self.oldest = (self.oldest + 1) % self.clean.len();
    }
}

/// The a-priori SNR that makes the posterior one the likeliest: max(gamma - 1, 0) (McAulay & Malpass 1980). RT-safe.
#[multiversion(targets("x86_64+avx2"))]
pub fn of_this_frame(posterior: &[f32], prior: &mut [f32]) {
    for (xi, &gamma) in prior.iter_mut().zip(posterior) {
        *xi = (gamma - 1.0).max(0.0);
    }
}

/// A-priori SNR from the means of the posterior SNR over many cells, with a little taken off. RT-safe.
#[multiversion(targets("x86_64+avx2"))]
pub fn of_means(mean: &[f32], prior: &mut [f32]) {
    for (xi, &mean) in prior.iter_mut().zip(mean) {
        *xi = above_noise(mean);
    }
}

#[inline(always)]
fn above_noise(mean: f32) -> f32 {
    (mean * (1.0 / MEAN_OVER_NOISE) - 1.0).max(0.0)
}

/// The mean, by amplitude, of `prior` and what [`of_means`] makes of the means. RT-safe.
#[multiversion(targets("x86_64+avx2"))]
pub fn combine_with_means(mean: &[f32], prior: &mut [f32]) {
    for (xi, &mean) in prior.iter_mut().zip(mean) {
        let amplitude = 0.5 * (xi.sqrt() + above_noise(mean).sqrt());
        *xi = amplitude * amplitude;
    }
}

/// The second step (Plapous, Marro & Scalart 2006, eq. 12): the SNR that is left after a first gain, without the
/// delay of the frame that the first one came from. RT-safe.
#[multiversion(targets("x86_64+avx2"))]
pub fn of_first_gain(posterior: &[f32], gain_log2: &[f32], prior: &mut [f32]) {
    for ((xi, &gamma), &g) in prior.iter_mut().zip(posterior).zip(gain_log2) {
        *xi = (exp2(2.0 * g) * gamma).clamp(LOWEST_PRIOR, LARGEST_SNR);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn decide(keep: f32, clean: &[f32], posterior: &[f32], prior: &mut [f32]) {
    for ((xi, &gamma), &clean) in prior.iter_mut().zip(posterior).zip(clean) {
        let now = (gamma - 1.0).max(0.0);
        let rise = ((now - clean) / (now + CLEAR_RISE)).max(0.0);
        let keep = keep * (1.0 - FORGOTTEN_IN_A_RISE * rise * rise);
        *xi = (now + keep * (clean - now)).clamp(LOWEST_PRIOR, LARGEST_SNR);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn clean_snr(posterior: &[f32], gain_log2: &[f32], clean: &mut [f32]) {
    for ((clean, &gamma), &g) in clean.iter_mut().zip(posterior).zip(gain_log2) {
        *clean = exp2(2.0 * g) * gamma.min(LARGEST_SNR);
    }
}

/// Posterior SNR relative to the threshold: |X|^2 / T^2.
#[multiversion(targets("x86_64+avx2"))]
pub fn posterior(power: &[f32], inverse_threshold: &[f32], excess: &mut [f32]) {
    for ((e, p), inv) in excess.iter_mut().zip(power).zip(inverse_threshold) {
        *e = p * inv;
    }
}

/// Raises `largest` to `excess` where that is larger.
#[multiversion(targets("x86_64+avx2"))]
pub fn keep_largest(excess: &[f32], largest: &mut [f32]) {
    for (l, &e) in largest.iter_mut().zip(excess) {
        *l = l.max(e);
    }
}

/// Moves `excess` towards the `largest` of all channels by `share` (0 to 1) of the way in dB, so that a sound
/// that opens one channel opens the others as well and the image does not move.
#[multiversion(targets("x86_64+avx2"))]
pub fn link(share: f32, largest: &[f32], excess: &mut [f32]) {
    for (e, &l) in excess.iter_mut().zip(largest) {
        let own = log2(*e);
        *e = exp2(own + share * (log2(l) - own));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decision_directed_is_its_formula() {
        // One hop a step, and several.
        for (samples, hops) in [(1024, 1), (512, 1), (128, 4)] {
            let hop_s = samples as f32 / 48_000.0;
            let mut estimator = DecisionDirected::new(1, hop_s);
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

    /// Mean gain in dB over a tone in noise, whose bin turns as slowly from hop to hop as overlapping frames do.
    fn tone_in_noise_db(samples: i32, snr_db: f32) -> f32 {
        use rand::{SeedableRng, rngs::StdRng};
        use rand_distr::{Distribution, StandardNormal};
        const HOPS: i32 = 40_000;
        let mut rng = StdRng::seed_from_u64(7);
        let mut normal = || -> f32 { StandardNormal.sample(&mut rng) };
        let hop_s = samples as f32 / 48_000.0;
        let (stays, amplitude) = (0.8f32.powf(samples as f32 / 128.0), 10f32.powf(snr_db / 20.0));
        let mut estimator = DecisionDirected::new(1, hop_s);
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
            // Looking back by one hop, Live would be up to 8 dB lower.
            assert!((standard_db - live_db).abs() < 0.5, "{snr_db} dB: {standard_db} dB and {live_db} dB");
        }
    }

    #[test]
    fn the_second_step_and_the_means_are_their_formulas() {
        let gammas = [0.1f32, 1.0, 2.0, 40.0, 1e4];
        let gains_log2 = [-9.0f32, -3.0, -1.0, -0.1, 0.0];
        let mut prior = [0.0; 5];
        of_first_gain(&gammas, &gains_log2, &mut prior);
        for ((gamma, gain), got) in gammas.iter().zip(gains_log2).zip(prior) {
            let wanted = (gain.exp2().powi(2) * gamma).max(LOWEST_PRIOR);
            assert!((got / wanted - 1.0).abs() < 1e-5, "{gamma}: {got} {wanted}");
        }
        of_this_frame(&gammas, &mut prior);
        assert_eq!(prior[..4], [0.0, 0.0, 1.0, 39.0]);
        of_means(&gammas, &mut prior);
        for (gamma, got) in gammas.iter().zip(prior) {
            let wanted = (gamma / 10f32.powf(0.18) - 1.0).max(0.0);
            assert!((got - wanted).abs() <= 1e-3 * wanted, "{gamma}: {got} {wanted}");
        }
        let mut combined = [9.0; 5];
        combine_with_means(&gammas, &mut combined);
        for (means, got) in prior.iter().zip(combined) {
            let wanted = ((3.0 + means.sqrt()) / 2.0).powi(2);
            assert!((got / wanted - 1.0).abs() < 1e-5, "{means}: {got} {wanted}");
        }
    }

    #[test]
    fn half_linked_is_half_way_in_db() {
        let mut excess = [1.0, 100.0, 1e-3];
        let mut largest = [0.0; 3];
        keep_largest(&excess, &mut largest);
        keep_largest(&[100.0, 1.0, 1e-3], &mut largest);
        link(0.5, &largest, &mut excess);
        for (got, wanted) in excess.iter().zip([10.0, 100.0, 1e-3]) {
            assert!((got / wanted - 1.0f32).abs() < 1e-5, "{got} {wanted}");
        }
    }

    #[test]
    fn silence_and_overload_stay_numbers() {
        let mut excess = [0.0, f32::INFINITY, 0.0];
        link(0.5, &[0.0, f32::INFINITY, f32::INFINITY], &mut excess);
        assert!(excess.iter().all(|e| !e.is_nan()), "{excess:?}");
    }
}
