//! Room for what an engine hears, in a box of its own: most engines never learn from what they heard before.

use super::heard::Heard;
use crate::config::{Config, ConfigError};
use crate::stft::Transform;

/// Room for the last ten seconds that an engine hears, which [`crate::LearnWindow::Last`], `Between` and `Quietest` learn from:
/// at most 1 MB a channel. Given to an engine by [`crate::Engine::remember`].
pub struct HeardMemory {
    config: Config,
    heard: Heard,
}

impl HeardMemory {
    /// Room for engines of this configuration. Setup only.
    ///
    /// # Errors
    /// When there is no engine for `config`.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let grid = config.grid();
        let unit_density_db = grid.unit_density_db(Transform::for_config(config).window_energy()) as f32;
        Ok(Self { config, heard: Heard::new(grid, config.hop_samples(), unit_density_db, config.channels) })
    }

    /// Whether an engine of this configuration can use it. RT-safe.
    pub(crate) fn fits(&self, config: Config) -> bool {
        self.config == config
    }

    /// RT-safe.
    pub(super) fn into_heard(self) -> Heard {
        self.heard
    }
}
