//! Widgets for any parameter: a knob, a choice, a switch, a number. Each changes the parameter by gestures to the host,
//! and gives assistive technology the parameter's name and value.

use egui::{
    Align2, EventFilter, Key, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};

use super::gesture::Gestures;
use super::turning::{Travel, turn};
use super::{marks, menu, theme, typing, value_field};
use crate::params::ParamView;

/// How far a knob or a number moves.
const KNOB_TRAVEL: Travel = Travel { range_points: 200.0, step: 0.01 };
/// Angles of a dial's ends, in radians clockwise from three o'clock.
const FIRST_ANGLE: f32 = 0.75 * std::f32::consts::PI;
const LAST_ANGLE: f32 = 2.25 * std::f32::consts::PI;
/// Distance between the centres of a dial's marks, outside its focus ring and below its name.
const MARKS_AROUND_DIAL: Vec2 = vec2(46.0, 34.0);

/// A knob with its name above and its value below. Drag, wheel and arrows move it (with Shift in fine steps), a double
/// click resets it, a click on the value or Enter opens it for typing. Its arc begins at the position `fill_from`.
pub fn knob(ui: &mut Ui, gestures: &Gestures, param: ParamView, name: &str, about: &str, fill_from: f32) {
    let (rect, _) = ui.allocate_exact_size(theme::KNOB, Sense::hover());
    let id = ui.scope_id().with(("knob", param.name()));
    let title = pos2(rect.center().x, rect.top() + 7.0);
    let centre = pos2(rect.center().x, rect.top() + 20.0 + theme::DIAL_RADIUS);
    let dial = Rect::from_center_size(centre, vec2(rect.width(), 2.0 * theme::DIAL_RADIUS + 6.0));
    let value = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 20.0), rect.max);

    let response = ui.interact(dial, id, Sense::click_and_drag());
    turn(ui, &response, gestures, param, KNOB_TRAVEL);
    announce(ui, &response, param);

    let painter = ui.painter();
    painter.text(title, Align2::CENTER_CENTER, name, theme::SMALL, theme::QUIET_TEXT);
    draw_dial(ui, centre, param.normalized(), fill_from, &response);
    let corners = Rect::from_center_size(centre, MARKS_AROUND_DIAL);
    marks::draw(ui, corners, gestures, param);
    value_field::draw(ui, value, id.with("value"), gestures, param, response.has_focus());
    menu::offer(ui, &response, gestures, param, Some(id.with("value")));
    explain(response, gestures, param, about);
}

/// Gives assistive technology the name and the value of a control.
pub fn announce(ui: &Ui, response: &Response, param: ParamView) {
    let position = param.normalized();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(param.text(position)),
        ..WidgetInfo::slider(ui.is_enabled(), f64::from(position), param.name())
    });
}

/// Shows under the pointer what a control does to the sound, and how to move it.
fn explain(response: Response, gestures: &Gestures, param: ParamView, about: &str) {
    let range = format!(
        "{} to {}, usually {}. Drag, wheel or arrows; Shift is fine; double-click or Ctrl-click resets; click the \
         value to type; right-click for a menu.",
        param.text(0.0),
        param.text(1.0),
        param.text(param.default_normalized())
    );
    response.on_hover_ui(|ui| {
        ui.set_max_width(280.0);
        ui.strong(param.name());
        ui.label(about);
        for words in marks::words(gestures, param) {
            ui.label(words);
        }
        ui.label(egui::RichText::new(&range).color(theme::QUIET_TEXT).small());
    });
}

fn draw_dial(ui: &Ui, centre: Pos2, position: f32, fill_from: f32, response: &Response) {
    let radius = theme::DIAL_RADIUS;
    let angle = |position: f32| FIRST_ANGLE + position * (LAST_ANGLE - FIRST_ANGLE);
    let arc = |from: f32, to: f32| -> Vec<Pos2> {
        let steps = (((to - from).abs() * 24.0).ceil() as usize).max(1);
        let at = |step: usize| angle(from + (to - from) * step as f32 / steps as f32);
        (0..=steps).map(|step| centre + radius * egui::Vec2::angled(at(step))).collect()
    };
    let face = if response.hovered() || response.dragged() { theme::HOVERED } else { theme::RAISED };
    let painter = ui.painter();
    painter.circle_filled(centre, radius - 5.0, face);
    painter.add(Shape::line(arc(0.0, 1.0), Stroke::new(3.0, theme::LINE)));
    let value = if ui.is_enabled() { theme::ACCENT } else { theme::QUIET_TEXT };
    painter.add(Shape::line(arc(fill_from, position), Stroke::new(3.0, value)));
    let hand = egui::Vec2::angled(angle(position));
    painter.line_segment(
        [centre + (radius - 13.0) * hand, centre + (radius - 6.0) * hand],
        Stroke::new(2.0, theme::TEXT),
    );
    if response.has_focus() {
        painter.circle_stroke(centre, radius + 4.0, Stroke::new(1.5, theme::FOCUS));
    }
}

