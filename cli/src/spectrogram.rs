//! Draws spectrograms, one above the other, with a common colour scale and a logarithmic frequency axis.

use std::convert::Infallible;
use std::path::Path;

use embedded_graphics::mono_font::{MonoTextStyle, ascii::FONT_9X15, ascii::FONT_9X15_BOLD};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};

use crate::Audio;
use crate::levels::Levels;
use crate::whole_file::WholeFile;

/// Range of levels of the colour scale, below the loudest.
const RANGE_DB: f32 = 90.0;
const LOWEST_HZ: f64 = 50.0;

const WIDTH: usize = 1400;
const PANEL_HEIGHT: usize = 380;
const LEFT: usize = 84;
const RIGHT: usize = 96;
const TOP: usize = 34;
const BOTTOM: usize = 44;

const BACKGROUND: Rgb888 = Rgb888::new(16, 17, 20);
const INK: Rgb888 = Rgb888::new(222, 224, 228);

/// Draws one spectrogram per titled piece of audio into a PNG file. All pieces have the length of the first.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn write_png(path: &Path, pieces: &[(&str, &Audio)]) -> Result<(), String> {
    draw(path, pieces)?.keep()
}

/// As [`write_png`], but the file gets its name by [`WholeFile::keep`].
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn draw(path: &Path, pieces: &[(&str, &Audio)]) -> Result<WholeFile, String> {
    let Some((_, first)) = pieces.first() else { return Err(format!("{}: nothing to draw", path.display())) };
    let levels: Vec<_> = pieces.iter().map(|(_, audio)| Levels::of(audio)).collect();
    let top_db =
        (levels.iter().map(Levels::loudest_db).fold(f32::NEG_INFINITY, f32::max) / 10.0).ceil() * 10.0;
    let panel = TOP + PANEL_HEIGHT;
    let mut canvas = Canvas::new(WIDTH, panel * pieces.len() + BOTTOM);
    for (index, ((title, _), levels)) in pieces.iter().zip(&levels).enumerate() {
        draw_panel(&mut canvas, index * panel + TOP, title, levels, top_db);
    }
    draw_time_axis(&mut canvas, panel * pieces.len(), first.seconds());
    draw_scale(&mut canvas, TOP, top_db);
    let mut file = WholeFile::create(path)?;
    canvas.encode(&mut file).map_err(|error| file.fault(error))?;
    Ok(file)
}

fn draw_panel(canvas: &mut Canvas, top: usize, title: &str, levels: &Levels, top_db: f32) {
    let plot_width = WIDTH - LEFT - RIGHT;
    let nyquist = levels.grid.sample_rate_hz / 2.0;
    let hz_at =
        |row: usize| LOWEST_HZ * (nyquist / LOWEST_HZ).powf(1.0 - row as f64 / (PANEL_HEIGHT - 1) as f64);
    for row in 0..PANEL_HEIGHT {
        let bin = (hz_at(row) / levels.grid.bin_width_hz()).min((levels.grid.bins() - 1) as f64);
        let (below, share) = (bin.floor() as usize, bin.fract() as f32);
        for x in 0..plot_width {
            let column = &levels.columns[x * levels.columns.len() / plot_width];
            let above = (below + 1).min(column.len() - 1);
            let level = column[below] + share * (column[above] - column[below]);
            canvas.put(LEFT + x, top + row, colour(level, top_db));
        }
    }
    canvas.text(title, LEFT, top - 10, Alignment::Left, true);
    for hz in [100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5].into_iter().filter(|&hz| hz < nyquist)
    {
        let share = 1.0 - (hz / LOWEST_HZ).ln() / (nyquist / LOWEST_HZ).ln();
        let y = top + (share * (PANEL_HEIGHT - 1) as f64).round() as usize;
        canvas.line(LEFT - 6, y, LEFT - 1, y);
        let label = if hz < 1e3 { format!("{hz} Hz") } else { format!("{} kHz", hz / 1e3) };
        canvas.text(&label, LEFT - 9, y, Alignment::Right, false);
    }
}

fn draw_time_axis(canvas: &mut Canvas, y: usize, seconds: f64) {
    let plot_width = (WIDTH - LEFT - RIGHT) as f64;
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0];
    let step = steps.into_iter().find(|step| seconds / step <= 16.0).unwrap_or(3600.0);
    let mut at = 0.0;
    while at <= seconds {
        let x = LEFT + (at / seconds * (plot_width - 1.0)) as usize;
        canvas.line(x, y, x, y + 5);
        let digits = if step < 1.0 { 1 } else { 0 };
        canvas.text(&format!("{at:.digits$} s"), x, y + 18, Alignment::Center, false);
        at += step;
    }
}

fn draw_scale(canvas: &mut Canvas, top: usize, top_db: f32) {
    let left = WIDTH - RIGHT + 16;
    for row in 0..PANEL_HEIGHT {
        let level = top_db - RANGE_DB * row as f32 / (PANEL_HEIGHT - 1) as f32;
        (0..14).for_each(|x| canvas.put(left + x, top + row, colour(level, top_db)));
    }
    for below in (0..=RANGE_DB as usize).step_by(15) {
        let y = top + below * (PANEL_HEIGHT - 1) / RANGE_DB as usize;
        canvas.text(&format!("{}", top_db as i32 - below as i32), left + 20, y, Alignment::Left, false);
    }
    canvas.text("dB/Hz", left, top - 22, Alignment::Left, false);
}

fn colour(level_db: f32, top_db: f32) -> Rgb888 {
    let share = (1.0 - (top_db - level_db) / RANGE_DB).clamp(0.0, 1.0);
    let colorous::Color { r, g, b } = colorous::INFERNO.eval_continuous(share as f64);
    Rgb888::new(r, g, b)
}

/// An image, with lines and text.
struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        let background = [BACKGROUND.r(), BACKGROUND.g(), BACKGROUND.b()];
        Self { width, height, rgb: background.repeat(width * height) }
    }

    fn put(&mut self, x: usize, y: usize, colour: Rgb888) {
        if x < self.width && y < self.height {
            let at = 3 * (y * self.width + x);
            self.rgb[at..at + 3].copy_from_slice(&[colour.r(), colour.g(), colour.b()]);
        }
    }

    fn line(&mut self, x0: usize, y0: usize, x1: usize, y1: usize) {
        let point = |x, y| Point::new(x as i32, y as i32);
        let Ok(()) = Line::new(point(x0, y0), point(x1, y1))
            .into_styled(PrimitiveStyle::with_stroke(INK, 1))
            .draw(self);
    }

    /// Draws text that is vertically centred at `y`.
    fn text(&mut self, text: &str, x: usize, y: usize, alignment: Alignment, bold: bool) {
        let font = if bold { &FONT_9X15_BOLD } else { &FONT_9X15 };
        let place = TextStyleBuilder::new().alignment(alignment).baseline(Baseline::Middle).build();
        let style = MonoTextStyle::new(font, INK);
        let Ok(_) = Text::with_text_style(text, Point::new(x as i32, y as i32), style, place).draw(self);
    }

    fn encode(&self, file: &mut impl std::io::Write) -> Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.width as u32, self.height as u32)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            if let (Ok(x), Ok(y)) = (usize::try_from(at.x), usize::try_from(at.y)) {
                self.put(x, y, colour);
            }
        }
        Ok(())
    }
}
