//! The bottom row: what shapes the sound.

use egui::{Stroke, Ui, vec2};

use super::panel_context::PanelContext;
use super::theme;
use super::widgets::{knob, switch};
use crate::params::ParamView;

/// Knobs before each line between mask, smoothing, and output.
const GROUPS: [usize; 2] = [4, 8];
const SWITCHES_WIDTH: f32 = 70.0;

pub fn draw(ui: &mut Ui, context: &PanelContext) {
    let (mask, smoothing, output) = (&context.params.mask, &context.params.smoothing, &context.params.output);
    // Parameter, short name, the position its arc begins at, what it does to the sound.
    let knobs = [
        (
            ParamView::of(&mask.threshold),
            "Threshold",
            0.5,
            "Level that signal is told from noise by, over the learned noise: up takes more",
        ),
        (
            ParamView::of(&mask.reduction),
            "Reduction",
            0.0,
            "The most that anything is turned down. Less leaves a bed of noise that hides artefacts",
        ),
        (
            ParamView::of(&mask.sharpness),
            "Sharpness",
            0.0,
            "Form of the mask: low is soft, high is steep, Hard is open or shut",
        ),
        (
            ParamView::of(&smoothing.smoothing),
            "Smoothing",
            0.0,
            "Down keeps detail and lets noise flicker; up is calm, and softens quiet detail",
        ),
        (
            ParamView::of(&smoothing.attack),
            "Attack",
            0.0,
            "How slowly the mask opens: longer hides flicker and softens onsets",
        ),
        (
            ParamView::of(&smoothing.release),
            "Release",
            0.0,
            "How slowly the mask closes: longer keeps the ends of sounds, and noise behind them",
        ),
        (
            ParamView::of(&smoothing.frequency),
            "Frequency",
            0.0,
            "Averages the mask over neighbouring frequencies",
        ),
        (
            ParamView::of(&smoothing.time_median),
            "Median",
            0.0,
            "Median of the mask over time: takes short flickers away",
        ),
        (
            ParamView::of(&output.link),
            "Link",
            0.0,
            "How much all channels share one mask, which keeps the stereo image in its place",
        ),
        (ParamView::of(&output.mix), "Mix", 0.0, "Denoised against untouched sound"),
        (ParamView::of(&output.output), "Output", 0.5, "Gain of the output"),
    ];
    let free = ui.available_width() - knobs.len() as f32 * theme::KNOB.x - SWITCHES_WIDTH;
    let gap = (free / (knobs.len() + 1) as f32).clamp(0.0, 24.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, 0.0);
        let corner = ui.max_rect().left_top();
        for knobs_before in GROUPS {
            let x = corner.x + knobs_before as f32 * (theme::KNOB.x + gap) - 0.5 * gap;
            ui.painter().vline(x, corner.y..=corner.y + theme::KNOB.y, Stroke::new(1.0, theme::LINE));
        }
        for (param, name, fill_from, about) in knobs {
            knob(ui, &context.gestures, param, name, about, fill_from);
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.add_space(14.0);
            switch(ui, &context.gestures, ParamView::of(&output.listen), "Hear what is removed");
            let about = "Gives back, slowly, the level that the mask takes from the signal";
            switch(ui, &context.gestures, ParamView::of(&output.makeup), about);
        });
    });
}
