//! The plot of the spectrum: where levels and frequencies lie in it, and filled curves and texts on it.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::axes::{hz_of_share, share_of_hz};
use super::theme;
use super::view::LOWEST_DB;
use crate::analyzer::{Curve, POINTS};

pub const HIGHEST_DB: f32 = 0.0;
/// Margins for the axes' labels.
pub const LEFT_MARGIN: f32 = 30.0;
const TOP_MARGIN: f32 = 22.0;
const RIGHT_MARGIN: f32 = 2.0;
const BOTTOM_MARGIN: f32 = 18.0;

/// A plot of levels in dB over frequency.
pub struct Plot {
    pub rect: Rect,
}

impl Plot {
    /// The plot's inside, within the panel's rectangle.
    pub fn within(panel: Rect) -> Self {
        Self {
            rect: Rect::from_min_max(
                pos2(panel.left() + LEFT_MARGIN, panel.top() + TOP_MARGIN),
                pos2(panel.right() - RIGHT_MARGIN, panel.bottom() - BOTTOM_MARGIN),
            ),
        }
    }

    /// Of one of the analyzer's points.
    fn x(&self, point: f32) -> f32 {
        self.rect.left() + self.rect.width() * point / (POINTS - 1) as f32
    }

    pub fn x_of_hz(&self, hz: f32) -> f32 {
        self.rect.left() + self.rect.width() * share_of_hz(hz)
    }

    pub fn hz(&self, x: f32) -> f32 {
        hz_of_share(self.share(x))
    }

    /// Position on the axis of frequencies, 0 to 1.
    pub fn share(&self, x: f32) -> f32 {
        ((x - self.rect.left()) / self.rect.width()).clamp(0.0, 1.0)
    }

    pub fn y(&self, db: f32) -> f32 {
        let share = (HIGHEST_DB - db) / (HIGHEST_DB - LOWEST_DB);
        self.rect.top() + self.rect.height() * share.clamp(0.0, 1.0)
    }

    pub fn db(&self, y: f32) -> f32 {
        HIGHEST_DB - (y - self.rect.top()) * self.db_per_point()
    }

    pub fn db_per_point(&self) -> f32 {
        (HIGHEST_DB - LOWEST_DB) / self.rect.height()
    }

    pub fn line(&self, curve: &Curve) -> Vec<Pos2> {
        curve.iter().enumerate().map(|(point, &db)| pos2(self.x(point as f32), self.y(db))).collect()
    }

    /// Fills between a curve and a level.
    pub fn fill(&self, painter: &Painter, curve: &Curve, to_db: f32, color: Color32) {
        let mut mesh = Mesh::default();
        let end = self.y(to_db);
        for place in self.line(curve) {
            let next = mesh.vertices.len() as u32;
            mesh.colored_vertex(place, color);
            mesh.colored_vertex(pos2(place.x, end), color);
            if next > 0 {
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        painter.add(Shape::mesh(mesh));
    }

    /// Text on its own background, centred above `foot`, and moved into the plot.
    pub fn tag(&self, painter: &Painter, foot: Pos2, lines: &[String]) {
        let words = painter.layout_no_wrap(lines.join("\n"), theme::SMALL, theme::TEXT);
        let size = words.size() + vec2(12.0, 8.0);
        let mut rect = Rect::from_min_size(foot - vec2(0.5 * size.x, size.y), size);
        let inside = self.rect.shrink(2.0);
        rect = rect.translate(vec2(
            (inside.left() - rect.left()).max(0.0) - (rect.right() - inside.right()).max(0.0),
            (inside.top() - rect.top()).max(0.0),
        ));
        painter.rect(
            rect,
            theme::ROUNDING,
            theme::RAISED,
            Stroke::new(1.0, theme::LINE),
            egui::StrokeKind::Inside,
        );
        painter.galley(rect.min + vec2(6.0, 4.0), words, theme::TEXT);
    }
}
