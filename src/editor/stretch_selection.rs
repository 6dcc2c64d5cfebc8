//! Selects a stretch of time by dragging over a scrolling spectrogram. The selection scrolls with the picture.

use egui::{Align2, Key, Painter, Rect, Response, Stroke, StrokeKind, Ui, pos2};

use super::theme;
use crate::learn_switch::Stretch;

/// Shorter selections are slips: a profile needs a fifth of a second.
const SHORTEST_S: f32 = 0.2;

/// A picture of the last time, whose columns move to the left.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    pub rect: Rect,
    pub shown_columns: usize,
    /// Columns since the window was opened.
    pub all_columns: u64,
    pub column_s: f32,
}

impl Timeline {
    /// The column at a place of the picture, counted as `all_columns` is.
    fn column(&self, x: f32) -> f64 {
        let share = f64::from((x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0);
        self.all_columns as f64 - (1.0 - share) * self.shown_columns as f64
    }

    fn x(&self, column: f64) -> f32 {
        let share = 1.0 - self.ago(column) / self.shown_columns as f64;
        self.rect.left() + self.rect.width() * share.clamp(0.0, 1.0) as f32
    }

    /// Columns between this one and now.
    fn ago(&self, column: f64) -> f64 {
        self.all_columns as f64 - column
    }
}

/// The selection: where the drag began, and where the pointer is, as columns.
#[derive(Default)]
pub struct StretchSelection(Option<[f64; 2]>);

impl StretchSelection {
    /// Follows a drag over the picture. Returns the stretch when it has ended. Escape drops it.
    pub fn follow(&mut self, ui: &Ui, response: &Response, timeline: Timeline) -> Option<Stretch> {
        let pointer = response.interact_pointer_pos().map(|pointer| timeline.column(pointer.x));
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.0 = None;
        } else if response.drag_started() {
            // From where the button went down, not from where the pointer is after the first move.
            let origin =
                ui.input(|input| input.pointer.press_origin()).map(|origin| timeline.column(origin.x));
            self.0 = origin.or(pointer).map(|column| [column; 2]);
        }
        if let (Some(ends), Some(pointer)) = (&mut self.0, pointer) {
            ends[1] = pointer;
        }
        if !response.drag_stopped() {
            return None;
        }
        self.0
            .take()
            .map(|ends| stretch(ends, timeline))
            .filter(|stretch| stretch.from_s - stretch.to_s >= SHORTEST_S)
    }

    /// Draws it over the picture.
    pub fn draw(&self, painter: &Painter, timeline: Timeline) {
        let Some(ends) = self.0 else { return };
        let rect = timeline.rect.with_min_x(timeline.x(ends[0].min(ends[1])));
        let rect = rect.with_max_x(timeline.x(ends[0].max(ends[1])));
        painter.rect(
            rect,
            0.0,
            theme::faint(theme::TEXT, 0.2),
            Stroke::new(1.0, theme::TEXT),
            StrokeKind::Inside,
        );
        let Stretch { from_s, to_s } = stretch(ends, timeline);
        let words = format!("{:.1} s", from_s - to_s);
        painter.text(
            pos2(rect.center().x, rect.top() + 4.0),
            Align2::CENTER_TOP,
            words,
            theme::STRONG,
            theme::TEXT,
        );
    }
}

fn stretch([one, other]: [f64; 2], timeline: Timeline) -> Stretch {
    let seconds_ago = |column: f64| (timeline.ago(column).max(0.0) * f64::from(timeline.column_s)) as f32;
    Stretch { from_s: seconds_ago(one.min(other)), to_s: seconds_ago(one.max(other)) }
}
