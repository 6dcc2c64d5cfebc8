//! The left column: Learn and what it is doing, the profile's files, and how the noise is measured and told apart.

use egui::{Align2, Key, Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2};

use super::desk::{Desk, LearnPress};
use super::words::{self, Situation};
use super::{controls, marks, menu, theme};
use crate::params::{ParamView, StatisticChoice};
use crate::profile_file;
use crate::profile_store::Undo;
use lull_engine::learner::LearnStatus;

const RING_RADIUS: f32 = 15.0;
/// Of the Learn button's marks, from its round corners.
const MARKS_INSIDE: f32 = 9.0;
/// Width of the controls at the right of their names.
const CONTROL_WIDTH: f32 = 118.0;

pub fn draw(ui: &mut Ui, desk: &mut Desk) {
    let situation = desk.situation();
    follow_press(desk, situation);
    button(ui, desk, situation);
    ui.add_space(2.0);
    ui.label(egui::RichText::new(words::headline(situation)).font(theme::STRONG).color(theme::TEXT));
    ui.label(egui::RichText::new(words::advice(situation)).color(theme::QUIET_TEXT));
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        profile_menu(ui, desk);
        undo(ui, desk);
    });
    if let Some(notice) = &desk.ui.notice {
        ui.label(egui::RichText::new(notice).color(theme::ATTENTION).small());
    }
    ui.separator();
    settings(ui, desk);
}

/// What becomes of a press over time. When the learning ends by itself, Learn goes off, so that the next press learns
/// again. Only where it was pressed here: what automation has switched on is automation's to switch off.
fn follow_press(desk: &mut Desk, situation: Situation) {
    let learning = matches!(situation.learn, LearnStatus::Learning { .. });
    let params = desk.params;
    let on = params.learn.learn.value();
    let toggle = || desk.gestures.toggle(ParamView::of(&params.learn.learn));
    match desk.ui.learn_press {
        Some(LearnPress::Again) if !on && params.learn_latch.is_ready() => {
            desk.ui.learn_press = Some(LearnPress::Waiting);
            toggle();
        }
        Some(LearnPress::Waiting) if learning => desk.ui.learn_press = Some(LearnPress::Learning),
        Some(LearnPress::Learning) if !learning => {
            desk.ui.learn_press = None;
            if on {
                toggle();
            }
        }
        _ => {}
    }
}

/// A press begins to learn or ends it, whatever the parameter is: it may be on without anything being learned, in a
/// project that was saved so or after a window that was closed meanwhile.
fn press(desk: &mut Desk, learning: bool) {
    let asked_for = learning || desk.ui.learn_press.is_some();
    let on = desk.params.learn.learn.value();
    desk.ui.learn_press = match (asked_for, on) {
        (true, _) => None,
        (false, true) => Some(LearnPress::Again),
        (false, false) => Some(LearnPress::Waiting),
    };
    if on || !asked_for {
        desk.gestures.toggle(ParamView::of(&desk.params.learn.learn));
    }
}

fn button(ui: &mut Ui, desk: &mut Desk, situation: Situation) {
    let learning = matches!(situation.learn, LearnStatus::Learning { .. });
    let lit = learning || desk.ui.learn_press.is_some();
    let (rect, response) = ui.allocate_exact_size(theme::LEARN_BUTTON, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, lit, "Learn"));
    let painter = ui.painter();
    let color = if lit { theme::ATTENTION } else { theme::ACCENT };
    let fill = if response.hovered() { theme::HOVERED } else { theme::RAISED };
    painter.rect(rect, 8.0, fill, Stroke::new(1.5, color), egui::StrokeKind::Inside);
    if response.has_focus() {
        painter.rect_stroke(rect.expand(3.0), 10.0, Stroke::new(1.5, theme::FOCUS), egui::StrokeKind::Inside);
    }
    let centre = pos2(rect.left() + 34.0, rect.center().y);
    painter.circle_stroke(centre, RING_RADIUS, Stroke::new(4.0, theme::LINE));
    let share = match situation.learn {
        LearnStatus::Learning { seconds, of_seconds } if of_seconds.is_finite() => seconds / of_seconds,
        // Without an end, the ring goes round once in two seconds.
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
    let words = if learning { "Learning" } else { "Learn" };
    painter.text(
        pos2(rect.left() + 64.0, rect.center().y),
        Align2::LEFT_CENTER,
        words,
        theme::LARGE,
        theme::TEXT,
    );
    let param = ParamView::of(&desk.params.learn.learn);
    marks::draw(ui, rect.shrink(MARKS_INSIDE), &desk.gestures, param);
    if menu::offer(ui, &response, &desk.gestures, param, None) {
        desk.ui.learn_press = None;
    }
    let pressed = response.clicked();
    let about = "Play a passage of noise alone, and press this while it plays. It ends by itself after the Learn Window.";
    response.on_hover_text(marks::explained(about, &desk.gestures, param));
    if pressed {
        press(desk, learning);
    }
}

