//! Two scrolling spectrograms on one colour scale: the input, and the output or what is removed.
//!
//! A texture is a ring of columns: a new column overwrites the oldest one, and two rectangles show the ring in order, so
//! that no pixels are moved.

use egui::{
    Align2, Color32, ColorImage, Context, Rect, Role, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo,
    pos2,
};

use super::{axes, theme};
use crate::analyzer::{Analyzer, COLUMN_FLOOR_DB, COLUMN_S, Column, POINTS};

/// Columns that are shown.
const COLUMNS: usize = 512;
/// Levels at the dark and the bright end of the scale, in dB re a sine of full scale.
const DARKEST_DB: f32 = -100.0;
const BRIGHTEST_DB: f32 = -5.0;
const LEFT_MARGIN: f32 = 30.0;
const OPTIONS: TextureOptions = TextureOptions::LINEAR;

/// What the right spectrogram shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum After {
    #[default]
    Output,
    Removed,
}

/// Pictures of input, output and what was removed.
#[derive(Default)]
pub struct Spectrograms {
    pub after: After,
    textures: Option<[TextureHandle; 3]>,
    /// Where the next column goes.
    next: usize,
}

impl Spectrograms {
    /// Drops the textures, which belong to a window.
    pub fn close(&mut self) {
        self.textures = None;
        self.next = 0;
    }

    /// Reads the columns since the last frame.
    pub fn advance(&mut self, context: &Context, analyzer: &Analyzer) {
        let textures = self.textures.get_or_insert_with(|| {
            ["before", "after", "removed"].map(|name| {
                let dark = ColorImage::filled([COLUMNS, POINTS], color(0));
                context.load_texture(format!("lull spectrogram {name}"), dark, OPTIONS)
            })
        });
        while let Some(Column { input, output, removed }) = analyzer.next_column() {
            for (texture, levels) in textures.iter_mut().zip([input, output, removed]) {
                let pixels = levels.iter().rev().map(|&step| color(step)).collect();
                texture.set_partial([self.next, 0], ColorImage::new([1, POINTS], pixels), OPTIONS);
            }
            self.next = (self.next + 1) % COLUMNS;
        }
    }

    pub fn draw(&mut self, ui: &mut Ui) {
        let Some([before, output, removed]) = &self.textures else { return };
        let all = ui.max_rect();
        let middle = all.center().x;
        let left = Rect::from_min_max(all.min, pos2(middle - 4.0, all.bottom()));
        let right = Rect::from_min_max(pos2(middle + 4.0, all.top()), all.max);
        picture(ui, left, "Spectrogram before", before, self.next);
        title(ui, left, "Before");
        let (texture, name) = match self.after {
            After::Output => (output, "Spectrogram after"),
            After::Removed => (removed, "Spectrogram of what is removed"),
        };
        picture(ui, right, name, texture, self.next);
        let buttons =
            Rect::from_min_max(pos2(right.left() + LEFT_MARGIN - 8.0, right.top() - 1.0), right.max);
        ui.scope_builder(egui::UiBuilder::new().max_rect(buttons), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().button_padding.y = 0.0;
                ui.spacing_mut().interact_size.y = 17.0;
                ui.selectable_value(&mut self.after, After::Output, "After");
                ui.selectable_value(&mut self.after, After::Removed, "Removed");
            });
        });
    }
}

fn title(ui: &Ui, rect: Rect, words: &str) {
    let place = pos2(rect.left() + LEFT_MARGIN, rect.top() + 8.0);
    ui.painter().text(place, Align2::LEFT_CENTER, words, theme::BODY, theme::TEXT);
}

fn picture(ui: &Ui, panel: Rect, name: &str, texture: &TextureHandle, next: usize) {
    let rect = Rect::from_min_max(
        pos2(panel.left() + LEFT_MARGIN, panel.top() + 20.0),
        pos2(panel.right() - 2.0, panel.bottom() - 16.0),
    );
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Figure, true, name));
    let painter = ui.painter();
    // The oldest columns, from `next` to the ring's end, and then those from its beginning.
    let seam = next as f32 / COLUMNS as f32;
    let x = rect.left() + rect.width() * (1.0 - seam);
    let uv = |from: f32, to: f32| Rect::from_min_max(pos2(from, 0.0), pos2(to, 1.0));
    painter.image(texture.id(), rect.with_max_x(x), uv(seam, 1.0), Color32::WHITE);
    painter.image(texture.id(), rect.with_min_x(x), uv(0.0, seam), Color32::WHITE);
    axes::draw_frequencies_beside(painter, rect);
    let foot = rect.bottom() + 2.0;
    let ago = format!("{:.0} s ago", COLUMNS as f32 * COLUMN_S);
    painter.text(pos2(rect.left(), foot), Align2::LEFT_TOP, ago, theme::SMALL, theme::QUIET_TEXT);
    painter.text(pos2(rect.right(), foot), Align2::RIGHT_TOP, "now", theme::SMALL, theme::QUIET_TEXT);
    if let Some(pointer) = response.hover_pos() {
        let share = (rect.bottom() - pointer.y) / rect.height();
        let words = axes::hz_text(axes::hz_of_share(share));
        painter.text(pos2(rect.center().x, foot), Align2::CENTER_TOP, words, theme::SMALL, theme::TEXT);
    }
}

/// Colour of a column's step, from dark to bright. The scale suits all kinds of colour vision.
fn color(step: u8) -> Color32 {
    let db = COLUMN_FLOOR_DB * (1.0 - f32::from(step) / 255.0);
    let share = ((db - DARKEST_DB) / (BRIGHTEST_DB - DARKEST_DB)).clamp(0.0, 1.0);
    let colorous::Color { r, g, b } = colorous::INFERNO.eval_continuous(f64::from(share));
    Color32::from_rgb(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn louder_is_brighter() {
        let light = |step| {
            let color = color(step);
            u32::from(color.r()) + u32::from(color.g()) + u32::from(color.b())
        };
        assert!(light(0) < 10);
        assert!((30..250).collect::<Vec<u8>>().windows(2).all(|pair| light(pair[0]) <= light(pair[1]) + 8));
        assert!(light(255) > 600);
    }
}
