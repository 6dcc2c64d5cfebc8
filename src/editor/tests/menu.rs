//! The menu of a control, with and without a host that has one.

use egui::{Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::*;
use crate::host_link::{MenuAnswer, MenuItem, MenuRequest};
use crate::params::ParamView;
use lull_engine::Parameter;

/// Steps of 0.05 s that a menu may take to come up: it is measured before it is shown.
const OPENING: usize = 4;

fn right_click(window: &mut Window, label: &str) {
    let control = window.query_all_by_label(label).find(is_control);
    control.unwrap_or_else(|| panic!("{label} is not to be found")).click_secondary();
    window.run_steps(OPENING);
}

fn is_open(window: &Window) -> bool {
    has(window, "Reset to")
}

/// A bridge whose main thread is the test.
fn connected() -> Window {
    let window = window_on_screen(SIZE, 2.0);
    window.state().link.connect(Box::new(|| ()));
    window
}

fn answer(window: &mut Window, answer: MenuAnswer) {
    window.state().link.answer_menu(answer);
    window.run_steps(OPENING);
}

fn press_key(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run_steps(2);
}

fn label_of(window: &Window, param: ParamView) -> String {
    let chosen = format!("{}: {}", param.name(), param.text(param.normalized()));
    let is_there = |name: &String| window.query_all_by_label(name).any(|node| is_control(&node));
    let label = [param.name(), chosen].into_iter().find(is_there);
    label.unwrap_or_else(|| panic!("{} is not to be found", param.name()))
}

#[test]
fn a_right_click_opens_the_menu_of_every_control_and_changes_nothing() {
    let mut window = window();
    let params = window.state().params.clone();
    let mut seen = 0;
    // The percentile shows with its statistic only.
    for (_, param) in params.all().into_iter().filter(|(id, _)| *id != "percentile") {
        let label = label_of(&window, param);
        right_click(&mut window, &label);
        let reset = format!("Reset to {}", param.text(param.default_normalized()));
        assert!(window.query_by_label(&reset).is_some(), "{label}: {reset}");
        assert!(window.query_by_label(&format!("Menu of {}", param.name())).is_some(), "{label}");
        press_key(&mut window, Key::Escape);
        assert!(!is_open(&window), "{label}: Escape closes it");
        seen += 1;
    }
    assert!(seen > 30, "{seen} controls");
    for label in ["Threshold: 0.0 dB", "Quality: Live", "Quality: Best"] {
        right_click(&mut window, label);
        assert!(is_open(&window), "{label}");
        press_key(&mut window, Key::Escape);
    }
    assert_eq!(window.state().host.take(), []);
}

#[test]
fn a_right_button_that_is_held_and_moved_turns_nothing() {
    let mut window = window();
    let dial = centre_of(&window, "Threshold");
    let button = |button, pos, pressed| egui::Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    };
    window.hover_at(dial);
    window.event(button(PointerButton::Secondary, dial, true));
    window.run_steps(30);
    for step in 1..=5 {
        window.hover_at(dial + vec2(0.0, -20.0 * step as f32));
        window.run_steps(1);
    }
    window.event(button(PointerButton::Secondary, dial - vec2(0.0, 100.0), false));
    window.run_steps(3);
    assert_eq!(window.state().host.take(), []);

    // Nor does a gesture stay without its end where the other button is let go first.
    window.hover_at(dial);
    window.event(button(PointerButton::Primary, dial, true));
    window.run_steps(1);
    window.hover_at(dial - vec2(0.0, 30.0));
    window.run_steps(1);
    for pressed in [true, false] {
        window.event(button(PointerButton::Secondary, dial - vec2(0.0, 30.0), pressed));
        window.run_steps(1);
    }
    window.event(button(PointerButton::Primary, dial - vec2(0.0, 30.0), false));
    window.run_steps(3);
    let calls = window.state().host.take();
    let ends = calls.iter().filter(|call| matches!(call, Call::End(_))).count();
    assert!(matches!(calls[..], [Call::Begin(_), .., Call::End(_)]) && ends == 1, "{calls:?}");
}

#[test]
fn a_menu_resets_by_one_gesture_and_opens_the_field() {
    let mut window = window();
    let params = window.state().params.clone();
    for (param, label) in [
        (params.view(Parameter::Reduction), "Reduction"),
        (params.view(Parameter::LearnWindow), "Learn Window"),
        (params.view(Parameter::Statistic), "Statistic"),
        (params.view(Parameter::Bypass), "Bypass"),
    ] {
        let name = param.name();
        let start = param.default_normalized();
        // SAFETY: the stage keeps the parameter alive.
        unsafe { param.pointer()._internal_set_normalized_value(if start > 0.5 { 0.0 } else { 1.0 }) };
        window.run_steps(2);
        right_click(&mut window, &name);
        window.get_by_label_contains("Reset to").click();
        window.run_steps(3);
        assert_gesture(&window, param, start);
        assert!(!is_open(&window), "{label}");
    }
    for name in ["Reduction", "Learn Window"] {
        let param = param_named(&params, name);
        right_click(&mut window, name);
        window.get_by_label("Type a value...").click();
        window.run_steps(3);
        assert!(!is_open(&window) && window.get_by_label(&format!("{name} as text")).is_focused());
        let wanted = param.text(0.25);
        window.event(egui::Event::Text(wanted.clone()));
        window.run_steps(1);
        press_key(&mut window, Key::Enter);
        assert_eq!(param.text(param.normalized()), wanted);
        assert_eq!(window.state().host.take().len(), 3, "begin, set, end");
    }
    right_click(&mut window, "Bypass");
    assert!(is_open(&window) && !has(&window, "Type a value"), "a switch has no field");
}

