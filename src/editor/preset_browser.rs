//! The preset browser: the button with the current preset, arrows to the one before and after, and a panel to search, load,
//! save, overwrite and delete.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Color32, Key, PopupCloseBehavior, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use super::history::{Effect, PresetChange};
use super::memories::LoadedPreset;
use super::panel_context::PanelContext;
use super::preset_list::{self, Browser, Entry, Question, YOURS};
use super::theme;
use crate::preset;

const WIDTH: f32 = 430.0;
const ROW: f32 = 41.0;
/// Width of the buttons at the right of a user's preset.
const ROW_BUTTONS: f32 = 128.0;
/// Height of the panel without its list, and of the header above it.
const AROUND_LIST: f32 = 216.0;
const LIST: f32 = 430.0;
/// A parameter that is nearer to a preset's position has not been changed: hosts round.
const SAME: f32 = 1e-3;

/// What the user has chosen in the panel.
enum Choice {
    Load(Entry),
    Ask(Question),
}

/// Draws button and arrows, the button `width` points wide.
pub fn draw(ui: &mut Ui, context: &mut PanelContext, width: f32) {
    step_button(ui, context, "Previous preset", -1);
    button(ui, context, width);
    step_button(ui, context, "Next preset", 1);
}

fn button(ui: &mut Ui, context: &mut PanelContext, width: f32) {
    let current = context.kept.memories().preset.clone();
    let is_changed = current.as_ref().is_some_and(|loaded| is_changed(context, loaded));
    let name = current.map_or_else(|| "Presets".to_owned(), |loaded| loaded.name);
    let shown = if is_changed { format!("{name} *") } else { name.clone() };
    let button =
        egui::Button::new((shown.as_str(), egui::Atom::grow())).truncate().min_size(vec2(width, 24.0));
    let stays_open = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, shown) = ui
        .scope(|ui| {
            ui.set_max_width(width);
            MenuButton::from_button(button).config(stays_open).ui(ui, |ui| panel(ui, context))
        })
        .inner;
    if shown.is_none() {
        (context.ui.browser.is_open, context.ui.browser.question) = (false, None);
    }
    triangle(
        ui,
        response.rect.right_center() - vec2(12.0, 0.0),
        [(-5.0, -3.0), (5.0, -3.0), (0.0, 3.0)],
        theme::TEXT,
    );
    let changed = if is_changed { ", changed" } else { "" };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Presets: {name}{changed}")));
    response.on_hover_text("Settings by task, and your own. A preset leaves the learned noise as it is. *: changed since it was loaded");
}

/// Whether a control was moved since the preset was loaded.
fn is_changed(context: &PanelContext, loaded: &LoadedPreset) -> bool {
    let now = preset::current(context.params);
    let positions = now.positions.iter().zip(&loaded.snapshot.positions);
    now.curve != loaded.snapshot.curve
        || positions.into_iter().any(|((_, now), (_, then))| (now - then).abs() > SAME)
}

fn triangle(ui: &Ui, centre: egui::Pos2, corners: [(f32, f32); 3], color: Color32) {
    let corners = corners.map(|(x, y)| centre + vec2(x, y));
    ui.painter().add(Shape::convex_polygon(corners.to_vec(), color, Stroke::NONE));
}

/// An arrow to the preset before or after the current one, in the whole list.
fn step_button(ui: &mut Ui, context: &mut PanelContext, name: &str, step: isize) {
    let response = ui.add(egui::Button::new("").min_size(vec2(18.0, 24.0)));
    let x = 3.0 * step as f32;
    triangle(ui, response.rect.center(), [(x, 0.0), (-x, -4.5), (-x, 4.5)], theme::TEXT);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if !response.on_hover_text(name).clicked() {
        return;
    }
    let entries = preset_list::entries(&context.ui.presets);
    let current = context.kept.memories().preset.as_ref().map(|loaded| loaded.name.clone());
    let place = entries.iter().position(|entry| Some(&entry.name) == current.as_ref());
    let count = entries.len() as isize;
    let next = match place {
        _ if count == 0 => return,
        Some(place) => (place as isize + step).rem_euclid(count),
        None if step > 0 => 0,
        None => count - 1,
    };
    load(context, &entries[next as usize]);
}

