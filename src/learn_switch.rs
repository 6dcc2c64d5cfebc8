//! Everything about Learn in the plugin: when learning starts and stops, from the parameter, from a loaded project, and
//! from the editor's button.
//!
//! - [`LearnSwitch`] keeps a project that was saved with Learn on from learning when it is opened, and passes on a stretch
//!   that was chosen in the editor.
//! - [`LearnEdges`] turns the parameter into start and stop for one engine.
//! - [`LearnPress`] follows a press of the editor's button until the learning that it started has ended.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use nice_plug::params::persist::PersistentField;

/// The latch for projects that were saved with Learn on, shared by all threads.
///
/// The host gets the parameter back as it was saved, as hosts expect of every parameter. But learning starts where Learn
/// goes on, and opening a project switches nothing: until Learn has been off once, it counts as off.
#[derive(Debug, Default)]
pub struct LearnSwitch {
    /// Learn counts as off until the parameter goes off.
    is_latched: AtomicBool,
    /// The parameter as the audio thread saw it last.
    seen_on: AtomicBool,
    /// A stretch that was chosen in the editor, as [`Stretch::bits`].
    chosen: AtomicU64,
}

/// A stretch of what was just heard, in seconds before now: from 3.0 to 1.0 are two seconds that ended a second ago.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    pub from_s: f32,
    pub to_s: f32,
}

impl Stretch {
    /// What stands for no stretch is one of no length.
    fn bits(self) -> u64 {
        u64::from(self.from_s.to_bits()) << 32 | u64::from(self.to_s.to_bits())
    }

    fn of_bits(bits: u64) -> Option<Self> {
        let stretch = Self { from_s: f32::from_bits((bits >> 32) as u32), to_s: f32::from_bits(bits as u32) };
        (bits != 0).then_some(stretch)
    }
}

impl LearnSwitch {
    /// Whether Learn counts as on. For the audio thread; RT-safe.
    fn counts_as_on(&self, parameter_is_on: bool) -> bool {
        self.seen_on.store(parameter_is_on, Relaxed);
        if !parameter_is_on {
            self.is_latched.store(false, Relaxed);
        }
        parameter_is_on && !self.is_latched.load(Relaxed)
    }

    /// Learns from a stretch of what was just heard, in the next block. A stretch that was chosen and not learned yet is
    /// forgotten.
    pub fn learn_stretch(&self, stretch: Stretch) {
        self.chosen.store(stretch.bits(), Relaxed);
    }

    /// The stretch that was chosen since the last call. For the audio thread; RT-safe.
    pub fn take_stretch(&self) -> Option<Stretch> {
        // Without a write where there is nothing to take.
        if self.chosen.load(Relaxed) == 0 { None } else { Stretch::of_bits(self.chosen.swap(0, Relaxed)) }
    }

    /// Whether the audio thread has seen Learn off, so that switching it on starts learning.
    fn is_seen_off(&self) -> bool {
        !self.is_latched.load(Relaxed) && !self.seen_on.load(Relaxed)
    }
}

/// As a field of the project: whether Learn is on in the state that is loaded, which
/// [`crate::project::state::migrate`] writes there. Saved as false, so that equal projects have equal states.
impl PersistentField<'_, bool> for LearnSwitch {
    fn set(&self, learn_is_on: bool) {
        self.is_latched.store(learn_is_on, Relaxed);
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&bool) -> R,
    {
        f(&false)
    }
}

/// What an engine is to do before a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LearnEdge {
    None,
    /// Learn has gone on: start learning.
    Press,
    /// Learn has gone off: stop learning.
    Release,
}

/// Finds the edges of Learn for one engine, on the audio thread. A new engine starts with Learn off.
#[derive(Debug, Default)]
pub struct LearnEdges {
    was_on: bool,
}

impl LearnEdges {
    /// To be called once before each block. RT-safe.
    pub fn next(&mut self, switch: &LearnSwitch, parameter_is_on: bool) -> LearnEdge {
        let is_on = switch.counts_as_on(parameter_is_on);
        match (std::mem::replace(&mut self.was_on, is_on), is_on) {
            (false, true) => LearnEdge::Press,
            (true, false) => LearnEdge::Release,
            _ => LearnEdge::None,
        }
    }
}

/// Follows a press of the editor's Learn button. When the learning that it started ends by itself, Learn is switched off,
/// so that the next press learns again. Learn that automation has switched on is left to automation.
#[derive(Debug, Default)]
pub struct LearnPress(Option<Stage>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Learn was on without learning; it was switched off, and is to be switched on again.
    SwitchingOff,
    /// Learn was switched on; the engine does not learn yet.
    Waiting,
    Learning,
}

