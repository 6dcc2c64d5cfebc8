//! A parameter's value as text that can be typed.

use egui::{Align2, Id, Key, Rect, Role, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::gesture::Gestures;
use super::typing::{self, Typing};
use super::{menu, theme};
use crate::params::ParamView;

/// Draws the value as text. A click, or Enter if `control_has_focus`, opens the field `id` in its place. Enter and Tab
/// accept what is typed, Escape cancels. Text that is not a value is ignored.
pub fn draw(ui: &mut Ui, rect: Rect, id: Id, gestures: &Gestures, param: ParamView, control_has_focus: bool) {
    match typing::current(ui, id) {
        Some(typing) => field(ui, rect, id, gestures, param, typing),
        None => label(ui, rect, id, gestures, param, control_has_focus),
    }
}

fn label(ui: &Ui, rect: Rect, id: Id, gestures: &Gestures, param: ParamView, control_has_focus: bool) {
    let text = param.text(param.normalized());
    let label = ui.interact(rect, id.with("label"), Sense::CLICK);
    label.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}: {text}", param.name())));
    let color = if label.hovered() { theme::FOCUS } else { theme::TEXT };
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, &text, theme::BODY, color);
    let enter = control_has_focus && ui.input(|input| input.key_pressed(Key::Enter));
    if label.clicked() || enter {
        typing::begin(ui, id, &text);
    }
    menu::offer(ui, &label, gestures, param, Some(id));
}

fn field(ui: &mut Ui, rect: Rect, id: Id, gestures: &Gestures, param: ParamView, typing: Typing) {
    let Typing { mut text, is_new } = typing;
    let field = TextEdit::singleline(&mut text)
        .id(id)
        .font(theme::BODY)
        .align(egui::Align2::CENTER_CENTER)
        .margin(vec2(2.0, 1.0));
    let response = ui.put(rect, field);
    response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, format!("{} as text", param.name())));
    if is_new {
        select_all(ui, id, &text);
    }
    if !response.lost_focus() {
        typing::keep(ui, id, Typing { text, is_new: false });
        return;
    }
    let cancelled = ui.input(|input| input.key_pressed(Key::Escape));
    if let Some(position) = param.parse(&text).filter(|_| !cancelled) {
        gestures.put(param, position.clamp(0.0, 1.0));
    }
    typing::end(ui, id);
}

/// Selects all text, so that the first key replaces it.
fn select_all(ui: &Ui, id: Id, text: &str) {
    let all = egui::text::CCursorRange::two(
        egui::text::CCursor::default(),
        egui::text::CCursor::new(text.chars().count()),
    );
    if let Some(mut state) = egui::text_edit::TextEditState::load(ui.ctx(), id) {
        state.cursor.set_char_range(Some(all));
        state.store(ui.ctx(), id);
    }
}
