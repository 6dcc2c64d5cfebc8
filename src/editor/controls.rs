//! Controls that any parameter can have: a knob, a choice, a switch. Each speaks to the host in gestures, and to
//! assistive technology by the parameter's name and value.

use egui::{
    Align2, EventFilter, Id, Key, PointerButton, Pos2, Rect, Response, Role, Sense, Shape, Stroke, TextEdit,
    Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::gesture::Gestures;
use super::{marks, menu, theme};
use crate::params::ParamView;

/// Points that a drag takes from one end of a knob to the other.
const DRAG_POINTS: f32 = 200.0;
/// What holding Shift makes of any movement.
const FINE: f32 = 0.1;
/// Step of the arrow keys and the wheel, as a share of the range; Page Up and Down do ten.
const STEP: f32 = 0.01;
const LARGE_STEPS: f32 = 10.0;
/// Angles of a dial's ends, in radians clockwise from three o'clock.
const FIRST_ANGLE: f32 = 0.75 * std::f32::consts::PI;
const LAST_ANGLE: f32 = 2.25 * std::f32::consts::PI;
/// Between the centres of a dial's marks, outside its ring of focus and below its name.
const MARKS_AROUND_DIAL: Vec2 = vec2(46.0, 34.0);

/// A knob with its name above and its value below. Drag, wheel and arrows move it (with Shift finely), a double click
/// resets it, a click on the value or Enter opens it for typing. `fill_from` is the position its arc begins at.
pub fn knob(ui: &mut Ui, gestures: &Gestures, param: ParamView, name: &str, about: &str, fill_from: f32) {
    let (rect, _) = ui.allocate_exact_size(theme::KNOB, Sense::hover());
    let id = ui.scope_id().with(("knob", param.name()));
    let title = pos2(rect.center().x, rect.top() + 7.0);
    let centre = pos2(rect.center().x, rect.top() + 20.0 + theme::DIAL_RADIUS);
    let dial = Rect::from_center_size(centre, vec2(rect.width(), 2.0 * theme::DIAL_RADIUS + 6.0));
    let value = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 20.0), rect.max);

    let response = ui.interact(dial, id, Sense::click_and_drag());
    turn(ui, &response, gestures, param, KNOB_TRAVEL);
    let text = param.text(param.normalized());
    announce(ui, &response, param);

    let painter = ui.painter();
    painter.text(title, Align2::CENTER_CENTER, name, theme::SMALL, theme::QUIET_TEXT);
    draw_dial(ui, centre, param.normalized(), fill_from, &response);
    let corners = Rect::from_center_size(centre, MARKS_AROUND_DIAL);
    marks::draw(ui, corners, gestures, param);
    typed_value(ui, value, id.with("value"), gestures, param, &text, response.has_focus());
    menu::offer(ui, &response, gestures, param, Some(id.with("value")));
    explain(response, gestures, param, about);
}

/// Tells assistive technology what a control is and where it stands.
pub fn announce(ui: &Ui, response: &Response, param: ParamView) {
    let position = param.normalized();
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(param.text(position)),
        ..WidgetInfo::slider(ui.is_enabled(), f64::from(position), param.name())
    });
}

/// Says under the pointer what a control does to the sound, and how it is moved.
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

/// How far a parameter goes under a hand.
#[derive(Clone, Copy)]
pub struct Travel {
    /// Points from one end of the range to the other.
    pub range_points: f32,
    /// Step of a key or a notch of the wheel, as a share of the range.
    pub step: f32,
}

const KNOB_TRAVEL: Travel = Travel { range_points: DRAG_POINTS, step: STEP };

/// What a hand, the wheel and the keys do to a parameter: for knobs and handles.
pub fn turn(ui: &Ui, response: &Response, gestures: &Gestures, param: ParamView, travel: Travel) {
    let (shift, command) = ui.input(|input| (input.modifiers.shift, input.modifiers.command));
    let fine = if shift { FINE } else { 1.0 };
    // Parameters may move in steps: where the hand is between them is kept here, from begin to end of a gesture.
    let hand = response.id.with("hand");
    // Other buttons move nothing, also when they are held for long.
    if response.drag_started_by(PointerButton::Primary) {
        gestures.begin(param);
        ui.data_mut(|data| data.insert_temp(hand, param.normalized()));
    }
    let held: Option<f32> = ui.data(|data| data.get_temp(hand));
    if let Some(position) = held.filter(|_| response.dragged()) {
        // A drag is one only after some points, which count as well.
        let moved = if response.drag_started() { response.total_drag_delta() } else { None };
        let moved = moved.unwrap_or(response.drag_delta());
        let position = (position - moved.y / travel.range_points * fine).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(hand, position));
        gestures.set(param, position);
    }
    if held.is_some() && response.drag_stopped() {
        ui.data_mut(|data| data.remove::<f32>(hand));
        gestures.end(param);
    }
    if response.double_clicked() || (response.clicked() && command) {
        gestures.put(param, param.default_normalized());
    }
    if response.clicked() {
        response.request_focus();
    }
    let steps = wheel_steps(ui, response) + key_steps(ui, response);
    if steps != 0.0 {
        gestures.put(param, (param.normalized() + steps * travel.step * fine).clamp(0.0, 1.0));
    }
}

