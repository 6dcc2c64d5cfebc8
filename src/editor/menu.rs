//! The menu that a right click on a control opens. The host is asked first: it shows a menu of its own, or gives its
//! items for ours, or has none.

use std::sync::Arc;

use egui::containers::menu::{SubMenuButton, menu_style};
use egui::{
    Align, Atom, AtomKind, AtomPaintArgs, Button, Id, IntoSizedResult, Layout, Popup, PopupCloseBehavior,
    PopupKind, Pos2, Response, Role, ScrollArea, SetOpenCommand, SizedAtomKind, Stroke, TextWrapMode, Ui,
    Vec2, WidgetInfo, vec2,
};

use super::gesture::Gestures;
use super::{controls, theme};
use crate::host_link::{MenuAnswer, MenuItem};
use crate::params::ParamView;

/// How long the host's main thread may take to have its turn. Then our menu opens without the host's items.
const PATIENCE_S: f64 = 0.5;
const LARGEST_WIDTH: f32 = 260.0;
/// Left of the labels where some lines have a check mark.
const CHECK_MARK: Vec2 = vec2(12.0, 12.0);

/// The last menu that was asked for. There is one at a time in a window.
#[derive(Clone)]
struct Menu {
    control: Id,
    at: Pos2,
    /// Goes to and fro between menus of the same control. A new menu has another id than the one that the same click
    /// closes.
    turn: bool,
    stage: Stage,
}

#[derive(Clone)]
enum Stage {
    Asked {
        since_s: f64,
    },
    /// What the host answered is to be shown from the next frame on.
    Opening(Arc<[MenuItem]>),
    Open(Arc<[MenuItem]>),
    Closed,
}

/// What was chosen.
#[derive(Clone, Copy)]
enum Choice {
    Reset,
    Type,
    Host(u32),
}

/// Gives a control its menu. `field` is the id of the field that its value is typed into, if it has one. True when the
/// user has reset the parameter.
///
/// To be called after the control has looked at the keyboard: the Enter that chooses an item is not for its field.
pub fn offer(ui: &Ui, response: &Response, gestures: &Gestures, param: ParamView, field: Option<Id>) -> bool {
    let memory = Id::unique("menu of a control");
    let known: Option<Menu> = ui.data(|data| data.get_temp(memory));
    let asked_at = response.interact_pointer_pos().filter(|_| response.secondary_clicked());
    let mut menu = match (asked_at, known) {
        (Some(at), known) => {
            let turn = known.is_none_or(|known| !known.turn);
            Menu { control: response.id, at, turn, stage: ask(ui, gestures, param, at) }
        }
        (None, Some(known)) if known.control == response.id => known,
        _ => return false,
    };
    menu.stage = listen(ui, gestures, menu.stage);
    let chosen = show(ui, response, param, field.is_some(), &mut menu);
    ui.data_mut(|data| data.insert_temp(memory, menu));
    match (chosen, field) {
        (Some(Choice::Reset), _) => gestures.put(param, param.default_normalized()),
        (Some(Choice::Type), Some(field)) => {
            controls::begin_typing(ui, field, &param.text(param.normalized()));
        }
        (Some(Choice::Host(action)), _) => gestures.perform(param, action),
        _ => {}
    }
    matches!(chosen, Some(Choice::Reset))
}

fn ask(ui: &Ui, gestures: &Gestures, param: ParamView, at: Pos2) -> Stage {
    Popup::close_all(ui.ctx());
    let pixels = at * ui.ctx().pixels_per_point();
    if gestures.open_menu(param, pixels.x.round() as i32, pixels.y.round() as i32) {
        Stage::Asked { since_s: ui.input(|input| input.time) }
    } else {
        Stage::Opening(Arc::default())
    }
}

/// What becomes of a menu by the host's answer.
fn listen(ui: &Ui, gestures: &Gestures, stage: Stage) -> Stage {
    match (stage, gestures.menu_answer()) {
        // Also when it comes late: there are no two menus.
        (_, Some(MenuAnswer::Shown)) => Stage::Closed,
        (Stage::Asked { .. }, Some(MenuAnswer::Items(lines))) => Stage::Opening(lines.into()),
        (Stage::Asked { since_s }, answer) => {
            let (now_s, pressed) =
                ui.input(|input| (input.time, input.pointer.any_pressed() && input.time > since_s));
            if pressed {
                // The user is somewhere else by now.
                Stage::Closed
            } else if now_s - since_s > PATIENCE_S && answer != Some(MenuAnswer::Asking) {
                Stage::Opening(Arc::default())
            } else {
                ui.request_repaint();
                Stage::Asked { since_s }
            }
        }
        (stage, _) => stage,
    }
}

fn show(ui: &Ui, response: &Response, param: ParamView, has_field: bool, menu: &mut Menu) -> Option<Choice> {
    let (lines, opens) = match &menu.stage {
        Stage::Opening(lines) => (lines.clone(), true),
        Stage::Open(lines) => (lines.clone(), false),
        Stage::Asked { .. } | Stage::Closed => return None,
    };
    if opens {
        menu.stage = Stage::Open(lines.clone());
        // The arrow keys are for the menu now.
        ui.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
    }
    let id = menu.control.with(("menu", menu.turn));
    let shown = Popup::new(id, ui.ctx().clone(), menu.at, response.layer_id)
        .kind(PopupKind::Menu)
        .layout(Layout::top_down_justified(Align::Min))
        .style(menu_style)
        .accessible_name(format!("Menu of {}", param.name()))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .open_memory(opens.then_some(SetOpenCommand::Bool(true)))
        .show(|ui| column(ui, |ui| all_lines(ui, param, has_field, &lines)));
    if !Popup::is_id_open(ui.ctx(), id) {
        menu.stage = Stage::Closed;
    }
    shown.and_then(|shown| shown.inner)
}

