//! What is done off the audio thread while a quality waits to be taken up. Each step is short, except that an engine is made
//! in one of them.

use std::sync::Arc;

use lull_engine::{Config, Quality};

use super::exchange::Exchange;
use super::pace::{Pace, Pacer};
use crate::analyzer::Analyzer;
use crate::engine_parts::EngineParts;
use crate::host_link::HostLink;
use crate::params::LullParams;

/// What an active instance consists of, as far as it is needed to make another engine for it.
#[derive(Clone)]
pub struct Active {
    /// Of the engine that it was activated with.
    pub config: Config,
    pub params: Arc<LullParams>,
    pub analyzer: Arc<Analyzer>,
    pub link: Arc<HostLink>,
    pub exchange: Arc<Exchange>,
}

/// What is to be done after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another step, soon.
    Step,
    /// Nothing, until another quality is chosen.
    Rest,
}

/// Follows one instance from activate() to deactivate().
pub struct Watcher {
    active: Active,
    /// The quality of the engine that plays, and the one that was chosen.
    playing: Quality,
    chosen: Quality,
    pacer: Pacer,
    /// How many samples were processed at the last step.
    seen_samples: u64,
    /// The engine that was made and is not offered.
    made: Option<Box<EngineParts>>,
    /// What is offered, or was taken by the audio thread and did not come back yet.
    offered: Option<Offered>,
}

#[derive(Clone, Copy)]
struct Offered {
    quality: Quality,
    /// The pace of the blocks at that time.
    pace: Pace,
}

impl Watcher {
    pub fn new(active: Active) -> Self {
        let playing = active.config.quality;
        let seen_samples = active.exchange.processed_samples();
        let pacer = Pacer::new(active.config.sample_rate_hz, seen_samples);
        Self { active, playing, chosen: playing, pacer, seen_samples, made: None, offered: None }
    }

    pub fn step(&mut self) -> Next {
        self.collect();
        let exchange = self.active.exchange.clone();
        let (chosen, samples) = (self.active.params.quality(), exchange.processed_samples());
        if chosen != self.chosen {
            self.withdraw();
            self.made = None;
            self.chosen = chosen;
            self.pacer = Pacer::new(self.active.config.sample_rate_hz, samples);
        }
        if chosen == self.playing && self.offered.is_none() {
            // The audio thread asks again only after it has seen this.
            return if exchange.is_pending() { Next::Step } else { Next::Rest };
        }
        // Blocks are counted from when nothing plays: the pace before that may be another.
        if samples != self.seen_samples && !exchange.is_parked() {
            self.pacer = Pacer::new(self.active.config.sample_rate_hz, samples);
        }
        self.seen_samples = samples;
        let pace = self.pacer.look(samples);
        let is_allowed = match pace {
            Pace::Standing => exchange.is_still(),
            Pace::Live => exchange.is_parked(),
            Pace::Unknown | Pace::Render => false,
        };
        match self.offered {
            Some(offered) if !is_allowed || offered.pace != pace => self.withdraw(),
            None if is_allowed => self.make_or_offer(pace, samples),
            _ => {}
        }
        Next::Step
    }

    /// Frees what the audio thread has given back: the engine that played before, or one that was not chosen any more.
    fn collect(&mut self) {
        while let Some(returned) = self.active.exchange.take_returned() {
            let Some(offered) = self.offered.take() else { continue };
            let is_taken_up = returned.quality() == self.playing;
            if is_taken_up {
                self.playing = offered.quality;
            }
            // While nothing is processed the host is told before.
            let is_told = offered.pace == Pace::Standing;
            if is_taken_up != is_told {
                self.tell_latency();
            }
        }
    }

    /// Making takes its time, so that the rest is looked at again before the engine is offered.
    fn make_or_offer(&mut self, pace: Pace, samples: u64) {
        let Active { config, params, analyzer, link, exchange } = &self.active;
        let Some(made) = self.made.take() else {
            let config = Config { quality: self.chosen, ..*config };
            self.made = EngineParts::new(config, params, analyzer.clone()).ok();
            return;
        };
        self.offered = Some(Offered { quality: made.quality(), pace });
        if pace != Pace::Standing {
            exchange.offer(made, None);
            return;
        }
        let latency_samples = made.latency_samples();
        exchange.offer(made, Some(samples));
        // Nothing is processed: the host is to know the latency before it begins.
        link.set_latency_samples(latency_samples);
        link.request_latency_notice();
    }

    /// Takes the offer back, if the audio thread has not taken it.
    fn withdraw(&mut self) {
        let Some(made) = self.active.exchange.withdraw() else { return };
        self.made = Some(made);
        if self.offered.take().is_some_and(|offered| offered.pace == Pace::Standing) {
            self.tell_latency();
        }
    }

    /// Tells the host the latency of the engine that plays.
    fn tell_latency(&self) {
        let playing = Config { quality: self.playing, ..self.active.config };
        self.active.link.set_latency_samples(playing.latency_samples() as u32);
        self.active.link.request_latency_notice();
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::Parameter;

    use super::*;

    #[test]
    fn it_rests_only_once_the_audio_thread_has_seen_that_nothing_waits() {
        let params = Arc::new(LullParams::default());
        let active = Active {
            config: Config { sample_rate_hz: 48e3, channels: 1, quality: params.quality() },
            analyzer: Arc::default(),
            link: Arc::new(HostLink::new(&*params)),
            exchange: Arc::default(),
            params: params.clone(),
        };
        let choose = |name| {
            let quality = params.view(Parameter::Quality);
            // SAFETY: the parameter is that of `params`, which lives.
            unsafe { quality.pointer()._internal_set_normalized_value(quality.parse(name).unwrap()) };
        };
        let exchange = active.exchange.clone();
        let mut watcher = Watcher::new(active);
        assert_eq!(watcher.step(), Next::Rest);
        choose("Best");
        exchange.set_pending(true);
        assert_eq!(watcher.step(), Next::Step);
        choose("Standard");
        assert_eq!(watcher.step(), Next::Step, "the audio thread would not ask again for Best");
        exchange.set_pending(false);
        assert_eq!(watcher.step(), Next::Rest);
    }
}
