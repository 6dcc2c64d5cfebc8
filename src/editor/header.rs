//! The top row: presets, A and B, undo, quality and latency, bypass, zoom.

use egui::{Rect, Role, Ui, WidgetInfo};

use super::panel_context::PanelContext;
use super::{marks, menu, preset_browser, theme, undo, widgets};
use crate::project::editor_size::ZOOMS;
use lull_engine::Parameter;

/// A narrower window has no room for the title.
const WITH_TITLE: f32 = 820.0;
/// Width of all that stands beside the preset's name.
const BESIDE_PRESET: f32 = 640.0;
const BESIDE_PRESET_IN_COMPACT: f32 = 452.0;

pub fn draw(ui: &mut Ui, context: &mut PanelContext, is_compact: bool) {
    ui.horizontal_centered(|ui| {
        let beside = if is_compact { BESIDE_PRESET_IN_COMPACT } else { BESIDE_PRESET };
        let preset_width = (ui.max_rect().width() - beside).clamp(80.0, 200.0);
        if ui.max_rect().width() >= WITH_TITLE {
            ui.label(egui::RichText::new("Lull").font(theme::LARGE).color(theme::TEXT));
            ui.add_space(8.0);
        }
        preset_browser::draw(ui, context, preset_width);
        compare(ui, context);
        undo::buttons(ui, context);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            zoom(ui);
            bypass(ui, context);
            quality(ui, context, is_compact);
        });
    });
}

fn compare(ui: &mut Ui, context: &mut PanelContext) {
    let on_b = context.kept.memories().compare.on_b;
    let mut swap = false;
    for (name, is_heard) in [("A", !on_b), ("B", on_b)] {
        let about = "Two memories of all settings: change one, switch between them, and compare";
        swap |= ui.selectable_label(is_heard, name).on_hover_text(about).clicked() && !is_heard;
    }
    if swap {
        let name = if on_b { "Switch to A" } else { "Switch to B" };
        undo::swap_memories(context, context.gestures, name);
    }
}

fn quality(ui: &mut Ui, context: &PanelContext, is_compact: bool) {
    let param = context.params.view(Parameter::Quality);
    let latency_ms = context.analyzer.latency_ms();
    if context.status.restart_needed {
        let about = "The latency depends on the quality and must not change while audio runs: the host has to restart \
                     Lull. A VST3 also takes the quality up a second after playback has stopped. If nothing happens, \
                     close and reopen the project";
        let button = egui::Button::new(egui::RichText::new("Restart").color(theme::ATTENTION));
        if ui.add(button).on_hover_text(about).clicked() {
            context.gestures.request_restart();
        }
        if !is_compact {
            ui.label(egui::RichText::new("needs a restart").color(theme::ATTENTION));
        }
    } else if latency_ms > 0.0 && !is_compact {
        let words = format!("{latency_ms:.1} ms");
        ui.label(egui::RichText::new(words).color(theme::QUIET_TEXT)).on_hover_text("Latency");
    }
    let about = "Live: low latency. Standard. Best: sees what follows, for mixing and rendering";
    if is_compact {
        widgets::choice(ui, &context.gestures, param, about, 76.0);
        return;
    }
    let about = marks::explained(about, &context.gestures, param);
    let mut all = Rect::NOTHING;
    // The layout goes from right to left.
    for (position, name) in param.choices().into_iter().rev() {
        let is_chosen = param.normalized() == position;
        let response = ui.selectable_label(is_chosen, &name).on_hover_text(&about);
        let label = format!("{}: {name}", param.name());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &label));
        if response.clicked() && !is_chosen {
            context.gestures.put(param, position);
        }
        menu::offer(ui, &response, &context.gestures, param, None);
        all |= response.rect;
    }
    marks::draw(ui, all, &context.gestures, param);
}

fn bypass(ui: &mut Ui, context: &PanelContext) {
    let about = "The input, with the same latency";
    widgets::switch(ui, &context.gestures, context.params.view(Parameter::Bypass), about);
}

fn zoom(ui: &mut Ui) {
    let current = ui.ctx().zoom_factor();
    let percent = |zoom: f32| format!("{:.0} %", 100.0 * zoom);
    let combo =
        egui::ComboBox::from_id_salt("zoom").width(58.0).selected_text(percent(current)).show_ui(ui, |ui| {
            for zoom in ZOOMS {
                if ui.selectable_label(zoom == current, percent(zoom)).clicked() {
                    ui.ctx().set_zoom_factor(zoom);
                    ui.close();
                }
            }
        });
    combo.response.widget_info(|| WidgetInfo {
        current_text_value: Some(percent(current)),
        ..WidgetInfo::labeled(Role::ComboBox, true, "Zoom")
    });
    combo.response.on_hover_text("Zoom of the window; kept in the project");
}
