//! Colours, sizes and type of the editor, in one place.
//!
//! The curves' colours are from the palette of Okabe & Ito (2008), which suits all kinds of colour vision. Curves that can
//! meet have different strokes as well.

use egui::{Color32, Context, CornerRadius, FontFamily, FontId, Stroke, TextStyle, Vec2, vec2};

pub const BACKGROUND: Color32 = Color32::from_rgb(0x16, 0x19, 0x1D);
/// Under plots and meters.
pub const WELL: Color32 = Color32::from_rgb(0x0C, 0x0E, 0x11);
pub const RAISED: Color32 = Color32::from_rgb(0x2A, 0x2F, 0x36);
pub const HOVERED: Color32 = Color32::from_rgb(0x38, 0x3F, 0x48);
pub const LINE: Color32 = Color32::from_rgb(0x3A, 0x41, 0x4A);
pub const GRID: Color32 = Color32::from_rgb(0x23, 0x28, 0x2E);
pub const TEXT: Color32 = Color32::from_rgb(0xEC, 0xEE, 0xF1);
pub const QUIET_TEXT: Color32 = Color32::from_rgb(0xAA, 0xB2, 0xBC);
pub const FOCUS: Color32 = Color32::from_rgb(0xFF, 0xFF, 0xFF);

/// The input.
pub const INPUT: Color32 = Color32::from_rgb(0x56, 0xB4, 0xE9);
/// The output.
pub const OUTPUT: Color32 = Color32::from_rgb(0x2F, 0xC8, 0x9A);
/// The learned noise.
pub const NOISE: Color32 = Color32::from_rgb(0xE6, 0x9F, 0x00);
/// The threshold and its handles.
pub const THRESHOLD: Color32 = Color32::from_rgb(0xF0, 0xE4, 0x42);
/// Gain reduction, and what is removed.
pub const REMOVED: Color32 = Color32::from_rgb(0xDA, 0x8C, 0xB6);
/// Learning, and what needs attention.
pub const ATTENTION: Color32 = NOISE;
/// A control's value, and what is switched on.
pub const ACCENT: Color32 = INPUT;

/// `color`, transparent.
pub fn faint(color: Color32, share: f32) -> Color32 {
    color.gamma_multiply(share)
}

/// `color`, brightened as far as needed for contrast on [`WELL`]. For the host's colours.
pub fn seen_on_well(color: Color32) -> Color32 {
    let brighter = (0..=10).map(|step| color.lerp_to_gamma(TEXT, step as f32 / 10.0));
    brighter.into_iter().find(|&color| contrast(color, WELL) >= 3.0).unwrap_or(TEXT)
}

/// Relative luminance (WCAG 2.1).
fn luminance(color: Color32) -> f32 {
    let linear = |part: u8| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

fn contrast(one: Color32, other: Color32) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

pub const MARGIN: f32 = 10.0;
pub const HEADER_HEIGHT: f32 = 48.0;
pub const LEFT_WIDTH: f32 = 200.0;
pub const METERS_WIDTH: f32 = 96.0;
pub const KNOBS_HEIGHT: f32 = 116.0;
pub const LEARN_BUTTON: Vec2 = vec2(180.0, 64.0);
pub const KNOB: Vec2 = vec2(60.0, 88.0);
pub const DIAL_RADIUS: f32 = 19.0;
pub const HANDLE_RADIUS: f32 = 6.0;
pub const ROUNDING: CornerRadius = CornerRadius::same(4);

pub const SMALL: FontId = FontId::new(11.0, FontFamily::Proportional);
pub const BODY: FontId = FontId::new(12.5, FontFamily::Proportional);
pub const STRONG: FontId = FontId::new(14.0, FontFamily::Proportional);
pub const LARGE: FontId = FontId::new(20.0, FontFamily::Proportional);

/// Applies the theme to a window.
pub fn install(context: &Context) {
    context.set_theme(egui::Theme::Dark);
    context.all_styles_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, SMALL),
            (TextStyle::Body, BODY),
            (TextStyle::Button, BODY),
            (TextStyle::Monospace, BODY),
            (TextStyle::Heading, LARGE),
        ]
        .into();
        style.spacing.item_spacing = vec2(6.0, 5.0);
        style.spacing.button_padding = vec2(8.0, 3.0);
        style.spacing.interact_size.y = 21.0;
        style.interaction.tooltip_delay = 0.6;
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::dark();
        visuals.panel_fill = BACKGROUND;
        visuals.window_fill = BACKGROUND;
        visuals.window_stroke = Stroke::new(1.0, LINE);
        visuals.extreme_bg_color = WELL;
        visuals.override_text_color = None;
        visuals.selection.bg_fill = faint(ACCENT, 0.45);
        visuals.selection.stroke = Stroke::new(1.0, FOCUS);
        let widgets = &mut visuals.widgets;
        for (state, fill, text) in [
            (&mut widgets.noninteractive, BACKGROUND, TEXT),
            (&mut widgets.inactive, RAISED, TEXT),
            (&mut widgets.hovered, HOVERED, TEXT),
            (&mut widgets.active, HOVERED, FOCUS),
            (&mut widgets.open, HOVERED, TEXT),
        ] {
            state.bg_fill = fill;
            state.weak_bg_fill = fill;
            state.fg_stroke = Stroke::new(1.0, text);
            state.bg_stroke = Stroke::new(1.0, LINE);
            state.corner_radius = ROUNDING;
            state.expansion = 0.0;
        }
        widgets.active.bg_stroke = Stroke::new(1.0, FOCUS);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_colour_has_contrast() {
        let dark = [Color32::BLACK, Color32::from_rgb(0, 0, 0x60), Color32::from_rgb(0x30, 0, 0), WELL];
        let bright = [Color32::WHITE, Color32::from_rgb(0xFF, 0x40, 0x30), THRESHOLD];
        for color in dark {
            let seen = contrast(seen_on_well(color), WELL);
            assert!((3.0..6.0).contains(&seen), "{color:?}: {seen:.2}, as close to the host's as can be");
        }
        for color in bright {
            assert_eq!(seen_on_well(color), color, "as the host has it");
        }
    }

    #[test]
    fn text_has_contrast_on_every_background() {
        for text in [TEXT, QUIET_TEXT] {
            for ground in [BACKGROUND, WELL, RAISED, HOVERED] {
                let contrast = contrast(text, ground);
                assert!(contrast >= 4.5, "{text:?} on {ground:?}: {contrast:.2}");
            }
        }
        for text in [INPUT, OUTPUT, NOISE, THRESHOLD, REMOVED] {
            for ground in [BACKGROUND, WELL] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
            }
        }
    }
}
