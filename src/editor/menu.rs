//! The menu that a right click on a control opens. The host is asked first: it shows its own menu, or supplies items for
//! this one, or has none.

use std::sync::Arc;

use egui::containers::menu::menu_style;
use egui::{Align, Id, Layout, Popup, PopupCloseBehavior, PopupKind, Pos2, Response, SetOpenCommand, Ui};

use super::gesture::Gestures;
use super::menu_lines::{Choice, all_lines, column};
use super::typing;
use crate::host_link::{MenuAnswer, MenuItem};
use crate::params::ParamView;

/// How long to wait for the host's main thread. Then the menu opens without the host's items.
const TIMEOUT_S: f64 = 0.5;

/// The last menu that was requested. A window has one at a time.
#[derive(Clone)]
struct Menu {
    control: Id,
    at: Pos2,
    /// Alternates between menus of the same control, so that a new menu has another id than the one that the same click
    /// closes.
    turn: bool,
    stage: Stage,
}

#[derive(Clone)]
enum Stage {
    Asked {
        since_s: f64,
    },
    /// The host has answered; the menu opens in the next frame.
    Opening(Arc<[MenuItem]>),
    Open(Arc<[MenuItem]>),
    Closed,
}

/// Adds the context menu to a control. `field` is the id of the field for typing its value, if it has one. Returns true
/// when the user has reset the parameter.
///
/// To be called after the control has read the keyboard: the Enter that chooses an item must not open its field.
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
    menu.stage = next_stage(ui, gestures, menu.stage);
    let chosen = show(ui, response, param, field.is_some(), &mut menu);
    ui.data_mut(|data| data.insert_temp(memory, menu));
    match (chosen, field) {
        (Some(Choice::Reset), _) => gestures.put(param, param.default_normalized()),
        (Some(Choice::Type), Some(field)) => {
            typing::begin(ui, field, &param.text(param.normalized()));
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

/// The menu's next stage, from the host's answer.
fn next_stage(ui: &Ui, gestures: &Gestures, stage: Stage) -> Stage {
    match (stage, gestures.menu_answer()) {
        // Also if the answer is late: two menus must not be open.
        (_, Some(MenuAnswer::Shown)) => Stage::Closed,
        (Stage::Asked { .. }, Some(MenuAnswer::Items(lines))) => Stage::Opening(lines.into()),
        (Stage::Asked { since_s }, answer) => {
            let (now_s, pressed) =
                ui.input(|input| (input.time, input.pointer.any_pressed() && input.time > since_s));
            if pressed {
                // The user has clicked somewhere else.
                Stage::Closed
            } else if now_s - since_s > TIMEOUT_S && answer != Some(MenuAnswer::Asking) {
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
        // The arrow keys now belong to the menu.
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
