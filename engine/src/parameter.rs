//! What a parameter is: its id, name, range and default, and the text of its values. [`crate::Parameter`] lists
//! all parameters.

use crate::choice::Choice;

/// One parameter, as hosts, the command line, presets and the manual need it.
///
/// Every value is an `f32`: a number in its unit, 0 or 1 for a switch, or the index of a choice in its list.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What projects, presets and automation store. It never changes.
    pub id: &'static str,
    /// What users read.
    pub name: &'static str,
    /// The group that hosts list it in.
    pub group: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// Its values.
    pub kind: Kind,
}

/// The values of a parameter.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A number with a unit.
    Number(Number),
    /// On or off.
    Switch {
        /// Whether it is on in a new instance.
        default: bool,
    },
    /// One of a list.
    Choice {
        /// The list, in the order of its values.
        choices: &'static [Choice],
        /// Index of the default in the list.
        default: usize,
    },
}

/// Range and format of a number.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// Lowest value.
    pub min: f32,
    /// Highest value.
    pub max: f32,
    /// Value in a new instance.
    pub default: f32,
    /// The unit of the value and of its text.
    pub unit: Unit,
    /// Digits after the point.
    pub digits: usize,
    /// How the positions of a knob map to the range.
    pub travel: Travel,
    /// Step between values, if they are stepped.
    pub step: Option<f32>,
    /// A last position above `max` that has a name of its own.
    pub top: Option<Top>,
}

/// A last position above the range of a number: "Hard", "While On".
#[derive(Debug, Clone, Copy)]
pub struct Top {
    /// Its value, a little above the range.
    pub value: f32,
    /// Its text.
    pub name: &'static str,
}

/// How the positions of a knob, from 0 to 1, map to a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Travel {
    /// Linearly.
    Even,
    /// Finer at the low end: position = (share of the range)^(2^`octaves`), `octaves` < 0.
    FineAtLowEnd {
        /// -1 is a square root; no unit.
        octaves: f32,
    },
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// No unit.
    None,
    /// Decibels.
    Db,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
    /// A share from 0 to 1, shown in percent.
    Share,
    /// Percent.
    Percent,
    /// Standard deviations.
    Sigma,
    /// Equivalent rectangular bandwidths.
    Erb,
}

impl Unit {
    /// The text after a number, with a space before the unit. RT-safe.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Db => " dB",
            Self::Ms => " ms",
            Self::S => " s",
            Self::Share | Self::Percent => " %",
            Self::Sigma => " sigma",
            Self::Erb => " ERB",
        }
    }

    /// Factor from the value to the number that is shown.
    fn scale(self) -> f32 {
        if self == Self::Share { 100.0 } else { 1.0 }
    }
}

// The usual kinds, for the table of parameters.

pub(crate) const fn switch(default: bool) -> Kind {
    Kind::Switch { default }
}

pub(crate) const fn choice(choices: &'static [Choice], default: usize) -> Kind {
    Kind::Choice { choices, default }
}

pub(crate) const fn number(min: f32, max: f32, default: f32, unit: Unit, digits: usize) -> Number {
    Number { min, max, default, unit, digits, travel: Travel::Even, step: None, top: None }
}

pub(crate) const fn numbers(min: f32, max: f32, default: f32, unit: Unit, digits: usize) -> Kind {
    Kind::Number(number(min, max, default, unit, digits))
}

pub(crate) const fn decibels(min: f32, max: f32, default: f32) -> Kind {
    numbers(min, max, default, Unit::Db, 1)
}

pub(crate) const fn share(default: f32) -> Kind {
    numbers(0.0, 1.0, default, Unit::Share, 0)
}

/// A time from 0, which is the default; finer at the short end.
pub(crate) const fn time(max_ms: f32) -> Kind {
    let travel = Travel::FineAtLowEnd { octaves: -1.5 };
    Kind::Number(Number { travel, ..number(0.0, max_ms, 0.0, Unit::Ms, 1) })
}

impl Number {
    /// The highest value, or that of the position above it. RT-safe.
    pub fn top_value(&self) -> f32 {
        self.top.map_or(self.max, |top| top.value)
    }

    /// Whether a value is the position above the range. RT-safe.
    pub fn is_top(&self, value: f32) -> bool {
        self.top.is_some() && value > self.max + 0.5 * self.step.unwrap_or(0.0)
    }