fn panel(ui: &mut Ui, context: &mut PanelContext) {
    let window = ui.ctx().content_rect();
    ui.set_width(WIDTH.min(window.width() - 30.0));
    let opens = !context.ui.browser.is_open;
    if opens {
        let entries = preset_list::entries(&context.ui.presets);
        let browser = &mut context.ui.browser;
        (browser.is_open, browser.entries) = (true, entries);
        browser.search.clear();
    }
    let enter = search_field(ui, &mut context.ui.browser.search, opens);
    tag_buttons(ui, &mut context.ui.browser.tag);
    ui.separator();
    let Browser { entries, search, tag, .. } = &context.ui.browser;
    let found: Vec<Entry> = entries.iter().filter(|entry| entry.matches(search, *tag)).cloned().collect();
    let height = (window.height() - AROUND_LIST).clamp(ROW, LIST);
    let mut choice = found.first().filter(|_| enter).cloned().map(Choice::Load);
    egui::ScrollArea::vertical().animated(false).max_height(height).auto_shrink([false, true]).show(
        ui,
        |ui| {
            if found.is_empty() {
                ui.label(egui::RichText::new("No preset has all of these words").color(theme::QUIET_TEXT));
            }
            let current = context.kept.memories().preset.as_ref().map(|loaded| loaded.name.clone());
            ui.spacing_mut().item_spacing.y = 1.0;
            for entry in &found {
                let is_current = Some(&entry.name) == current.as_ref();
                choice = row(ui, entry, is_current, opens).or(choice.take());
            }
        },
    );
    ui.separator();
    match context.ui.browser.question.clone() {
        Some(question) => confirm(ui, context, &question),
        None => save_row(ui, context),
    }
    match choice {
        Some(Choice::Load(entry)) => {
            load(context, &entry);
            ui.close();
        }
        Some(Choice::Ask(question)) => context.ui.browser.question = Some(question),
        None => {}
    }
}

/// Returns true when Enter was pressed in the field.
fn search_field(ui: &mut Ui, search: &mut String, opens: bool) -> bool {
    let field = egui::TextEdit::singleline(search).hint_text("Search names, descriptions, tags");
    let field = ui.add(field.desired_width(f32::INFINITY).margin(vec2(4.0, 3.0)));
    if opens {
        field.request_focus();
    }
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search presets"));
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

fn tag_buttons(ui: &mut Ui, chosen: &mut Option<&'static str>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(2.0, 1.0);
        ui.spacing_mut().button_padding = vec2(6.0, 1.0);
        ui.spacing_mut().interact_size.y = 18.0;
        for tag in preset_list::tags() {
            let is_chosen = *chosen == Some(tag);
            let words =
                if tag == YOURS { egui::RichText::new(tag).strong() } else { egui::RichText::new(tag) };
            let response = ui.selectable_label(is_chosen, words);
            response
                .widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, format!("Tag {tag}")));
            if response.clicked() {
                *chosen = (!is_chosen).then_some(tag);
            }
        }
    });
}

/// One preset: a click loads it. A user's has buttons to overwrite and to delete it.
fn row(ui: &mut Ui, entry: &Entry, is_current: bool, opens: bool) -> Option<Choice> {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let right = if entry.is_users() { rect.right() - ROW_BUTTONS } else { rect.right() };
    let main = rect.with_max_x(right);
    let response = ui.interact(main, ui.scope_id().with(("preset", &entry.name)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_current, &entry.name));
    draw_row(ui, main, entry, is_current, &response);
    if response.gained_focus() || (opens && is_current) {
        response.scroll_to_me(None);
    }
    let mut choice = response.clicked().then(|| Choice::Load(entry.clone()));
    if entry.is_users() {
        let buttons = rect.with_min_x(right + 4.0).shrink2(vec2(0.0, 10.0));
        let (left, rest) = buttons.split_left_right_at_x(buttons.left() + 72.0);
        if row_button(ui, left, "Overwrite", &entry.name) {
            choice = Some(Choice::Ask(Question::Overwrite(entry.name.clone())));
        }
        if row_button(ui, rest.with_min_x(rest.left() + 4.0), "Delete", &entry.name) {
            choice = Some(Choice::Ask(Question::Delete(entry.name.clone())));
        }
    }
    choice
}

