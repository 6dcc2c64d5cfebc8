//! The live spectrum: input, output, learned noise, and the threshold with its eight handles and its points; the gain
//! reduction is drawn from the top, on the same dB axis.

use egui::{
    Align2, CursorIcon, Painter, Pos2, Rect, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::axes::{self, hz_text, note_text};
use super::curve_points::CurvePoints;
use super::gesture::Gestures;
use super::plot::{HIGHEST_DB, LEFT_MARGIN, Plot};
use super::turning::{Travel, turn};
use super::view::{Curves, LOWEST_DB, View};
use super::{marks, menu, theme, widgets};
use crate::analyzer::POINTS;
use crate::params::LullParams;
use lull_engine::{BAND_CENTRES_HZ, BAND_RANGE_DB, Parameter, Settings};

const DB_LINES: f32 = 20.0;
/// Step of the wheel and the arrows on a handle.
const HANDLE_STEP_DB: f32 = 0.5;
/// Distance between the centres of a handle's marks, outside its focus ring.
const MARKS_AROUND_HANDLE: Vec2 = vec2(23.0, 17.0);
/// Height of a mark where the noise has a line.
const LINE_MARK: f32 = 7.0;

pub fn draw(ui: &mut Ui, view: &View, params: &LullParams, gestures: &Gestures) {
    let panel = ui.max_rect();
    let plot = Plot::within(panel);
    let settings = Settings { curve: params.curve.get(), ..params.settings() };
    draw_ground(ui, &plot);
    draw_legend(ui, panel);
    let painter = ui.painter().with_clip_rect(plot.rect);
    if let Some(curves) = &view.curves {
        draw_curves(&painter, &plot, curves);
    }
    draw_lines(&painter, &plot, &params.profile.lines_hz());
    if let Some(threshold) = view.threshold(&settings) {
        let line = Shape::dashed_line(&plot.line(&threshold), Stroke::new(1.5, theme::THRESHOLD), 6.0, 3.0);
        painter.extend(line);
    }
    // Clicks, but no focus: there is nothing to do by keyboard.
    let response = ui.interact(plot.rect, ui.scope_id().with("spectrum"), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, "Spectrum"));
    let points = CurvePoints { plot: &plot, view, params, settings: &settings, gestures };
    points.follow_clicks(ui, &response);
    let on_handle = draw_handles(ui, &plot, view, params, &settings, gestures) | points.draw(ui);
    if let Some(pointer) = response.hover_pos().filter(|_| !on_handle) {
        read_out(ui, &plot, view, pointer);
    }
}

fn draw_ground(ui: &Ui, plot: &Plot) {
    let painter = ui.painter();
    painter.rect_filled(plot.rect, 0.0, theme::WELL);
    axes::draw_frequencies_below(painter, plot.rect);
    let mut db = HIGHEST_DB;
    while db >= LOWEST_DB {
        let y = plot.y(db);
        painter.hline(plot.rect.x_range(), y, Stroke::new(1.0, theme::GRID));
        let place = pos2(plot.rect.left() - 4.0, y);
        painter.text(place, Align2::RIGHT_CENTER, format!("{db:.0}"), theme::SMALL, theme::QUIET_TEXT);
        db -= DB_LINES;
    }
}

fn draw_legend(ui: &Ui, panel: Rect) {
    let painter = ui.painter();
    let mut x = panel.left() + LEFT_MARGIN;
    let y = panel.top() + 11.0;
    for (name, color, dashed) in [
        ("In", theme::INPUT, false),
        ("Out", theme::OUTPUT, false),
        ("Learned noise", theme::NOISE, false),
        ("Threshold", theme::THRESHOLD, true),
        ("Gain reduction", theme::REMOVED, false),
    ] {
        let line = [pos2(x, y), pos2(x + 16.0, y)];
        if dashed {
            painter.extend(Shape::dashed_line(&line, Stroke::new(2.0, color), 4.0, 2.0));
        } else {
            painter.line_segment(line, Stroke::new(3.0, color));
        }
        let words =
            painter.text(pos2(x + 20.0, y), Align2::LEFT_CENTER, name, theme::SMALL, theme::QUIET_TEXT);
        x = words.right() + 12.0;
    }
    let unit = pos2(panel.right() - 2.0, y);
    painter.text(unit, Align2::RIGHT_CENTER, "dB re full-scale sine", theme::SMALL, theme::QUIET_TEXT);
}

