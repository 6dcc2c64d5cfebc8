//! Audio in memory, and measurements of it.

use std::ops::Range;

/// RMS amplitude below which a range counts as digital silence (-140 dBFS).
const SILENCE: f32 = 1e-7;

/// Audio in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Audio {
    pub sample_rate_hz: u32,
    /// One vector per channel, all of the same length.
    pub channels: Vec<Vec<f32>>,
}

impl Audio {
    pub fn samples(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub fn seconds(&self) -> f64 {
        self.samples() as f64 / self.sample_rate_hz as f64
    }

    /// The same range of samples of every channel.
    pub fn slice(&self, range: Range<usize>) -> Self {
        let channels = self.channels.iter().map(|channel| channel[range.clone()].to_vec()).collect();
        Self { sample_rate_hz: self.sample_rate_hz, channels }
    }

    /// The samples between two times.
    ///
    /// # Errors
    /// A message for the user, when the times are not in order or not within the audio.
    pub fn range(&self, seconds: Range<f64>) -> Result<Range<usize>, String> {
        let (from, to) = (seconds.start, seconds.end);
        if !(from >= 0.0 && to > from) {
            return Err(format!("the passage {from}:{to} s is empty or begins before 0"));
        }
        let at = |seconds: f64| (seconds * self.sample_rate_hz as f64).round() as usize;
        if at(to) > self.samples() {
            return Err(format!(
                "the passage ends at {to} s, but the audio is only {:.2} s long",
                self.seconds()
            ));
        }
        Ok(at(from)..at(to))
    }

    /// Root mean square of a range of samples of all channels.
    pub fn rms(&self, range: Range<usize>) -> f32 {
        let samples = self.channels.iter().flat_map(|channel| &channel[range.clone()]);
        let squares: f64 = samples.map(|&x| (x as f64).powi(2)).sum();
        (squares / (range.len() * self.channels.len()).max(1) as f64).sqrt() as f32
    }

    /// The quietest range of the given length, searched in steps of a tenth of it, that is not digital silence and does
    /// not overlap the samples `outside`. `None` if the audio is too short or completely silent.
    pub fn quietest(&self, seconds: f64, outside: Range<usize>) -> Option<Range<usize>> {
        let length = (seconds * self.sample_rate_hz as f64) as usize;
        (0..(self.samples() + 1).saturating_sub(length))
            .step_by((length / 10).max(1))
            .map(|start| start..start + length)
            .filter(|range| range.end <= outside.start || range.start >= outside.end)
            .map(|range| (self.rms(range.clone()), range))
            .filter(|&(level, _)| level > SILENCE)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, range)| range)
    }
}
