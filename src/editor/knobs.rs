//! The bottom row: knobs and switches for mask, smoothing and output.

use egui::{Stroke, Ui, vec2};
use lull_engine::Parameter;

use super::panel_context::PanelContext;
use super::theme;
use super::widgets::{knob, switch};

/// The knobs of the smoothing, which stand between those of the mask and of the output.
const SMOOTHING: std::ops::Range<usize> = 4..8;
const SWITCHES_WIDTH: f32 = 70.0;

/// Which knobs are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Knobs {
    All,
    /// Mask and output, in a compact window.
    Main,
    /// Those of the smoothing, in a compact window.
    Others,
}

impl Knobs {
    /// Whether the knob at a place of the row is shown.
    fn has(self, place: usize) -> bool {
        match self {
            Self::All => true,
            Self::Main => !SMOOTHING.contains(&place),
            Self::Others => SMOOTHING.contains(&place),
        }
    }
}

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

pub fn draw(ui: &mut Ui, context: &PanelContext, shown: Knobs) {
    let count = (0..KNOBS.len()).filter(|&place| shown.has(place)).count();
    let free = ui.available_width() - count as f32 * theme::KNOB.x - SWITCHES_WIDTH;
    let gap = (free / (count + 1) as f32).clamp(0.0, 24.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, 0.0);
        let corner = ui.max_rect().left_top();
        // Lines between mask, smoothing and output.
        let edges = [SMOOTHING.start, SMOOTHING.end].into_iter().filter(|_| shown == Knobs::All);
        for knobs_before in edges {
            let x = corner.x + knobs_before as f32 * (theme::KNOB.x + gap) - 0.5 * gap;
            ui.painter().vline(x, corner.y..=corner.y + theme::KNOB.y, Stroke::new(1.0, theme::LINE));
        }
        let knobs = KNOBS.iter().enumerate().filter(|&(place, _)| shown.has(place));
        for (_, Knob { parameter, name, fill_from, about }) in knobs {
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
