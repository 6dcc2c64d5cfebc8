//! The bottom row: what shapes the sound.

use egui::{Stroke, Ui, vec2};

use super::controls::{knob, switch};
use super::desk::Desk;
use super::theme;
use crate::params::ParamView;

const KNOBS: f32 = 11.0;
/// Knobs before each line between mask, smoothing, and output.
const GROUPS: [f32; 2] = [4.0, 8.0];
const SWITCHES_WIDTH: f32 = 70.0;

pub fn draw(ui: &mut Ui, desk: &Desk) {
    let (mask, smoothing, output) = (&desk.params.mask, &desk.params.smoothing, &desk.params.output);
    let free = ui.available_width() - KNOBS * theme::KNOB.x - SWITCHES_WIDTH;
    let gap = (free / (KNOBS + 1.0)).clamp(0.0, 24.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, 0.0);
        let left = ui.max_rect().left();
        for knobs_before in GROUPS {
            let x = left + knobs_before * (theme::KNOB.x + gap) - 0.5 * gap;
            let y = ui.max_rect().top();
            ui.painter().vline(x, y..=y + theme::KNOB.y, Stroke::new(1.0, theme::LINE));
        }
        let mut knob = |param: ParamView, name: &str, about: &str, fill_from: f32| {
            knob(ui, &desk.gestures, param, name, about, fill_from);
        };
        let about = "Level that signal is told from noise by, over the learned noise: up takes more";
        knob(ParamView::of(&mask.threshold), "Threshold", about, 0.5);
        let about = "The most that anything is turned down. Less leaves a bed of noise that hides artefacts";
        knob(ParamView::of(&mask.reduction), "Reduction", about, 0.0);
        let about = "Form of the mask: low is soft, high is steep, Hard is open or shut";
        knob(ParamView::of(&mask.sharpness), "Sharpness", about, 0.0);
        let about = "Down keeps detail and lets noise flicker; up is calm, and softens quiet detail";
        knob(ParamView::of(&smoothing.smoothing), "Smoothing", about, 0.0);
        let about = "How slowly the mask opens: longer hides flicker and softens onsets";
        knob(ParamView::of(&smoothing.attack), "Attack", about, 0.0);
        let about = "How slowly the mask closes: longer keeps the ends of sounds, and noise behind them";
        knob(ParamView::of(&smoothing.release), "Release", about, 0.0);
        let about = "Averages the mask over neighbouring frequencies";
        knob(ParamView::of(&smoothing.frequency), "Frequency", about, 0.0);
        let about = "Median of the mask over time: takes short flickers away";
        knob(ParamView::of(&smoothing.time_median), "Median", about, 0.0);
        let about = "How much all channels share one mask, which keeps the stereo image in its place";
        knob(ParamView::of(&output.link), "Link", about, 0.0);
        let about = "Denoised against untouched sound";
        knob(ParamView::of(&output.mix), "Mix", about, 0.0);
        let about = "Gain of the output";
        knob(ParamView::of(&output.output), "Output", about, 0.5);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.add_space(14.0);
            switch(ui, &desk.gestures, ParamView::of(&output.listen), "Hear what is removed");
            let about = "Gives back, slowly, the level that the mask takes from the signal";
            switch(ui, &desk.gestures, ParamView::of(&output.makeup), about);
        });
    });
}