#[test]
fn learn_that_is_reset_while_it_learns_is_let_go() {
    let mut window = window();
    window.get_by_label("Learn").click();
    window.run_steps(2);
    assert!(window.state().params.is_on(Parameter::Learn));
    right_click(&mut window, "Learn");
    window.get_by_label("Reset to Off").click();
    window.run_steps(3);
    assert!(!window.state().params.is_on(Parameter::Learn));
    window.get_by_label("Learn").click();
    window.run_steps(3);
    assert!(window.state().params.is_on(Parameter::Learn), "the next press begins anew");
}

#[test]
fn there_is_one_menu_and_a_click_outside_closes_it() {
    let mut window = window();
    right_click(&mut window, "Mix");
    right_click(&mut window, "Reduction");
    assert_eq!(window.query_all_by_label_contains("Reset to").count(), 1);
    assert!(has(&window, "Menu of Reduction"));

    // The same control, elsewhere.
    let first = |window: &Window| window.get_by_label_contains("Reset to").rect().min;
    let before = first(&window);
    let place = centre_of(&window, "Reduction") + vec2(-12.0, -12.0);
    window.hover_at(place);
    for pressed in [true, false] {
        let button = PointerButton::Secondary;
        window.event(egui::Event::PointerButton { pos: place, button, pressed, modifiers: Modifiers::NONE });
    }
    window.run_steps(OPENING);
    let moved = first(&window) - before;
    assert!((moved - vec2(-12.0, -12.0)).length() < 1.0, "{moved:?}");

    let outside = centre_of(&window, "Spectrum") + vec2(0.0, -60.0);
    window.hover_at(outside);
    window.drag_at(outside);
    window.run_steps(1);
    window.drop_at(outside);
    window.run_steps(2);
    assert!(!is_open(&window));

    // The arrow keys go through the menu, and turn no knob.
    window.get_by_label("Threshold").focus();
    window.run_steps(2);
    right_click(&mut window, "Threshold");
    press_key(&mut window, Key::ArrowDown);
    press_key(&mut window, Key::ArrowDown);
    assert_eq!(window.state().host.take(), []);
    press_key(&mut window, Key::Enter);
    window.run_steps(2);
    assert!(window.get_by_label("Threshold as text").is_focused(), "the second item");
    assert_eq!(window.state().host.take(), []);
}

fn host_items() -> Vec<MenuItem> {
    let entry = |label: &str, enabled, action| MenuItem::Entry { label: label.into(), enabled, action };
    vec![
        MenuItem::Separator,
        MenuItem::Title { label: "Automation".into() },
        entry("Show lane", true, 7),
        entry("Delete lane", false, 8),
        MenuItem::Check { label: "Armed".into(), enabled: true, checked: true, action: 9 },
        MenuItem::Check { label: "Locked".into(), enabled: true, checked: false, action: 10 },
        MenuItem::Separator,
        MenuItem::SubmenuBegin { label: "Map to".into(), enabled: true },
        entry("Knob 1", true, 11),
        MenuItem::SubmenuBegin { label: "Others".into(), enabled: true },
        entry("Pedal", true, 12),
        MenuItem::SubmenuEnd,
        entry("Knob 2", true, 13),
        MenuItem::SubmenuEnd,
        MenuItem::SubmenuBegin { label: "No controllers".into(), enabled: false },
        entry("Nothing", true, 14),
        MenuItem::SubmenuEnd,
        entry("Unmap", true, 15),
    ]
}

fn opened_with_host_items() -> (Window, usize) {
    let mut window = connected();
    let params = window.state().params.clone();
    let place = window.state().link.index_of(params.view(Parameter::Mix).pointer()).unwrap();
    let at = centre_of(&window, "Mix");
    right_click(&mut window, "Mix");
    assert!(!is_open(&window), "it waits for the host");
    let requests = window.state().link.take_menu_requests();
    let [MenuRequest::Open { param, x_px, y_px }] = requests[..] else { panic!("{requests:?}") };
    assert_eq!(param, place);
    assert!((x_px as f32 - 2.0 * at.x).abs() <= 1.0 && (y_px as f32 - 2.0 * at.y).abs() <= 1.0, "pixels");
    answer(&mut window, MenuAnswer::Items(host_items()));
    (window, place)
}

