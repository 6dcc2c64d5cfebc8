//! The values of all parameters, set by number or text, for command lines and presets.

use crate::noise::learning::LearnWindow;
use crate::parameter::Kind;
use crate::quality::Quality;
use crate::settings::{LAST, Parameter, QUIETEST, Settings};

/// A value for every parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Values(Vec<f32>);

impl Default for Values {
    fn default() -> Self {
        Self(Parameter::ALL.iter().map(|parameter| parameter.row().default_value()).collect())
    }
}

impl Values {
    /// The value of a parameter. RT-safe.
    pub fn get(&self, parameter: Parameter) -> f32 {
        self.0[parameter as usize]
    }

    /// Sets a parameter; a value out of range is clamped. RT-safe.
    pub fn set(&mut self, parameter: Parameter, value: f32) {
        self.0[parameter as usize] = parameter.row().clamp(value);
    }

    /// Sets a parameter from text: "3", "3 dB", "Hard". Returns the parameter. Setup only.
    ///
    /// # Errors
    /// A message for the user, when there is no such id or the text is no value of the parameter.
    pub fn set_text(&mut self, id: &str, text: &str) -> Result<Parameter, String> {
        let parameter = Parameter::of_id(id).ok_or_else(|| {
            let known: Vec<_> = Parameter::ALL.iter().map(|parameter| parameter.row().id).collect();
            format!("there is no parameter '{id}'; there are {}", known.join(", "))
        })?;
        let row = parameter.row();
        let value = row
            .parse_within(text)
            .ok_or_else(|| format!("'{text}' is no value for {id}; it has {}", row.range_text()))?;
        self.0[parameter as usize] = value;
        Ok(parameter)
    }

    /// The values as settings of an engine. RT-safe.
    pub fn settings(&self) -> Settings {
        Settings::from_values(|parameter| self.get(parameter))
    }

    /// What Learn listens to. RT-safe.
    pub fn learn_window(&self) -> LearnWindow {
        learn_window(|parameter| self.get(parameter))
    }

    /// The quality that the values choose. RT-safe.
    pub fn quality(&self) -> Quality {
        Quality::ALL[self.get(Parameter::Quality) as usize]
    }
}

/// What Learn listens to, for the values of the parameters. RT-safe if `value_of` is.
pub fn learn_window(value_of: impl Fn(Parameter) -> f32) -> LearnWindow {
    let seconds = value_of(Parameter::LearnWindow);
    let Kind::Number(number) = Parameter::LearnWindow.row().kind else { return LearnWindow::UntilStopped };
    match value_of(Parameter::LearnFrom) as usize {
        LAST => LearnWindow::Last(seconds.min(number.max)),
        QUIETEST => LearnWindow::Quietest,
        _ if number.is_top(seconds) => LearnWindow::UntilStopped,
        _ => LearnWindow::Seconds(seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::prior_snr::Estimator;
    use crate::mask::rule::Rule;
    use crate::mask::rule::sharpness::Sharpness;

    #[test]
    fn text_goes_to_a_value_and_back_with_its_unit() {
        for row in Parameter::ALL.iter().map(|parameter| parameter.row()) {
            let (low, high) = match row.kind {
                Kind::Number(number) => (number.min, number.top_value()),
                Kind::Switch { .. } => (0.0, 1.0),
                Kind::Choice { choices, .. } => (0.0, (choices.len() - 1) as f32),
            };
            for step in 0..=20 {
                let text = row.text(low + (high - low) * step as f32 / 20.0);
                let parsed =
                    row.parse(&text).unwrap_or_else(|| panic!("{}: '{text}' is not understood", row.id));
                assert_eq!(row.text(parsed), text, "{}", row.id);
            }
        }
    }

    #[test]
    fn units_are_written_and_nothing_is_minus_zero() {
        let text = |parameter: Parameter, value| parameter.row().text(value);
        assert_eq!(text(Parameter::LearnWindow, 0.1), "0.1 s");
        assert_eq!(text(Parameter::LearnWindow, 10.1), "While On");
        assert_eq!(text(Parameter::Threshold, -24.0), "-24.0 dB");
        assert_eq!(text(Parameter::Threshold, -0.01), "0.0 dB");
        assert_eq!(text(Parameter::Sharpness, 0.5), "0.50");
        assert_eq!(text(Parameter::Sharpness, 8.1), "Hard");
        assert_eq!(text(Parameter::Percentile, 99.9), "99.9 %");
        assert_eq!(text(Parameter::FreqSmoothing, 2.0), "2.00 ERB");
        assert_eq!(text(Parameter::Link, 1.0), "100 %");
    }

    #[test]
    fn people_type_what_they_read() {
        let mut values = Values::default();
        for (id, text) in [
            ("sharpness", "hard"),
            ("rule", "wiener"),
            ("estimator", "non_local_means"),
            ("quality", "best"),
            ("threshold", " -3.5 dB "),
            ("mix", "30"),
            ("adapt", "On"),
        ] {
            values.set_text(id, text).unwrap();
        }
        let settings = values.settings();
        assert_eq!(settings.sharpness, Sharpness::Hard);
        assert_eq!((settings.rule, settings.estimator), (Some(Rule::Wiener), Some(Estimator::NonLocalMeans)));
        assert_eq!((settings.threshold_db, settings.mix, settings.adapt), (-3.5, 0.3, true));
        assert_eq!(values.quality(), Quality::Best);
        for (text, on) in [("1", true), ("off", false), ("On", true), ("0", false), ("TRUE", true)] {
            values.set_text("adapt", text).unwrap();
            assert_eq!(values.settings().adapt, on, "{text}");
        }
        values.set_text("sharpness", "8").unwrap();
        assert_eq!(values.settings().sharpness, Sharpness::Exponent(8.0), "no number is Hard");
    }

    #[test]
    fn wrong_text_is_refused_in_words() {
        let mut values = Values::default();
        assert!(values.set_text("treshold", "3").unwrap_err().contains("threshold"));
        assert!(values.set_text("threshold", "loud").unwrap_err().contains("-24.0 dB to 24.0 dB"));
        assert!(values.set_text("rule", "max").unwrap_err().contains("Automatic, Gate, Wiener"));
        for (id, text) in [
            ("threshold", "NaN"),
            ("threshold", "99"),
            ("threshold", "-24.1 dB"),
            ("sharpness", "8.05"),
            ("mix", "101 %"),
        ] {
            assert!(values.set_text(id, text).unwrap_err().contains("range"), "{id}={text}");
        }
        assert!(values.set_text("adapt", "perhaps").unwrap_err().contains("Off, On"));
        assert_eq!(values.settings(), Settings::default());
    }

    #[test]
    fn learn_listens_to_what_two_values_say() {
        let window = |from: &str, seconds: &str| {
            let mut values = Values::default();
            values.set_text("learn_from", from).unwrap();
            values.set_text("learn_window", seconds).unwrap();
            values.learn_window()
        };
        assert_eq!(window("Next", "3 s"), LearnWindow::Seconds(3.0));
        assert_eq!(window("Next", "While On"), LearnWindow::UntilStopped);
        assert_eq!(window("Last", "3 s"), LearnWindow::Last(3.0));
        assert_eq!(window("Last", "While On"), LearnWindow::Last(10.0));
        assert_eq!(window("Quietest", "3 s"), LearnWindow::Quietest);
    }
}
