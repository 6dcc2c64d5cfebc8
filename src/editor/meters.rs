//! Level meters: in, out, and what is removed.

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::theme;
use super::view::{LOWEST_DB, Meter, View};

/// Range of a meter.
const TOP_DB: f32 = 0.0;
const BOTTOM_DB: f32 = -80.0;
/// A peak above this is shown as clipping.
const CLIP_DB: f32 = 0.0;

pub fn draw(ui: &mut Ui, view: &View) {
    let all = ui.max_rect();
    let wells =
        Rect::from_min_max(pos2(all.left() + 22.0, all.top() + 22.0), pos2(all.right(), all.bottom() - 18.0));
    draw_scale(ui, wells);
    let each = wells.width() / 3.0;
    for (index, (name, about, meter, color)) in [
        ("In", "Input in dBFS: RMS as a bar, the peak as a line and a number", &view.input, theme::INPUT),
        ("Out", "Output in dBFS: RMS as a bar, the peak as a line and a number", &view.output, theme::OUTPUT),
        ("Cut", "What is removed, RMS in dBFS", &view.removed, theme::REMOVED),
    ]
    .into_iter()
    .enumerate()
    {
        let left = wells.left() + each * index as f32;
        let well = Rect::from_min_max(pos2(left + 2.0, wells.top()), pos2(left + each - 2.0, wells.bottom()));
        draw_meter(ui, well, meter, color);
        let painter = ui.painter();
        let head = pos2(well.center().x, wells.top() - 11.0);
        painter.text(head, Align2::CENTER_CENTER, name, theme::SMALL, theme::QUIET_TEXT);
        let foot = pos2(well.center().x, wells.bottom() + 9.0);
        let words = level_text(meter.peak_db);
        let color = if meter.peak_db > CLIP_DB { theme::ATTENTION } else { theme::TEXT };
        painter.text(foot, Align2::CENTER_CENTER, &words, theme::SMALL, color);
        let response = ui.interact(well, ui.scope_id().with(name), Sense::hover()).on_hover_text(about);
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(words.clone()),
            ..WidgetInfo::labeled(Role::Meter, true, format!("Level {name}"))
        });
    }
}

fn level_text(db: f32) -> String {
    if db <= LOWEST_DB { "-inf".to_owned() } else { format!("{db:.0}") }
}

fn y(well: Rect, db: f32) -> f32 {
    well.bottom() - well.height() * ((db - BOTTOM_DB) / (TOP_DB - BOTTOM_DB)).clamp(0.0, 1.0)
}

fn draw_scale(ui: &Ui, wells: Rect) {
    let unit = pos2(wells.left() - 3.0, wells.top() - 11.0);
    ui.painter().text(unit, Align2::RIGHT_CENTER, "dB", theme::SMALL, theme::QUIET_TEXT);
    for db in [0, -20, -40, -60, -80] {
        let place = pos2(wells.left() - 3.0, y(wells, db as f32));
        ui.painter().text(place, Align2::RIGHT_CENTER, db.to_string(), theme::SMALL, theme::QUIET_TEXT);
    }
}

fn draw_meter(ui: &Ui, well: Rect, meter: &Meter, color: Color32) {
    let painter = ui.painter();
    painter.rect_filled(well, 2.0, theme::WELL);
    painter.rect_filled(well.with_min_y(y(well, meter.level_db)), 2.0, theme::faint(color, 0.8));
    if meter.peak_db > BOTTOM_DB {
        painter.hline(well.x_range(), y(well, meter.peak_db), Stroke::new(2.0, color));
    }
}
