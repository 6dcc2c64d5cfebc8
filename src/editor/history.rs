//! The user's steps in the window, to be undone and redone. A step is one gesture: a drag, a typed value, a choice, a preset,
//! a switch between A and B. What a host changes by itself, by automation or by its own undo, is no step.
//!
//! Recorded are the parameters that presets cover. Learn, Listen and Bypass are not: they are what a user does while
//! listening, and undoing a press of Learn would learn.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lull_engine::ThresholdCurve;
use nice_plug::params::internals::ParamPtr;

use super::memories::LoadedPreset;
use crate::params::{LullParams, ParamView};
use crate::preset;

/// Steps that are kept; older ones are forgotten.
pub const MOST_STEPS: usize = 100;
/// Notches of the wheel and presses of keys that follow each other within this time are one step.
const BURST: Duration = Duration::from_secs(1);

/// One parameter's part of a step, as positions from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    pub param: ParamPtr,
    pub from: f32,
    pub to: f32,
}

/// A step's change of the points of the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointsMove {
    pub from: ThresholdCurve,
    pub to: ThresholdCurve,
}

/// What a step changes besides parameters and points.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Nothing,
    /// Which preset counts as loaded.
    Preset(Box<PresetChange>),
    /// Which of the memories A and B is heard.
    SwapMemories,
}

/// The preset that counts as loaded, before and after a step.
#[derive(Debug, Clone, PartialEq)]
pub struct PresetChange {
    pub before: Option<LoadedPreset>,
    pub after: Option<LoadedPreset>,
}

/// What the user did.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// As the user knows it: "Threshold".
    pub name: String,
    pub moves: Vec<Move>,
    pub points: Option<PointsMove>,
    pub effect: Effect,
}

/// The last steps of one instance. For the window's thread.
pub struct History {
    /// The parameters that are recorded.
    recorded: Vec<ParamPtr>,
    steps: Mutex<Steps>,
}

#[derive(Default)]
struct Steps {
    done: VecDeque<Step>,
    /// The next one to redo is the last.
    undone: Vec<Step>,
    /// Gestures that have begun and not ended.
    open: Vec<Move>,
    /// A step of several gestures that has not ended.
    group: Option<Step>,
    /// What the last step moved, and when, if it was a notch or a key.
    burst: Option<(Moved, Instant)>,
}

/// What a notch or a key moves.
#[derive(Clone, Copy, PartialEq)]
enum Moved {
    Param(ParamPtr),
    Points,
}