/// Tells the caller to switch the Learn parameter over.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toggle(pub bool);

impl LearnPress {
    /// Whether a press is being followed.
    pub fn is_pending(&self) -> bool {
        self.0.is_some()
    }

    /// Stops following: Learn was reset by other means.
    pub fn cancel(&mut self) {
        self.0 = None;
    }

    /// The button was clicked: starts learning, or ends it. Learn may be on without learning, in a project that was saved
    /// so or after the window was closed while learning; then it goes off and on again.
    pub fn click(&mut self, parameter_is_on: bool, is_learning: bool) -> Toggle {
        let ends = is_learning || self.is_pending();
        self.0 = match (ends, parameter_is_on) {
            (true, _) => None,
            (false, true) => Some(Stage::SwitchingOff),
            (false, false) => Some(Stage::Waiting),
        };
        Toggle(parameter_is_on || !ends)
    }

    /// To be called in every frame of the editor.
    pub fn follow(&mut self, switch: &LearnSwitch, parameter_is_on: bool, is_learning: bool) -> Toggle {
        match self.0 {
            Some(Stage::SwitchingOff) if !parameter_is_on && switch.is_seen_off() => {
                self.0 = Some(Stage::Waiting);
                Toggle(true)
            }
            Some(Stage::Waiting) if is_learning => {
                self.0 = Some(Stage::Learning);
                Toggle(false)
            }
            Some(Stage::Learning) if !is_learning => {
                self.0 = None;
                Toggle(parameter_is_on)
            }
            _ => Toggle(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_reported_once() {
        let (switch, mut edges) = (LearnSwitch::default(), LearnEdges::default());
        let found = [false, true, true, false, false, true].map(|is_on| edges.next(&switch, is_on));
        use LearnEdge::{None, Press, Release};
        assert_eq!(found, [None, Press, None, Release, None, Press]);
        assert_eq!(LearnEdges::default().next(&switch, true), Press, "a new engine starts with Learn off");
    }

    #[test]
    fn a_loaded_project_does_not_learn_until_learn_has_been_off() {
        let (switch, mut edges) = (LearnSwitch::default(), LearnEdges::default());
        switch.set(true);
        assert_eq!([true, true, false].map(|is_on| edges.next(&switch, is_on)), [LearnEdge::None; 3]);
        assert_eq!(edges.next(&switch, true), LearnEdge::Press);
        switch.set(true);
        assert_eq!(edges.next(&switch, true), LearnEdge::Release, "loaded while learning");
        assert!(switch.map(|saved| !saved), "saved as false");
    }

    #[test]
    fn a_chosen_stretch_is_taken_once() {
        let switch = LearnSwitch::default();
        assert_eq!(switch.take_stretch(), None);
        let stretch = Stretch { from_s: 3.0, to_s: 0.0 };
        switch.learn_stretch(Stretch { from_s: 9.0, to_s: 8.0 });
        switch.learn_stretch(stretch);
        assert_eq!([switch.take_stretch(), switch.take_stretch()], [Some(stretch), None]);
    }

    #[test]
    fn a_press_is_let_go_when_its_learning_ends() {
        let (switch, mut press) = (LearnSwitch::default(), LearnPress::default());
        assert_eq!(press.click(false, false), Toggle(true));
        assert_eq!(press.follow(&switch, true, false), Toggle(false), "the engine has not started");
        assert_eq!(press.follow(&switch, true, true), Toggle(false));
        assert_eq!(press.follow(&switch, true, false), Toggle(true), "it has ended by itself");
        assert!(!press.is_pending());
        assert_eq!(press.follow(&switch, true, false), Toggle(false), "automation's Learn is left alone");
    }

    #[test]
    fn a_second_click_ends_learning() {
        let mut press = LearnPress::default();
        let _ = press.click(false, false);
        assert_eq!(press.click(true, true), Toggle(true));
        assert!(!press.is_pending());
        assert_eq!(press.click(false, true), Toggle(false), "off already, and still finishing");
    }

    #[test]
    fn learn_that_is_on_without_learning_goes_off_and_on_again() {
        let (switch, mut edges, mut press) =
            (LearnSwitch::default(), LearnEdges::default(), LearnPress::default());
        switch.set(true);
        edges.next(&switch, true);
        assert_eq!(press.click(true, false), Toggle(true));
        assert_eq!(
            press.follow(&switch, false, false),
            Toggle(false),
            "the audio thread has not seen it off"
        );
        edges.next(&switch, false);
        assert_eq!(press.follow(&switch, false, false), Toggle(true));
        assert_eq!(edges.next(&switch, true), LearnEdge::Press);
    }
}
