//! The rings that turn a stream into overlapping frames and back, and the clock that tells when a hop is full.
//!
//! At every hop a frame is taken from the last window of samples; the processed frame is added into the output ring. A
//! sample in the output ring that is one synthesis window old is complete, because no later frame reaches back to it.
//! So each sample is put out exactly one synthesis window after it arrived, independent of the host's blocks. With
//! look-ahead, frames are added that much later, and the delay is longer by the same amount.

/// One channel's rings.
pub(crate) struct OverlapAdd {
    input: Vec<f32>,
    /// As long as the synthesis window.
    output: Vec<f32>,
    window_samples: usize,
    /// Index of the next sample in each ring, where the oldest one is now.
    input_position: usize,
    output_position: usize,
}

impl OverlapAdd {
    /// Rings for frames of `window_samples`, of which the last `synthesis_samples` are put out, and which are added
    /// `look_ahead_samples` after they were taken; all are multiples of the hop. Setup only.
    pub(crate) fn new(window_samples: usize, synthesis_samples: usize, look_ahead_samples: usize) -> Self {
        assert!((1..=window_samples).contains(&synthesis_samples), "{synthesis_samples} of {window_samples}");
        Self {
            input: vec![0.0; window_samples + look_ahead_samples],
            output: vec![0.0; synthesis_samples],
            window_samples,
            input_position: 0,
            output_position: 0,
        }
    }

    /// Delay from input to output.
    pub(crate) fn latency_samples(&self) -> usize {
        self.output.len() + self.input.len() - self.window_samples
    }

    /// Clears all samples. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.input.fill(0.0);
        self.output.fill(0.0);
        self.input_position = 0;
        self.output_position = 0;
    }

    /// Stores `samples` and writes, for each, the dry and the processed sample of one latency ago. All three slices
    /// have the same length and do not reach beyond the hop. RT-safe.
    pub(crate) fn push_and_pop(&mut self, samples: &[f32], dry: &mut [f32], wet: &mut [f32]) {
        let (kept, count) = (self.input.len(), samples.len());
        let due = (self.input_position + kept - self.latency_samples()) % kept;
        dry.copy_from_slice(&self.input[due..due + count]);
        self.input[self.input_position..self.input_position + count].copy_from_slice(samples);
        self.input_position = (self.input_position + count) % kept;

        let output = &mut self.output[self.output_position..self.output_position + count];
        wet.copy_from_slice(output);
        output.fill(0.0);
        self.output_position = (self.output_position + count) % self.output.len();
    }

    /// Same as [`Self::push_and_pop`] for silent input, when both rings hold only zeros. RT-safe.
    pub(crate) fn skip(&mut self, count: usize) {
        self.input_position = (self.input_position + count) % self.input.len();
        self.output_position = (self.output_position + count) % self.output.len();
    }

    /// The last window of samples, oldest first, in two pieces. RT-safe.
    pub(crate) fn frame(&self) -> (&[f32], &[f32]) {
        let (newer, older) = self.input.split_at(self.input_position);
        // The samples of the look-ahead are older than the window and come first.
        let beyond = self.input.len() - self.window_samples;
        if beyond <= older.len() { (&older[beyond..], newer) } else { (&newer[beyond - older.len()..], &[]) }
    }

    /// The sums that the last synthesis window of a processed frame is added to, oldest first, in two pieces: of the frame
    /// that was the latest one look-ahead ago. RT-safe.
    pub(crate) fn sums(&mut self) -> (&mut [f32], &mut [f32]) {
        let (newer, older) = self.output.split_at_mut(self.output_position);
        (older, newer)
    }
}

/// Counts samples to the next hop, for all channels.
pub(crate) struct HopClock {
    hop_samples: usize,
    filled: usize,
}

impl HopClock {
    pub(crate) fn new(hop_samples: usize) -> Self {
        Self { hop_samples, filled: 0 }
    }

    pub(crate) fn reset(&mut self) {
        self.filled = 0;
    }

    pub(crate) fn hop_samples(&self) -> usize {
        self.hop_samples
    }

    /// Samples until the hop is full, at least 1.
    pub(crate) fn until_hop(&self) -> usize {
        self.hop_samples - self.filled
    }

    /// Counts `samples` (at most [`Self::until_hop`]). Returns whether the hop is full.
    pub(crate) fn advance(&mut self, samples: usize) -> bool {
        self.filled += samples;
        let full = self.filled == self.hop_samples;
        if full {
            self.filled = 0;
        }
        full
    }
}
