//! The output of the engine: the denoised and the dry signal, weighted by mix, listen, bypass, makeup and output gain.
//! Each of these moves in a ramp.
//!
//! With w the denoised and d the dry signal of the same moment, m the mix, g the output gain, u the makeup and
//! a the share of the denoised signal (0 while learning and without a profile):
//!
//! ```text
//! heard = g (m (a u w + (1 - a) d) + (1 - m) d)        Listen: g m a (d - w)        Bypass: d
//! ```
//!
//! Makeup weights w alone: it restores what the mask has taken, and the mask takes nothing from d.
//!
//! Both signals enter linearly, so the formulas reduce to two weights per sample. The weights are computed when a
//! sample arrives and wait for the latency together with it, so that automation affects the sample at its own position.

use crate::math::{Ramp, db_to_amplitude};
use crate::settings::Settings;

/// Length of every crossfade.
pub(crate) const CROSSFADE_S: f64 = 0.02;

pub(crate) struct Output {
    processed: Ramp,
    mix: Ramp,
    gain: Ramp,
    makeup: Ramp,
    listen: Ramp,
    bypass: Ramp,
    /// The weights that wait, rings as long as the latency.
    wet_weights: Vec<f32>,
    dry_weights: Vec<f32>,
    position: usize,
    /// Samples since the last movement of a ramp.
    still_samples: usize,
    /// The weights that are due in this block.
    wet_due: Vec<f32>,
    dry_due: Vec<f32>,
    /// No weights were queued since the last reset: the next settings apply at once.
    is_first: bool,
}

impl Output {
    /// Setup only. `most_samples` is the longest block of [`Self::queue_weights`].
    pub(crate) fn new(sample_rate_hz: f64, latency_samples: usize, most_samples: usize) -> Self {
        let length = (CROSSFADE_S * sample_rate_hz).round() as u32;
        let ramp = |value| Ramp::new(value, length);
        Self {
            processed: ramp(0.0),
            mix: ramp(1.0),
            gain: ramp(1.0),
            makeup: ramp(1.0),
            listen: ramp(0.0),
            bypass: ramp(0.0),
            wet_weights: vec![0.0; latency_samples],
            dry_weights: vec![1.0; latency_samples],
            position: 0,
            still_samples: 0,
            wet_due: vec![0.0; most_samples],
            dry_due: vec![1.0; most_samples],
            is_first: true,
        }
    }

    /// The next settings apply at once, without a ramp. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.is_first = true;
    }

    /// How long the denoised signal stays audible after it is switched off: its weight fades out, and is delayed by the
    /// latency. RT-safe.
    pub(crate) fn tail_samples(&self) -> usize {
        self.wet_weights.len() + self.processed.length_samples()
    }

    /// Computes the weights of the next `samples` samples and takes out those that are due now. RT-safe.
    ///
    /// `processed`: there is a denoised signal. `makeup_db`: from [`crate::makeup::Makeup`].
    pub(crate) fn queue_weights(
        &mut self,
        settings: &Settings,
        processed: bool,
        makeup_db: f32,
        samples: usize,
    ) {
        self.aim(settings, processed, makeup_db);
        let moving = self.is_moving();
        self.still_samples = if moving { 0 } else { self.still_samples.saturating_add(samples) };
        // At most two parts of the ring: up to its end, and on from its beginning.
        let mut done = 0;
        while done < samples {
            let stretch = (samples - done).min(self.wet_weights.len() - self.position);
            self.swap_weights(done, stretch, moving);
            self.position = (self.position + stretch) % self.wet_weights.len();
            done += stretch;
        }
    }

    /// Aims the ramps as [`Self::queue_weights`] does. Returns whether no ramp moves, nor has moved for one latency, so
    /// that all weights that wait are the same. RT-safe.
    pub(crate) fn is_settled(&mut self, settings: &Settings, processed: bool, makeup_db: f32) -> bool {
        self.aim(settings, processed, makeup_db);
        !self.is_moving() && self.still_samples >= self.wet_weights.len()
    }

    fn is_moving(&self) -> bool {
        let ramps = [&self.processed, &self.mix, &self.gain, &self.makeup, &self.listen, &self.bypass];
        ramps.iter().any(|ramp| ramp.is_moving())
    }

    /// Takes the next `stretch` due weights out of the ring and replaces them with new ones.
    fn swap_weights(&mut self, done: usize, stretch: usize, moving: bool) {
        let ring = self.position..self.position + stretch;
        self.wet_due[done..done + stretch].copy_from_slice(&self.wet_weights[ring.clone()]);
        self.dry_due[done..done + stretch].copy_from_slice(&self.dry_weights[ring.clone()]);
        if !moving {
            let (wet, dry) = self.weights();
            self.wet_weights[ring.clone()].fill(wet);
            self.dry_weights[ring].fill(dry);
            return;
        }
        for slot in ring {
            self.step();
            (self.wet_weights[slot], self.dry_weights[slot]) = self.weights();
        }
    }

    /// Blends the due samples of one channel. Subnormal results become 0. RT-safe.
    pub(crate) fn blend(&self, dry: &[f32], wet: &[f32], out: &mut [f32]) {
        let weights = self.wet_due.iter().zip(&self.dry_due);
        for (((y, d), w), (wet_weight, dry_weight)) in out.iter_mut().zip(dry).zip(wet).zip(weights) {
            let sum = wet_weight * w + dry_weight * d;
            *y = if sum.abs() < f32::MIN_POSITIVE { 0.0 } else { sum };
        }
    }

    fn aim(&mut self, settings: &Settings, processed: bool, makeup_db: f32) {
        let flag = |on| if on { 1.0 } else { 0.0 };
        let targets = [
            (&mut self.processed, flag(processed)),
            (&mut self.mix, settings.mix),
            (&mut self.gain, db_to_amplitude(settings.output_db)),
            (&mut self.makeup, db_to_amplitude(makeup_db)),
            (&mut self.listen, flag(settings.listen)),
            (&mut self.bypass, flag(settings.bypass)),
        ];
        for (ramp, target) in targets {
            if self.is_first { ramp.jump(target) } else { ramp.aim(target) }
        }
        if self.is_first {
            self.is_first = false;
            let (wet, dry) = self.weights();
            self.wet_weights.fill(wet);
            self.dry_weights.fill(dry);
        }
    }

    fn step(&mut self) {
        self.processed.step();
        self.mix.step();
        self.gain.step();
        self.makeup.step();
        self.listen.step();
        self.bypass.step();
    }

    /// Weights of the denoised and of the dry signal: the formulas at the head of the file, collected by signal.
    fn weights(&self) -> (f32, f32) {
        let (a, m, g, u) = (self.processed.value(), self.mix.value(), self.gain.value(), self.makeup.value());
        let heard = (g * m * u * a, g * (m * (1.0 - a) + (1.0 - m)));
        let removed = (-g * m * a, g * m * a);
        let between = |from: f32, to: f32, share: f32| from * (1.0 - share) + to * share;
        let listen = self.listen.value();
        let wet = between(heard.0, removed.0, listen);
        let dry = between(heard.1, removed.1, listen);
        let bypass = self.bypass.value();
        (between(wet, 0.0, bypass), between(dry, 1.0, bypass))
    }
}
