//! Undo and redo of the user's steps: the buttons, the keys, and how a step is taken back. Parameters move by gestures to the
//! host, so that its automation and its own undo follow.

use egui::{Color32, Pos2, Role, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2};
use lull_engine::ThresholdCurve;
use nice_plug::params::internals::ParamPtr;

use super::gesture::Gestures;
use super::history::{Effect, Step};
use super::keys::UndoKey;
use super::memories::Remembered;
use super::panel_context::PanelContext;
use super::theme;
use crate::preset;

/// Name of the key that makes a shortcut.
const COMMAND: &str = if cfg!(target_os = "macos") { "Cmd" } else { "Ctrl" };

/// Size of a button, and the radius of the arrow on it.
const BUTTON: Vec2 = vec2(26.0, 24.0);
const ARROW_RADIUS: f32 = 5.0;

/// The buttons; each names its step.
pub fn buttons(ui: &mut Ui, context: &PanelContext) {
    let history = &context.kept.history;
    let undo = (UndoKey::Undo, "Undo", history.to_undo(), "Z");
    let redo = (UndoKey::Redo, "Redo", history.to_redo(), "Y");
    for (key, verb, step, shortcut) in [undo, redo] {
        let (name, about) = match &step {
            Some(step) => (
                format!("{verb}: {step}"),
                format!("{verb}: {step}\n{COMMAND}+{shortcut} while a control here has the focus"),
            ),
            None => {
                let nothing = format!("No step to {}", verb.to_lowercase());
                (nothing.clone(), nothing)
            }
        };
        let response = ui.add_enabled(step.is_some(), egui::Button::new("").min_size(BUTTON));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, step.is_some(), &name));
        let color = if step.is_some() { theme::TEXT } else { theme::LINE };
        draw_arrow(ui, response.rect.center(), key, color);
        if response.on_hover_text(&about).on_disabled_hover_text(&about).clicked() {
            perform(context, key);
        }
    }
}

/// Three quarters of a circle, with a head at the upper end: backwards for undo, forwards for redo.
fn draw_arrow(ui: &Ui, centre: Pos2, key: UndoKey, color: Color32) {
    let side = if key == UndoKey::Undo { -1.0 } else { 1.0 };
    let place = |turn: f32, radius: f32| {
        let out = radius * Vec2::angled(std::f32::consts::TAU * turn);
        centre + vec2(side * out.x, out.y)
    };
    let arc = (0..=18).map(|step| place(0.25 + 0.6 * step as f32 / 18.0, ARROW_RADIUS));
    let painter = ui.painter();
    painter.add(Shape::line(arc.collect(), Stroke::new(1.6, color)));
    let head = [place(0.84, ARROW_RADIUS - 3.5), place(0.84, ARROW_RADIUS + 3.5), place(0.97, ARROW_RADIUS)];
    painter.add(Shape::convex_polygon(head.to_vec(), color, Stroke::NONE));
}

/// Undoes and redoes by keys. To be called before the panels: what they draw is the result.
pub fn take_keys(ui: &Ui, context: &PanelContext) {
    if ui.ctx().text_edit_focused() {
        // A field has an undo of its own.
        return;
    }
    let pressed = |event: &egui::Event| match *event {
        egui::Event::Key { key, pressed: true, modifiers, .. } => UndoKey::of(key, modifiers),
        _ => None,
    };
    let keys: Vec<UndoKey> = ui.input(|input| input.events.iter().filter_map(pressed).collect());
    keys.into_iter().for_each(|key| perform(context, key));
}

fn perform(context: &PanelContext, key: UndoKey) {
    let history = &context.kept.history;
    match key {
        UndoKey::Undo => history.undo().into_iter().for_each(|step| take_back(context, step)),
        UndoKey::Redo => history.redo().into_iter().for_each(|step| repeat(context, step)),
    }
}

fn take_back(context: &PanelContext, Step { name, moves, points, effect }: Step) {
    match effect {
        Effect::SwapMemories => return swap_memories(context, context.gestures.unrecorded(), &name),
        Effect::Preset(preset) => context.kept.memories().preset = preset.before,
        Effect::Nothing => {}
    }
    put(context, moves.iter().map(|moved| (moved.param, moved.from)));
    put_points(context, points.map(|moved| moved.from));
}

fn repeat(context: &PanelContext, Step { name, moves, points, effect }: Step) {
    match effect {
        Effect::SwapMemories => return swap_memories(context, context.gestures.unrecorded(), &name),
        Effect::Preset(preset) => context.kept.memories().preset = preset.after,
        Effect::Nothing => {}
    }
    put(context, moves.iter().map(|moved| (moved.param, moved.to)));
    put_points(context, points.map(|moved| moved.to));
}

/// Switches to the other one of the memories A and B, as a step of that name if `gestures` are recorded.
pub fn swap_memories(context: &PanelContext, gestures: Gestures, name: &str) {
    let snapshot = preset::current(context.params);
    let wanted = {
        let mut memories = context.kept.memories();
        let now = Remembered { snapshot, preset: memories.preset.take() };
        let wanted = memories.compare.swap(now);
        memories.preset.clone_from(&wanted.preset);
        wanted
    };
    gestures.recall(context.params, &wanted.snapshot, name, Effect::SwapMemories);
}

fn put_points(context: &PanelContext, curve: Option<ThresholdCurve>) {
    if let Some(curve) = curve {
        context.gestures.unrecorded().set_points(context.params, curve, "");
    }
}

fn put(context: &PanelContext, positions: impl Iterator<Item = (ParamPtr, f32)>) {
    let (gestures, all) = (context.gestures.unrecorded(), context.params.all());
    for (pointer, position) in positions {
        let known = all.iter().map(|(_, view)| *view).find(|view| view.pointer() == pointer);
        if let Some(view) = known.filter(|view| view.normalized() != position) {
            gestures.put(view, position);
        }
    }
}
