//! Makeup: slowly restores the level that the mask takes from the signal.
//!
//! It compares the signal's power before and after the mask, in bins that are clearly signal, and only in frames with
//! enough of them. In other frames it keeps its gain, so that pauses are not pumped up.

use crate::math::one_pole;

/// Time over which the powers are averaged.
const AVERAGE_S: f32 = 3.0;
/// Time constant of the gain itself.
const GAIN_S: f32 = 1.0;
/// The largest gain.
const LIMIT_DB: f32 = 12.0;
/// A bin is signal when it stands this far over the mean power of the noise (10 dB).
const SIGNAL_OVER_NOISE: f32 = 10.0;
/// A frame counts when its signal bins hold at least this share of the power that the noise has in all.
const ENOUGH_SIGNAL: f32 = 0.5;

pub(crate) struct Makeup {
    average: f32,
    glide: f32,
    before: f32,
    after: f32,
    gain_db: f32,
    frame: FramePowers,
}

/// Powers of one frame, summed over bins and channels.
#[derive(Default, Clone, Copy)]
struct FramePowers {
    before: f32,
    after: f32,
    noise: f32,
}

impl Makeup {
    pub(crate) fn new(hop_s: f32) -> Self {
        Self {
            average: one_pole(hop_s, AVERAGE_S),
            glide: one_pole(hop_s, GAIN_S),
            before: 0.0,
            after: 0.0,
            gain_db: 0.0,
            frame: FramePowers::default(),
        }
    }

    /// RT-safe.
    pub(crate) fn reset(&mut self) {
        (self.before, self.after, self.gain_db) = (0.0, 0.0, 0.0);
        self.frame = FramePowers::default();
    }

    /// Measures one channel of the frame. RT-safe.
    pub(crate) fn measure(&mut self, power: &[f32], noise_power: &[f32], gain: &[f32]) {
        let (mut before, mut after, mut noise) = (0.0, 0.0, 0.0);
        for ((&p, &n), &g) in power.iter().zip(noise_power).zip(gain) {
            let signal = if p > SIGNAL_OVER_NOISE * n { p - n } else { 0.0 };
            before += signal;
            after += g * g * signal;
            noise += n;
        }
        self.frame.before += before;
        self.frame.after += after;
        self.frame.noise += noise;
    }

    /// The gain in dB. RT-safe.
    pub(crate) fn gain_db(&self) -> f32 {
        self.gain_db
    }

    /// Ends the frame and moves the gain: to 0 dB, gliding, while `on` is false. RT-safe.
    pub(crate) fn end_frame(&mut self, on: bool) {
        let frame = std::mem::take(&mut self.frame);
        if on && frame.before > ENOUGH_SIGNAL * frame.noise && frame.before > 0.0 {
            self.before += self.average * (frame.before - self.before);
            self.after += self.average * (frame.after - self.after);
        }
        let target = if on && self.before > 0.0 {
            (10.0 * (self.before / self.after.max(1e-30)).log10()).clamp(0.0, LIMIT_DB)
        } else {
            0.0
        };
        self.gain_db += self.glide * (target - self.gain_db);
        if (self.gain_db - target).abs() < 1e-3 {
            self.gain_db = target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(makeup: &mut Makeup, power: f32, gain: f32, frames: usize) -> f32 {
        for _ in 0..frames {
            makeup.measure(&[power; 64], &[1.0; 64], &[gain; 64]);
            makeup.end_frame(true);
        }
        makeup.gain_db()
    }

    #[test]
    fn gives_back_what_the_mask_took_and_no_more_than_its_limit() {
        let mut makeup = Makeup::new(0.01);
        assert!((settle(&mut makeup, 100.0, 0.5, 2000) - 6.02).abs() < 0.01);
        assert!((settle(&mut makeup, 100.0, 0.1, 4000) - LIMIT_DB).abs() < 0.01);
    }

    #[test]
    fn keeps_its_gain_in_pauses_and_lets_go_when_switched_off() {
        let mut makeup = Makeup::new(0.01);
        let before = settle(&mut makeup, 100.0, 0.5, 2000);
        assert!((settle(&mut makeup, 1.0, 0.01, 2000) - before).abs() < 0.01, "noise alone is not measured");
        for _ in 0..2000 {
            makeup.measure(&[100.0; 64], &[1.0; 64], &[0.5; 64]);
            makeup.end_frame(false);
        }
        assert_eq!(makeup.gain_db(), 0.0);
    }

    #[test]
    fn is_slow() {
        let mut makeup = Makeup::new(0.01);
        assert!(settle(&mut makeup, 100.0, 0.5, 10) < 0.7, "a tenth of a second");
    }
}
