//! Two scrolling spectrograms on one colour scale: the input, and the output or what is removed.
//!
//! A texture is a ring of columns: a new column overwrites the oldest one, and two rectangles show the ring in order, so
//! that no pixels are moved.

use egui::{
    Align2, Color32, ColorImage, Context, Rect, Response, Role, Sense, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2,
};

use super::stretch_selection::{StretchSelection, Timeline};
use super::{axes, theme};
use crate::analyzer::{COLUMN_FLOOR_DB, COLUMN_S, Column, POINTS};
use crate::learn_switch::Stretch;

/// Columns that are shown: ten seconds.
pub const COLUMNS: usize = 512;
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
    /// Columns since the window was opened; the next one goes to this place in the ring.
    columns: u64,
    selection: StretchSelection,
}

impl Spectrograms {
    /// Drops the textures, which belong to a window.
    pub fn close(&mut self) {
        self.textures = None;
        self.columns = 0;
        self.selection = StretchSelection::default();
    }

    /// Makes the textures, if there are none.
    pub fn prepare(&mut self, context: &Context) {
        self.textures.get_or_insert_with(|| {
            ["before", "after", "removed"].map(|name| {
                let dark = ColorImage::filled([COLUMNS, POINTS], color(0));
                context.load_texture(format!("lull spectrogram {name}"), dark, OPTIONS)
            })
        });
    }

    /// Takes the next column.
    pub fn add(&mut self, column: &Column) {
        let Some(textures) = &mut self.textures else { return };
        let Column { input, output, removed, .. } = column;
        for (texture, levels) in textures.iter_mut().zip([input, output, removed]) {
            let pixels = levels.iter().rev().map(|&step| color(step)).collect();
            texture.set_partial([place(self.columns), 0], ColorImage::new([1, POINTS], pixels), OPTIONS);
        }
        self.columns += 1;
    }

    /// Draws the pictures. Returns a stretch that was selected in the left one.
    pub fn draw(&mut self, ui: &mut Ui) -> Option<Stretch> {
        let [before, output, removed] = self.textures.as_ref()?;
        let next = place(self.columns);
        let all = ui.max_rect();
        let middle = all.center().x;
        let left = Rect::from_min_max(all.min, pos2(middle - 4.0, all.bottom()));
        let right = Rect::from_min_max(pos2(middle + 4.0, all.top()), all.max);
        let response = picture(ui, left, "Spectrogram before", before, next);
        let is_used = response.hovered() || response.dragged();
        title(ui, left, if is_used { "Before: drag over noise alone to learn it" } else { "Before" });
        let rect = response.rect;
        let timeline =
            Timeline { rect, shown_columns: COLUMNS, all_columns: self.columns, column_s: COLUMN_S };
        let selected = self.selection.follow(ui, &response, timeline);
        self.selection.draw(ui.painter(), timeline);
        let (texture, name) = match self.after {
            After::Output => (output, "Spectrogram after"),
            After::Removed => (removed, "Spectrogram of what is removed"),
        };
        picture(ui, right, name, texture, next);
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
        selected
    }
}

fn title(ui: &Ui, rect: Rect, words: &str) {
    let place = pos2(rect.left() + LEFT_MARGIN, rect.top() + 8.0);
    ui.painter().text(place, Align2::LEFT_CENTER, words, theme::BODY, theme::TEXT);
}

/// Draws the columns of a ring whose oldest one is at `next`.
fn picture(ui: &Ui, panel: Rect, name: &str, texture: &TextureHandle, next: usize) -> Response {
    let rect = Rect::from_min_max(
        pos2(panel.left() + LEFT_MARGIN, panel.top() + 20.0),
        pos2(panel.right() - 2.0, panel.bottom() - 16.0),
    );
    // Without the focus: a key does nothing here. By keyboard, Learn From takes what was heard.
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::DRAG);
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
    response
}

/// Where a column is in the ring.
fn place(column: u64) -> usize {
    (column % COLUMNS as u64) as usize
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
