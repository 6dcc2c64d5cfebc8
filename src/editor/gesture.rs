//! Parameter changes as gestures to the host: begin, set, end. The host's automation and undo follow them, and the
//! window's own [`History`].

use std::time::Instant;

use lull_engine::ThresholdCurve;
use nice_plug::context::gui::{GuiContext, GuiContextInner};

use super::history::{Effect, History, PointsMove};
use crate::host_link::{HostLink, Indicated, MenuAnswer, MenuRequest};
use crate::params::{LullParams, ParamView};
use crate::preset::Snapshot;

/// A control's access to the host.
#[derive(Clone, Copy)]
pub struct Gestures<'a> {
    host: &'a dyn GuiContextInner,
    link: &'a HostLink,
    /// Where they are recorded as the user's steps.
    history: Option<&'a History>,
}

impl<'a> Gestures<'a> {
    pub fn new(context: &'a GuiContext, link: &'a HostLink, history: &'a History) -> Self {
        Self::to(context.param_setter().raw_context, link, history)
    }

    pub fn to(host: &'a dyn GuiContextInner, link: &'a HostLink, history: &'a History) -> Self {
        Self { host, link, history: Some(history) }
    }

    /// The same access to the host, for changes that are no step of the user: undo and redo.
    pub fn unrecorded(self) -> Self {
        Self { history: None, ..self }
    }

    /// The user starts to move the control.
    pub fn begin(&self, param: ParamView) {
        if let Some(history) = self.history {
            history.begin(param);
        }
        // SAFETY, here and below: a view's pointer belongs to its owner, which the view's lifetime keeps alive.
        unsafe { self.host.raw_begin_set_parameter(param.pointer()) }
    }

    /// Moves to a position from 0 to 1; between `begin` and `end`.
    pub fn set(&self, param: ParamView, normalized: f32) {
        if param.normalized() != normalized {
            if let Some(history) = self.history {
                history.moved(param, normalized.clamp(0.0, 1.0));
            }
            // SAFETY: see `begin`.
            unsafe { self.host.raw_set_parameter_normalized(param.pointer(), normalized.clamp(0.0, 1.0)) }
        }
    }

    /// The user lets the control go.
    pub fn end(&self, param: ParamView) {
        if let Some(history) = self.history {
            history.end(param);
        }
        self.let_go(param);
    }

    fn let_go(&self, param: ParamView) {
        // SAFETY: see `begin`.
        unsafe { self.host.raw_end_set_parameter(param.pointer()) }
    }

    /// Begin, set and end at once.
    pub fn put(&self, param: ParamView, normalized: f32) {
        self.begin(param);
        self.set(param, normalized);
        self.end(param);
    }

    /// The same for a notch of the wheel or a key: those that follow each other are one step.
    pub fn nudge(&self, param: ParamView, normalized: f32) {
        self.begin(param);
        self.set(param, normalized);
        if let Some(history) = self.history {
            history.end_nudge(param, Instant::now());
        }
        self.let_go(param);
    }

    /// Switches a switch over.
    pub fn toggle(&self, param: ParamView) {
        self.put(param, if param.normalized() > 0.5 { 0.0 } else { 1.0 });
    }

    /// Sets all parameters of a snapshot that differ from it, and the points of the threshold, as one step of that name, which has
    /// this effect besides.
    pub fn recall(&self, params: &LullParams, snapshot: &Snapshot, name: &str, effect: Effect) {
        if let Some(history) = self.history {
            history.begin_group(name.to_owned(), effect);
        }
        self.set_points(params, snapshot.curve, name);
        self.put_all(params, snapshot);
        if let Some(history) = self.history {
            history.end_group();
        }
    }

    /// Changes the points of the threshold, as a step of that name.
    pub fn set_points(&self, params: &LullParams, curve: ThresholdCurve, name: &str) {
        let from = params.curve.get();
        params.curve.replace(curve);
        self.points_were(params, from, name, None);
    }

    /// The same for a notch of the wheel or a key.
    pub fn nudge_points(&self, params: &LullParams, curve: ThresholdCurve, name: &str) {
        let from = params.curve.get();
        params.curve.replace(curve);
        self.points_were(params, from, name, Some(Instant::now()));
    }

    /// A drag of points has ended, which began at `from`.
    pub fn points_dragged(&self, params: &LullParams, from: ThresholdCurve, name: &str) {
        self.points_were(params, from, name, None);
    }

    fn points_were(&self, params: &LullParams, from: ThresholdCurve, name: &str, nudged_at: Option<Instant>) {
        let to = params.curve.get();
        if from == to {
            return;
        }
        if let Some(history) = self.history {
            history.points_moved(name, PointsMove { from, to }, nudged_at);
        }
        self.project_changed(params);
    }

    fn put_all(&self, params: &LullParams, snapshot: &Snapshot) {
        for (id, param) in params.all() {
            let wanted = snapshot.positions.iter().find(|(known, _)| *known == id);
            if let Some(&(_, position)) = wanted.filter(|(_, position)| *position != param.normalized()) {
                self.put(param, position);
            }
        }
    }

    /// Tells the host that something has changed that is no parameter, such as the noise profile: by the bridge, or without
    /// one by a parameter for this purpose.
    pub fn project_changed(&self, params: &LullParams) {
        if !self.link.mark_project_changed() {
            self.toggle(ParamView::of(&params.project.profile_revision));
        }
    }

    /// The host's marks of the parameter.
    pub fn indicated(&self, param: ParamView) -> Indicated {
        self.link.indicated(param.pointer())
    }

    /// Asks the host for its menu of the parameter, at a position in the window in pixels. False without a bridge; otherwise
    /// [`Self::menu_answer`] has the answer some frames later.
    pub fn open_menu(&self, param: ParamView, x_px: i32, y_px: i32) -> bool {
        let index = self.link.index_of(param.pointer());
        index.is_some_and(|param| self.link.request_menu(MenuRequest::Open { param, x_px, y_px }))
    }

    /// The answer to the last [`Self::open_menu`].
    pub fn menu_answer(&self) -> Option<MenuAnswer> {
        self.link.menu_answer()
    }

    /// Lets the host perform an item of its menu.
    pub fn perform(&self, param: ParamView, action: u32) {
        if let Some(param) = self.link.index_of(param.pointer()) {
            self.link.request_menu(MenuRequest::Perform { param, action });
        }
    }

    pub fn request_restart(&self) {
        self.host.request_restart();
    }
}
