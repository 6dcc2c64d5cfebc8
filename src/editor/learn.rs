//! The left column: the Learn button and its status, the profile's menu, and how the noise is measured.

use egui::{
    Align2, Color32, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use lull_engine::{LearnStatus, LearnWindow, Parameter, Statistic};

use super::panel_context::PanelContext;
use super::status_text::{self, Situation};
use super::{marks, menu, profile_menu, theme, widgets};
use crate::learn_switch::Toggle;

const RING_RADIUS: f32 = 15.0;
/// Distance of the Learn button's marks from its corners.
const MARKS_INSIDE: f32 = 9.0;
/// Height of a column in which everything has its room.
const ROOMY: f32 = 400.0;
/// Height of the button in a lower one.
const LOW_BUTTON: f32 = 46.0;
/// Width of the controls at the right of their names.
const CONTROL_WIDTH: f32 = 118.0;

/// Draws the column. A compact window has its settings elsewhere.
pub fn draw(ui: &mut Ui, context: &mut PanelContext, is_compact: bool) {
    let situation = context.situation();
    follow_press(context, situation);
    let height = if ui.max_rect().height() < ROOMY { LOW_BUTTON } else { theme::LEARN_BUTTON.y };
    button(ui, context, situation, vec2(theme::LEARN_BUTTON.x, height));
    ui.add_space(2.0);
    ui.label(egui::RichText::new(status_text::headline(situation)).font(theme::STRONG).color(theme::TEXT));
    ui.label(egui::RichText::new(status_text::advice(situation)).color(theme::QUIET_TEXT));
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        profile_menu::draw(ui, context);
        profile_menu::undo(ui, context);
    });
    if let Some(notice) = &context.ui.notice {
        ui.label(egui::RichText::new(notice).color(theme::ATTENTION).small());
    }
    if is_compact {
        more(ui, context);
    } else {
        ui.separator();
        // A long message must not push the settings over the knobs.
        egui::ScrollArea::vertical().show(ui, |ui| settings(ui, context));
    }
}

/// The button that shows the other controls of a compact window.
fn more(ui: &mut Ui, context: &mut PanelContext) {
    let is_shown = context.ui.shows_more;
    let response = ui.add(egui::Button::new("More controls").selected(is_shown));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_shown, "More controls"));
    let about = "How the noise is learned, and how the mask is smoothed. A larger window shows all at once";
    if response.on_hover_text(about).clicked() {
        context.ui.shows_more = !is_shown;
    }
}

/// Lets Learn go when the learning that the button started has ended.
fn follow_press(context: &mut PanelContext, situation: Situation) {
    let params = context.params;
    let press = &mut context.ui.learn_press;
    let Toggle(toggle) =
        press.follow(&params.learn_switch, params.is_on(Parameter::Learn), is_learning(situation));
    if toggle {
        context.gestures.toggle(params.view(Parameter::Learn));
    }
}

fn click(context: &mut PanelContext, situation: Situation) {
    let learn = context.params.view(Parameter::Learn);
    let Toggle(toggle) =
        context.ui.learn_press.click(context.params.is_on(Parameter::Learn), is_learning(situation));
    if toggle {
        context.gestures.toggle(learn);
    }
}

fn is_learning(situation: Situation) -> bool {
    matches!(situation.learn, LearnStatus::Learning { .. } | LearnStatus::Recalling { .. })
}

fn button(ui: &mut Ui, context: &mut PanelContext, situation: Situation, size: Vec2) {
    let is_lit = is_learning(situation) || context.ui.learn_press.is_pending();
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_lit, "Learn"));
    draw_button(ui, rect, &response, situation, is_lit);
    let param = context.params.view(Parameter::Learn);
    marks::draw(ui, rect.shrink(MARKS_INSIDE), &context.gestures, param);
    if menu::offer(ui, &response, &context.gestures, param, None) {
        context.ui.learn_press.cancel();
    }
    let clicked = response.clicked();
    response.on_hover_text(marks::explained(
        about_learn(context.params.learn_window()),
        &context.gestures,
        param,
    ));
    if clicked {
        click(context, situation);
    }
}

/// What a press does.
fn about_learn(window: LearnWindow) -> &'static str {
    match window {
        LearnWindow::Seconds(_) => {
            "Play a passage of noise alone, and press this while it plays. It ends by itself after the Window."
        }
        LearnWindow::UntilStopped => {
            "Play a passage of noise alone, press this while it plays, and again before anything else is heard."
        }
        LearnWindow::Quietest => {
            "Press this, play the recording, and press again: the quietest part of it is learned, two seconds at most."
        }
        LearnWindow::Last(_) | LearnWindow::Between(..) => {
            "Press this when noise alone was just heard: as much of it as the Window says is learned."
        }
    }
}

