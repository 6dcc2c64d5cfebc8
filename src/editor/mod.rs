//! The window: Learn and what it is doing in words, and a slider for every parameter by its group. It reads the
//! feed, and writes parameters through the host only, so that automation and undo know of it.

mod words;

use std::sync::Arc;

use egui::{Color32, RichText, ScrollArea, Ui};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::ResizeHint;
use nice_plug::editor::dpi::LogicalSize;
use nice_plug::prelude::{Param, ParamSetter};
use nice_plug_egui::baseview::HandlerError;
use nice_plug_egui::widgets::ParamSlider;
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, create_egui_editor,
};

use crate::feed::{Feed, Reading};
use crate::params::LullParams;

pub type LullEditor = EguiEditor<App>;

/// Size of a new window, in logical pixels.
const SIZE: LogicalSize<f32> = LogicalSize { width: 760.0, height: 600.0 };
const SLIDER_WIDTH: f32 = 120.0;
const LEARNING: Color32 = Color32::from_rgb(0xE6, 0x9F, 0x00);

/// The editor of one instance.
pub fn create(params: Arc<LullParams>, feed: Arc<Feed>) -> Option<LullEditor> {
    let resize = ResizeHint {
        can_resize: true,
        can_resize_horizontally: true,
        can_resize_vertically: true,
        ..ResizeHint::NON_RESIZABLE
    };
    let settings = EguiNiceSettings::new().with_tile("Lull").with_resize_hint(resize);
    let state = EguiEditorState::from_size(SIZE, 1.0);
    create_egui_editor(state, RepaintNotifier::new(), settings, App { params, feed, context: None })
}

pub struct App {
    params: Arc<LullParams>,
    feed: Arc<Feed>,
    /// There while the window is open.
    context: Option<GuiContext>,
}

impl NiceEguiApp for App {
    fn build(&mut self, _: egui::Context, context: GuiContext, _: &mut Frame) -> Result<(), HandlerError> {
        self.context = Some(context);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, _: &mut Frame) {
        if let Some(context) = &self.context {
            draw(ui, &self.params, self.feed.read(), &context.param_setter());
            // The words follow the audio thread, which cannot ask for a repaint.
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(33));
        }
    }

    fn editor_closed(&mut self) {
        self.context = None;
    }
}

/// Everything in the window, in a plain function.
fn draw(ui: &mut Ui, params: &LullParams, reading: Reading, setter: &ParamSetter) {
    egui::CentralPanel::default().show(ui, |ui| {
        draw_learn(ui, params, reading, setter);
        ui.separator();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.columns(3, |columns| {
                let (learn, mask, smoothing) = (&params.learn, &params.mask, &params.smoothing);
                heading(&mut columns[0], "Learn");
                slider(&mut columns[0], &learn.window, setter);
                slider(&mut columns[0], &learn.add, setter);
                slider(&mut columns[0], &learn.statistic, setter);
                slider(&mut columns[0], &learn.spread, setter);
                slider(&mut columns[0], &learn.percentile, setter);
                heading(&mut columns[0], "Mask");
                slider(&mut columns[0], &mask.threshold, setter);
                slider(&mut columns[0], &mask.sharpness, setter);
                slider(&mut columns[0], &mask.reduction, setter);
                slider(&mut columns[0], &mask.rule, setter);
                heading(&mut columns[1], "Bands");
                params.bands.all().into_iter().for_each(|band| slider(&mut columns[1], band, setter));
                heading(&mut columns[2], "Smoothing");
                slider(&mut columns[2], &smoothing.attack, setter);
                slider(&mut columns[2], &smoothing.release, setter);
                slider(&mut columns[2], &smoothing.frequency, setter);
                slider(&mut columns[2], &smoothing.time_median, setter);
                heading(&mut columns[2], "Output");
                slider(&mut columns[2], &params.output.link, setter);
                slider(&mut columns[2], &params.output.makeup, setter);
                slider(&mut columns[2], &params.output.output, setter);
                slider(&mut columns[2], &params.output.mix, setter);
                slider(&mut columns[2], &params.output.listen, setter);
                slider(&mut columns[2], &params.output.bypass, setter);
                slider(&mut columns[2], &params.output.quality, setter);
            });
        });
    });
}

fn draw_learn(ui: &mut Ui, params: &LullParams, reading: Reading, setter: &ParamSetter) {
    ui.horizontal(|ui| {
        let learn = &params.learn.learn;
        let mut label = RichText::new("Learn").size(20.0);
        if learn.value() {
            label = label.color(LEARNING);
        }
        let button = egui::Button::new(label).selected(learn.value()).min_size(egui::vec2(120.0, 40.0));
        if ui
            .add(button)
            .on_hover_text("Play a passage of noise alone, and press this while it plays")
            .clicked()
        {
            setter.begin_set_parameter(learn);
            setter.set_parameter(learn, !learn.value());
            setter.end_set_parameter(learn);
        }
        ui.vertical(|ui| {
            ui.label(RichText::new(words::learning(reading.learn, reading.has_profile)).size(16.0));
            if reading.restart_needed {
                ui.label("The new quality is used once the host restarts the plugin");
            }
        });
    });
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(6.0);
    ui.label(RichText::new(text).strong());
}

fn slider(ui: &mut Ui, param: &impl Param, setter: &ParamSetter) {
    ui.label(param.name());
    ui.add(ParamSlider::for_param(param, setter).with_width(SLIDER_WIDTH));
}
