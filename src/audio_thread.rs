//! One block on the audio thread, in order: the project's orders, Learn, settings, analysis, the engine, and what comes
//! out of it besides audio. The plugin, the editor's tests and its benchmark all process through this.

use std::sync::Arc;

use lull_engine::{Config, ConfigError, Engine, LearnWindow, Parameter, Quality, Settings};

use crate::analyzer::{Analyzer, Status};
use crate::engine_parts::EngineParts;
use crate::learn_switch::{LearnEdge, LearnEdges, Stretch};
use crate::params::LullParams;
use crate::project::curve_store::EngineCurve;
use crate::renewal::{Inlet, Playback};

/// An engine with its connections to the project and to the editor.
pub struct AudioThread {
    params: Arc<LullParams>,
    analyzer: Arc<Analyzer>,
    parts: Box<EngineParts>,
    curve: EngineCurve,
    /// In hosts where another engine may take this one's place.
    renewal: Option<Inlet>,
    learn_edges: LearnEdges,
    /// The quality that a restart was requested for, so that it is requested once.
    restart_requested_for: Option<Quality>,
    /// Memory for what is heard was requested, so that it is requested once.
    memory_requested: bool,
}

/// What the host is to know or to do after a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockOutcome {
    /// A noise profile was learned: the project has changed.
    pub project_changed: bool,
    /// Input and output are silent, and stay so until there is input or a parameter changes.
    pub is_asleep: bool,
    /// Another quality was chosen, which needs another engine. True once for each choice.
    pub request_restart: bool,
    /// Learn is to listen to what was heard, and the engine has no memory for it: [`LullParams::supply_heard`] is to be called.
    /// True once.
    pub request_memory: bool,
    /// The longest time that output continues after the input has become silent.
    pub tail_samples: u32,
}

