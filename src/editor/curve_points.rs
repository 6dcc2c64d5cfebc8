//! The points of the threshold in the spectrum: added by a double click, dragged in frequency and level, removed by a double
//! click, Delete or their menu.

use egui::{
    CursorIcon, EventFilter, Id, Key, PointerButton, Pos2, Rect, Response, Sense, Shape, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use super::axes::{hz_of_share, hz_text, share_of_hz};
use super::gesture::Gestures;
use super::plot::Plot;
use super::point_menu::{self, Choice, Offer};
use super::theme;
use super::turning::{FINE, LARGE_STEPS, wheel_steps};
use super::view::View;
use crate::params::LullParams;
use lull_engine::{CurvePoint, Parameter, Settings, ThresholdCurve, band_curve_db};

/// Name of a step that moves a point.
const MOVE: &str = "Move a point";
/// Size of the area that takes the pointer, within a band's handle.
const REACH: f32 = 18.0;
const RADIUS: f32 = 7.0;
/// Steps of the wheel and the arrows.
const STEP_DB: f32 = 0.5;
const STEP_OCTAVES: f32 = 1.0 / 12.0;

/// What the points are drawn with, and changed through.
pub struct CurvePoints<'a> {
    pub plot: &'a Plot,
    pub view: &'a View,
    pub params: &'a LullParams,
    /// With the points of this frame.
    pub settings: &'a Settings,
    pub gestures: &'a Gestures<'a>,
}

/// A drag from its begin to its end, not rounded.
#[derive(Clone, Copy)]
struct Drag {
    share: f32,
    db: f32,
    from: ThresholdCurve,
}