#[test]
fn items_of_the_host_are_shown_with_ours_and_performed() {
    for (path, action) in [
        (&["Show lane"][..], 7),
        (&["Armed"], 9),
        (&["Unmap"], 15),
        (&["Map to", "Knob 2"], 13),
        (&["Map to", "Others", "Pedal"], 12),
    ] {
        let (mut window, param) = opened_with_host_items();
        assert!(is_open(&window) && has(&window, "Automation"), "ours, and the host's title");
        assert!(!has(&window, "Knob 1"), "a submenu is shut at first");
        for label in path {
            window.get_by_label(label).click();
            window.run_steps(OPENING);
        }
        let requests = window.state().link.take_menu_requests();
        assert_eq!(requests, [MenuRequest::Perform { param, action }], "{path:?}");
        assert!(!is_open(&window) && !has(&window, "Show lane"), "{path:?}: a choice closes the menu");
        assert_eq!(window.state().host.take(), [], "the host does the rest");
    }
}

#[test]
fn items_of_the_host_show_their_state() {
    use egui::accesskit::Toggled;
    let (mut window, _) = opened_with_host_items();
    let state = |window: &Window, label: &str| window.get_by_label(label).accesskit_node().toggled();
    assert_eq!(state(&window, "Armed"), Some(Toggled::True));
    assert_eq!(state(&window, "Locked"), Some(Toggled::False));
    for label in ["Delete lane", "No controllers"] {
        assert!(window.get_by_label(label).accesskit_node().is_disabled(), "{label}");
        window.get_by_label(label).click();
        window.run_steps(OPENING);
    }
    assert!(!has(&window, "Nothing") && window.state().link.take_menu_requests().is_empty());
    assert!(is_open(&window), "a line that does nothing leaves the menu open");
    let tops: Vec<f32> = ["Reset to 100 %", "Type a value...", "Automation", "Show lane", "Unmap"]
        .iter()
        .map(|label| window.get_by_label(label).rect().top())
        .collect();
    assert!(tops.is_sorted(), "ours first: {tops:?}");
}

#[test]
fn a_host_that_shows_its_own_menu_has_it_alone() {
    let mut window = connected();
    right_click(&mut window, "Mix");
    answer(&mut window, MenuAnswer::Shown);
    window.run_steps(40);
    assert!(!is_open(&window));
    // The call into some hosts returns when the user is done with the menu.
    right_click(&mut window, "Mix");
    window.state().link.take_menu_requests();
    window.run_steps(40);
    assert!(!is_open(&window));
    answer(&mut window, MenuAnswer::Shown);
    assert!(!is_open(&window));
    // Also where it was slow.
    right_click(&mut window, "Mix");
    window.run_steps(20);
    assert!(is_open(&window));
    answer(&mut window, MenuAnswer::Shown);
    assert!(!is_open(&window));
}

#[test]
fn a_host_without_a_menu_or_an_answer_leaves_us_ours() {
    let mut window = connected();
    right_click(&mut window, "Mix");
    answer(&mut window, MenuAnswer::Items(Vec::new()));
    assert!(is_open(&window), "at once");
    press_key(&mut window, Key::Escape);

    window.get_by_label("Mix").click_secondary();
    window.run_steps(9);
    assert!(!is_open(&window), "0.45 s");
    window.run_steps(5);
    assert!(is_open(&window), "0.7 s");
    press_key(&mut window, Key::Escape);

    // Whoever goes on meanwhile has no menu put under the hand.
    right_click(&mut window, "Mix");
    window.get_by_label("Bypass").click();
    window.run_steps(20);
    assert!(!is_open(&window));
}

#[test]
fn a_menu_of_any_length_stays_in_the_window() {
    let mut window = connected();
    right_click(&mut window, "Mix");
    let label = "A controller with a name that is longer than any line of a menu should be".to_owned();
    let line = |action| MenuItem::Entry { label: label.clone(), enabled: true, action };
    answer(&mut window, MenuAnswer::Items((0..80).map(line).collect()));
    let menus: Vec<_> = window.ctx.memory(|memory| {
        let layers = memory.areas().visible_layer_ids();
        let above = layers.into_iter().filter(|layer| layer.order == egui::Order::Foreground);
        above.filter_map(|layer| memory.area_rect(layer.id)).collect()
    });
    let [menu] = menus[..] else { panic!("{menus:?}") };
    assert!(egui::Rect::from_min_size(Pos2::ZERO, SIZE).contains_rect(menu), "{menu:?}");
    assert!(menu.width() < 300.0, "{menu:?}");
}

#[test]
fn submenus_end_where_they_should() {
    use crate::editor::menu_lines::split_submenu;
    let begin = || MenuItem::SubmenuBegin { label: "In".into(), enabled: true };
    let title = |label: &str| MenuItem::Title { label: label.into() };
    let lines = [title("1"), begin(), title("2"), MenuItem::SubmenuEnd, MenuItem::SubmenuEnd, title("3")];
    assert_eq!(split_submenu(&lines), (&lines[..4], &lines[5..]));
    assert_eq!(split_submenu(&lines[..3]), (&lines[..3], &[][..]), "without an end");
}
