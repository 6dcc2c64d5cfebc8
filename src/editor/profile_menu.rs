//! Undo of the noise profile, and its files.

use egui::{Key, Role, Ui, WidgetInfo};

use super::panel_context::PanelContext;
use super::theme;
use crate::project::undo::Undo;
use lull_formats::profile_file;

/// The button that undoes the last learned or imported profile.
pub fn undo(ui: &mut Ui, context: &PanelContext) {
    let store = &context.params.profile;
    let undo = store.undo();
    let (name, about) = match undo {
        Undo::Redo => ("Redo learn", "Back to the profile learned last"),
        _ => ("Undo learn", "Back to the profile before the last one"),
    };
    let response = ui.add_enabled(undo != Undo::Nothing, egui::Button::new(name)).on_hover_text(about);
    if response.clicked() {
        store.undo_or_redo();
        context.gestures.project_changed(context.params);
    }
}

/// The menu with files of profiles: a name to export to or to import from, and the files in the user's folder.
pub fn draw(ui: &mut Ui, context: &mut PanelContext) {
    let stays_open = egui::containers::menu::MenuConfig::new()
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::containers::menu::MenuButton::new("Profile...").config(stays_open);
    let (response, _) = button.ui(ui, |ui| {
        ui.set_width(260.0);
        named_file(ui, context);
        files(ui, context);
        ui.label(
            egui::RichText::new(format!("in {}", context.ui.profiles.path().display()))
                .small()
                .color(theme::QUIET_TEXT),
        );
    });
    response.on_hover_text("Export the learned noise to a file, or import one");
}

fn named_file(ui: &mut Ui, context: &mut PanelContext) {
    ui.label("Name, or path to a file:");
    let field = ui.add(egui::TextEdit::singleline(&mut context.ui.profile_name).desired_width(f32::INFINITY));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Profile name"));
    ui.horizontal(|ui| {
        let has_profile = context.params.profile.summary().is_some();
        let named = !context.ui.profile_name.trim().is_empty();
        if ui.add_enabled(has_profile && named, egui::Button::new("Export")).clicked() {
            export(context);
        }
        let enter = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if ui.add_enabled(named, egui::Button::new("Import")).clicked() || (enter && named) {
            let name = context.ui.profile_name.clone();
            import(context, &name);
            ui.close();
        }
    });
}

fn files(ui: &mut Ui, context: &mut PanelContext) {
    let names = context.ui.profiles.names();
    if !names.is_empty() {
        ui.separator();
        ui.label(egui::RichText::new("Your profiles: a click imports").color(theme::QUIET_TEXT));
    }
    egui::ScrollArea::vertical().max_height(200.0).show(ui, |ui| {
        for name in names {
            if ui.button(&name).clicked() {
                import(context, &name);
                ui.close();
            }
        }
    });
}

fn export(context: &mut PanelContext) {
    let Some(profile) = context.params.profile.profile() else { return };
    let written = context.ui.profiles.write(&context.ui.profile_name, &profile_file::to_json(&profile));
    context.ui.notice = Some(match written {
        Ok(file) => format!("Exported to {}", file.display()),
        Err(why) => format!("Not exported: {why}"),
    });
}

/// Imports a profile; a file that cannot be read changes nothing.
fn import(context: &mut PanelContext, name: &str) {
    let read = context.ui.profiles.read(name).and_then(|text| profile_file::from_json(&text));
    context.ui.notice = Some(match read {
        Ok(profile) => {
            context.params.profile.import(profile);
            context.gestures.project_changed(context.params);
            format!("Imported {name}")
        }
        Err(why) => format!("Not imported: {why}"),
    });
}
