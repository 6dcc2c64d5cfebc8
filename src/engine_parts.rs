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
