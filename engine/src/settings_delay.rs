//! Delays settings to the middle of the frame they belong to, and smooths their steps.
//!
//! A frame is processed when its last sample has arrived, but its weight is in its middle. Settings are delayed by the
//! difference, so that automation affects the sound at its own position after the host has compensated the latency.
//!
//! The threshold's curve is delayed here, and glides in [`crate::noise`], where its offsets are per bin.

use crate::mask::rule::sharpness::Sharpness;
use crate::math::{glide, glide_coefficient};
use crate::settings::{STEEPEST_EXPONENT, Settings};

pub(crate) struct SettingsDelay {
    /// Settings that wait, a ring with one entry per hop.
    waiting: Vec<Settings>,
    next: usize,
    glide: f32,
    exponent: f32,
    current: Settings,
    /// No settings were received since the last reset: the next ones apply at once.
    is_first: bool,
}

impl SettingsDelay {
    /// Setup only. `delay_hops` is the delay from a sample's arrival to the hop that has it in the middle of its
    /// output.
    pub(crate) fn new(delay_hops: usize, hop_s: f32) -> Self {
        Self {
            waiting: vec![Settings::default(); delay_hops],
            next: 0,
            glide: glide_coefficient(hop_s),
            exponent: 1.0,
            current: Settings::default(),
            is_first: true,
        }
    }

    /// The next settings apply at once. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.is_first = true;
    }

    /// Whether the current and all waiting settings equal `latest`. RT-safe.
    pub(crate) fn is_settled(&self, latest: &Settings) -> bool {
        !self.is_first
            && self.current == *latest
            && self.exponent == exponent(latest)
            && self.waiting.iter().all(|waiting| waiting == latest)
    }

    /// Queues the settings of this moment and returns those for the middle of the due frame. RT-safe.
    pub(crate) fn at_frame_centre(&mut self, latest: &Settings) -> Settings {
        if self.is_first {
            self.is_first = false;
            self.waiting.fill(*latest);
            self.current = *latest;
            self.exponent = exponent(latest);
            return *latest;
        }
        let due = match self.waiting.get_mut(self.next) {
            Some(slot) => std::mem::replace(slot, *latest),
            None => *latest,
        };
        self.next = (self.next + 1) % self.waiting.len().max(1);
        let from = self.current;
        self.current = due;
        self.current.threshold_db = self.glided(from.threshold_db, due.threshold_db);
        self.current.reduction_db = self.glided(from.reduction_db, due.reduction_db);
        self.current.tonal_db = self.glided(from.tonal_db, due.tonal_db);
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

/// The exponent that glides; Hard counts as the largest.
fn exponent(settings: &Settings) -> f32 {
    match settings.sharpness {
        Sharpness::Exponent(exponent) => exponent,
        Sharpness::Hard => STEEPEST_EXPONENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_arrive_half_a_window_later_and_settle_exactly() {
        let mut delay = SettingsDelay::new(2, 0.0107);
        let old = Settings::default();
        let new = Settings { threshold_db: 6.0, link: 0.25, ..old };
        assert_eq!(delay.at_frame_centre(&old), old);
        assert_eq!(delay.at_frame_centre(&new), old);
        assert_eq!(delay.at_frame_centre(&new), old);
        let third = delay.at_frame_centre(&new);
        assert_eq!(third.link, 0.25);
        assert!(third.threshold_db > 1.0 && third.threshold_db < 5.0, "glides: {}", third.threshold_db);
        (0..30).for_each(|_| {
            delay.at_frame_centre(&new);
        });
        assert_eq!(delay.at_frame_centre(&new), new);
    }

    #[test]
    fn after_a_reset_settings_apply_at_once() {
        let mut delay = SettingsDelay::new(2, 0.0107);
        delay.at_frame_centre(&Settings::default());
        delay.reset();
        let new = Settings { reduction_db: 3.0, sharpness: Sharpness::Exponent(7.0), ..Settings::default() };
        assert_eq!(delay.at_frame_centre(&new), new);
    }
}
