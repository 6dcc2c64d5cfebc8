//! What a panel may look at and touch.

use super::files::Folder;
use super::gesture::Gestures;
use super::spectrogram::Spectrograms;
use super::view::View;
use super::words::Situation;
use crate::feed::{Feed, Reading};
use crate::params::LullParams;

/// Everything of one frame.
pub struct Desk<'a> {
    pub params: &'a LullParams,
    pub feed: &'a Feed,
    pub reading: Reading,
    pub gestures: Gestures<'a>,
    pub ui: &'a mut UiState,
}

/// What the editor remembers from frame to frame.
pub struct UiState {
    pub view: View,
    pub spectrograms: Spectrograms,
    pub presets: Folder,
    pub profiles: Folder,
    /// Texts of the fields in the menus.
    pub new_preset: String,
    pub profile_name: String,
    /// The preset that was recalled last.
    pub preset_name: Option<String>,
    /// What came of the last thing done with a file.
    pub notice: Option<String>,
    /// Learn was pressed here, so it is let go here when the learning ends.
    pub learn_press: Option<LearnPress>,
}

/// How far a press of Learn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnPress {
    /// Learn was on already without anything being learned, and goes off and on again.
    Again,
    /// The engine has not taken it up yet.
    Waiting,
    Learning,
}

impl UiState {
    pub fn new(presets: Folder, profiles: Folder) -> Self {
        Self {
            view: View::default(),
            spectrograms: Spectrograms::default(),
            presets,
            profiles,
            new_preset: String::new(),
            profile_name: String::new(),
            preset_name: None,
            notice: None,
            learn_press: None,
        }
    }
}

impl Desk<'_> {
    /// What the words depend on.
    pub fn situation(&self) -> Situation {
        Situation {
            learn: self.reading.learn,
            profile: self.params.profile.summary(),
            input: self.ui.view.input_state(),
            bypassed: self.params.output.bypass.value(),
            listening: self.params.output.listen.value(),
        }
    }
}