impl History {
    /// Setup only.
    pub fn new(params: &LullParams) -> Self {
        let settings = params.all().into_iter().filter(|(id, _)| preset::covers(id));
        Self { recorded: settings.map(|(_, view)| view.pointer()).collect(), steps: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Steps> {
        // Each change under the lock leaves a valid state at every step, so a panic elsewhere does no harm.
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A gesture begins.
    pub fn begin(&self, param: ParamView) {
        if self.recorded.contains(&param.pointer()) {
            let (pointer, now) = (param.pointer(), param.normalized());
            let mut steps = self.lock();
            steps.open.retain(|open| open.param != pointer);
            steps.open.push(Move { param: pointer, from: now, to: now });
        }
    }

    /// The gesture moves its parameter. The host may apply this later, so the parameter itself does not say it yet.
    pub fn moved(&self, param: ParamView, to: f32) {
        if let Some(open) = self.lock().open.iter_mut().find(|open| open.param == param.pointer()) {
            open.to = to;
        }
    }

    /// The gesture ends.
    pub fn end(&self, param: ParamView) {
        self.finish(param, None);
    }

    /// The gesture of a notch of the wheel or of a key ends.
    pub fn end_nudge(&self, param: ParamView, now: Instant) {
        self.finish(param, Some(now));
    }

    fn finish(&self, param: ParamView, nudged_at: Option<Instant>) {
        let mut steps = self.lock();
        let Some(place) = steps.open.iter().position(|open| open.param == param.pointer()) else { return };
        let ended = steps.open.swap_remove(place);
        if ended.from == ended.to {
            return;
        }
        let moved = Moved::Param(ended.param);
        let continues = steps.goes_on(moved, nudged_at);
        if let Some(group) = &mut steps.group {
            group.moves.push(ended);
        } else if let Some(last) = steps.done.back_mut().filter(|_| continues) {
            last.moves[0].to = ended.to;
            steps.undone.clear();
        } else {
            steps.add(Step { name: param.name(), moves: vec![ended], points: None, effect: Effect::Nothing });
        }
        steps.burst = nudged_at.map(|now| (moved, now));
    }

    /// The points of the threshold were changed; at this time, if by a notch of the wheel or a key.
    pub fn points_moved(&self, name: &str, points: PointsMove, nudged_at: Option<Instant>) {
        let mut steps = self.lock();
        let continues = steps.goes_on(Moved::Points, nudged_at);
        if let Some(group) = &mut steps.group {
            group.points = Some(points);
        } else if let Some(last) =
            steps.done.back_mut().and_then(|step| step.points.as_mut()).filter(|_| continues)
        {
            last.to = points.to;
            steps.undone.clear();
        } else {
            let name = name.to_owned();
            steps.add(Step { name, moves: Vec::new(), points: Some(points), effect: Effect::Nothing });
        }
        steps.burst = nudged_at.map(|now| (Moved::Points, now));
    }

    /// The gestures until [`Self::end_group`] are one step.
    pub fn begin_group(&self, name: String, effect: Effect) {
        self.lock().group = Some(Step { name, moves: Vec::new(), points: None, effect });
    }

    /// It is a step if anything has changed.
    pub fn end_group(&self) {
        let mut steps = self.lock();
        steps.burst = None;
        let changed =
            |step: &Step| !step.moves.is_empty() || step.points.is_some() || step.effect != Effect::Nothing;
        if let Some(step) = steps.group.take().filter(changed) {
            steps.add(step);
        }
    }

    /// Name of the step that an undo would undo.
    pub fn to_undo(&self) -> Option<String> {
        self.lock().done.back().map(|step| step.name.clone())
    }

    /// Name of the step that a redo would redo.
    pub fn to_redo(&self) -> Option<String> {
        self.lock().undone.last().map(|step| step.name.clone())
    }

    /// The last step, which counts as undone from now on.
    pub fn undo(&self) -> Option<Step> {
        let mut steps = self.lock();
        let step = steps.done.pop_back()?;
        steps.burst = None;
        steps.undone.push(step.clone());
        Some(step)
    }

    /// The step that was undone last, which counts as done from now on.
    pub fn redo(&self) -> Option<Step> {
        let mut steps = self.lock();
        let step = steps.undone.pop()?;
        steps.burst = None;
        steps.done.push_back(step.clone());
        Some(step)
    }

    /// Forgets all steps.
    pub fn clear(&self) {
        *self.lock() = Steps::default();
    }
}

impl Steps {
    /// Whether a notch or a key at this time belongs to the last step.
    fn goes_on(&self, moved: Moved, nudged_at: Option<Instant>) -> bool {
        self.burst
            .zip(nudged_at)
            .is_some_and(|((burst, last), now)| burst == moved && now.saturating_duration_since(last) < BURST)
    }

    fn add(&mut self, step: Step) {
        self.undone.clear();
        self.done.push_back(step);
        if self.done.len() > MOST_STEPS {
            self.done.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::Parameter;

    use super::*;

    /// A gesture as a control makes it.
    fn put(history: &History, param: ParamView, to: f32, nudged_at: Option<Instant>) {
        history.begin(param);
        history.moved(param, to);
        history.finish(param, nudged_at);
    }

    #[test]
    fn the_last_hundred_steps_are_kept_and_a_new_one_ends_redo() {
        let params = LullParams::default();
        let history = History::new(&params);
        let threshold = params.view(Parameter::Threshold);
        for step in 0..MOST_STEPS + 5 {
            put(&history, threshold, step as f32 / 1000.0, None);
        }
        for step in (5..MOST_STEPS + 5).rev() {
            assert_eq!(history.undo().unwrap().moves[0].to, step as f32 / 1000.0);
        }
        assert!(history.undo().is_none());
        assert_eq!(history.redo().unwrap().moves[0].to, 5.0 / 1000.0);
        put(&history, params.view(Parameter::Mix), 0.3, None);
        assert_eq!((history.to_undo().as_deref(), history.to_redo()), (Some("Mix"), None));
    }

    #[test]
    fn a_turn_of_the_wheel_is_one_step_until_it_rests_or_another_control_moves() {
        let params = LullParams::default();
        let history = History::new(&params);
        let (threshold, mix) = (params.view(Parameter::Threshold), params.view(Parameter::Mix));
        let begin = Instant::now();
        let at = |tenths: u64| Some(begin + Duration::from_millis(100 * tenths));
        put(&history, threshold, 0.51, at(0));
        put(&history, threshold, 0.52, at(5));
        put(&history, threshold, 0.53, at(10));
        put(&history, threshold, 0.54, at(21));
        put(&history, mix, 0.9, at(22));
        put(&history, threshold, 0.55, at(23));
        let mut ends = std::iter::from_fn(|| history.undo()).map(|step| step.moves[0].to);
        let ends: Vec<f32> = ends.by_ref().collect();
        assert_eq!(ends, [0.55, 0.9, 0.54, 0.53]);
        let first = std::iter::from_fn(|| history.redo()).next().unwrap();
        assert_eq!(first.moves[0].from, threshold.normalized(), "undone to where it began");
    }

    #[test]
    fn points_are_steps_and_their_wheel_is_one() {
        let history = History::new(&LullParams::default());
        let curve = |text: &str| text.parse::<ThresholdCurve>().unwrap();
        let moved = |from, to, at| {
            history.points_moved("Points", PointsMove { from: curve(from), to: curve(to) }, at)
        };
        let begin = Instant::now();
        moved("", "100:1", None);
        moved("100:1", "100:2", Some(begin));
        moved("100:2", "100:3", Some(begin + Duration::from_millis(500)));
        let steps: Vec<PointsMove> =
            std::iter::from_fn(|| history.undo()).filter_map(|step| step.points).collect();
        assert_eq!(
            steps,
            [
                PointsMove { from: curve("100:1"), to: curve("100:3") },
                PointsMove { from: curve(""), to: curve("100:1") },
            ]
        );
        // A preset that changes nothing but points is a step.
        history.begin_group("Preset".to_owned(), Effect::Nothing);
        moved("100:3", "", None);
        history.end_group();
        assert_eq!(history.to_undo().as_deref(), Some("Preset"));
    }

    #[test]
    fn what_stays_where_it_is_and_what_is_no_setting_is_no_step() {
        let params = LullParams::default();
        let history = History::new(&params);
        for parameter in [Parameter::Learn, Parameter::Listen, Parameter::Bypass] {
            put(&history, params.view(parameter), 1.0, None);
        }
        let mix = params.view(Parameter::Mix);
        put(&history, mix, mix.normalized(), None);
        history.begin_group("nothing".to_owned(), Effect::Nothing);
        history.end_group();
        assert!(history.to_undo().is_none());
    }
}
