//! Where a render has its noise profile from.

use std::ops::Range;
use std::path::{Path, PathBuf};

use lull_cli::reader::Reader;
use lull_engine::{NoiseProfile, Quality};

use crate::passage::{self, Passage};
use crate::profile;

/// The options --learn and --profile, of which there is exactly one.
pub enum Noise {
    Passage(Passage),
    Profile(Box<NoiseProfile>),
}

/// The profile for one file, and the passage that it was learned from, in seconds.
pub struct Learned {
    pub profile: NoiseProfile,
    pub seconds: Option<Range<f64>>,
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

    /// The profile for one file.
    ///
    /// # Errors
    /// One line that names the file and what is wrong.
    pub fn learn(&self, input: &Path, quality: Quality) -> Result<Learned, String> {
        let seconds = match self {
            Self::Profile(profile) => return Ok(Learned { profile: (**profile).clone(), seconds: None }),
            Self::Passage(Passage::At(seconds)) => seconds.clone(),
            Self::Passage(Passage::Quietest) => passage::quietest(Reader::open(input)?)?,
        };
        let profile = passage::learn(&mut Reader::open(input)?, &seconds, quality)?;
        Ok(Learned { profile, seconds: Some(seconds) })
    }

    /// Whether the passage is not known before the file is read.
    pub fn is_to_be_found(&self) -> bool {
        matches!(self, Self::Passage(Passage::Quietest))
    }
}
