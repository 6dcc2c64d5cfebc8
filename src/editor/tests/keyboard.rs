//! The window by keyboard alone: what Tab reaches, that it is seen, and what keys do there.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use egui::{Key, Rect, Shape, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use lull_engine::Parameter;

use super::stage::*;
use crate::editor::theme;

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run_steps(2);
}

/// Name and place of what has the focus.
fn focused(window: &Window) -> Option<(String, Rect)> {
    let node = window.root().children_recursive().find(|node| node.is_focused())?;
    Some((node.accesskit_node().label().or(node.accesskit_node().value()).unwrap_or_default(), node.rect()))
}

/// Whether a line in the colour of the focus lies around a place.
fn has_ring(window: &Window, place: Rect) -> bool {
    fn draws(shape: &Shape, place: Rect) -> bool {
        let near = |rect: Rect| place.expand(8.0).contains_rect(rect) && rect.width() > 8.0;
        match shape {
            Shape::Vec(shapes) => shapes.iter().any(|shape| draws(shape, place)),
            Shape::Rect(rect) => rect.stroke.color == theme::FOCUS && near(rect.rect),
            Shape::Circle(circle) => {
                circle.stroke.color == theme::FOCUS && near(circle.visual_bounding_rect())
            }
            _ => false,
        }
    }
    window.output().shapes.iter().any(|clipped| draws(&clipped.shape, place))
}

/// Names of all controls that are not reached through another one: a knob's value is, by Enter on its knob.
fn controls(window: &Window) -> BTreeSet<String> {
    let params = window.state().params.clone();
    let names: Vec<String> = params.all().into_iter().map(|(_, param)| param.name()).collect();
    let is_value = |label: &str| {
        let name = label.split(": ").next().unwrap_or_default();
        label.contains(": ") && name != "Quality" && names.iter().any(|known| known == name)
    };
    let nodes = window.root().children_recursive().filter(|node| is_control(node));
    let enabled = nodes.filter(|node| !node.accesskit_node().is_disabled());
    enabled.filter_map(|node| node.accesskit_node().label()).filter(|label| !is_value(label)).collect()
}

#[test]
fn tab_reaches_every_control_and_shows_where_it_is() {
    for (size, more) in [(SIZE, false), (vec2(560.0, 380.0), false), (vec2(560.0, 380.0), true)] {
        let mut window = window_of_size(size);
        play_and_learn(&mut window);
        if more {
            window.get_by_label("More controls").click();
            window.run_steps(2);
        }
        window.state().host.take();
        let wanted = controls(&window);
        assert!(wanted.len() > 20, "{wanted:?}");
        let mut reached = BTreeSet::new();
        for _ in 0..wanted.len() + 5 {
            press(&mut window, Key::Tab);
            if let Some((name, place)) = focused(&window) {
                assert!(has_ring(&window, place), "{size}: the focus on {name} is not seen");
                reached.insert(name);
            }
        }
        let missing: Vec<_> = wanted.difference(&reached).collect();
        assert!(missing.is_empty(), "{size}: Tab does not reach {missing:?}");
        assert!(window.state().host.take().is_empty(), "Tab changes nothing");
    }
}

#[test]
fn arrows_step_through_a_choice() {
    let mut window = window();
    let params = window.state().params.clone();
    window.get_by_role_and_label(Role::ComboBox, "Statistic").focus();
    window.run_steps(2);
    press(&mut window, Key::ArrowDown);
    assert_gesture(&window, params.view(Parameter::Statistic), 0.5);
    press(&mut window, Key::ArrowDown);
    press(&mut window, Key::ArrowDown);
    assert_eq!(params.view(Parameter::Statistic).normalized(), 1.0, "it ends at the last one");
    press(&mut window, Key::ArrowUp);
    assert_eq!(params.view(Parameter::Statistic).normalized(), 0.5);
    assert_eq!(focused(&window).unwrap().0, "Statistic", "arrows do not move the focus");
}

#[test]
fn a_list_is_opened_walked_and_chosen_from_by_keys() {
    let mut window = window();
    let params = window.state().params.clone();
    window.get_by_role_and_label(Role::ComboBox, "Rule").focus();
    window.run_steps(2);
    press(&mut window, Key::Enter);
    assert!(window.query_by_label("Wiener").is_some(), "Enter opens it");
    press(&mut window, Key::Escape);
    assert!(window.query_by_label("Wiener").is_none(), "Escape closes it");
    window.get_by_role_and_label(Role::ComboBox, "Rule").focus();
    window.run_steps(2);
    press(&mut window, Key::Enter);
    for _ in 0..60 {
        if focused(&window).is_some_and(|(name, _)| name == "Wiener") {
            break;
        }
        press(&mut window, Key::Tab);
    }
    press(&mut window, Key::Enter);
    assert_eq!(params.view(Parameter::Rule).text(params.view(Parameter::Rule).normalized()), "Wiener");
}

#[test]
fn the_preset_browser_is_used_by_keys() {
    let mut window = window();
    window.get_by_label_contains("Presets").focus();
    window.run_steps(2);
    press(&mut window, Key::Enter);
    assert_eq!(focused(&window).unwrap().0, "Search presets", "what is typed is searched");
    for _ in 0..60 {
        press(&mut window, Key::Tab);
        if focused(&window).is_some_and(|(name, _)| name == "Gentle") {
            break;
        }
    }
    let (name, place) = focused(&window).unwrap();
    assert!(name == "Gentle" && has_ring(&window, place));
    press(&mut window, Key::Enter);
    assert!(has(&window, "Presets: Gentle"));
}