/// Undo of the last learned or imported profile.
fn undo(ui: &mut Ui, desk: &Desk) {
    let store = &desk.params.profile;
    let undo = store.undo();
    let (name, about) = match undo {
        Undo::Redo => ("Redo learn", "Back to the profile learned last"),
        _ => ("Undo learn", "Back to the profile before the last one"),
    };
    let response = ui.add_enabled(undo != Undo::Nothing, egui::Button::new(name)).on_hover_text(about);
    if response.clicked() {
        store.undo_learn();
        desk.gestures.profile_changed(desk.params);
    }
}

/// Files of profiles: a name to export to or to import from, and those that are there.
fn profile_menu(ui: &mut Ui, desk: &mut Desk) {
    let stays_open = egui::containers::menu::MenuConfig::new()
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::containers::menu::MenuButton::new("Profile...").config(stays_open);
    let (response, _) = button.ui(ui, |ui| {
        ui.set_width(260.0);
        ui.label("Name, or path to a file:");
        let field =
            ui.add(egui::TextEdit::singleline(&mut desk.ui.profile_name).desired_width(f32::INFINITY));
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Profile name"));
        ui.horizontal(|ui| {
            let has_profile = desk.params.profile.summary().is_some();
            let named = !desk.ui.profile_name.trim().is_empty();
            if ui.add_enabled(has_profile && named, egui::Button::new("Export")).clicked() {
                export(desk);
            }
            let enter = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if ui.add_enabled(named, egui::Button::new("Import")).clicked() || (enter && named) {
                let name = desk.ui.profile_name.clone();
                import(desk, &name);
                ui.close();
            }
        });
        let names = desk.ui.profiles.names();
        if !names.is_empty() {
            ui.separator();
            ui.label(egui::RichText::new("Your profiles: a click imports").color(theme::QUIET_TEXT));
        }
        egui::ScrollArea::vertical().max_height(200.0).show(ui, |ui| {
            for name in names {
                if ui.button(&name).clicked() {
                    import(desk, &name);
                    ui.close();
                }
            }
        });
        ui.label(
            egui::RichText::new(format!("in {}", desk.ui.profiles.path().display()))
                .small()
                .color(theme::QUIET_TEXT),
        );
    });
    response.on_hover_text("Export the learned noise to a file, or import one");
}

fn export(desk: &mut Desk) {
    let Some(profile) = desk.params.profile.profile() else { return };
    let written = desk.ui.profiles.write(&desk.ui.profile_name, &profile_file::to_json(&profile));
    desk.ui.notice = Some(match written {
        Ok(file) => format!("Exported to {}", file.display()),
        Err(why) => format!("Not exported: {why}"),
    });
}

/// A file that is no profile changes nothing.
fn import(desk: &mut Desk, name: &str) {
    let read = desk.ui.profiles.read(name).and_then(|text| profile_file::from_json(&text));
    desk.ui.notice = Some(match read {
        Ok(profile) => {
            desk.params.profile.import(profile);
            desk.gestures.profile_changed(desk.params);
            format!("Imported {name}")
        }
        Err(why) => format!("Not imported: {why}"),
    });
}

fn settings(ui: &mut Ui, desk: &Desk) {
    let learn = &desk.params.learn;
    let mask = &desk.params.mask;
    row(ui, "Window", |ui| {
        let about = "How long Learn listens; at its end, as long as Learn stays on";
        controls::number(ui, &desk.gestures, ParamView::of(&learn.window), about, CONTROL_WIDTH);
    });
    row(ui, "Statistic", |ui| {
        let about = "What stands for the noise. Median and percentile ignore a click or a word in the window";
        controls::choice(ui, &desk.gestures, ParamView::of(&learn.statistic), about, CONTROL_WIDTH);
    });
    match learn.statistic.value() {
        StatisticChoice::MeanSigma => row(ui, "Spread", |ui| {
            let about = "Standard deviations above the mean: higher catches louder moments of the noise";
            controls::number(ui, &desk.gestures, ParamView::of(&learn.spread), about, CONTROL_WIDTH);
        }),
        StatisticChoice::Percentile => row(ui, "Percentile", |ui| {
            let about = "Share of the learned moments that stay below the statistic";
            controls::number(ui, &desk.gestures, ParamView::of(&learn.percentile), about, CONTROL_WIDTH);
        }),
        StatisticChoice::Median => {}
    }
    row(ui, "Rule", |ui| {
        let about = "How an SNR becomes a gain. Automatic is what measured best at each quality";
        controls::choice(ui, &desk.gestures, ParamView::of(&mask.rule), about, CONTROL_WIDTH);
    });
    row(ui, "Estimator", |ui| {
        let about = "How the SNR is estimated. Automatic is what measured best at each quality";
        controls::choice(ui, &desk.gestures, ParamView::of(&mask.estimator), about, CONTROL_WIDTH);
    });
    ui.horizontal(|ui| {
        let about = "Add what is learned next to the profile that is there";
        controls::switch(ui, &desk.gestures, ParamView::of(&learn.add), about);
        let about = "Follow a noise whose level drifts slowly";
        controls::switch(ui, &desk.gestures, ParamView::of(&mask.adapt), about);
    });
}

/// A name at the left, its control at the right.
fn row(ui: &mut Ui, name: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(name).color(theme::QUIET_TEXT));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), control);
    });
}
