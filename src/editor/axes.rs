//! The frequency axis of spectrum and spectrogram: positions and labels.

use egui::{Align2, Painter, Rect, Stroke, pos2};

use super::theme;
use crate::analyzer::{HIGHEST_HZ, LOWEST_HZ, POINTS, point_hz};

/// Frequencies with a line, and those of them with a label.
const LINES_HZ: [f32; 28] = [
    20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0,
    900.0, 1e3, 2e3, 3e3, 4e3, 5e3, 6e3, 7e3, 8e3, 9e3, 10e3, 20e3,
];
const LABELS_HZ: [f32; 8] = [50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3];

/// Position of a frequency on the logarithmic axis, 0 to 1.
pub fn share_of_hz(hz: f32) -> f32 {
    (hz / LOWEST_HZ).ln() / (HIGHEST_HZ / LOWEST_HZ).ln()
}

/// Position of a frequency in the analyzer's points.
pub fn point_of_hz(hz: f32) -> f32 {
    share_of_hz(hz) * (POINTS - 1) as f32
}

/// Frequency at a position from 0 to 1.
pub fn hz_of_share(share: f32) -> f32 {
    point_hz(share * (POINTS - 1) as f32)
}

/// "640 Hz", "1.4 kHz".
pub fn hz_text(hz: f32) -> String {
    if hz < 999.5 {
        format!("{hz:.0} Hz")
    } else if hz < 9995.0 {
        format!("{:.2} kHz", hz / 1e3)
    } else {
        format!("{:.1} kHz", hz / 1e3)
    }
}

/// As [`hz_text`], shortened for the axis.
fn axis_text(hz: f32) -> String {
    if hz < 1e3 { format!("{hz:.0}") } else { format!("{:.0}k", hz / 1e3) }
}

/// Nearest note of the equal temperament at A = 440 Hz, and the deviation in cents.
pub fn note_text(hz: f32) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    let semitones = 12.0 * (hz / 440.0).log2() + 69.0;
    let nearest = semitones.round();
    let cents = (100.0 * (semitones - nearest)).round() as i32;
    let index = nearest as i32;
    format!("{}{} {cents:+} ct", NAMES[index.rem_euclid(12) as usize], index.div_euclid(12) - 1)
}

/// Width of the last label, and half of the one before it.
const END_LABEL: f32 = 54.0;

/// Vertical lines over `rect`, with labels below.
pub fn draw_frequencies_below(painter: &Painter, rect: Rect) {
    for hz in LINES_HZ {
        let x = rect.left() + rect.width() * share_of_hz(hz);
        painter.vline(x, rect.y_range(), Stroke::new(1.0, theme::GRID));
    }
    for hz in LABELS_HZ {
        let x = rect.left() + rect.width() * share_of_hz(hz);
        if rect.right() - x < END_LABEL {
            continue;
        }
        let place = pos2(x, rect.bottom() + 3.0);
        painter.text(place, Align2::CENTER_TOP, axis_text(hz), theme::SMALL, theme::QUIET_TEXT);
    }
    let end = pos2(rect.right(), rect.bottom() + 3.0);
    painter.text(end, Align2::RIGHT_TOP, "20 kHz", theme::SMALL, theme::QUIET_TEXT);
}

/// Labels at the left of `rect`; the frequency increases upwards.
pub fn draw_frequencies_beside(painter: &Painter, rect: Rect) {
    for hz in [100.0, 1e3, 10e3] {
        let y = rect.bottom() - rect.height() * share_of_hz(hz);
        let place = pos2(rect.left() - 4.0, y);
        painter.text(place, Align2::RIGHT_CENTER, axis_text(hz), theme::SMALL, theme::QUIET_TEXT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_frequencies_are_inverse() {
        for hz in [20.0, 60.0, 1000.0, 19_999.0] {
            assert!((hz_of_share(share_of_hz(hz)) / hz - 1.0).abs() < 1e-4);
        }
        assert!((crate::analyzer::point_hz(point_of_hz(3100.0)) - 3100.0).abs() < 0.5);
    }

    #[test]
    fn notes_and_units_are_correct() {
        assert_eq!(note_text(440.0), "A4 +0 ct");
        assert_eq!(note_text(261.6), "C4 +0 ct");
        assert_eq!(note_text(60.0), "B1 -49 ct");
        assert_eq!((hz_text(50.0).as_str(), hz_text(1240.0).as_str()), ("50 Hz", "1.24 kHz"));
        assert_eq!(hz_text(12_345.0), "12.3 kHz");
    }
}