impl AudioThread {
    /// Makes an engine and loads the project's profile into it. Setup only.
    ///
    /// # Errors
    /// When there is no engine for `config`.
    pub fn new(
        config: Config,
        params: Arc<LullParams>,
        analyzer: Arc<Analyzer>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            parts: EngineParts::new(config, &params, analyzer.clone())?,
            curve: params.curve.attach(),
            params,
            analyzer,
            renewal: None,
            learn_edges: LearnEdges::default(),
            restart_requested_for: None,
            memory_requested: false,
        })
    }

    /// Takes up another quality without a restart, through `renewal`. Setup only.
    pub fn renew_through(&mut self, renewal: Inlet) {
        self.renewal = Some(renewal);
    }

    /// The engine as the last block left it.
    pub fn engine(&self) -> &Engine {
        &self.parts.engine
    }

    /// What the host says about the next block. RT-safe.
    pub fn set_playback(&mut self, playback: Playback) {
        if let Some(renewal) = &mut self.renewal {
            renewal.set_playback(playback);
        }
    }

    /// Clears the audio in the engine, keeps the profile. RT-safe.
    pub fn reset(&mut self) {
        self.parts.engine.reset();
        if let Some(renewal) = &mut self.renewal {
            renewal.reset();
        }
    }

    /// Processes a block in place. RT-safe.
    pub fn process(&mut self, audio: &mut [&mut [f32]]) -> BlockOutcome {
        let chosen = self.params.quality();
        if let Some(renewal) = &mut self.renewal {
            renewal.begin_block(&mut self.parts, chosen, audio);
        }
        let EngineParts { engine, profile, .. } = &mut *self.parts;
        profile.take_orders(engine);
        let request_memory = self.take_memory();
        self.switch_learn();
        self.process_engine(audio);
        let EngineParts { engine, profile, .. } = &mut *self.parts;
        let project_changed = profile.publish_learned(engine);
        if let Some(renewal) = &mut self.renewal {
            renewal.end_block(&mut self.parts, chosen, audio);
        }
        let request_restart = self.follow_quality(chosen);
        BlockOutcome {
            project_changed,
            is_asleep: self.engine().is_asleep(),
            request_restart,
            request_memory,
            tail_samples: self.engine().tail_samples() as u32,
        }
    }

    /// Takes memory that was supplied for what is heard. Returns whether to request it now.
    fn take_memory(&mut self) -> bool {
        let EngineParts { engine, heard, .. } = &mut *self.parts;
        heard.take(engine);
        let is_missing = !engine.remembers() && self.params.learn_window().needs_memory();
        let request_memory = is_missing && !self.memory_requested;
        self.memory_requested |= is_missing;
        request_memory
    }

    fn switch_learn(&mut self) {
        let parameter_is_on = self.params.is_on(Parameter::Learn);
        let engine = &mut self.parts.engine;
        match self.learn_edges.next(&self.params.learn_switch, parameter_is_on) {
            LearnEdge::None => {}
            LearnEdge::Press => {
                let add = self.params.is_on(Parameter::LearnAdd);
                engine.start_learning(self.params.learn_window(), add);
            }
            LearnEdge::Release => engine.stop_learning(),
        }
        if let Some(Stretch { from_s, to_s }) = self.params.learn_switch.take_stretch() {
            engine.start_learning(LearnWindow::Between(from_s, to_s), self.params.is_on(Parameter::LearnAdd));
        }
    }

    fn process_engine(&mut self, audio: &mut [&mut [f32]]) {
        let EngineParts { engine, display, .. } = &mut *self.parts;
        let settings = Settings { curve: self.curve.latest(), ..self.params.settings() };
        if display.is_active() {
            display.read_input(audio);
            engine.process_watched(audio, &settings, &mut |engine| display.read_hop(engine));
            display.read_output(audio);
        } else {
            engine.process(audio, &settings);
        }
    }

    /// Compares the chosen quality with the engine's, and publishes the status. The latency depends on the quality and
    /// must not change while audio runs, so another quality needs a restart. Returns whether to request one now.
    fn follow_quality(&mut self, chosen: Quality) -> bool {
        let restart_needed = chosen != self.parts.quality();
        self.analyzer.set_status(Status {
            learn: self.engine().learn_status(),
            has_profile: self.engine().profile().is_some(),
            restart_needed,
        });
        let wanted = restart_needed.then_some(chosen);
        let request_restart = restart_needed && self.restart_requested_for != wanted;
        self.restart_requested_for = wanted;
        request_restart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audio_thread(quality: Quality) -> (Arc<LullParams>, Arc<Analyzer>, AudioThread) {
        let mut params = LullParams::default();
        let name = if quality == Quality::Best { "Best" } else { "Live" };
        params.set_from_text("quality", name).unwrap();
        let (params, analyzer) = (Arc::new(params), Arc::new(Analyzer::default()));
        let config = Config { sample_rate_hz: 48e3, channels: 1, quality: Quality::Best };
        let audio_thread = AudioThread::new(config, params.clone(), analyzer.clone()).unwrap();
        (params, analyzer, audio_thread)
    }

    #[test]
    fn another_quality_requests_one_restart_and_the_status_keeps_it() {
        let (_, analyzer, mut thread) = audio_thread(Quality::Live);
        let mut restart_requested = || thread.process(&mut [&mut [0.0; 64]]).request_restart;
        assert_eq!([restart_requested(), restart_requested()], [true, false]);
        assert!(analyzer.status().restart_needed);

        let (_, analyzer, mut thread) = audio_thread(Quality::Best);
        assert!(!thread.process(&mut [&mut [0.0; 64]]).request_restart);
        assert!(!analyzer.status().restart_needed);
    }

    #[test]
    fn what_is_heard_is_kept_once_learn_is_to_listen_to_it() {
        let mut params = LullParams::default();
        params.set_from_text("learn_from", "Last").unwrap();
        let config = Config { sample_rate_hz: 48e3, channels: 1, quality: Quality::Live };
        let new = |params| AudioThread::new(config, params, Arc::new(Analyzer::default())).unwrap();
        assert!(new(Arc::new(params)).engine().remembers(), "chosen before");

        let params = Arc::new(LullParams::default());
        let mut thread = new(params.clone());
        let mut block = || thread.process(&mut [&mut [0.0; 64]]).request_memory;
        assert!(!block());
        let last = params.view(Parameter::LearnFrom).parse("Last").unwrap();
        // SAFETY: the parameter is that of `params`, which lives.
        unsafe { params.view(Parameter::LearnFrom).pointer()._internal_set_normalized_value(last) };
        assert_eq!([block(), block()], [true, false]);
        params.supply_heard();
        assert!(!block());
        assert!(thread.engine().remembers());
    }

    #[test]
    fn an_engine_without_input_falls_asleep_and_the_project_does_not_change() {
        let (_, _, mut thread) = audio_thread(Quality::Best);
        let mut outcome = thread.process(&mut [&mut [0.1; 64]]);
        assert!(!outcome.is_asleep);
        for _ in 0..2 * outcome.tail_samples / 512 {
            outcome = thread.process(&mut [&mut [0.0; 512]]);
            assert!(!outcome.project_changed);
        }
        assert!(outcome.is_asleep);
    }
}
