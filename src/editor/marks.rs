//! The host's marks of a parameter, drawn at its control: whether a controller is mapped to it, and whether it is
//! automated.
//!
//! The colours are the host's. The form alone also shows the state: a square at the left is a mapping; a round mark at the
//! right is automation, hollow while it does not play, filled while it plays, within a ring while it is recorded, half
//! filled while the user overrides it.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, Vec2};

use super::gesture::Gestures;
use super::theme;
use crate::host_link::{Automation, Indicated, Rgb};
use crate::params::ParamView;

const RADIUS: f32 = 3.5;
/// Radius of the dark background of a mark.
const GROUND_RADIUS: f32 = RADIUS + 1.5;
const RING_RADIUS: f32 = RADIUS + 2.5;

/// Draws the marks of a parameter around the upper corners of a rectangle.
pub fn draw(ui: &Ui, around: Rect, gestures: &Gestures, param: ParamView) {
    let painter = ui.painter();
    let Indicated { mapping, automation } = gestures.indicated(param);
    if let Some(color) = mapping {
        let square = Rect::from_center_size(around.left_top(), Vec2::splat(2.0 * RADIUS));
        painter.rect_filled(square.expand(GROUND_RADIUS - RADIUS), 2.0, theme::WELL);
        painter.rect_filled(square, 1.0, shown(color));
    }
    if let Some((automation, color)) = automation {
        draw_automation(painter, around.right_top(), automation, shown(color));
    }
}

fn draw_automation(painter: &Painter, centre: Pos2, automation: Automation, color: Color32) {
    let outline = Stroke::new(1.5, color);
    let ground = if automation == Automation::Recording { RING_RADIUS + 1.5 } else { GROUND_RADIUS };
    painter.circle_filled(centre, ground, theme::WELL);
    match automation {
        Automation::Present => {
            painter.circle_stroke(centre, RADIUS - 0.75, outline);
        }
        Automation::Playing => {
            painter.circle_filled(centre, RADIUS, color);
        }
        Automation::Recording => {
            painter.circle_filled(centre, RADIUS, color);
            painter.circle_stroke(centre, RING_RADIUS, Stroke::new(1.2, color));
        }
        Automation::Overriding => {
            let half = (0..=12).map(|step| {
                let angle = std::f32::consts::PI * (0.5 + step as f32 / 12.0);
                centre + RADIUS * Vec2::angled(angle)
            });
            painter.add(Shape::convex_polygon(half.collect(), color, Stroke::NONE));
            painter.circle_stroke(centre, RADIUS - 0.75, outline);
        }
    }
}

fn shown(Rgb(red, green, blue): Rgb) -> Color32 {
    theme::seen_on_well(Color32::from_rgb(red, green, blue))
}

/// The same as text, one line each.
pub fn words(gestures: &Gestures, param: ParamView) -> Vec<&'static str> {
    let Indicated { mapping, automation } = gestures.indicated(param);
    let mapping = mapping.map(|_| "Mapped to a controller");
    let automation = automation.map(|(automation, _)| match automation {
        Automation::Present => "Automated: not playing",
        Automation::Playing => "Automated: playing",
        Automation::Recording => "Automated: recording",
        Automation::Overriding => "Automated: held by hand",
    });
    mapping.into_iter().chain(automation).collect()
}

/// What a control does, and below it the texts of its marks.
pub fn explained(about: &str, gestures: &Gestures, param: ParamView) -> String {
    [vec![about], words(gestures, param)].concat().join("\n")
}
