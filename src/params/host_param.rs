//! The framework's parameter for a row of the engine's table.

use std::sync::{Arc, OnceLock};

use lull_engine::parameter::{Kind, Number, Row, Travel};
use lull_engine::{Choice, Parameter};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

/// A parameter as the framework keeps it. Its value is a number in its unit, 0 or 1 of a switch, or a place in a list.
pub(super) enum HostParam {
    Number(FloatParam),
    Switch(BoolParam),
    Choice(Box<dyn ChoiceParam>),
}

impl HostParam {
    /// Setup only.
    pub(super) fn new(parameter: Parameter) -> Self {
        let row = parameter.row();
        match row.kind {
            Kind::Number(number) => Self::Number(number_param(row, number)),
            Kind::Switch { default } => {
                let switch = switch_param(row, default);
                let is_bypass = parameter == Parameter::Bypass;
                Self::Switch(if is_bypass { switch.make_bypass() } else { switch })
            }
            Kind::Choice { default, .. } => Self::Choice(choice_param(parameter, default)),
        }
    }

    /// The value, with the host's modulation. RT-safe.
    pub(super) fn value(&self) -> f32 {
        match self {
            Self::Number(number) => number.value(),
            Self::Switch(switch) => f32::from(u8::from(switch.value())),
            Self::Choice(choice) => choice.place() as f32,
        }
    }

    /// The framework's pointer. RT-safe.
    pub(super) fn pointer(&self) -> ParamPtr {
        match self {
            Self::Number(number) => number.as_ptr(),
            Self::Switch(switch) => switch.as_ptr(),
            Self::Choice(choice) => choice.pointer(),
        }
    }
}

fn number_param(row: &'static Row, number: Number) -> FloatParam {
    let (min, max) = (number.min, number.top_value());
    let range = match number.travel {
        Travel::Even => FloatRange::Linear { min, max },
        Travel::FineAtLowEnd { octaves } => {
            FloatRange::Skewed { min, max, factor: FloatRange::skew_factor(octaves) }
        }
    };
    let mut param = FloatParam::new(row.name, number.default, range)
        .with_string_to_value(Arc::new(move |text| row.parse(text)));
    if let Some(step) = number.step {
        param = param.with_step_size(step);
    }
    if number.top.is_some() {
        // The position above the range has a name and no unit, so the unit is part of the text.
        return param.with_value_to_string(Arc::new(move |value| row.text(value)));
    }
    param
        .with_unit(number.unit.suffix())
        .with_value_to_string(Arc::new(move |value| number.text_without_unit(value)))
}

fn switch_param(row: &'static Row, default: bool) -> BoolParam {
    BoolParam::new(row.name, default)
        .with_string_to_value(Arc::new(move |text| row.parse(text).map(|value| value > 0.5)))
}

/// A choice of any list.
pub(super) trait ChoiceParam: Send + Sync {
    /// The place of the choice in its list. RT-safe.
    fn place(&self) -> usize;
    /// The framework's pointer. RT-safe.
    fn pointer(&self) -> ParamPtr;
}

impl<const LIST: usize> ChoiceParam for EnumParam<Place<LIST>> {
    fn place(&self) -> usize {
        self.value().0
    }

    fn pointer(&self) -> ParamPtr {
        self.as_ptr()
    }
}

/// Most lists of choices that there may be.
const MOST_LISTS: usize = 6;

/// A place in the list of the `LIST`th parameter that is a choice. The framework asks for a type per list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place<const LIST: usize>(usize);

/// Names and ids of one list, as the framework asks for them.
struct Names {
    names: Vec<&'static str>,
    ids: Vec<&'static str>,
}

fn names_of(list: usize) -> &'static Names {
    static LISTS: [OnceLock<Names>; MOST_LISTS] = [const { OnceLock::new() }; MOST_LISTS];
    LISTS[list].get_or_init(|| {
        let choices = choice_lists().nth(list).map_or(&[][..], |(_, choices)| choices);
        Names {
            names: choices.iter().map(|choice| choice.name).collect(),
            ids: choices.iter().map(|choice| choice.id).collect(),
        }
    })
}

/// The parameters that are choices, with their lists.
fn choice_lists() -> impl Iterator<Item = (Parameter, &'static [Choice])> {
    Parameter::ALL.iter().filter_map(|&parameter| match parameter.row().kind {
        Kind::Choice { choices, .. } => Some((parameter, choices)),
        _ => None,
    })
}

impl<const LIST: usize> Enum for Place<LIST> {
    fn variants() -> &'static [&'static str] {
        &names_of(LIST).names
    }

    fn ids() -> Option<&'static [&'static str]> {
        Some(&names_of(LIST).ids)
    }

    fn to_index(self) -> usize {
        self.0
    }

    fn from_index(index: usize) -> Self {
        Self(index)
    }
}

fn choice_param(parameter: Parameter, default: usize) -> Box<dyn ChoiceParam> {
    fn of_list<const LIST: usize>(parameter: Parameter, default: usize) -> Box<dyn ChoiceParam> {
        let param = EnumParam::new(parameter.row().name, Place::<LIST>(default));
        // Another quality is another latency, which needs a restart.
        let is_quality = parameter == Parameter::Quality;
        Box::new(if is_quality { param.non_automatable() } else { param })
    }
    let list = choice_lists().position(|(known, _)| known == parameter);
    match list.expect("the parameter is a choice") {
        0 => of_list::<0>(parameter, default),
        1 => of_list::<1>(parameter, default),
        2 => of_list::<2>(parameter, default),
        3 => of_list::<3>(parameter, default),
        4 => of_list::<4>(parameter, default),
        5 => of_list::<5>(parameter, default),
        more => unreachable!("list {more} of choices: add a line here, and to MOST_LISTS"),
    }
}
