//! The audio thread's end: puts the offered engine in place when nothing plays, without a click.

use std::sync::Arc;

use lull_engine::Quality;

use super::exchange::Exchange;
use super::stillness::{Playback, StillBlocks, Stillness};
use crate::engine_parts::EngineParts;
use crate::host_link::HostLink;

/// Length of the fades, in seconds. A transport that is stopped may let sound of an input through.
const FADE_S: f64 = 0.01;

/// RT-safe, except for `new`.
pub struct Inlet {
    exchange: Arc<Exchange>,
    link: Arc<HostLink>,
    playback: Playback,
    still: StillBlocks,
    /// Input and output of the block are silent, as far as is known.
    is_silent: bool,
    /// Gains of what goes into the engine and what comes out of it: both 1 except around a change.
    gain_in: f32,
    gain_out: f32,
    fade_step: f32,
}

impl Inlet {
    /// Setup only.
    pub fn new(exchange: Arc<Exchange>, link: Arc<HostLink>, sample_rate_hz: f64) -> Self {
        Self {
            exchange,
            link,
            playback: Playback::default(),
            still: StillBlocks::new(sample_rate_hz),
            is_silent: false,
            gain_in: 1.0,
            gain_out: 1.0,
            fade_step: (1.0 / (FADE_S * sample_rate_hz)) as f32,
        }
    }

    /// What the host says about the next block.
    pub fn set_playback(&mut self, playback: Playback) {
        self.playback = playback;
    }

    /// Before a block: if the host has not processed since the engine was offered, it is put in place, whatever the block
    /// holds. Nothing was heard before it, and the host knows the latency.
    pub fn begin_block(&mut self, parts: &mut Box<EngineParts>, chosen: Quality, audio: &mut [&mut [f32]]) {
        if self.exchange.holds_at(self.exchange.processed_samples()) {
            self.put_in_place(parts, chosen);
        }
        self.exchange.count(audio.first().map_or(0, |channel| channel.len()));
        self.is_silent = parts.quality() != chosen && is_silent(audio);
        ramp(audio, &mut self.gain_in, 1.0, self.fade_step);
    }

    /// After a block: puts the offered engine in place if nothing plays.
    pub fn end_block(&mut self, parts: &mut Box<EngineParts>, chosen: Quality, audio: &mut [&mut [f32]]) {
        let is_pending = parts.quality() != chosen;
        self.exchange.set_pending(is_pending);
        let stillness = self.stillness_after(audio, is_pending, parts.engine.is_learning());
        self.exchange.set_stillness(stillness);
        let may_change = is_pending && stillness == Stillness::Parked && self.exchange.has_offer();
        ramp(audio, &mut self.gain_out, if may_change { 0.0 } else { 1.0 }, self.fade_step);
        if may_change && self.gain_out <= 0.0 && self.put_in_place(parts, chosen) {
            (self.gain_in, self.gain_out) = (0.0, 1.0);
        }
    }

    /// Without a transport, silence is looked for only while a quality waits.
    fn stillness_after(&mut self, audio: &[&mut [f32]], is_pending: bool, is_learning: bool) -> Stillness {
        if is_learning {
            self.still.reset();
            return Stillness::None;
        }
        self.is_silent = self.is_silent && is_pending && is_silent(audio);
        let samples = audio.first().map_or(0, |channel| channel.len());
        self.still.count(self.playback, self.is_silent, samples)
    }

    /// Exchanges the engine for the one that is offered. False if there is none of the chosen quality any more.
    fn put_in_place(&mut self, parts: &mut Box<EngineParts>, chosen: Quality) -> bool {
        let Some(mut offered) = self.exchange.take_offer() else { return false };
        let is_chosen = offered.quality() == chosen;
        if is_chosen {
            std::mem::swap(parts, &mut offered);
            self.link.set_latency_samples(parts.latency_samples());
            self.still.reset();
        }
        self.exchange.give_back(offered);
        is_chosen
    }

    /// The audio was cleared: there is nothing to fade.
    pub fn reset(&mut self) {
        (self.gain_in, self.gain_out) = (1.0, 1.0);
    }
}

fn is_silent(audio: &[&mut [f32]]) -> bool {
    audio.iter().all(|channel| channel.iter().all(|&sample| sample == 0.0))
}

/// Multiplies by a gain that moves to `target`, by `step` a sample.
fn ramp(audio: &mut [&mut [f32]], gain: &mut f32, target: f32, step: f32) {
    if *gain == 1.0 && target == 1.0 {
        return;
    }
    let samples = audio.first().map_or(0, |channel| channel.len());
    for sample in 0..samples {
        *gain = if target > *gain { (*gain + step).min(target) } else { (*gain - step).max(target) };
        for channel in audio.iter_mut() {
            if let Some(sample) = channel.get_mut(sample) {
                *sample *= *gain;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_goes_on_from_block_to_block_and_back() {
        let mut gain = 1.0;
        let mut heard = |target: f32| {
            let mut block = [1.0f32; 2];
            ramp(&mut [&mut block], &mut gain, target, 0.25);
            block
        };
        assert_eq!(
            [heard(1.0), heard(0.0), heard(0.0), heard(0.0)],
            [[1.0; 2], [0.75, 0.5], [0.25, 0.0], [0.0; 2]]
        );
        assert_eq!([heard(1.0), heard(1.0), heard(1.0)], [[0.25, 0.5], [0.75, 1.0], [1.0; 2]]);
    }
}