fn draw_curves(painter: &Painter, plot: &Plot, curves: &Curves) {
    plot.fill(painter, &curves.reduction, HIGHEST_DB, theme::faint(theme::REMOVED, 0.35));
    if let Some(noise) = &curves.noise {
        plot.fill(painter, noise, LOWEST_DB, theme::faint(theme::NOISE, 0.18));
        painter.add(Shape::line(plot.line(noise), Stroke::new(1.0, theme::NOISE)));
    }
    painter.add(Shape::line(plot.line(&curves.input), Stroke::new(1.0, theme::INPUT)));
    plot.fill(painter, &curves.output, LOWEST_DB, theme::faint(theme::OUTPUT, 0.22));
    painter.add(Shape::line(plot.line(&curves.output), Stroke::new(1.5, theme::OUTPUT)));
}

/// Marks at the lower edge where the learned noise has lines, on which Tonal Reduction acts.
fn draw_lines(painter: &Painter, plot: &Plot, lines_hz: &[f32]) {
    for &hz in lines_hz {
        let x = plot.x_of_hz(hz);
        let mark = [pos2(x, plot.rect.bottom()), pos2(x, plot.rect.bottom() - LINE_MARK)];
        painter.line_segment(mark, Stroke::new(1.5, theme::NOISE));
    }
}

/// Draws the handles; returns true while the pointer is on one.
fn draw_handles(
    ui: &Ui,
    plot: &Plot,
    view: &View,
    params: &LullParams,
    settings: &Settings,
    gestures: &Gestures,
) -> bool {
    let mut touched = false;
    for (band, (parameter, hz)) in Parameter::BANDS.into_iter().zip(BAND_CENTRES_HZ).enumerate() {
        let param = params.view(parameter);

        let base_db = view.handle_base_db(hz, settings) + settings.curve.offset_db(hz);
        let place = pos2(plot.x_of_hz(hz), plot.y(base_db + settings.bands_db[band]));
        let around = Rect::from_center_size(place, vec2(22.0, 22.0));
        let response = ui
            .interact(around, ui.scope_id().with(("band", band)), Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::ResizeVertical);
        // A drag follows the pointer on the dB axis.
        let travel = Travel {
            range_points: 2.0 * BAND_RANGE_DB / plot.db_per_point(),
            step: HANDLE_STEP_DB / (2.0 * BAND_RANGE_DB),
        };
        turn(ui, &response, gestures, param, travel);
        widgets::announce(ui, &response, param);
        let painter = ui.painter();
        let radius = theme::HANDLE_RADIUS + if response.hovered() { 1.5 } else { 0.0 };
        painter.circle(place, radius, theme::WELL, Stroke::new(2.0, theme::THRESHOLD));
        if response.has_focus() {
            painter.circle_stroke(place, radius + 3.0, Stroke::new(1.5, theme::FOCUS));
        }
        marks::draw(ui, Rect::from_center_size(place, MARKS_AROUND_HANDLE), gestures, param);
        menu::offer(ui, &response, gestures, param, None);
        if response.hovered() || response.dragged() {
            touched = true;
            let mut lines = vec![format!("{}: {}", hz_text(hz), param.text(param.normalized()))];
            lines.extend(marks::words(gestures, param).into_iter().map(str::to_owned));
            plot.tag(painter, place - vec2(0.0, 16.0), &lines);
        }
    }
    touched
}

/// Draws frequency, note and levels at the pointer.
fn read_out(ui: &Ui, plot: &Plot, view: &View, pointer: Pos2) {
    let painter = ui.painter().with_clip_rect(plot.rect);
    let faint_line = Stroke::new(1.0, theme::faint(theme::TEXT, 0.35));
    painter.vline(pointer.x, plot.rect.y_range(), faint_line);
    let (share, hz) = (plot.share(pointer.x), plot.hz(pointer.x));
    let pointed_db = plot.db(pointer.y);
    let mut lines = vec![format!("{}   {}   {pointed_db:.0} dB", hz_text(hz), note_text(hz))];
    if let Some(curves) = &view.curves {
        let point = (share * (POINTS - 1) as f32).round() as usize;
        lines.push(format!("in {:.1} dB   out {:.1} dB", curves.input[point], curves.output[point]));
        if let Some(noise) = &curves.noise {
            lines.push(format!("noise {:.1} dB   mask {:.1} dB", noise[point], curves.reduction[point]));
        }
    }
    plot.tag(&painter, pointer - vec2(0.0, 14.0), &lines);
}