impl CurvePoints<'_> {
    /// Adds a point where the empty plot was double-clicked, and offers its menu.
    pub fn follow_clicks(&self, ui: &Ui, response: &Response) {
        let pointer = response.interact_pointer_pos();
        if let Some(at) = pointer.filter(|_| response.double_clicked()) {
            self.add(ui, at);
        }
        let memory = response.id.with("menu at");
        if let Some(at) = pointer.filter(|_| response.secondary_clicked()) {
            ui.data_mut(|data| data.insert_temp(memory, at));
        }
        let at: Option<Pos2> = ui.data(|data| data.get_temp(memory));
        let has_room = at.is_some_and(|at| self.settings.curve.added(self.point_at(at)).is_some());
        match (self.offer(response, Choice::Add, has_room), at) {
            (Some(Choice::Add), Some(at)) => self.add(ui, at),
            (Some(Choice::RemoveAll), _) => self.remove_all(),
            _ => {}
        }
    }

    /// Draws the points; returns true while the pointer is on one.
    pub fn draw(&self, ui: &Ui) -> bool {
        let mut touched = false;
        for (place, &point) in self.settings.curve.points().iter().enumerate() {
            let around = Rect::from_center_size(self.place_of(point), vec2(REACH, REACH));
            let response =
                ui.interact(around, id(ui, place), Sense::click_and_drag()).on_hover_cursor(CursorIcon::Move);
            announce(&response, point);
            self.follow(ui, &response, place, point);
            self.paint(ui, &response, point);
            touched |= response.hovered() || response.dragged();
        }
        touched
    }

    /// Level of the threshold without points.
    fn base_db(&self, hz: f32) -> f32 {
        self.view.handle_base_db(hz, self.settings) + band_curve_db(&self.settings.bands_db, hz)
    }

    fn place_of(&self, point: CurvePoint) -> Pos2 {
        pos2(self.plot.x_of_hz(point.hz), self.plot.y(self.base_db(point.hz) + point.db))
    }

    fn point_at(&self, at: Pos2) -> CurvePoint {
        let hz = self.plot.hz(at.x);
        rounded(hz, self.plot.db(at.y) - self.base_db(hz))
    }

    /// Adds a point under the pointer, as far as its range reaches, if there is room for one.
    fn add(&self, ui: &Ui, at: Pos2) {
        if let Some((curve, place)) = self.settings.curve.added(self.point_at(at)) {
            self.change(curve, "Add a point");
            ui.memory_mut(|memory| memory.request_focus(id(ui, place)));
        }
    }

    fn change(&self, curve: ThresholdCurve, name: &str) {
        self.gestures.set_points(self.params, curve, name);
    }

    fn remove_all(&self) {
        self.change(ThresholdCurve::default(), "Remove all points");
    }

    fn offer(&self, response: &Response, first: Choice, first_is_possible: bool) -> Option<Choice> {
        let has_points = !self.settings.curve.is_empty();
        point_menu::offer(response, &Offer { first, first_is_possible, has_points })
    }

    /// Changes the curve as mouse and keyboard say; by one of them in a frame.
    fn follow(&self, ui: &Ui, response: &Response, place: usize, point: CurvePoint) {
        let chosen = self.offer(response, Choice::Remove, true);
        let delete =
            |input: &egui::InputState| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace);
        let is_deleted = response.has_focus() && ui.input(delete);
        if response.double_clicked() || is_deleted || chosen == Some(Choice::Remove) {
            // The next point has this id from now on.
            response.surrender_focus();
            self.change(self.settings.curve.removed(place), "Remove a point");
        } else if chosen == Some(Choice::RemoveAll) {
            self.remove_all();
        } else {
            if response.clicked() {
                response.request_focus();
            }
            self.drag(ui, response, place, point);
            let (octaves, db) = self.steps(ui, response);
            if octaves != 0.0 || db != 0.0 {
                let to = rounded(point.hz * octaves.exp2(), point.db + db);
                self.gestures.nudge_points(self.params, self.settings.curve.moved(place, to), MOVE);
            }
        }
    }

    fn drag(&self, ui: &Ui, response: &Response, place: usize, point: CurvePoint) {
        let memory = response.id.with("drag");
        if response.drag_started_by(PointerButton::Primary) {
            response.request_focus();
            let drag = Drag { share: share_of_hz(point.hz), db: point.db, from: self.settings.curve };
            ui.data_mut(|data| data.insert_temp(memory, drag));
        }
        let Some(mut drag) = ui.data(|data| data.get_temp::<Drag>(memory)) else { return };
        if response.dragged() {
            // egui reports a drag after some points of movement; they count as well.
            let moved = if response.drag_started() { response.total_drag_delta() } else { None };
            let moved = moved.unwrap_or(response.drag_delta()) * fine(ui);
            drag.share = (drag.share + moved.x / self.plot.rect.width()).clamp(0.0, 1.0);
            drag.db -= moved.y * self.plot.db_per_point();
            let curve = self.settings.curve.moved(place, rounded(hz_of_share(drag.share), drag.db));
            self.params.curve.replace(curve);
            ui.data_mut(|data| data.insert_temp(memory, drag));
        }
        if response.drag_stopped() {
            ui.data_mut(|data| data.remove::<Drag>(memory));
            self.gestures.points_dragged(self.params, drag.from, MOVE);
        }
    }

    /// What the wheel and the keys move the point by, in octaves and dB.
    fn steps(&self, ui: &Ui, response: &Response) -> (f32, f32) {
        let (mut octaves, mut db) = (0.0, wheel_steps(ui, response) * STEP_DB);
        if response.has_focus() {
            let arrows =
                EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
            let count = |key| ui.input(|input| input.num_presses(key)) as f32;
            octaves = (count(Key::ArrowRight) - count(Key::ArrowLeft)) * STEP_OCTAVES;
            db += (count(Key::ArrowUp) - count(Key::ArrowDown)) * STEP_DB;
            db += (count(Key::PageUp) - count(Key::PageDown)) * LARGE_STEPS * STEP_DB;
        }
        (octaves * fine(ui), db * fine(ui))
    }

    /// A filled diamond, where a band's handle is a ring.
    fn paint(&self, ui: &Ui, response: &Response, point: CurvePoint) {
        let (painter, centre) = (ui.painter(), self.place_of(point));
        let radius = RADIUS + if response.hovered() { 1.5 } else { 0.0 };
        painter.add(Shape::convex_polygon(
            diamond(centre, radius),
            theme::THRESHOLD,
            Stroke::new(1.5, theme::WELL),
        ));
        if response.has_focus() {
            painter.add(Shape::closed_line(diamond(centre, radius + 4.0), Stroke::new(1.5, theme::FOCUS)));
        }
        if response.hovered() || response.dragged() {
            let words = format!("{}: {}", hz_text(point.hz), db_text(point.db));
            self.plot.tag(painter, centre - vec2(0.0, 16.0), &[words]);
        }
    }
}

fn id(ui: &Ui, place: usize) -> Id {
    ui.scope_id().with(("point", place))
}

fn diamond(centre: Pos2, radius: f32) -> Vec<Pos2> {
    [(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)].map(|(x, y)| centre + vec2(x, y)).into()
}

/// To a tenth of a hertz, from 1 kHz on to a hertz, and to the finest step of the arrows in dB, so that texts are short.
fn rounded(hz: f32, db: f32) -> CurvePoint {
    let hz = if hz < 1000.0 { (10.0 * hz).round() / 10.0 } else { hz.round() };
    CurvePoint { hz, db: (20.0 * db).round() / 20.0 }
}

/// As of a band.
fn db_text(db: f32) -> String {
    Parameter::BANDS[0].row().text(db)
}

/// Shift makes every movement finer.
fn fine(ui: &Ui) -> f32 {
    if ui.input(|input| input.modifiers.shift) { FINE } else { 1.0 }
}

/// Gives assistive technology the frequency and the level of a point.
fn announce(response: &Response, point: CurvePoint) {
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(db_text(point.db)),
        ..WidgetInfo::slider(true, f64::from(point.db), format!("Point at {}", hz_text(point.hz)))
    });
}
