//! Digital silence: how long it has lasted, and when all rings hold only zeros.
//!
//! A track is silent most of the time. Once the rings hold only zeros, a hop would compute zeros from zeros, so it is
//! skipped. The mask's memory is cleared before that, in a hop that depends only on the samples, not on the blocks or
//! on skipped hops: sound after silence is treated as at the beginning of a recording.

/// Counts silent samples and silent frames.
pub(crate) struct Silence {
    /// Length of the input that the latest frame and those that wait for the look-ahead are taken from.
    input_samples: u64,
    look_ahead_hops: u32,
    /// Hops until the output ring holds only what silent frames have added.
    output_hops: u32,
    /// Samples since the last one that was not silent in any channel.
    samples: u64,
    /// Silent frames in a row.
    hops: u32,
}

impl Silence {
    /// Setup only. All lengths are multiples of the hop.
    pub(crate) fn new(window_samples: usize, look_ahead_hops: usize, hop_samples: usize) -> Self {
        Self {
            input_samples: (window_samples + look_ahead_hops * hop_samples) as u64,
            look_ahead_hops: look_ahead_hops as u32,
            output_hops: (window_samples / hop_samples) as u32,
            samples: 0,
            hops: 0,
        }
    }

    /// The rings are empty. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.samples = self.input_samples;
        self.hops = 0;
    }

    /// The longest time that output continues after the last sample that was not silent. RT-safe.
    pub(crate) fn tail_samples(&self, hop_samples: usize) -> usize {
        // The last sample may arrive right after a hop, and is then in the next frame.
        let hops = (self.look_ahead_hops + 1 + self.output_hops + 1) as usize;
        self.input_samples as usize + hops * hop_samples
    }

    /// Counts input samples; all channels' slices have the same length. RT-safe.
    pub(crate) fn count<'a>(&mut self, channels: impl Iterator<Item = &'a [f32]>) {
        let (mut length, mut sound) = (0, 0);
        for samples in channels {
            length = samples.len();
            sound = samples.iter().rposition(|&x| x != 0.0).map_or(sound, |last| sound.max(last + 1));
        }
        if sound == 0 {
            self.samples = self.samples.saturating_add(length as u64);
        } else {
            self.samples = (length - sound) as u64;
            // The rings hold sound from this sample on, not only from the next hop.
            self.hops = 0;
        }
    }

    /// Counts a frame. RT-safe.
    pub(crate) fn hop(&mut self) {
        self.hops = if self.samples >= self.input_samples { self.hops.saturating_add(1) } else { 0 };
    }

    /// The latest frame and all that wait for the look-ahead are silent: no mask is needed. RT-safe.
    pub(crate) fn fills_frames(&self) -> bool {
        self.hops > self.look_ahead_hops
    }

    /// All rings hold zeros. RT-safe.
    pub(crate) fn fills_rings(&self) -> bool {
        self.hops > self.look_ahead_hops + self.output_hops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_counted_alike_however_they_are_cut() {
        let mut audio = vec![[0.0f32; 100]; 2];
        audio[0][10] = 1.0;
        audio[1][37] = -1e-9;
        for size in [1, 7, 38, 100] {
            let mut silence = Silence::new(64, 1, 16);
            for start in (0..100).step_by(size) {
                let end = 100.min(start + size);
                silence.count(audio.iter().map(|channel| &channel[start..end]));
            }
            assert_eq!(silence.samples, 62, "blocks of {size}");
        }
    }

    #[test]
    fn frames_and_rings_are_silent_one_after_the_other() {
        let (hop, zeros) = (16, [0.0; 16]);
        let mut silence = Silence::new(64, 1, hop);
        silence.count(std::iter::once(&[1.0; 16][..]));
        silence.hop();
        let mut order = Vec::new();
        for index in 1..=20 {
            silence.count(std::iter::once(&zeros[..]));
            silence.hop();
            if silence.fills_frames() && order.is_empty() {
                order.push(index);
            }
            if silence.fills_rings() {
                order.push(index);
                break;
            }
        }
        // 80 samples of input, one hop of look-ahead; the output ring is 64 samples long.
        assert_eq!(order, [6, 10]);
        assert!(order[1] * hop <= silence.tail_samples(hop));
        silence.count(std::iter::once(&[0.0, 1.0, 0.0][..]));
        assert!(!silence.fills_rings(), "sound in the middle of a hop");
    }
}
