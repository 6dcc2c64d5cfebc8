//! Brings the settings to the frame they belong to: as late as the middle of the frame is, and without steps.
//!
//! A frame is processed when its last sample has come, but its weight lies in its middle. Settings wait for as
//! long, so that an automation point acts on the very sound it was drawn over, once the host has compensated
//! the latency.

use crate::math::one_pole;
use crate::settings::{Settings, Sharpness};

/// Time constant with which thresholds, sharpness and reduction glide.
const GLIDE_S: f32 = 0.02;
/// Nearer to its target than this (in dB, or in exponents), a gliding value stands on it.
const NEAR: f32 = 0.01;

pub struct Controls {
    /// Settings on their way, a ring of one entry per hop.
    waiting: Vec<Settings>,
    next: usize,
    glide: f32,
    exponent: f32,
    current: Settings,
    /// Nothing has come since the last reset: the next settings hold at once.
    fresh: bool,
}

impl Controls {
    /// Setup only. `delay_hops` is half a window.
    pub fn new(delay_hops: usize, hop_s: f32) -> Self {
        Self {
            waiting: vec![Settings::default(); delay_hops],
            next: 0,
            glide: one_pole(hop_s, GLIDE_S),
            exponent: 1.0,
            current: Settings::default(),
            fresh: true,
        }
    }

    /// The next settings hold at once. RT-safe.
    pub fn reset(&mut self) {
        self.fresh = true;
    }

    /// Whether these settings have arrived, and hold in every frame to come as long as they stay. RT-safe.
    pub fn are_settled(&self, latest: &Settings) -> bool {
        let latest = held_in_range(latest);
        !self.fresh
            && self.current == latest
            && self.exponent == exponent(&latest)
            && self.waiting.iter().all(|waiting| *waiting == latest)
    }

    /// Takes the settings of this moment and gives those of the middle of the frame. RT-safe.
    pub fn at_frame_centre(&mut self, latest: &Settings) -> Settings {
        let latest = held_in_range(latest);
        if self.fresh {
            self.fresh = false;
            self.waiting.fill(latest);
            self.current = latest;
            self.exponent = exponent(&latest);
            return latest;
        }
        let due = match self.waiting.get_mut(self.next) {
            Some(slot) => std::mem::replace(slot, latest),
            None => latest,
        };
        self.next = (self.next + 1) % self.waiting.len().max(1);
        let from = self.current;
        self.current = due;
        self.current.threshold_db = self.glided(from.threshold_db, due.threshold_db);
        self.current.reduction_db = self.glided(from.reduction_db, due.reduction_db);
        for (band, (from, to)) in self.current.bands_db.iter_mut().zip(from.bands_db.iter().zip(due.bands_db))
        {
            *band = glide(self.glide, *from, to);
        }
        self.exponent = self.glided(self.exponent, exponent(&due));
        if due.sharpness != Sharpness::Hard {
            self.current.sharpness = Sharpness::Exponent(self.exponent);
        }
        self.current
    }

    fn glided(&self, from: f32, to: f32) -> f32 {
        glide(self.glide, from, to)
    }
}

fn glide(coefficient: f32, from: f32, to: f32) -> f32 {
    let next = from + coefficient * (to - from);
    if (next - to).abs() < NEAR { to } else { next }
}

/// The hard gate stands at the steep end of the exponents.
fn exponent(settings: &Settings) -> f32 {
    match settings.sharpness {
        Sharpness::Exponent(exponent) => exponent,
        Sharpness::Hard => 8.0,
    }
}

/// The settings with every number of the mask held within its documented range; not a number counts as the
/// lowest.
fn held_in_range(settings: &Settings) -> Settings {
    let held = |value: f32, low: f32, high: f32| value.max(low).min(high);
    let mut s = *settings;
    s.threshold_db = held(s.threshold_db, -24.0, 24.0);
    s.bands_db.iter_mut().for_each(|band| *band = held(*band, -24.0, 24.0));
    s.reduction_db = held(s.reduction_db, 0.0, 60.0);
    s.attack_ms = held(s.attack_ms, 0.0, 200.0);
    s.release_ms = held(s.release_ms, 0.0, 1000.0);
    s.freq_smoothing_erb = held(s.freq_smoothing_erb, 0.0, 2.0);
    s.time_median_ms = held(s.time_median_ms, 0.0, crate::settings::MAX_TIME_MEDIAN_MS);
    s.link = held(s.link, 0.0, 1.0);
    s.smoothing = held(s.smoothing, 0.0, 1.0);
    if let Sharpness::Exponent(exponent) = &mut s.sharpness {
        *exponent = held(*exponent, 0.5, 8.0);
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_arrive_half_a_window_later_and_settle_exactly() {
        let mut controls = Controls::new(2, 0.0107);
        let old = Settings::default();
        let new = Settings { threshold_db: 6.0, link: 0.25, ..old };
        assert_eq!(controls.at_frame_centre(&old), old);
        assert_eq!(controls.at_frame_centre(&new), old);
        assert_eq!(controls.at_frame_centre(&new), old);
        let third = controls.at_frame_centre(&new);
        assert_eq!(third.link, 0.25);
        assert!(third.threshold_db > 1.0 && third.threshold_db < 5.0, "glides: {}", third.threshold_db);
        (0..30).for_each(|_| {
            controls.at_frame_centre(&new);
        });
        assert_eq!(controls.at_frame_centre(&new), new);
    }

    #[test]
    fn after_a_reset_settings_hold_at_once() {
        let mut controls = Controls::new(2, 0.0107);
        controls.at_frame_centre(&Settings::default());
        controls.reset();
        let new = Settings { reduction_db: 3.0, sharpness: Sharpness::Exponent(7.0), ..Settings::default() };
        assert_eq!(controls.at_frame_centre(&new), new);
    }

    #[test]
    fn numbers_out_of_range_are_held() {
        let mut controls = Controls::new(0, 0.01);
        let wild = Settings {
            threshold_db: f32::NAN,
            reduction_db: f32::INFINITY,
            sharpness: Sharpness::Exponent(-3.0),
            link: 7.0,
            ..Settings::default()
        };
        let held = controls.at_frame_centre(&wild);
        assert_eq!((held.threshold_db, held.reduction_db, held.link), (-24.0, 60.0, 1.0));
        assert_eq!(held.sharpness, Sharpness::Exponent(0.5));
    }
}
