//! The presets that come with Lull: names for settings, by task.

use lull_engine::Values;

/// A preset that comes with Lull: what differs from the defaults.
pub struct FactoryPreset {
    /// What hosts know it by; it never changes.
    pub key: &'static str,
    /// What users read.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// Words that a host's browser sorts it by.
    pub tags: &'static [&'static str],
    /// Ids of parameters, and the texts of their values.
    pub values: &'static [(&'static str, &'static str)],
}

/// The factory presets, by task.
pub const FACTORY: [FactoryPreset; 10] = [
    FactoryPreset {
        key: "default",
        name: "Default",
        purpose: "What measured best over voices and music at a latency of 43 ms",
        tags: &["voice", "music"],
        values: &[],
    },
    FactoryPreset {
        key: "voice_hiss",
        name: "Voice: hiss",
        purpose: "A voice in steady hiss: calm pauses of 33 dB less. Best; a threshold 1 dB up against flicker",
        tags: &["voice", "hiss"],
        values: &[("quality", "Best"), ("threshold", "1"), ("reduction", "33")],
    },
    FactoryPreset {
        key: "hum_and_buzz",
        name: "Hum and buzz",
        purpose: "Mains hum. Best tells its lines from the voice beside them; 40 dB, because a tone stands out",
        tags: &["hum", "mains"],
        values: &[("quality", "Best"), ("threshold", "2"), ("reduction", "40")],
    },
    FactoryPreset {
        key: "fan_and_air",
        name: "Fan and air",
        purpose: "Low rumble and rush that drift slowly. Best, with Adapt",
        tags: &["fan", "air conditioning"],
        values: &[("quality", "Best"), ("adapt", "On")],
    },
    FactoryPreset {
        key: "tape_and_vinyl",
        name: "Tape and vinyl",
        purpose: "Hiss under music. Best; a threshold 1 dB up against flicker. Clicks stay",
        tags: &["music", "tape", "vinyl", "hiss"],
        values: &[("quality", "Best"), ("threshold", "1")],
    },
    FactoryPreset {
        key: "guitar_amp",
        name: "Guitar amp",
        purpose: "Hum and hiss of an amplifier. Best keeps attacks; 24 dB, so that ends of notes fade into calm",
        tags: &["guitar", "amplifier", "hum", "hiss"],
        values: &[("quality", "Best"), ("reduction", "24")],
    },
    FactoryPreset {
        key: "field_recording",
        name: "Field recording",
        purpose: "Backgrounds that fluctuate: the threshold is 2 dB up. Best",
        tags: &["field recording", "outdoors"],
        values: &[("quality", "Best"), ("threshold", "2")],
    },
    FactoryPreset {
        key: "gentle",
        name: "Gentle",
        purpose: "For a mix: takes 23 dB and leaves the room in. Best",
        tags: &["music", "voice", "gentle", "mix"],
        values: &[("quality", "Best"), ("reduction", "23")],
    },
    FactoryPreset {
        key: "live",
        name: "Live: low latency",
        purpose: "For playing through it: 11 ms. Combined keeps attacks, and takes 4 % of a processor's core per channel",
        tags: &["live", "low latency"],
        values: &[("quality", "Live"), ("estimator", "Combined"), ("reduction", "36")],
    },
    FactoryPreset {
        key: "classic_gate",
        name: "Classic gate",
        purpose: "Mean + 1.5 sigma, squared mask, nothing smoothed: the textbook's spectral gate",
        tags: &["gate"],
        values: &[
            ("spread", "1.5"),
            ("rule", "Gate"),
            ("estimator", "This Frame"),
            ("sharpness", "2"),
            ("reduction", "60"),
        ],
    },
];

impl FactoryPreset {
    /// The preset of this key or name, in any case of letters. Setup only.
    pub fn find(key_or_name: &str) -> Option<&'static Self> {
        let is_meant = |text: &str| text.to_lowercase() == key_or_name.trim().to_lowercase();
        FACTORY.iter().find(|preset| is_meant(preset.key) || is_meant(preset.name))
    }

    /// The values of all parameters as it puts them. Setup only.
    pub fn all_values(&self) -> Values {
        let mut values = Values::default();
        for (id, text) in self.values {
            values.set_text(id, text).expect("factory presets hold values of parameters");
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset_file;

    #[test]
    fn every_preset_holds_values_of_parameters_that_presets_cover() {
        for preset in &FACTORY {
            preset.all_values();
            assert!(preset.values.iter().all(|(id, _)| preset_file::covers(id)), "{}", preset.name);
        }
    }

    #[test]
    fn a_preset_is_found_by_key_and_name_and_no_other_has_either() {
        for preset in &FACTORY {
            for text in [preset.key, preset.name, &preset.name.to_uppercase()] {
                let found = FactoryPreset::find(text).expect("a preset");
                assert_eq!(found.key, preset.key, "{text}");
            }
        }
        assert!(FactoryPreset::find("gent").is_none());
    }
}
