//! Moving a parameter by drag, wheel and keys: for knobs, number fields and handles.

use egui::{EventFilter, Key, PointerButton, Response, Ui};

use super::gesture::Gestures;
use crate::params::ParamView;

/// Factor of every movement while Shift is held.
pub const FINE: f32 = 0.1;
/// Page Up and Down, in steps.
pub const LARGE_STEPS: f32 = 10.0;

/// How far a parameter moves.
#[derive(Clone, Copy)]
pub struct Travel {
    /// Points from one end of the range to the other.
    pub range_points: f32,
    /// Step of a key or a notch of the wheel, as a share of the range.
    pub step: f32,
}

/// Applies drag, clicks, wheel and keys to a parameter. A double click or a click with Ctrl (Command on macOS) resets it.
pub fn turn(ui: &Ui, response: &Response, gestures: &Gestures, param: ParamView, travel: Travel) {
    let (shift, command) = ui.input(|input| (input.modifiers.shift, input.modifiers.command));
    let fine = if shift { FINE } else { 1.0 };
    // The exact position of a drag, kept from begin to end of the gesture: the parameter itself may move in steps.
    let drag = response.id.with("drag");
    // Only the primary button drags.
    if response.drag_started_by(PointerButton::Primary) {
        gestures.begin(param);
        ui.data_mut(|data| data.insert_temp(drag, param.normalized()));
    }
    let dragged_to: Option<f32> = ui.data(|data| data.get_temp(drag));
    if let Some(position) = dragged_to.filter(|_| response.dragged()) {
        // egui reports a drag after some points of movement; they count as well.
        let moved = if response.drag_started() { response.total_drag_delta() } else { None };
        let moved = moved.unwrap_or(response.drag_delta());
        let position = (position - moved.y / travel.range_points * fine).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(drag, position));
        gestures.set(param, position);
    }
    if dragged_to.is_some() && response.drag_stopped() {
        ui.data_mut(|data| data.remove::<f32>(drag));
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
        gestures.nudge(param, (param.normalized() + steps * travel.step * fine).clamp(0.0, 1.0));
    }
}

/// Notches of the wheel over a control, positive upwards.
pub fn wheel_steps(ui: &Ui, response: &Response) -> f32 {
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

/// Steps from the arrow keys and Page Up and Down, if the control has the focus.
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
