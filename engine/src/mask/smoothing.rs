//! The Smoothing knob: one number between detail and calm, and what it means to each stage.
//!
//! All stages that average trade the same two faults: average less and noise flickers (musical noise), average more
//! and the sound loses its edges. The knob moves them together; at its middle each stands where it measured best,
//! and at the ends as far from there as each still makes sense. The expert controls of the mask add to it.

use crate::math::LOG2_POWER_PER_DB;
use crate::settings::Settings;

/// What the knob's position means to the stages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Smoothing {
    /// Factor of the memory of the decision-directed SNR, half to twice.
    pub(crate) memory: f32,
    /// Factor of the distance at which patches still count as alike, half to twice.
    pub(crate) alike: f32,
    /// Factor of the evidence for presence, 1 dB up to 1 dB down.
    pub(crate) evidence: f32,
    /// Added to the release of the mask, 0 to 40 ms.
    release_ms: f32,
    /// Added to its smoothing over frequency, 0 to 0.25 ERB.
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

    /// The settings with what the knob adds to the mask's own smoothing. RT-safe.
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
