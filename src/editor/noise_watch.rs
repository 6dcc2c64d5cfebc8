//! Notices that the noise is louder than what was learned: a fan that was turned up, a gain that was changed.
//!
//! The input's level is averaged over half a second. A voice or an instrument covers a part of the spectrum only, or pauses;
//! noise that became louder does so everywhere and stays. So the excess over the learned noise that counts is the one that three
//! quarters of the spectrum exceed, and the least of the last seconds.

use crate::analyzer::{Curve, POINTS};

/// Time constant of the mean.
const MEAN_S: f32 = 0.5;
/// The mean level of Gaussian noise over the level of its mean power: Euler's constant, in dB.
const MEAN_LEVEL_DB: f32 = -2.507;
/// Share of the spectrum that may exceed less.
const SHARE: f32 = 0.25;
/// How fast the least excess is forgotten.
const FORGET_DB_PER_S: f32 = 0.5;
/// The noise is louder if the excess is more than this. By chance it is up to 2 dB.
const LOUDER_DB: f32 = 3.0;
/// Below this nothing was learned, as above a recording's bandwidth: everything would be louder.
const NOTHING_DB: f32 = -119.0;

/// Follows the excess of the input over the learned noise.
#[derive(Default)]
pub struct NoiseWatch {
    /// Mean level of the input per point, once there was one.
    mean_db: Option<Curve>,
    least_excess_db: f32,
}

impl NoiseWatch {
    /// Takes levels of the input and of the learned noise, if there is one, after `step_s` seconds.
    pub fn advance(&mut self, input_db: &Curve, noise_db: Option<&Curve>, step_s: f32) {
        let Some(noise_db) = noise_db else {
            *self = Self::default();
            return;
        };
        let keep = (-step_s / MEAN_S).exp();
        let old_db = self.mean_db.unwrap_or(*input_db);
        let mean_db: Curve =
            std::array::from_fn(|point| input_db[point] + keep * (old_db[point] - input_db[point]));
        let mut excess_db: [f32; POINTS] = std::array::from_fn(|point| {
            let noise_db = noise_db[point];
            if noise_db > NOTHING_DB { mean_db[point] - MEAN_LEVEL_DB - noise_db } else { 0.0 }
        });
        let rank = (SHARE * POINTS as f32) as usize;
        let exceeded_db = *excess_db.select_nth_unstable_by(rank, f32::total_cmp).1;
        self.least_excess_db = exceeded_db.min(self.least_excess_db + FORGET_DB_PER_S * step_s);
        self.mean_db = Some(mean_db);
    }

    /// Whether the noise has been louder than what was learned for some seconds.
    pub fn is_louder(&self) -> bool {
        self.least_excess_db > LOUDER_DB
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const STEP_S: f32 = 0.2;
    const NOISE_DB: f32 = -60.0;

    /// Whether noise counts as louder after so many seconds, whose power over the learned one is `over(point, seconds)`.
    fn is_louder_after(seconds: f32, over: impl Fn(usize, f32) -> f32) -> bool {
        let (mut watch, mut rng) = (NoiseWatch::default(), StdRng::seed_from_u64(3));
        let learned: Curve = [NOISE_DB; POINTS];
        for step in 0..(seconds / STEP_S) as usize {
            // Powers of Gaussian noise are exponentially distributed.
            let input: Curve = std::array::from_fn(|point| {
                let power = -rng.random_range(1e-6f32..1.0).ln() * over(point, step as f32 * STEP_S);
                NOISE_DB + 10.0 * power.log10()
            });
            watch.advance(&input, Some(&learned), STEP_S);
        }
        watch.is_louder()
    }

    #[test]
    fn noise_that_is_6_db_louder_is_noticed_within_ten_seconds() {
        assert!(is_louder_after(10.0, |_, _| 4.0));
        assert!(!is_louder_after(60.0, |_, _| 1.0), "as it was learned");
        assert!(!is_louder_after(60.0, |_, _| 0.1), "quieter");
    }

    #[test]
    fn sound_over_the_noise_is_none() {
        let music = |point: usize, _| if point < POINTS * 7 / 10 { 1000.0 } else { 1.0 };
        assert!(!is_louder_after(60.0, music), "a dense sound below some frequency");
        let voice = |_, seconds: f32| if seconds % 6.0 < 4.0 { 1000.0 } else { 1.0 };
        assert!(!is_louder_after(60.0, voice), "a sound that pauses");
    }

    #[test]
    fn without_a_profile_nothing_is_louder() {
        let (mut watch, loud) = (NoiseWatch::default(), [0.0; POINTS]);
        for _ in 0..100 {
            watch.advance(&loud, None, STEP_S);
        }
        assert!(!watch.is_louder());
        for _ in 0..100 {
            watch.advance(&loud, Some(&[-120.0; POINTS]), STEP_S);
        }
        assert!(!watch.is_louder(), "nothing was learned there");
    }
}