/// A choice among the values of a parameter, `width` points wide. Up and Down step through them, Enter opens the list.
pub fn choice(ui: &mut Ui, gestures: &Gestures, param: ParamView, about: &str, width: f32) {
    let current = param.normalized();
    let combo = egui::ComboBox::from_id_salt(("choice", param.name()))
        .width(width)
        .truncate()
        .selected_text(param.text(current))
        .show_ui(ui, |ui| {
            for (position, name) in param.choices() {
                if ui.selectable_label(position == current, name).clicked() {
                    gestures.put(param, position);
                    ui.close();
                }
            }
        });
    combo.response.widget_info(|| WidgetInfo {
        current_text_value: Some(param.text(current)),
        ..WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), param.name())
    });
    if combo.inner.is_none() {
        step_by_keys(ui, &combo.response, gestures, param);
    }
    marks::draw(ui, combo.response.rect, gestures, param);
    menu::offer(ui, &combo.response, gestures, param, None);
    combo.response.on_hover_text(marks::explained(about, gestures, param));
}

/// Steps a closed choice by the keys Up and Down, if it has the focus.
fn step_by_keys(ui: &Ui, response: &Response, gestures: &Gestures, param: ParamView) {
    if !response.has_focus() {
        return;
    }
    let arrows = EventFilter { vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let (up, down) =
        ui.input(|input| (input.num_presses(Key::ArrowUp) as f32, input.num_presses(Key::ArrowDown) as f32));
    let steps = param.steps().unwrap_or(1).max(1) as f32;
    let position = (param.normalized() + (down - up) / steps).clamp(0.0, 1.0);
    if position != param.normalized() {
        gestures.nudge(param, position);
    }
}

/// A button that stays down while the parameter is on.
pub fn switch(ui: &mut Ui, gestures: &Gestures, param: ParamView, about: &str) {
    let on = param.normalized() > 0.5;
    let response = ui.add(egui::Button::new(param.name()).selected(on));
    let response = response.on_hover_text(marks::explained(about, gestures, param));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, param.name()));
    if response.clicked() {
        gestures.toggle(param);
    }
    marks::draw(ui, response.rect, gestures, param);
    menu::offer(ui, &response, gestures, param, None);
}

/// A number to drag or to type, `width` points wide.
pub fn number(ui: &mut Ui, gestures: &Gestures, param: ParamView, about: &str, width: f32) {
    let size = vec2(width, ui.spacing().interact_size.y);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(("number", param.name()));
    if typing::current(ui, id.with("value")).is_some() {
        value_field::draw(ui, rect, id.with("value"), gestures, param, false);
        return;
    }
    let text = param.text(param.normalized());
    let response = ui.interact(rect, id, Sense::click_and_drag());
    turn(ui, &response, gestures, param, KNOB_TRAVEL);
    announce(ui, &response, param);
    let painter = ui.painter();
    painter.rect_filled(
        rect,
        theme::ROUNDING,
        if response.hovered() { theme::HOVERED } else { theme::RAISED },
    );
    let mut filled = rect;
    filled.set_width(rect.width() * param.normalized());
    painter.rect_filled(filled, theme::ROUNDING, theme::faint(theme::ACCENT, 0.25));
    painter.text(rect.center(), Align2::CENTER_CENTER, &text, theme::BODY, theme::TEXT);
    if response.has_focus() {
        painter.rect_stroke(rect, theme::ROUNDING, Stroke::new(1.5, theme::FOCUS), egui::StrokeKind::Inside);
    }
    let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let clicked = response.clicked() && !ui.input(|input| input.modifiers.command);
    if clicked || enter {
        typing::begin(ui, id.with("value"), &text);
    }
    marks::draw(ui, rect, gestures, param);
    menu::offer(ui, &response, gestures, param, Some(id.with("value")));
    explain(response, gestures, param, about);
}
