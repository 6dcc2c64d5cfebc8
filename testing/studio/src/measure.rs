//! Measures what was removed and what was kept, from the audio alone.

use std::ops::Range;
use std::sync::Arc;

use lull_cli::Audio;
use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

/// Window of the analysis in seconds, to the next power of two of samples.
const WINDOW_S: f64 = 0.04;
/// A cell counts as signal when it stands this far over the noise's mean power in its bin.
const SIGNAL_OVER_NOISE: f32 = 100.0;

pub fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

/// Level of a stretch in dBFS.
pub fn level_db(audio: &Audio, range: Range<usize>) -> f64 {
    db(audio.rms(range) as f64)
}

/// Change of level in dB where the signal is 20 dB above the noise: the powers of `after` over those of
/// `before`, in the cells of time and frequency that are that strong in `before`. `noise` is where `before`
/// holds noise alone. None if there is no such cell.
pub fn signal_change_db(before: &Audio, after: &Audio, noise: Range<usize>) -> Option<f64> {
    let window = ((WINDOW_S * before.sample_rate_hz as f64) as usize).next_power_of_two();
    let mut analysis = Analysis::new(window);
    let (mut sum_before, mut sum_after) = (0.0, 0.0);
    for (channel_before, channel_after) in before.channels.iter().zip(&after.channels) {
        let mut noise_power = vec![0.0f32; analysis.spectrum.len()];
        let mut frames = 0;
        analysis.for_each_frame(&channel_before[noise.clone()], |_, power| {
            noise_power.iter_mut().zip(power).for_each(|(sum, p)| *sum += p);
            frames += 1;
        });
        let mut strong: Vec<(usize, usize, f32)> = Vec::new();
        analysis.for_each_frame(channel_before, |frame, power| {
            for (bin, (&p, &n)) in power.iter().zip(&noise_power).enumerate() {
                if p > SIGNAL_OVER_NOISE * n / frames.max(1) as f32 {
                    strong.push((frame, bin, p));
                }
            }
        });
        let mut strong = strong.into_iter().peekable();
        analysis.for_each_frame(channel_after, |frame, power| {
            while let Some((_, bin, p)) = strong.next_if(|&(at, ..)| at == frame) {
                sum_before += p as f64;
                sum_after += power[bin] as f64;
            }
        });
    }
    (sum_before > 0.0).then(|| 10.0 * (sum_after / sum_before).log10())
}

/// Largest difference between `whole` and the sum of its parts, in dB below the peak of `whole`.
pub fn sum_error_db(whole: &Audio, parts: [&Audio; 2]) -> f64 {
    let (mut error, mut peak) = (0.0f32, 1e-9f32);
    for (channel, samples) in whole.channels.iter().enumerate() {
        for (i, &x) in samples.iter().enumerate() {
            error = error.max((x - parts[0].channels[channel][i] - parts[1].channels[channel][i]).abs());
            peak = peak.max(x.abs());
        }
    }
    db((error / peak) as f64)
}

/// Powers of half-overlapping frames under a Hann window.
struct Analysis {
    window: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
}

impl Analysis {
    fn new(window_samples: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(window_samples);
        let step = std::f64::consts::TAU / window_samples as f64;
        let window = (0..window_samples).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32).collect();
        let (frame, spectrum) = (transform.make_input_vec(), transform.make_output_vec());
        Self { window, transform, frame, spectrum }
    }

    /// Calls `see` with the number and the powers of each frame.
    fn for_each_frame(&mut self, samples: &[f32], mut see: impl FnMut(usize, &[f32])) {
        let mut power = vec![0.0; self.spectrum.len()];
        let length = self.window.len();
        for (number, samples) in samples.windows(length).step_by(length / 2).enumerate() {
            let weighted = samples.iter().zip(&self.window).map(|(&x, &w)| x * w);
            self.frame.iter_mut().zip(weighted).for_each(|(slot, x)| *slot = x);
            self.transform.process(&mut self.frame, &mut self.spectrum).expect("the buffers fit");
            power.iter_mut().zip(&self.spectrum).for_each(|(p, x)| *p = x.norm_sqr());
            see(number, &power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone_in_noise(seconds: f64) -> Audio {
        let mut state = 1u64;
        let samples = (0..(seconds * 48_000.0) as usize).map(|i| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let noise = ((state >> 40) as f32 / (1 << 23) as f32 - 1.0) * 0.01;
            let tone = if i > 48_000 { (i as f32 * 0.1).sin() * 0.3 } else { 0.0 };
            noise + tone
        });
        Audio { sample_rate_hz: 48_000, channels: vec![samples.collect()] }
    }

    #[test]
    fn finds_the_change_of_a_tone_and_overlooks_the_noise() {
        let before = tone_in_noise(3.0);
        let mut after = before.clone();
        after.channels[0].iter_mut().for_each(|x| *x *= 0.5);
        let change = signal_change_db(&before, &after, 0..48_000).unwrap();
        assert!((change + 6.02).abs() < 0.01, "{change}");
        assert_eq!(signal_change_db(&before.slice(0..48_000), &after.slice(0..48_000), 0..48_000), None);
    }

    #[test]
    fn a_sum_that_fits_has_no_error_and_one_that_does_not_has() {
        let whole = tone_in_noise(0.1);
        let mut half = whole.clone();
        half.channels[0].iter_mut().for_each(|x| *x *= 0.5);
        assert!(sum_error_db(&whole, [&half, &half]) < -120.0);
        assert!(sum_error_db(&whole, [&half, &whole]) > -10.0);
    }
}