fn row_button(ui: &mut Ui, rect: Rect, verb: &str, name: &str) -> bool {
    let response = ui.put(rect, egui::Button::new(egui::RichText::new(verb).font(theme::SMALL)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{verb} {name}")));
    response.clicked()
}

fn draw_row(ui: &Ui, rect: Rect, entry: &Entry, is_current: bool, response: &Response) {
    let painter = ui.painter();
    if is_current {
        painter.rect_filled(rect, theme::ROUNDING, theme::faint(theme::ACCENT, 0.3));
    } else if response.hovered() {
        painter.rect_filled(rect, theme::ROUNDING, theme::HOVERED);
    }
    if response.has_focus() {
        painter.rect_stroke(rect, theme::ROUNDING, Stroke::new(1.5, theme::FOCUS), StrokeKind::Inside);
    }
    let left = rect.left() + 6.0;
    let line = |text: &str, font, color, max_rows| {
        let mut job = LayoutJob::simple(text.to_owned(), font, color, rect.width() - 12.0);
        job.wrap = TextWrapping { max_rows, ..TextWrapping::wrap_at_width(rect.width() - 12.0) };
        painter.layout_job(job)
    };
    painter.galley(pos2(left, rect.top() + 2.0), line(&entry.name, theme::BODY, theme::TEXT, 1), theme::TEXT);
    let about = line(&entry.about, theme::SMALL, theme::QUIET_TEXT, 2);
    painter.galley(pos2(left, rect.top() + 17.0), about, theme::QUIET_TEXT);
}

fn save_row(ui: &mut Ui, context: &mut PanelContext) {
    ui.horizontal(|ui| {
        let field = egui::TextEdit::singleline(&mut context.ui.browser.new_name)
            .hint_text("Name")
            .desired_width(200.0)
            .margin(vec2(4.0, 3.0));
        let field = ui.add(field);
        field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Preset name"));
        let enter = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let name = context.ui.browser.new_name.trim().to_owned();
        let save_button = ui.add_enabled(!name.is_empty(), egui::Button::new("Save"));
        if save_button.on_hover_text("Saves the settings as they are now").clicked()
            || (enter && !name.is_empty())
        {
            if context.ui.presets.has(&name) {
                context.ui.browser.question = Some(Question::Overwrite(name));
            } else {
                save(context, name);
            }
        }
    });
}

fn confirm(ui: &mut Ui, context: &mut PanelContext, question: &Question) {
    ui.horizontal(|ui| {
        let (words, verb) = match question {
            Question::Delete(name) => (format!("Delete the file of {name}?"), "Yes, delete"),
            Question::Overwrite(name) => {
                (format!("Replace {name} by the settings of now?"), "Yes, overwrite")
            }
        };
        ui.label(egui::RichText::new(words).color(theme::ATTENTION));
        if ui.button(verb).clicked() {
            context.ui.browser.question = None;
            match question {
                Question::Delete(name) => delete(context, name),
                Question::Overwrite(name) => save(context, name.clone()),
            }
        }
        if ui.button("Cancel").clicked() {
            context.ui.browser.question = None;
        }
    });
}

fn load(context: &mut PanelContext, entry: &Entry) {
    let name = &entry.name;
    match entry.snapshot(&context.ui.presets) {
        Ok(snapshot) => {
            let after = Some(LoadedPreset { name: name.clone(), snapshot: snapshot.clone() });
            let before = std::mem::replace(&mut context.kept.memories().preset, after.clone());
            let effect = Effect::Preset(Box::new(PresetChange { before, after }));
            context.gestures.recall(context.params, &snapshot, &format!("Preset {name}"), effect);
            context.ui.notice = None;
        }
        Err(why) => context.ui.notice = Some(format!("{name} not loaded: {why}")),
    }
}

fn save(context: &mut PanelContext, name: String) {
    match context.ui.presets.write(&name, &preset::to_json(context.params)) {
        Ok(_) => {
            context.ui.browser.new_name.clear();
            let snapshot = preset::current(context.params);
            context.kept.memories().preset = Some(LoadedPreset { name, snapshot });
            context.ui.notice = None;
        }
        Err(why) => context.ui.notice = Some(format!("Not saved: {why}")),
    }
    context.ui.browser.entries = preset_list::entries(&context.ui.presets);
}

fn delete(context: &mut PanelContext, name: &str) {
    context.ui.notice = context.ui.presets.delete(name).err().map(|why| format!("Not deleted: {why}"));
    let mut memories = context.kept.memories();
    memories.preset = memories.preset.take().filter(|loaded| loaded.name != name);
    drop(memories);
    context.ui.browser.entries = preset_list::entries(&context.ui.presets);
}
