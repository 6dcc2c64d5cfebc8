//! Finds the passage of a recording that is most likely noise alone: the quietest one of two seconds, which hardly fits
//! between words, and in which a noise that comes and goes has been heard. Shorter recordings have shorter ones.

use std::ops::Range;

use crate::reader::Block;

/// Length of a step.
const STEP_S: f64 = 0.1;
/// Longest and shortest passage, in steps, and its largest share of the recording.
const MOST_STEPS: usize = 20;
const FEWEST_STEPS: usize = 5;
const LARGEST_SHARE: usize = 4;
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

    /// The quietest passage. Those with digital silence in them do not count: there is no noise to learn. None if there is no
    /// such passage of half a second.
    pub fn found(&self) -> Option<Quiet> {
        let steps = (self.steps.len() / LARGEST_SHARE).clamp(FEWEST_STEPS, MOST_STEPS);
        let power = |window: &[f64]| window.iter().sum::<f64>() / window.len() as f64;
        let (first, window) = self
            .steps
            .windows(steps)
            .enumerate()
            .filter(|(_, window)| window.iter().all(|&power| power > SILENCE * SILENCE))
            .min_by(|(_, a), (_, b)| power(a).total_cmp(&power(b)))?;
        let at = |step: usize| (step * self.step_samples) as f64 / f64::from(self.sample_rate_hz);
        Some(Quiet { seconds: at(first)..at(first + steps), rms: power(window).sqrt() })
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
    fn the_quietest_passage_without_silence_is_found() {
        let mut amplitudes = vec![0.5; 100];
        amplitudes[5..30].fill(0.0);
        amplitudes[40..60].fill(0.01);
        // Quieter, but too short.
        amplitudes[70..80].fill(0.001);
        let quiet = found(&amplitudes).unwrap();
        assert_eq!(quiet.seconds, 4.0..6.0);
        assert!((quiet.rms - 0.01).abs() < 1e-6);
    }

    #[test]
    fn a_short_recording_has_a_short_passage_and_silence_has_none() {
        for (steps, wanted_s) in [(200, 2.0), (80, 2.0), (40, 1.0), (5, 0.5)] {
            let Range { start, end } = found(&vec![0.1; steps]).unwrap().seconds;
            assert!((end - start - wanted_s).abs() < 1e-9, "{steps} steps: {start} to {end}");
        }
        assert_eq!(found(&[0.1; 4]), None);
        assert_eq!(found(&[0.0; 300]), None);
    }
}
