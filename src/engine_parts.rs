//! An engine with what is made for it: its way to the project's profile, to memory for what it hears, and to the editor.
//! All of it changes hands at once when another engine takes its place.

use std::sync::Arc;

use lull_engine::{Config, ConfigError, Engine, Quality};

use crate::analyzer::{Analyzer, AnalyzerWriter};
use crate::heard_supply::HeardInlet;
use crate::params::LullParams;
use crate::project::profile_exchange::EngineProfile;

pub struct EngineParts {
    pub engine: Engine,
    pub profile: EngineProfile,
    pub heard: HeardInlet,
    pub display: AnalyzerWriter,
}

impl EngineParts {
    /// Makes an engine and loads the project's profile into it. Setup only.
    ///
    /// # Errors
    /// When there is no engine for `config`.
    pub fn new(
        config: Config,
        params: &LullParams,
        analyzer: Arc<Analyzer>,
    ) -> Result<Box<Self>, ConfigError> {
        let mut engine = Engine::new(config)?;
        params.supply_heard();
        Ok(Box::new(Self {
            heard: params.heard.connect(&mut engine),
            profile: params.profile.attach(&mut engine),
            display: AnalyzerWriter::new(analyzer, &engine),
            engine,
        }))
    }

    /// RT-safe.
    pub fn quality(&self) -> Quality {
        self.engine.config().quality
    }

    /// RT-safe.
    pub fn latency_samples(&self) -> u32 {
        self.engine.latency_samples() as u32
    }
}

impl Drop for EngineParts {
    /// What was learned in the last block may not be published yet. Not on the audio thread.
    fn drop(&mut self) {
        // A profile that was loaded meanwhile replaces it.
        self.profile.take_orders(&mut self.engine);
        self.profile.publish_learned(&self.engine);
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::{LearnWindow, Settings};

    use super::*;

    /// An engine that has learned in its last block.
    fn learned(params: &LullParams) -> Box<EngineParts> {
        let config = Config { sample_rate_hz: 8e3, channels: 1, quality: Quality::Live };
        let mut parts = EngineParts::new(config, params, Arc::default()).expect("a config of engines");
        parts.engine.start_learning(LearnWindow::Seconds(0.2), false);
        while parts.engine.learned_count() == 0 {
            let mut block: Vec<f32> = (0..512).map(|n| ((n * n % 977) as f32).sin()).collect();
            parts.engine.process(&mut [&mut block], &Settings::default());
        }
        parts
    }

    #[test]
    fn what_was_learned_last_outlives_the_engine_unless_another_profile_was_loaded() {
        let params = LullParams::default();
        let parts = learned(&params);
        assert!(params.profile.profile().is_none(), "not published yet");
        drop(parts);
        let profile = params.profile.profile();
        assert!(profile.is_some());
        let parts = learned(&params);
        params.profile.set_profile(None);
        drop(parts);
        assert!(params.profile.profile().is_none());
    }
}
