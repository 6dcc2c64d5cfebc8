//! The window. It reads the [`feed`](crate::feed) and the parameters, and writes parameters through the host only,
//! so that automation and undo know of it. It knows no audio thread.
//!
//! | file | what it draws or holds |
//! |---|---|
//! | [`window`] | the window's life and size, and the keys that are left to the host |
//! | [`handle`] | the open window as the framework holds it; [`window_thread`] waits for its thread |
//! | [`desk`] | what a panel may look at and touch |
//! | [`view`] | the figures that are drawn: curves, meters, A and B |
//! | [`header`] | presets, A/B, quality, bypass, zoom |
//! | [`learn`] | Learn, the profile's files, how the noise is measured; [`words`] has its texts |
//! | [`spectrum`] | the live spectrum with the threshold's handles; [`axes`] its hertz and dB |
//! | [`spectrogram`] | before and after, scrolling |
//! | [`meters`] | in, out, removed |
//! | [`knobs`] | what shapes the sound; [`controls`] draws one knob, choice or switch |
//! | [`menu`] | what a right click on a control opens, the host's items in it |
//! | [`marks`] | that the host has a parameter mapped or automated, at its control |
//! | [`gesture`] | begin, set, end: the way to the host |
//! | [`files`] | folders of presets and profiles |
//! | [`theme`] | colours, sizes, type |

mod axes;
mod controls;
pub mod desk;
#[cfg(windows)]
mod dummy_window;
pub mod files;
pub mod gesture;
#[cfg(target_os = "linux")]
mod gl_driver;
mod handle;
mod header;
mod knobs;
mod learn;
mod marks;
mod menu;
mod meters;
mod spectrogram;
mod spectrum;
#[cfg(test)]
mod tests;
pub mod theme;
mod view;
mod window;
mod window_thread;
mod words;

use egui::{Rect, Ui, UiBuilder, pos2};

use desk::Desk;
pub use window::LullEditor;

/// Share of the centre's height that the spectrum has; the spectrograms have the rest.
const SPECTRUM_SHARE: f32 = 0.58;

/// Everything in the window, on a ground that is [`theme::BACKGROUND`] already.
pub fn draw(ui: &mut Ui, desk: &mut Desk) {
    let now_s = ui.input(|input| input.time);
    desk.ui.view.advance(desk.feed, now_s);
    desk.ui.spectrograms.advance(ui.ctx(), desk.feed);
    let all = ui.ctx().content_rect();
    let rooms = Rooms::of(all);
    panel(ui, "header", rooms.header, |ui| header::draw(ui, desk));
    panel(ui, "learn", rooms.learn, |ui| learn::draw(ui, desk));
    panel(ui, "spectrum", rooms.spectrum, |ui| {
        spectrum::draw(ui, &desk.ui.view, desk.params, &desk.gestures);
    });
    panel(ui, "spectrograms", rooms.spectrograms, |ui| desk.ui.spectrograms.draw(ui));
    panel(ui, "meters", rooms.meters, |ui| meters::draw(ui, &desk.ui.view));
    panel(ui, "knobs", rooms.knobs, |ui| knobs::draw(ui, desk));
    for (from, to) in rooms.lines() {
        ui.painter().line_segment([from, to], egui::Stroke::new(1.0, theme::LINE));
    }
}

/// Where the panels are.
struct Rooms {
    header: Rect,
    learn: Rect,
    spectrum: Rect,
    spectrograms: Rect,
    meters: Rect,
    knobs: Rect,
}

impl Rooms {
    fn of(all: Rect) -> Self {
        let margin = theme::MARGIN;
        let (top, bottom) = (all.top() + theme::HEADER_HEIGHT, all.bottom() - theme::KNOBS_HEIGHT);
        let (left, right) = (all.left() + theme::LEFT_WIDTH, all.right() - theme::METERS_WIDTH);
        let middle = top + SPECTRUM_SHARE * (bottom - top);
        let rect = |left: f32, top: f32, right: f32, bottom: f32| {
            Rect::from_min_max(pos2(left, top), pos2(right.max(left), bottom.max(top)))
        };
        Self {
            header: rect(all.left() + margin, all.top(), all.right() - margin, top),
            learn: rect(all.left() + margin, top + 16.0, left - margin, bottom - 2.0),
            spectrum: rect(left + 4.0, top + 4.0, right - 4.0, middle),
            spectrograms: rect(left + 4.0, middle + 4.0, right - 4.0, bottom - 4.0),
            meters: rect(right, top + 4.0, all.right() - margin, bottom - 4.0),
            knobs: rect(all.left() + margin, bottom + 12.0, all.right() - margin, all.bottom()),
        }
    }

    /// Between header, middle and knobs.
    fn lines(&self) -> [(egui::Pos2, egui::Pos2); 2] {
        let (left, right) = (self.header.left() - theme::MARGIN, self.header.right() + theme::MARGIN);
        let across = |y: f32| (pos2(left, y), pos2(right, y));
        [across(self.header.bottom()), across(self.knobs.top() - 12.0)]
    }
}

fn panel(ui: &mut Ui, name: &str, rect: Rect, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().id_salt(name).max_rect(rect), content);
}