/// The room of a menu or submenu: as wide as its lines, up to a limit. A host may have more lines than the window has
/// room for.
fn column<R>(ui: &mut Ui, lines: impl FnOnce(&mut Ui) -> R) -> R {
    ui.spacing_mut().button_padding = vec2(6.0, 2.0);
    ui.set_max_width(ui.available_width().min(LARGEST_WIDTH));
    if ui.is_sizing_pass() {
        // What scrolls takes all the width that there is.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        return lines(ui);
    }
    ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
    let height = ui.ctx().content_rect().height() - 4.0 * theme::MARGIN;
    ScrollArea::vertical().max_height(height).show(ui, lines).inner
}

/// Our items, then the host's.
fn all_lines(ui: &mut Ui, param: ParamView, has_field: bool, lines: &[MenuItem]) -> Option<Choice> {
    let indent = has_checks(lines);
    let reset = format!("Reset to {}", param.text(param.default_normalized()));
    let mut chosen = entry(ui, &reset, true, indent).then_some(Choice::Reset);
    if has_field && entry(ui, "Type a value...", true, indent) {
        chosen = Some(Choice::Type);
    }
    chosen.or(host_lines(ui, lines, true).map(Choice::Host))
}

/// Gives the action of the line that was clicked.
fn host_lines(ui: &mut Ui, lines: &[MenuItem], follows_others: bool) -> Option<u32> {
    let indent = has_checks(lines);
    let (mut chosen, mut rest) = (None, lines);
    // A separator is drawn between lines only.
    let (mut is_first, mut is_apart) = (!follows_others, follows_others);
    while let Some((line, next)) = rest.split_first() {
        rest = next;
        match line {
            MenuItem::Separator => {
                is_apart = true;
                continue;
            }
            MenuItem::SubmenuEnd => continue,
            _ if is_apart && !is_first => {
                ui.separator();
            }
            _ => {}
        }
        (is_first, is_apart) = (false, false);
        match line {
            MenuItem::Entry { label, enabled, action } => {
                if entry(ui, label, *enabled, indent) {
                    chosen = Some(*action);
                }
            }
            MenuItem::Check { label, enabled, checked, action } => {
                if check(ui, label, *enabled, *checked) {
                    chosen = Some(*action);
                }
            }
            MenuItem::Title { label } => {
                ui.label(egui::RichText::new(label).color(theme::QUIET_TEXT).small());
            }
            MenuItem::SubmenuBegin { label, enabled } => {
                let (inside, after) = split_submenu(next);
                rest = after;
                if let Some(action) = submenu(ui, label, *enabled, indent, inside) {
                    chosen = Some(action);
                }
            }
            MenuItem::Separator | MenuItem::SubmenuEnd => {}
        }
    }
    chosen
}

fn has_checks(lines: &[MenuItem]) -> bool {
    lines.iter().any(|line| matches!(line, MenuItem::Check { .. }))
}

/// The lines of a submenu, and those after its end. One without an end has all.
pub(super) fn split_submenu(lines: &[MenuItem]) -> (&[MenuItem], &[MenuItem]) {
    let mut depth = 1;
    for (index, line) in lines.iter().enumerate() {
        match line {
            MenuItem::SubmenuBegin { .. } => depth += 1,
            MenuItem::SubmenuEnd => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&lines[..index], &lines[index + 1..]);
        }
    }
    (lines, &[])
}

/// A label, with room for a check mark before it where others have one.
fn labelled(label: &str, indent: bool, checked: bool) -> Button<'_> {
    if indent { Button::new((check_mark(checked), label)) } else { Button::new(label) }
}

/// The font has none.
fn check_mark(checked: bool) -> Atom<'static> {
    let paint = move |ui: &Ui, args: AtomPaintArgs| {
        let centre = args.rect.center();
        let line = [(-4.0, 0.0), (-1.0, 3.0), (4.0, -3.0)].map(|(x, y)| centre + vec2(x, y));
        if checked {
            ui.painter().line(line.to_vec(), Stroke::new(1.5, args.fallback_text_color));
        }
    };
    let paint = Arc::new(paint);
    AtomKind::closure(move |_, _| IntoSizedResult {
        intrinsic_size: CHECK_MARK,
        sized: SizedAtomKind::Paint { paint: paint.clone(), size: CHECK_MARK },
    })
    .into()
}

/// True if it was clicked, which closes the menu.
fn entry(ui: &mut Ui, label: &str, enabled: bool, indent: bool) -> bool {
    let response = ui.add_enabled(enabled, labelled(label, indent, false));
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, enabled, label));
    closing(ui, &response)
}

fn check(ui: &mut Ui, label: &str, enabled: bool, checked: bool) -> bool {
    let response = ui.add_enabled(enabled, labelled(label, true, checked));
    response.widget_info(|| WidgetInfo::selected(Role::MenuItemCheckBox, enabled, checked, label));
    closing(ui, &response)
}

fn closing(ui: &Ui, response: &Response) -> bool {
    if response.clicked() {
        ui.close();
    }
    response.clicked()
}

fn submenu(ui: &mut Ui, label: &str, enabled: bool, indent: bool, lines: &[MenuItem]) -> Option<u32> {
    let button = labelled(label, indent, false).right_text(SubMenuButton::arrow_atom(None));
    let content = |ui: &mut Ui| column(ui, |ui| host_lines(ui, lines, false));
    let (response, shown) =
        ui.add_enabled_ui(enabled, |ui| SubMenuButton::from_button(button).ui(ui, content)).inner;
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, enabled, label));
    shown.and_then(|shown| shown.inner)
}
