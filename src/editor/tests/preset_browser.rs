//! The preset browser: search and tags, the current preset, arrows, and files that are replaced or deleted.

use egui::Key;
use egui_kittest::kittest::{NodeT, Queryable};
use lull_engine::Parameter;

use super::stage::*;

fn open(window: &mut Window) {
    window.get_by_label_contains("Presets").click();
    window.run_steps(2);
}

fn click(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(3);
}

/// Whether the list has exactly that name.
fn lists(window: &Window, name: &str) -> bool {
    window.query_by_label(name).is_some()
}

fn type_into(window: &mut Window, label: &str, text: &str) {
    window.get_by_label(label).focus();
    window.run_steps(2);
    window.event(egui::Event::Text(text.into()));
    window.run_steps(2);
}

fn reduction_db(window: &Window) -> f32 {
    window.state().params.value(Parameter::Reduction)
}

#[test]
fn presets_are_found_by_words_and_by_tags() {
    let mut window = window();
    open(&mut window);
    assert!(lists(&window, "Gentle") && lists(&window, "Hum and buzz"));
    type_into(&mut window, "Search presets", "mains");
    assert!(!lists(&window, "Gentle") && lists(&window, "Hum and buzz"));
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert_eq!(reduction_db(&window), 40.0, "Enter loads the first one");
    assert!(has(&window, "Presets: Hum and buzz"));
    open(&mut window);
    type_into(&mut window, "Search presets", " nothing of the kind");
    assert!(has(&window, "No preset has all of these words"));
    window.state_mut().ui.browser.search.clear();
    window.run_steps(2);
    click(&mut window, "Tag gate");
    assert!(!lists(&window, "Hum and buzz") && lists(&window, "Classic gate"));
    click(&mut window, "Tag gate");
    assert!(lists(&window, "Hum and buzz"));
}

#[test]
fn the_current_preset_is_marked_and_a_change_is_said() {
    let mut window = window();
    open(&mut window);
    click(&mut window, "Gentle");
    open(&mut window);
    let is_marked = |name: &str| window.get_by_label(name).accesskit_node().toggled();
    assert_eq!(is_marked("Gentle"), Some(egui::accesskit::Toggled::True));
    assert_eq!(is_marked("Default"), Some(egui::accesskit::Toggled::False));
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(!lists(&window, "Default"), "Escape closes it");
    assert!(!has(&window, "changed"));
    let dial = centre_of(&window, "Threshold");
    drag(&mut window, dial, egui::vec2(0.0, -20.0));
    assert!(has(&window, "Presets: Gentle, changed"));
}

#[test]
fn arrows_go_through_the_list_and_around() {
    let mut window = window();
    click(&mut window, "Next preset");
    assert!(has(&window, "Presets: Default"));
    click(&mut window, "Next preset");
    assert!(has(&window, "Presets: Voice: hiss"));
    assert_eq!(reduction_db(&window), 33.0);
    click(&mut window, "Previous preset");
    click(&mut window, "Previous preset");
    assert!(has(&window, "Presets: Classic gate"), "the last one");
    click(&mut window, "Undo: Preset Classic gate");
    assert!(has(&window, "Presets: Default"));
}

#[test]
fn a_users_preset_is_replaced_and_deleted_once_the_user_confirms() {
    let mut window = window();
    window
        .state()
        .ui
        .presets
        .write("Room", r#"{"lull_preset": 1, "parameters": {"reduction": "12"}}"#)
        .unwrap();
    let text = |window: &Window| window.state().ui.presets.read("Room").unwrap_or_default();
    let old = text(&window);
    open(&mut window);
    window.state_mut().ui.browser.search = "Room".to_owned();
    window.run_steps(2);
    click(&mut window, "Overwrite Room");
    assert!(has(&window, "Replace Room"));
    click(&mut window, "Cancel");
    assert_eq!(text(&window), old);
    click(&mut window, "Delete Room");
    click(&mut window, "Cancel");
    assert_eq!(text(&window), old);

    // Saving under its name asks as well.
    type_into(&mut window, "Preset name", "Room");
    click(&mut window, "Save");
    assert_eq!(text(&window), old);
    click(&mut window, "Yes, overwrite");
    assert!(text(&window).contains(r#""reduction": "30.0 dB""#), "{}", text(&window));
    assert!(has(&window, "Presets: Room"));
    click(&mut window, "Delete Room");
    click(&mut window, "Yes, delete");
    assert!(window.state().ui.presets.names().is_empty() && !lists(&window, "Room"));
    assert!(!has(&window, "Presets: Room"), "a preset that is gone is not the current one");
}
