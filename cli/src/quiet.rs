//! Finds the passage of a recording that is most likely noise alone: where the loudest tenth of a second is the quietest.

use std::ops::Range;

use crate::reader::Block;

/// Length of the passage, in steps.
const PASSAGE_STEPS: usize = 10;
/// Length of a step.
const STEP_S: f64 = 0.1;
/// RMS amplitude below which a step counts as digital silence (-140 dBFS).
const SILENCE: f64 = 1e-7;

/// Measures a recording block by block.
pub struct QuietFinder {
    sample_rate_hz: u32,
    step_samples: usize,
    /// Mean square of each step, of all channels.
    steps: Vec<f64>,
    /// Sum of squares and number of samples of the step that is not complete.
    sum: f64,
    samples: usize,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet {
    pub seconds: Range<f64>,
    pub rms: f64,
}

impl QuietFinder {
    pub fn new(sample_rate_hz: u32) -> Self {
        let step_samples = ((STEP_S * f64::from(sample_rate_hz)).round() as usize).max(1);
        Self { sample_rate_hz, step_samples, steps: Vec::new(), sum: 0.0, samples: 0 }
    }

    pub fn push(&mut self, block: &Block) {
        let (total, mut start) = (block.first().map_or(0, Vec::len), 0);
        while start < total {
            let end = total.min(start + self.step_samples - self.samples);
            let of =
                |channel: &Vec<f32>| channel[start..end].iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
            self.sum += block.iter().map(of).sum::<f64>() / block.len() as f64;
            self.samples += end - start;
            if self.samples == self.step_samples {
                self.steps.push(std::mem::take(&mut self.sum) / self.step_samples as f64);
                self.samples = 0;
            }
            start = end;
        }
    }

    /// The second whose loudest tenth is the quietest, so that it has neither a word nor a click in it. Seconds with digital
    /// silence in them do not count: there is no noise to learn. None if there is no such second.
    pub fn found(&self) -> Option<Quiet> {
        let loudest = |window: &[f64]| window.iter().copied().fold(0.0, f64::max);
        let (first, window) = self
            .steps
            .windows(PASSAGE_STEPS)
            .enumerate()
            .filter(|(_, window)| window.iter().all(|&power| power > SILENCE * SILENCE))
            .min_by(|(_, a), (_, b)| loudest(a).total_cmp(&loudest(b)))?;
        let at = |step: usize| (step * self.step_samples) as f64 / f64::from(self.sample_rate_hz);
        let power = window.iter().sum::<f64>() / window.len() as f64;
        Some(Quiet { seconds: at(first)..at(first + PASSAGE_STEPS), rms: power.sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 1000;

    /// Steps of the given amplitudes, in blocks of 77 samples.
    fn found(amplitudes: &[f32]) -> Option<Quiet> {
        let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
        let samples: Vec<f32> = (0..100 * amplitudes.len()).map(|i| sign(i) * amplitudes[i / 100]).collect();
        let mut finder = QuietFinder::new(RATE_HZ);
        samples.chunks(77).for_each(|block| finder.push(&vec![block.to_vec(); 2]));
        finder.found()
    }

    #[test]
    fn the_quietest_second_without_silence_is_found() {
        let mut amplitudes = vec![0.5; 50];
        amplitudes[5..16].fill(0.0);
        amplitudes[20..31].fill(0.01);
        // Quieter in the mean, but with a click.
        amplitudes[35..45].fill(0.001);
        amplitudes[40] = 0.2;
        let quiet = found(&amplitudes).unwrap();
        assert_eq!(quiet.seconds, 2.0..3.0);
        assert!((quiet.rms - 0.01).abs() < 1e-6);
    }

    #[test]
    fn there_is_none_in_silence_or_in_less_than_a_second() {
        assert_eq!(found(&[0.0; 30]), None);
        assert_eq!(found(&[0.1; 9]), None);
        assert_eq!(found(&[0.1; 10]).unwrap().seconds, 0.0..1.0);
    }
}
