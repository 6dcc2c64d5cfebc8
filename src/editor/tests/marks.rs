//! What the host says of a parameter, seen at its control and read in its words.

use egui::{Color32, Pos2, Rect, Shape, vec2};
use egui_kittest::kittest::Queryable;
use lull_engine::Parameter;

use super::stage::*;
use crate::host_link::{Automation, Rgb};

const MAPPED: Rgb = Rgb(250, 120, 10);
const AUTOMATED: Rgb = Rgb(240, 30, 90);

fn color(Rgb(red, green, blue): Rgb) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

/// All that is drawn, one by one.
fn shapes(window: &Window) -> Vec<Shape> {
    fn flatten(shape: &Shape, all: &mut Vec<Shape>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| flatten(shape, all)),
            Shape::Noop => {}
            shape => all.push(shape.clone()),
        }
    }
    let mut all = Vec::new();
    window.output().shapes.iter().for_each(|clipped| flatten(&clipped.shape, &mut all));
    all
}

/// The forms in a colour, and where they are.
fn forms(window: &Window, color: Color32) -> Vec<(&'static str, Rect)> {
    let form = |shape: &Shape| match shape {
        Shape::Circle(circle) if circle.fill == color => Some("disc"),
        Shape::Circle(circle) if circle.stroke.color == color => Some("ring"),
        Shape::Rect(rect) if rect.fill == color => Some("square"),
        Shape::Path(path) if path.fill == color => Some("half"),
        _ => None,
    };
    let placed = |shape: Shape| Some((form(&shape)?, shape.visual_bounding_rect()));
    shapes(window).into_iter().filter_map(placed).collect()
}

fn words(window: &Window) -> Vec<(String, Rect)> {
    let text = |shape: &Shape| match shape {
        Shape::Text(text) => Some((text.galley.text().to_owned(), shape.visual_bounding_rect())),
        _ => None,
    };
    shapes(window).iter().filter_map(text).collect()
}

#[test]
fn every_control_shows_its_marks_apart_from_all_text() {
    for size in [vec2(760.0, 520.0), SIZE] {
        let mut window = window_of_size(size);
        let params = window.state().params.clone();
        let link = window.state().link.clone();
        // The percentile shows with its statistic only.
        for (id, param) in params.all().into_iter().filter(|(id, _)| *id != "percentile") {
            let place = link.index_of(param.pointer()).unwrap();
            link.indicate_mapping(place, Some(MAPPED));
            link.indicate_automation(place, Some((Automation::Recording, AUTOMATED)));
            window.run_steps(2);
            let (mapped, automated) = (forms(&window, color(MAPPED)), forms(&window, color(AUTOMATED)));
            let [("square", square)] = mapped[..] else { panic!("{id}: {mapped:?}") };
            let [("disc", _), ("ring", ring)] = automated[..] else { panic!("{id}: {automated:?}") };
            for mark in [square, ring] {
                assert!(Rect::from_min_size(Pos2::ZERO, size).contains_rect(mark), "{size}: {id}");
                for (word, room) in words(&window) {
                    assert!(!mark.intersects(room), "{size}: {id} on the word {word:?}");
                }
            }
            let name = param.name();
            let mut controls = window.query_all_by_label_contains(&name).filter(is_control);
            let at_control = controls.any(|control| control.rect().expand(10.0).contains_rect(square));
            assert!(at_control, "{size}: {id}, {square:?}");
            link.indicate_mapping(place, None);
            link.indicate_automation(place, None);
        }
        window.run_steps(2);
        assert!(forms(&window, color(MAPPED)).is_empty() && forms(&window, color(AUTOMATED)).is_empty());
    }
}

#[test]
fn each_state_has_a_form_and_words_of_its_own() {
    let mut window = window();
    let params = window.state().params.clone();
    let link = window.state().link.clone();
    let place = |param: crate::params::ParamView| link.index_of(param.pointer()).unwrap();
    let (knob, band) = (params.view(Parameter::Threshold), params.view(Parameter::BANDS[2]));
    let names = [
        knob.name(),
        band.name(),
        "Bypass".to_owned(),
        "Statistic".to_owned(),
        "Learn Window".to_owned(),
        "Learn".to_owned(),
        "Quality: Best".to_owned(),
    ];
    for (state, expected, said) in [
        (Automation::Present, &["ring"][..], "Automated: not playing"),
        (Automation::Playing, &["disc"], "Automated: playing"),
        (Automation::Recording, &["disc", "ring"], "Automated: recording"),
        (Automation::Overriding, &["half", "ring"], "Automated: held by hand"),
    ] {
        link.indicate_automation(place(knob), Some((state, AUTOMATED)));
        window.run_steps(2);
        let forms: Vec<_> = forms(&window, color(AUTOMATED)).into_iter().map(|(form, _)| form).collect();
        assert_eq!(forms, expected, "{state:?}");
        for (_, param) in params.all() {
            link.indicate_automation(place(param), Some((state, AUTOMATED)));
            link.indicate_mapping(place(param), Some(MAPPED));
        }
        for name in &names {
            let control = window.query_all_by_label(name).find(is_control).unwrap();
            let at = control.rect().center();
            window.remove_cursor();
            window.run_steps(2);
            window.hover_at(at);
            window.run_steps(20);
            let words = words(&window);
            for said in [said, "Mapped to a controller"] {
                assert!(words.iter().any(|(text, _)| text.contains(said)), "{name}: {said:?} in {words:?}");
            }
        }
        window.remove_cursor();
        for (_, param) in params.all() {
            link.indicate_automation(place(param), None);
            link.indicate_mapping(place(param), None);
        }
        window.run_steps(10);
        assert!(words(&window).iter().all(|(text, _)| !text.contains(said)));
    }
}