/// Notches that the wheel was turned by over a control, upwards.
fn wheel_steps(ui: &Ui, response: &Response) -> f32 {
    if !response.hovered() {
        return 0.0;
    }
    ui.input(|input| {
        let notches = input.events.iter().map(|event| match event {
            // With Shift, systems turn the wheel sideways.
            egui::Event::MouseWheel { unit: egui::MouseWheelUnit::Line, delta, .. } => delta.x + delta.y,
            egui::Event::MouseWheel { delta, .. } => (delta.x + delta.y) / 40.0,
            _ => 0.0,
        });
        notches.sum()
    })
}

/// Steps that the arrow keys ask for of the control that has the focus.
fn key_steps(ui: &Ui, response: &Response) -> f32 {
    if !response.has_focus() {
        return 0.0;
    }
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    let keys = [
        (Key::ArrowUp, 1.0),
        (Key::ArrowRight, 1.0),
        (Key::ArrowDown, -1.0),
        (Key::ArrowLeft, -1.0),
        (Key::PageUp, LARGE_STEPS),
        (Key::PageDown, -LARGE_STEPS),
    ];
    ui.input(|input| {
        let pressed = |event: &egui::Event| match event {
            egui::Event::Key { key, pressed: true, .. } => {
                keys.iter().find(|(known, _)| known == key).map_or(0.0, |&(_, steps)| steps)
            }
            _ => 0.0,
        };
        input.events.iter().map(pressed).sum()
    })
}

fn draw_dial(ui: &Ui, centre: Pos2, position: f32, fill_from: f32, response: &Response) {
    let radius = theme::DIAL_RADIUS;
    let angle = |position: f32| FIRST_ANGLE + position * (LAST_ANGLE - FIRST_ANGLE);
    let arc = |from: f32, to: f32| -> Vec<Pos2> {
        let steps = (((to - from).abs() * 48.0).ceil() as usize).max(1);
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

/// A value that is being typed.
#[derive(Clone)]
struct Typing {
    text: String,
    /// The field was not drawn yet.
    is_new: bool,
}

/// Opens the field `id` of a value, with `text` in it.
pub fn begin_typing(ui: &Ui, id: Id, text: &str) {
    ui.data_mut(|data| data.insert_temp(id, Typing { text: text.to_owned(), is_new: true }));
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// The value as text, which a click, or Enter on the knob, turns into a field. Enter and Tab take what is typed,
/// Escape does not; what is no value is refused and stays as it was.
fn typed_value(
    ui: &mut Ui,
    rect: Rect,
    id: Id,
    gestures: &Gestures,
    param: ParamView,
    text: &str,
    knob_has_focus: bool,
) {
    let typing: Option<Typing> = ui.data(|data| data.get_temp(id));
    let Some(Typing { text: mut typed, is_new }) = typing else {
        let label = ui.interact(rect, id.with("label"), Sense::CLICK);
        label.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {text}", param.name())));
        let color = if label.hovered() { theme::FOCUS } else { theme::TEXT };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, text, theme::BODY, color);
        let enter = knob_has_focus && ui.input(|input| input.key_pressed(Key::Enter));
        if label.clicked() || enter {
            begin_typing(ui, id, text);
        }
        menu::offer(ui, &label, gestures, param, Some(id));
        return;
    };
    let field = TextEdit::singleline(&mut typed)
        .id(id)
        .font(theme::BODY)
        .align(egui::Align2::CENTER_CENTER)
        .margin(vec2(2.0, 1.0));
    let response = ui.put(rect, field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("{} as text", param.name())));
    if is_new {
        // Whatever is typed first takes the place of all.
        let all = egui::text::CCursorRange::two(
            egui::text::CCursor::default(),
            egui::text::CCursor::new(typed.chars().count()),
        );
        if let Some(mut state) = egui::text_edit::TextEditState::load(ui.ctx(), id) {
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), id);
        }
    }
    if !response.lost_focus() {
        ui.data_mut(|data| data.insert_temp(id, Typing { text: typed, is_new: false }));
        return;
    }
    let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
    if let Some(position) = param.parse(&typed).filter(|_| !cancelled) {
        gestures.put(param, position.clamp(0.0, 1.0));
    }
    ui.data_mut(|data| data.remove::<Typing>(id));
}

/// A choice among the values of a parameter, `width` points wide.
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
    marks::draw(ui, combo.response.rect, gestures, param);
    menu::offer(ui, &combo.response, gestures, param, None);
    combo.response.on_hover_text(marks::explained(about, gestures, param));
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

/// A number to drag or to type, for a row in a column.
pub fn number(ui: &mut Ui, gestures: &Gestures, param: ParamView, about: &str, width: f32) {
    let size = vec2(width, ui.spacing().interact_size.y);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let id = ui.scope_id().with(("number", param.name()));
    let text = param.text(param.normalized());
    let is_typed = ui.data(|data| data.get_temp::<Typing>(id.with("value")).is_some());
    if is_typed {
        typed_value(ui, rect, id.with("value"), gestures, param, &text, false);
        return;
    }
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
        begin_typing(ui, id.with("value"), &text);
    }
    marks::draw(ui, rect, gestures, param);
    menu::offer(ui, &response, gestures, param, Some(id.with("value")));
    explain(response, gestures, param, about);
}
