//! Where a render has its noise profile from.

use std::path::PathBuf;

use lull_cli::reader::Reader;
use lull_engine::{NoiseProfile, Quality};

use crate::passage::{Learned, Passage};
use crate::profile;
use crate::source::Source;

/// The options --learn and --profile, of which there is exactly one.
pub enum Noise {
    Passage(Passage),
    Profile(Box<NoiseProfile>),
}

impl Noise {
    /// # Errors
    /// One line, when there is none or both, or the profile cannot be read.
    pub fn new(learn: Option<&Passage>, profile: Option<&PathBuf>) -> Result<Self, String> {
        match (learn, profile) {
            (Some(passage), None) => Ok(Self::Passage(passage.clone())),
            (None, Some(path)) => Ok(Self::Profile(Box::new(profile::read(path)?))),
            (None, None) => {
                Err("a render has to know the noise: --learn A:B, --learn auto or --profile JSON".into())
            }
            (Some(_), Some(_)) => Err("--learn and --profile are two noises, and a render takes one".into()),
        }
    }

    /// The profile for one file, and its reader at the beginning.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn learn(&self, source: &Source, quality: Quality) -> Result<(Learned, Reader), String> {
        match self {
            Self::Profile(profile) => source.with(profile),
            Self::Passage(passage) => source.learn(passage, quality),
        }
    }

    /// Whether the passage is not known before the file is read.
    pub fn is_to_be_found(&self) -> bool {
        matches!(self, Self::Passage(Passage::Quietest))
    }
}