    fn text(&self, value: f32) -> String {
        match self.top {
            Some(top) if self.is_top(value) => top.name.to_owned(),
            _ => format!("{}{}", self.text_without_unit(value), self.unit.suffix()),
        }
    }

    /// The number rounded to its digits, and never "-0". Setup only.
    pub fn text_without_unit(&self, value: f32) -> String {
        let text = format!("{:.*}", self.digits, value * self.unit.scale());
        match text.strip_prefix('-') {
            Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
            _ => text,
        }
    }

    fn has(&self, value: f32) -> bool {
        (self.min..=self.max).contains(&value) || self.top.is_some_and(|top| top.value == value)
    }

    /// A value, or any other finite number.
    fn parse(&self, text: &str) -> Option<f32> {
        if let Some(top) = self.top.filter(|top| text.eq_ignore_ascii_case(top.name)) {
            return Some(top.value);
        }
        let (text, unit) = (text.to_lowercase(), self.unit.suffix().trim().to_lowercase());
        let number = text.strip_suffix(&unit).unwrap_or(&text).trim().parse::<f32>().ok()?;
        number.is_finite().then_some(number / self.unit.scale())
    }
}

impl Row {
    /// The value in a new instance. RT-safe.
    pub fn default_value(&self) -> f32 {
        match self.kind {
            Kind::Number(number) => number.default,
            Kind::Switch { default } => f32::from(u8::from(default)),
            Kind::Choice { default, .. } => default as f32,
        }
    }

    /// The nearest value within the range; NaN becomes the lowest. RT-safe.
    pub fn clamp(&self, value: f32) -> f32 {
        let highest = match self.kind {
            Kind::Number(number) => return value.max(number.min).min(number.top_value()),
            Kind::Switch { .. } => 1.0,
            Kind::Choice { choices, .. } => (choices.len() - 1) as f32,
        };
        value.max(0.0).min(highest)
    }

    /// The value as users read it, with its unit. Setup only.
    pub fn text(&self, value: f32) -> String {
        match self.kind {
            Kind::Number(number) => number.text(value),
            Kind::Switch { .. } => if value > 0.5 { "On" } else { "Off" }.to_owned(),
            Kind::Choice { choices, .. } => {
                choices[(self.clamp(value) as usize).min(choices.len() - 1)].name.to_owned()
            }
        }
    }

    /// Parses a value: "3", "3 dB", "Hard", "on", "two-step", "two_step". A number beyond the range is clamped to it.
    /// `None` if the text is no value of this parameter. Setup only.
    pub fn parse(&self, text: &str) -> Option<f32> {
        let value = self.parse_any(text)?;
        match self.kind {
            // A number never selects the position above the range, however large it is.
            Kind::Number(number) if !number.has(value) => Some(value.clamp(number.min, number.max)),
            _ => Some(value),
        }
    }

    /// As [`Self::parse`], and `None` if a number is beyond the range. Setup only.
    pub fn parse_within(&self, text: &str) -> Option<f32> {
        self.parse_any(text).filter(|&value| match self.kind {
            Kind::Number(number) => number.has(value),
            _ => true,
        })
    }

    fn parse_any(&self, text: &str) -> Option<f32> {
        const SWITCH: [(&str, f32); 6] =
            [("on", 1.0), ("off", 0.0), ("true", 1.0), ("false", 0.0), ("1", 1.0), ("0", 0.0)];
        let text = text.trim();
        match self.kind {
            Kind::Number(number) => number.parse(text),
            Kind::Switch { .. } => {
                SWITCH.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, value)| value)
            }
            Kind::Choice { choices, .. } => {
                let plain = plain_name(text);
                let is_meant = |choice: &Choice| plain_name(choice.name) == plain || choice.id == plain;
                choices.iter().position(is_meant).map(|place| place as f32)
            }
        }
    }

    /// "a range from -24.0 dB to 24.0 dB", "the values Off, On": for messages and manuals. Setup only.
    pub fn range_text(&self) -> String {
        match self.kind {
            Kind::Number(number) => {
                format!("a range from {} to {}", number.text(number.min), number.text(number.top_value()))
            }
            Kind::Switch { .. } => "the values Off, On".to_owned(),
            Kind::Choice { choices, .. } => {
                let names: Vec<_> = choices.iter().map(|choice| choice.name).collect();
                format!("the values {}", names.join(", "))
            }
        }
    }
}

/// A name in a form for comparison: users type "two-step", "Two Step" and "two_step".
fn plain_name(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}