fn draw_button(ui: &Ui, rect: Rect, response: &Response, situation: Situation, is_lit: bool) {
    let painter = ui.painter();
    let color = if is_lit { theme::ATTENTION } else { theme::ACCENT };
    let fill = if response.hovered() { theme::HOVERED } else { theme::RAISED };
    painter.rect(rect, 8.0, fill, Stroke::new(1.5, color), StrokeKind::Inside);
    if response.has_focus() {
        painter.rect_stroke(rect.expand(3.0), 10.0, Stroke::new(1.5, theme::FOCUS), StrokeKind::Inside);
    }
    draw_progress(painter, pos2(rect.left() + 34.0, rect.center().y), situation, color);
    let text = if is_learning(situation) { "Learning" } else { "Learn" };
    let place = pos2(rect.left() + 64.0, rect.center().y);
    painter.text(place, Align2::LEFT_CENTER, text, theme::LARGE, theme::TEXT);
}

/// A ring that fills while the window is learned, and is full with a profile.
fn draw_progress(painter: &Painter, centre: Pos2, situation: Situation, color: Color32) {
    painter.circle_stroke(centre, RING_RADIUS, Stroke::new(4.0, theme::LINE));
    let share = match situation.learn {
        LearnStatus::Learning { seconds, of_seconds } if of_seconds.is_finite() => seconds / of_seconds,
        // Without an end, the ring fills once every two seconds.
        LearnStatus::Learning { seconds, .. } => (seconds / 2.0).fract(),
        _ if situation.profile.is_some() => 1.0,
        _ => 0.0,
    };
    let steps = 1 + (share * 64.0) as usize;
    let arc = (0..=steps).map(|step| {
        let turn = share.min(1.0) * step as f32 / steps as f32 - 0.25;
        centre + RING_RADIUS * egui::Vec2::angled(std::f32::consts::TAU * turn)
    });
    painter.add(Shape::line(arc.collect(), Stroke::new(4.0, color)));
}

/// How the noise is learned, and taken from the sound.
pub fn settings(ui: &mut Ui, context: &PanelContext) {
    ui.spacing_mut().item_spacing.y = 3.0;
    let params = context.params;
    row(ui, "From", |ui| {
        let about = "Next: what follows. Last: what was just heard. Quietest: listens until you press again, and takes the \
                     quietest part. Or drag over the spectrogram Before";
        widgets::choice(ui, &context.gestures, params.view(Parameter::LearnFrom), about, CONTROL_WIDTH);
    });
    row(ui, "Window", |ui| {
        let about = "How long Learn listens; at the top position, as long as Learn stays on. Of what was heard, ten seconds \
                     are kept";
        let needs_window = params.learn_window() != LearnWindow::Quietest;
        ui.add_enabled_ui(needs_window, |ui| {
            widgets::number(ui, &context.gestures, params.view(Parameter::LearnWindow), about, CONTROL_WIDTH);
        });
    });
    row(ui, "Statistic", |ui| {
        let about =
            "Which level stands for the noise. Median and percentile ignore a click or a word in the window";
        widgets::choice(ui, &context.gestures, params.view(Parameter::Statistic), about, CONTROL_WIDTH);
    });
    match params.settings().statistic {
        Statistic::MeanSigma { .. } => row(ui, "Spread", |ui| {
            let about = "Standard deviations above the mean: higher catches louder moments of the noise";
            widgets::number(ui, &context.gestures, params.view(Parameter::Spread), about, CONTROL_WIDTH);
        }),
        Statistic::Percentile { .. } => row(ui, "Percentile", |ui| {
            let about = "Share of the learned moments that stay below the statistic";
            widgets::number(ui, &context.gestures, params.view(Parameter::Percentile), about, CONTROL_WIDTH);
        }),
        Statistic::Median => {}
    }
    mask_settings(ui, context);
}

/// How what was learned is taken from the sound.
fn mask_settings(ui: &mut Ui, context: &PanelContext) {
    let params = context.params;
    row(ui, "Rule", |ui| {
        let about = "How an SNR becomes a gain. Automatic: what measured best at each quality";
        widgets::choice(ui, &context.gestures, params.view(Parameter::Rule), about, CONTROL_WIDTH);
    });
    row(ui, "Estimator", |ui| {
        let about = "How the SNR is estimated. Automatic: what measured best at each quality";
        widgets::choice(ui, &context.gestures, params.view(Parameter::Estimator), about, CONTROL_WIDTH);
    });
    row(ui, "Tonal", |ui| {
        let about = "How much more, or less, than Reduction is taken from hum and whistles in the noise: the marks below the \
                     spectrum. With Reduction at 0 dB, they alone are removed";
        let tonal = params.view(Parameter::TonalReduction);
        widgets::number(ui, &context.gestures, tonal, about, CONTROL_WIDTH);
    });
    ui.horizontal(|ui| {
        let about = "Add what is learned next to the current profile";
        widgets::switch(ui, &context.gestures, params.view(Parameter::LearnAdd), about);
        let about = "Follow a noise whose level drifts slowly";
        widgets::switch(ui, &context.gestures, params.view(Parameter::Adapt), about);
        let about = "Follow hum whose frequency drifts, by 1 % at most";
        widgets::switch(ui, &context.gestures, params.view(Parameter::Track), about);
    });
}

/// A name at the left, its control at the right.
fn row(ui: &mut Ui, name: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(name).color(theme::QUIET_TEXT));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), control);
    });
}
