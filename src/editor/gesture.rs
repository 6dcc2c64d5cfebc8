//! Parameter changes as a host wants them: begin, set, end, so that automation and the host's undo know of each.

use nice_plug::context::gui::{GuiContext, GuiContextInner};

use crate::host_link::{HostLink, Indicated, MenuAnswer, MenuRequest};
use crate::params::{LullParams, ParamView};
use crate::preset::Snapshot;

/// The way from a control to the host.
#[derive(Clone, Copy)]
pub struct Gestures<'a> {
    host: &'a dyn GuiContextInner,
    link: &'a HostLink,
}

impl<'a> Gestures<'a> {
    pub fn new(context: &'a GuiContext, link: &'a HostLink) -> Self {
        Self::to(context.param_setter().raw_context, link)
    }

    pub fn to(host: &'a dyn GuiContextInner, link: &'a HostLink) -> Self {
        Self { host, link }
    }

    /// A hand is on the control.
    pub fn begin(&self, param: ParamView) {
        // SAFETY: a view's pointer is of its owner, which the view's lifetime keeps alive; here and below.
        unsafe { self.host.raw_begin_set_parameter(param.pointer()) }
    }

    /// Moves to a position from 0 to 1; between `begin` and `end`.
    pub fn set(&self, param: ParamView, normalized: f32) {
        if param.normalized() != normalized {
            // SAFETY: see `begin`.
            unsafe { self.host.raw_set_parameter_normalized(param.pointer(), normalized.clamp(0.0, 1.0)) }
        }
    }

    /// The hand is off.
    pub fn end(&self, param: ParamView) {
        // SAFETY: see `begin`.
        unsafe { self.host.raw_end_set_parameter(param.pointer()) }
    }

    /// A gesture of one step.
    pub fn put(&self, param: ParamView, normalized: f32) {
        self.begin(param);
        self.set(param, normalized);
        self.end(param);
    }

    /// Turns a switch.
    pub fn toggle(&self, param: ParamView) {
        self.put(param, if param.normalized() > 0.5 { 0.0 } else { 1.0 });
    }

    /// Brings all parameters of a snapshot to where it has them; what is there already is not touched.
    pub fn recall(&self, params: &LullParams, snapshot: &Snapshot) {
        for (id, param) in params.all() {
            let wanted = snapshot.iter().find(|(known, _)| *known == id);
            if let Some(&(_, position)) = wanted.filter(|(_, position)| *position != param.normalized()) {
                self.put(param, position);
            }
        }
    }

    /// Tells the host that the noise profile is another: where no bridge can, by a parameter that does nothing else.
    pub fn profile_changed(&self, params: &LullParams) {
        if !self.link.mark_project_changed() {
            self.toggle(ParamView::of(&params.project.profile_revision));
        }
    }

    /// What the host shows of the parameter in its own colours.
    pub fn indicated(&self, param: ParamView) -> Indicated {
        self.link.indicated(param.pointer())
    }

    /// Asks the host for its menu of the parameter, at a place in the window in pixels. False if it has none; else
    /// [`Self::menu_answer`] says what comes of it, some frames later.
    pub fn open_menu(&self, param: ParamView, x_px: i32, y_px: i32) -> bool {
        let place = self.link.index_of(param.pointer());
        place.is_some_and(|param| self.link.request_menu(MenuRequest::Open { param, x_px, y_px }))
    }

    /// What came of the last [`Self::open_menu`].
    pub fn menu_answer(&self) -> Option<MenuAnswer> {
        self.link.menu_answer()
    }

    /// Lets the host do what an item of its menu says.
    pub fn perform(&self, param: ParamView, action: u32) {
        if let Some(param) = self.link.index_of(param.pointer()) {
            self.link.request_menu(MenuRequest::Perform { param, action });
        }
    }

    pub fn request_restart(&self) {
        self.host.request_restart();
    }
}
