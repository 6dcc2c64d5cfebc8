//! Every control has a name, lies in the window and is reached by Tab.

use egui::{Key, Pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::{SIZE, Window, has, is_control, play, window, window_of_size};

#[test]
fn everything_has_a_name_and_nothing_leaves_the_window() {
    for size in [vec2(760.0, 520.0), SIZE, vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)] {
        let mut window = learned(size);
        assert_eq!(missing(&window), [""; 0], "{size}");
        for name in ["Spectrum", "Spectrogram before", "Spectrogram after", "Level In", "Level Cut"] {
            assert!(has(&window, name), "{size}: {name}");
        }
        assert_orderly(&window, size);
        window.get_by_label("Quality: Best").click();
        window.run_steps(2);
        play(&mut window, 0.1, 0.1);
        assert!(has(&window, "needs a restart"));
        assert_orderly(&window, size);
    }
}

#[test]
fn a_compact_window_has_everything_in_two_halves() {
    for size in
        [vec2(560.0, 380.0), vec2(759.0, 520.0), vec2(760.0, 519.0), vec2(1920.0, 400.0), vec2(560.0, 1080.0)]
    {
        let mut window = learned(size);
        assert!(
            has(&window, "Spectrum")
                && has(&window, "Level In")
                && has(&window, "The noise is being removed")
        );
        assert!(!has(&window, "Spectrogram"), "folded away");
        let first = missing(&window);
        assert_orderly(&window, size);
        window.get_by_label("More controls").click();
        window.run_steps(3);
        let second = missing(&window);
        assert_orderly(&window, size);
        let nowhere: Vec<_> = first.iter().filter(|id| second.contains(id)).collect();
        assert!(!first.is_empty() && nowhere.is_empty(), "{size}: {nowhere:?} in neither half");
        // It needs a restart, and nothing moves out of the window.
        let params = window.state().params.clone();
        let quality = params.view(lull_engine::Parameter::Quality).pointer();
        // SAFETY: the stage keeps the parameter alive.
        unsafe { quality._internal_set_normalized_value(1.0) };
        play(&mut window, 0.1, 0.1);
        window.run_steps(2);
        assert!(window.query_by_label("Restart").is_some());
        assert_orderly(&window, size);
    }
}

/// A window in which a profile was learned.
fn learned(size: egui::Vec2) -> Window {
    let mut window = window_of_size(size);
    window.get_by_label("Learn").click();
    window.run_steps(2);
    play(&mut window, 3.0, 0.1);
    window
}

/// Ids of the parameters whose names are not to be found.
fn missing(window: &Window) -> Vec<String> {
    let params = window.state().params.clone();
    let ids = params.all().into_iter().filter(|(id, param)| {
        // The percentile shows with its statistic only.
        id != "percentile" && !has(window, &param.name())
    });
    ids.map(|(id, _)| id).collect()
}

/// Panics unless every control has a name, lies in the window and overlaps with no other.
fn assert_orderly(window: &Window, size: egui::Vec2) {
    let mut nodes: Vec<_> = window.root().children_recursive().collect();
    nodes.retain(|node| is_control(node) || node.accesskit_node().label().is_some());
    assert!(nodes.len() > 30, "{} nodes", nodes.len());
    let controls: Vec<_> = nodes.iter().filter(|node| is_control(node)).collect();
    for (index, one) in controls.iter().enumerate() {
        for other in &controls[..index] {
            let names = [one, other].map(|node| node.accesskit_node().label().unwrap_or_default());
            let both = one.rect().intersect(other.rect());
            // Handles may come close to each other; a hand takes the upper one.
            let handles = names.iter().all(|name| name.starts_with("Band"));
            assert!(handles || both.width() < 0.5 || both.height() < 0.5, "{size}: {names:?} overlap");
        }
    }
    let inside = egui::Rect::from_min_size(Pos2::ZERO, size).expand(0.5);
    for node in nodes {
        let rect = node.rect();
        let name = node.accesskit_node().label();
        assert!(inside.contains_rect(rect), "{size}: {name:?} at {rect:?}");
        if is_control(&node) {
            assert!(name.is_some() || node.accesskit_node().value().is_some(), "{size}: no name at {rect:?}");
        }
    }
}

#[test]
fn tab_goes_through_all_controls_in_the_order_in_which_they_are_read() {
    let mut window = window();
    let mut seen = Vec::new();
    for _ in 0..120 {
        window.key_press(Key::Tab);
        window.run_steps(1);
        let focused = window.root().children_recursive().find(|node| node.is_focused());
        let name = focused.and_then(|node| node.accesskit_node().label()).unwrap_or_default();
        if seen.contains(&name) {
            break;
        }
        seen.push(name);
    }
    let place = |name: &str| {
        seen.iter().position(|seen| seen.starts_with(name)).unwrap_or_else(|| panic!("{name} in {seen:?}"))
    };
    assert!(place("Presets") < place("Learn") && place("Learn") < place("Statistic"));
    assert!(place("Statistic") < place("Band 1") && place("Band 1") < place("Band 8"));
    assert!(place("Band 8") < place("Threshold") && place("Threshold") < place("Output"));
}
