//! Every control has a name, lies in the window and is reached by Tab.

use egui::{Key, Pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};

use super::stage::{SIZE, has, is_control, play, window, window_of_size};

#[test]
fn everything_has_a_name_and_nothing_leaves_the_window() {
    for size in [vec2(760.0, 520.0), SIZE, vec2(1920.0, 1080.0), vec2(3840.0, 2160.0)] {
        let mut window = window_of_size(size);
        window.get_by_label("Learn").click();
        window.run_steps(2);
        play(&mut window, 3.0, 0.1);
        let params = window.state().params.clone();
        for (id, param) in params.all() {
            // The percentile shows with its statistic only.
            if id != "percentile" {
                assert!(has(&window, &param.name()), "{size}: {id} is not to be found");
            }
        }
        for name in ["Spectrum", "Spectrogram before", "Spectrogram after", "Level In", "Level Cut"] {
            assert!(has(&window, name), "{size}: {name}");
        }
        let mut nodes: Vec<_> = window.root().children_recursive().collect();
        nodes.retain(|node| is_control(node) || node.accesskit_node().label().is_some());
        assert!(nodes.len() > 50, "{} nodes", nodes.len());
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
                assert!(
                    name.is_some() || node.accesskit_node().value().is_some(),
                    "{size}: no name at {rect:?}"
                );
            }
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
