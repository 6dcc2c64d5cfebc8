//! Below the meters: the gain reduction of the last ten seconds, and the signal-to-noise ratio before and after.

use egui::{Align2, Mesh, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2};

use super::long_term::{LongTerm, ratio_text};
use super::spectrogram::COLUMNS;
use super::theme;

/// Height of the panel.
pub const HEIGHT: f32 = 122.0;
const TITLE: f32 = 16.0;
const STRIP: f32 = 44.0;
const LINE: f32 = 15.0;
/// The strip's lower edge.
const LOWEST_DB: f32 = -40.0;

pub fn draw(ui: &mut Ui, long_term: &mut LongTerm) {
    let all = ui.max_rect();
    let strip = Rect::from_min_max(
        pos2(all.left() + 2.0, all.top() + TITLE),
        pos2(all.right() - 2.0, all.top() + TITLE + STRIP),
    );
    draw_reduction(ui, strip, long_term);
    draw_ratios(ui, Rect::from_min_max(pos2(strip.left(), strip.bottom() + 5.0), all.max), long_term);
}

fn draw_reduction(ui: &Ui, strip: Rect, long_term: &LongTerm) {
    let painter = ui.painter();
    let words = format!("{:.1} dB", long_term.mean_reduction_db());
    let head = pos2(strip.left(), strip.top() - 0.5 * TITLE);
    painter.text(head, Align2::LEFT_CENTER, "Cut, 10 s", theme::SMALL, theme::QUIET_TEXT);
    let head = pos2(strip.right(), head.y);
    painter.text(head, Align2::RIGHT_CENTER, &words, theme::SMALL, theme::TEXT);
    painter.rect_filled(strip, 2.0, theme::WELL);
    let mut mesh = Mesh::default();
    let color = theme::faint(theme::REMOVED, 0.75);
    for (ago, db) in long_term.reductions_db() {
        let x = strip.right() - strip.width() * ago as f32 / (COLUMNS - 1) as f32;
        let y = strip.top() + strip.height() * (db / LOWEST_DB).min(1.0);
        let next = mesh.vertices.len() as u32;
        mesh.colored_vertex(pos2(x, strip.top()), color);
        mesh.colored_vertex(pos2(x, y), color);
        if next > 0 {
            mesh.add_triangle(next - 2, next - 1, next);
            mesh.add_triangle(next - 1, next, next + 1);
        }
    }
    painter.add(Shape::mesh(mesh));
    for db in [-10.0, -20.0, -30.0] {
        let y = strip.top() + strip.height() * db / LOWEST_DB;
        painter.hline(strip.x_range(), y, Stroke::new(1.0, theme::faint(theme::LINE, 0.6)));
    }
    let about = "How far the mask has turned the level down over the last ten seconds, from 0 dB at the top to -40 dB; the figure \
                 is the mean";
    let response = ui.interact(strip, ui.scope_id().with("reduction"), Sense::hover()).on_hover_text(about);
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(words.clone()),
        ..WidgetInfo::labeled(Role::Meter, true, "Level cut, last ten seconds")
    });
}

fn draw_ratios(ui: &Ui, rect: Rect, long_term: &mut LongTerm) {
    let ratios = long_term.ratios();
    let [before, after] = ratios.map_or(["-".to_owned(), "-".to_owned()], |ratios| {
        [ratios.before_db, ratios.after_db].map(ratio_text)
    });
    let painter = ui.painter();
    let line = |index: f32| rect.top() + (index + 0.5) * LINE;
    painter.text(
        pos2(rect.left(), line(0.0)),
        Align2::LEFT_CENTER,
        "SNR, 10 s",
        theme::SMALL,
        theme::QUIET_TEXT,
    );
    for (index, (name, value, color)) in
        [("before", &before, theme::INPUT), ("after", &after, theme::OUTPUT)].into_iter().enumerate()
    {
        let y = line(index as f32 + 1.0);
        painter.text(pos2(rect.left(), y), Align2::LEFT_CENTER, name, theme::SMALL, theme::QUIET_TEXT);
        painter.text(pos2(rect.right(), y), Align2::RIGHT_CENTER, value, theme::BODY, color);
    }
    let about = "Signal over noise, as a mean of the last ten seconds. Noise is what was learned, and what the mask leaves of it; \
                 signal is what stands above it. A click begins anew";
    let response = ui.interact(rect, ui.scope_id().with("ratios"), Sense::click()).on_hover_text(about);
    let label = format!("Signal-to-noise ratio: before {before}, after {after}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.has_focus() {
        ui.painter().rect_stroke(rect, theme::ROUNDING, Stroke::new(1.5, theme::FOCUS), StrokeKind::Outside);
    }
    if response.clicked() {
        long_term.restart();
    }
}
