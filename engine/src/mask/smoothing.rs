//! The Smoothing knob: one number between detail and calm, and the values that it sets in each stage.
//!
//! All averaging stages have the same trade-off: with less averaging noise flickers (musical noise), with more
//! averaging onsets lose their edge. The knob changes all of them together. In the middle each has the value that
//! measured best, at the ends the furthest useful ones. The mask's own controls (Release, Frequency Smoothing) add to
//! it.

use crate::math::LOG2_POWER_PER_DB;
use crate::settings::Settings;

/// The values of the stages for a position of the knob.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Smoothing {
    /// Factor of the memory of the decision-directed SNR, half to twice.
    pub(crate) memory: f32,
    /// Factor of the distance at which patches count as similar, half to twice.
    pub(crate) alike: f32,
    /// Factor of the evidence of presence, from +1 dB (detail) to -1 dB (calm).
    pub(crate) evidence: f32,
    /// Added to the release of the mask, 0 to 40 ms.
    release_ms: f32,
    /// Added to the frequency smoothing of the mask, 0 to 0.25 ERB.
    freq_smoothing_erb: f32,
}

impl Smoothing {
    /// `knob` from 0, detail, to 1, calm. RT-safe.
    pub(crate) fn at(knob: f32) -> Self {
        let turned = 2.0 * knob.clamp(0.0, 1.0) - 1.0;
        let calmer = turned.max(0.0);
        Self {
            memory: turned.exp2(),
            alike: turned.exp2(),
            evidence: (-turned * LOG2_POWER_PER_DB).exp2(),
            release_ms: 40.0 * calmer,
            freq_smoothing_erb: 0.25 * calmer,
        }
    }

    /// The settings plus what the knob adds to the mask's own smoothing. RT-safe.
    pub(crate) fn applied_to(self, settings: &Settings) -> Settings {
        Settings {
            release_ms: settings.release_ms + self.release_ms,
            freq_smoothing_erb: settings.freq_smoothing_erb + self.freq_smoothing_erb,
            ..*settings
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_changes_nothing() {
        let middle = Smoothing::at(0.5);
        assert_eq!((middle.memory, middle.alike, middle.evidence), (1.0, 1.0, 1.0));
        assert_eq!(middle.applied_to(&Settings::textbook_gate()), Settings::textbook_gate());
    }

    #[test]
    fn every_stage_goes_the_same_way() {
        let [detail, calm] = [0.0, 1.0].map(Smoothing::at);
        assert_eq!((detail.memory, calm.memory), (0.5, 2.0));
        assert_eq!((detail.alike, calm.alike), (0.5, 2.0));
        assert!(detail.evidence > 1.2 && calm.evidence < 0.8);
        assert!(
            calm.applied_to(&Settings::default()).release_ms
                > detail.applied_to(&Settings::default()).release_ms
        );
        assert_eq!(Smoothing::at(f32::INFINITY), calm);
    }
}
