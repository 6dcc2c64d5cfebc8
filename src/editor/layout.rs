//! Where the panels are in the window, and drawing all of them.

use egui::{Rect, Ui, UiBuilder, Vec2, pos2, vec2};

use super::knobs::Knobs;
use super::panel_context::PanelContext;
use super::{header, knobs, learn, long_term_panel, meters, spectrum, theme, undo};

/// Share of the centre's height for the spectrum; the spectrograms have the rest.
const SPECTRUM_SHARE: f32 = 0.58;
/// A window that is smaller in either direction is compact.
const FULL: Vec2 = vec2(760.0, 520.0);
/// A window that is lower has less space around the Learn button.
const LOW: f32 = 600.0;
/// Height of the spectrum's legend, which a compact window leaves out.
const LEGEND: f32 = 20.0;

/// Draws everything in the window, on a background that is [`theme::BACKGROUND`] already.
pub fn draw(ui: &mut Ui, context: &mut PanelContext) {
    let now_s = ui.input(|input| input.time);
    context.ui.view.advance(context.analyzer, now_s);
    take_columns(ui, context);
    context.kept.follow_loads(context.params.profile.loads());
    undo::take_keys(ui, context);
    let layout = Layout::of(ui.ctx().content_rect());
    let is_compact = layout.is_compact;
    panel(ui, "header", layout.header, |ui| header::draw(ui, context, is_compact));
    panel(ui, "learn", layout.learn, |ui| learn::draw(ui, context, is_compact));
    if is_compact && context.ui.shows_more {
        panel(ui, "settings", layout.spectrum.with_min_y(layout.learn.top()), |ui| {
            learn::settings(ui, context)
        });
    } else {
        panel(ui, "spectrum", layout.spectrum, |ui| {
            ui.shrink_clip_rect(layout.spectrum.with_min_y(layout.header.bottom()));
            spectrum::draw(ui, &context.ui.view, context.params, &context.gestures);
        });
    }
    if !is_compact {
        panel(ui, "spectrograms", layout.spectrograms, |ui| {
            if let Some(stretch) = context.ui.spectrograms.draw(ui) {
                context.params.learn_switch.learn_stretch(stretch);
            }
        });
    }
    panel(ui, "meters", layout.meters, |ui| meters::draw(ui, &context.ui.view));
    if !is_compact {
        panel(ui, "long term", layout.long_term, |ui| {
            long_term_panel::draw(ui, &mut context.ui.long_term);
        });
    }
    let knobs = match (is_compact, context.ui.shows_more) {
        (false, _) => Knobs::All,
        (true, false) => Knobs::Main,
        (true, true) => Knobs::Others,
    };
    panel(ui, "knobs", layout.knobs, |ui| knobs::draw(ui, context, knobs));
    for (from, to) in layout.lines() {
        ui.painter().line_segment([from, to], egui::Stroke::new(1.0, theme::LINE));
    }
}

/// Fetches the columns since the last frame.
fn take_columns(ui: &Ui, context: &mut PanelContext) {
    context.ui.spectrograms.prepare(ui.ctx());
    while let Some(column) = context.analyzer.next_column() {
        context.ui.spectrograms.add(&column);
        context.ui.long_term.add(column.balance);
    }
}

/// The panels' rectangles.
struct Layout {
    /// Without spectrograms and long-term figures, and with half of the controls at a time.
    is_compact: bool,
    header: Rect,
    learn: Rect,
    spectrum: Rect,
    spectrograms: Rect,
    meters: Rect,
    long_term: Rect,
    knobs: Rect,
}

impl Layout {
    fn of(all: Rect) -> Self {
        let is_compact = all.width() < FULL.x - 0.5 || all.height() < FULL.y - 0.5;
        let margin = theme::MARGIN;
        let (top, bottom) = (all.top() + theme::HEADER_HEIGHT, all.bottom() - theme::KNOBS_HEIGHT);
        let (left, right) = (all.left() + theme::LEFT_WIDTH, all.right() - theme::METERS_WIDTH);
        let (above, middle, below_meters) = if is_compact {
            (top - LEGEND, bottom, bottom - 4.0)
        } else {
            (top, top + SPECTRUM_SHARE * (bottom - top), bottom - 10.0 - long_term_panel::HEIGHT)
        };
        let above_learn = if all.height() < LOW { 10.0 } else { 16.0 };
        let rect = |left: f32, top: f32, right: f32, bottom: f32| {
            Rect::from_min_max(pos2(left, top), pos2(right.max(left), bottom.max(top)))
        };
        Self {
            is_compact,
            header: rect(all.left() + margin, all.top(), all.right() - margin, top),
            learn: rect(all.left() + margin, top + above_learn, left - margin, bottom - 2.0),
            spectrum: rect(left + 4.0, above + 4.0, right - 4.0, middle),
            spectrograms: rect(left + 4.0, middle + 4.0, right - 4.0, bottom - 4.0),
            meters: rect(right, top + 4.0, all.right() - margin, below_meters),
            long_term: rect(right, below_meters + 6.0, all.right() - margin, bottom - 4.0),
            knobs: rect(all.left() + margin, bottom + 12.0, all.right() - margin, all.bottom()),
        }
    }

    /// Lines between header, middle and knobs.
    fn lines(&self) -> [(egui::Pos2, egui::Pos2); 2] {
        let (left, right) = (self.header.left() - theme::MARGIN, self.header.right() + theme::MARGIN);
        let across = |y: f32| (pos2(left, y), pos2(right, y));
        [across(self.header.bottom()), across(self.knobs.top() - 12.0)]
    }
}

fn panel(ui: &mut Ui, name: &str, rect: Rect, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect), content);
}
