//! Learns from and denoises recordings block by block. The output is aligned with the input and has the same length.

use lull_engine::{Config, ConfigError, Engine, NoiseProfile, Quality, Settings};

use crate::reader::Block;

/// Samples of silence per block after the end.
const BLOCK_SAMPLES: usize = 8192;

/// Denoises one recording.
pub struct Denoiser {
    engine: Engine,
    settings: Settings,
    /// Samples of the engine's output that come before the recording's first.
    early: usize,
    /// Samples of the input that have not come out yet.
    pending: usize,
    /// These samples, if they are kept.
    waiting: Option<Block>,
    channels: usize,
}

/// The same stretch of a recording before and after, one slice per channel.
pub struct Piece<'a> {
    /// Empty unless the input is kept.
    pub before: Vec<&'a [f32]>,
    pub after: Vec<&'a [f32]>,
}

impl Denoiser {
    /// # Errors
    /// When there is no engine for the rate or the number of channels.
    pub fn new(
        profile: &NoiseProfile,
        sample_rate_hz: u32,
        channels: usize,
        quality: Quality,
        settings: Settings,
    ) -> Result<Self, ConfigError> {
        let mut engine = Engine::new(Config { sample_rate_hz: sample_rate_hz.into(), channels, quality })?;
        engine.set_profile(&profile.resampled(engine.config().grid(), channels));
        let early = engine.latency_samples();
        Ok(Self { settings, early, engine, pending: 0, waiting: None, channels })
    }

    /// Keeps the input until it comes out, so that [`Piece::before`] has it.
    pub fn keep_input(mut self) -> Self {
        self.waiting = Some(vec![Vec::new(); self.channels]);
        self
    }

    /// Denoises the next block, in place, and passes on what has come out by now.
    ///
    /// # Errors
    /// Those of `pass_on`.
    pub fn push<E>(
        &mut self,
        block: &mut Block,
        pass_on: impl FnOnce(Piece) -> Result<(), E>,
    ) -> Result<(), E> {
        let samples = block.first().map_or(0, Vec::len);
        self.pending += samples;
        for (waiting, channel) in self.waiting.iter_mut().flatten().zip(&*block) {
            waiting.extend_from_slice(channel);
        }
        self.process(block, samples, pass_on)
    }

    /// Passes on the rest of a recording that has ended.
    ///
    /// # Errors
    /// Those of `pass_on`.
    pub fn finish<E>(mut self, mut pass_on: impl FnMut(Piece) -> Result<(), E>) -> Result<(), E> {
        let mut silence = vec![Vec::new(); self.channels];
        loop {
            let rest = self.early + self.pending;
            if rest == 0 {
                return Ok(());
            }
            let samples = rest.min(BLOCK_SAMPLES);
            for channel in &mut silence {
                channel.clear();
                channel.resize(samples, 0.0);
            }
            self.process(&mut silence, samples, &mut pass_on)?;
        }
    }

    fn process<E>(
        &mut self,
        block: &mut Block,
        samples: usize,
        pass_on: impl FnOnce(Piece) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut channels: Vec<&mut [f32]> = block.iter_mut().map(Vec::as_mut_slice).collect();
        self.engine.process(&mut channels, &self.settings);
        let early = self.early.min(samples);
        self.early -= early;
        // A recording that is shorter than the latency ends before all that was early has come out.
        let out = (samples - early).min(self.pending);
        self.pending -= out;
        let before = self.waiting.iter().flatten().map(|channel| &channel[..out]).collect();
        let after = block.iter().map(|channel| &channel[early..early + out]).collect();
        pass_on(Piece { before, after })?;
        self.waiting.iter_mut().flatten().for_each(|channel| drop(channel.drain(..out)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, samples: usize) -> Vec<f32> {
        let mut state = seed;
        let sample = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.1 * (state as i32 as f32 / 2f32.powi(31))
        };
        (0..samples).map(sample).collect()
    }

    #[test]
    fn the_output_is_the_engines_without_its_latency() {
        let config = Config { sample_rate_hz: 48e3, channels: 2, quality: Quality::Best };
        let profile = NoiseProfile::learn(&[noise(1, 48_000), noise(2, 48_000)], config).unwrap();
        let settings = Settings::default();
        // Shorter than the latency, as long as it, and longer; in blocks of several sizes.
        for (samples, block_samples) in
            [(1, 1), (5000, 1152), (6144, 4096), (9000, 9000), (3 * BLOCK_SAMPLES + 77, 333)]
        {
            let input = [noise(3, samples), noise(4, samples)];
            let denoiser = Denoiser::new(&profile, 48_000, 2, Quality::Best, settings).unwrap();
            let mut denoiser = denoiser.keep_input();
            let (mut before, mut after) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
            let mut keep = |piece: Piece| -> Result<(), ()> {
                for c in 0..2 {
                    before[c].extend_from_slice(piece.before[c]);
                    after[c].extend_from_slice(piece.after[c]);
                }
                Ok(())
            };
            for start in (0..samples).step_by(block_samples) {
                let range = start..samples.min(start + block_samples);
                let mut block = input.iter().map(|channel| channel[range.clone()].to_vec()).collect();
                denoiser.push(&mut block, &mut keep).unwrap();
            }
            denoiser.finish(&mut keep).unwrap();

            let mut engine = Engine::new(config).unwrap();
            engine.set_profile(&profile);
            let latency = engine.latency_samples();
            let mut expected = input.clone();
            expected.iter_mut().for_each(|channel| channel.resize(samples + latency, 0.0));
            let [left, right] = &mut expected;
            engine.process(&mut [left, right], &settings);
            for c in 0..2 {
                assert!(after[c] == expected[c][latency..], "{samples} samples, channel {c}");
                assert!(before[c] == input[c], "{samples} samples, channel {c}: the input");
            }
        }
    }
}
