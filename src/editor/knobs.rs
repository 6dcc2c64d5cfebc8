//! The bottom row: knobs and switches for mask, smoothing and output.

use egui::{Stroke, Ui, vec2};
use lull_engine::Parameter;

use super::panel_context::PanelContext;
use super::theme;
use super::widgets::{knob, switch};

/// Knobs before each line between mask, smoothing and output.
const GROUPS: [usize; 2] = [4, 8];
const SWITCHES_WIDTH: f32 = 70.0;

/// One knob of the row.
struct Knob {
    parameter: Parameter,
    /// Short name.
    name: &'static str,
    /// Position where its arc begins.
    fill_from: f32,
    /// What it does to the sound.
    about: &'static str,
}

const KNOBS: [Knob; 11] = [
    Knob {
        parameter: Parameter::Threshold,
        name: "Threshold",
        fill_from: 0.5,
        about: "Level between noise and signal, above the learned noise: up removes more",
    },
    Knob {
        parameter: Parameter::Reduction,
        name: "Reduction",
        fill_from: 0.0,
        about: "The most that anything is turned down. Less leaves a bed of noise that hides artefacts",
    },
    Knob {
        parameter: Parameter::Sharpness,
        name: "Sharpness",
        fill_from: 0.0,
        about: "Form of the mask: low is soft, high is steep, Hard is open or shut",
    },
    Knob {
        parameter: Parameter::Smoothing,
        name: "Smoothing",
        fill_from: 0.0,
        about: "Down keeps detail and lets noise flicker; up is calm, and softens quiet detail",
    },
    Knob {
        parameter: Parameter::Attack,
        name: "Attack",
        fill_from: 0.0,
        about: "How slowly the mask opens: longer hides flicker and softens onsets",
    },
    Knob {
        parameter: Parameter::Release,
        name: "Release",
        fill_from: 0.0,
        about: "How slowly the mask closes: longer keeps the ends of sounds, and noise behind them",
    },
    Knob {
        parameter: Parameter::FreqSmoothing,
        name: "Frequency",
        fill_from: 0.0,
        about: "Averages the mask over neighbouring frequencies",
    },
    Knob {
        parameter: Parameter::TimeMedian,
        name: "Median",
        fill_from: 0.0,
        about: "Median of the mask over time: removes short flickers",
    },
    Knob {
        parameter: Parameter::Link,
        name: "Link",
        fill_from: 0.0,
        about: "How much all channels share one mask, which keeps the stereo image in its place",
    },
    Knob {
        parameter: Parameter::Mix,
        name: "Mix",
        fill_from: 0.0,
        about: "Denoised against unprocessed sound",
    },
    Knob { parameter: Parameter::Output, name: "Output", fill_from: 0.5, about: "Gain of the output" },
];

pub fn draw(ui: &mut Ui, context: &PanelContext) {
    let free = ui.available_width() - KNOBS.len() as f32 * theme::KNOB.x - SWITCHES_WIDTH;
    let gap = (free / (KNOBS.len() + 1) as f32).clamp(0.0, 24.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, 0.0);
        let corner = ui.max_rect().left_top();
        for knobs_before in GROUPS {
            let x = corner.x + knobs_before as f32 * (theme::KNOB.x + gap) - 0.5 * gap;
            ui.painter().vline(x, corner.y..=corner.y + theme::KNOB.y, Stroke::new(1.0, theme::LINE));
        }
        for Knob { parameter, name, fill_from, about } in &KNOBS {
            let param = context.params.view(*parameter);
            knob(ui, &context.gestures, param, name, about, *fill_from);
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.add_space(14.0);
            let params = context.params;
            switch(ui, &context.gestures, params.view(Parameter::Listen), "Hear what is removed");
            let about = "Slowly restores the level that the mask takes from the signal";
            switch(ui, &context.gestures, params.view(Parameter::Makeup), about);
        });
    });
}
