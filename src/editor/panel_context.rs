//! What the panels read and change.

use super::files::Folder;
use super::gesture::Gestures;
use super::kept::Kept;
use super::long_term::LongTerm;
use super::preset_list::Browser;
use super::spectrogram::Spectrograms;
use super::status_text::Situation;
use super::view::View;
use crate::analyzer::{Analyzer, Status};
use crate::learn_switch::LearnPress;
use crate::params::LullParams;
use lull_engine::Parameter;

/// Everything that a panel needs in one frame.
pub struct PanelContext<'a> {
    pub params: &'a LullParams,
    pub analyzer: &'a Analyzer,
    pub status: Status,
    pub gestures: Gestures<'a>,
    pub kept: &'a Kept,
    pub ui: &'a mut UiState,
}

/// What the editor keeps from frame to frame, while the window is open.
pub struct UiState {
    pub view: View,
    pub spectrograms: Spectrograms,
    pub long_term: LongTerm,
    pub presets: Folder,
    pub profiles: Folder,
    pub browser: Browser,
    /// Text of the field in the profile's menu.
    pub profile_name: String,
    /// Result of the last action on a file.
    pub notice: Option<String>,
    pub learn_press: LearnPress,
    /// A compact window shows the other half of its controls.
    pub shows_more: bool,
}

impl UiState {
    pub fn new(presets: Folder, profiles: Folder) -> Self {
        Self {
            view: View::default(),
            spectrograms: Spectrograms::default(),
            long_term: LongTerm::default(),
            presets,
            profiles,
            browser: Browser::default(),
            profile_name: String::new(),
            notice: None,
            learn_press: LearnPress::default(),
            shows_more: false,
        }
    }
}

impl PanelContext<'_> {
    /// What the status texts depend on.
    pub fn situation(&self) -> Situation {
        Situation {
            learn: self.status.learn,
            profile: self.params.profile.summary(),
            input: self.ui.view.input_state(),
            bypassed: self.params.is_on(Parameter::Bypass),
            listening: self.params.is_on(Parameter::Listen),
            offline: self.params.host_state.is_offline(),
        }
    }
}
