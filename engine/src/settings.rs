//! The table of parameters, one row each, and [`Settings`], the numbers that the stages of the engine read.
//!
//! A new parameter is a row of [`parameters!`], a field of [`Settings`] and the stage that reads it. The plugin's
//! parameters, the clamp on the audio thread, the command line and presets follow from the rows.

use crate::choice::Choice;
use crate::mask::prior_snr::Estimator;
use crate::mask::rule::Rule;
use crate::mask::rule::sharpness::Sharpness;
use crate::noise::statistic::Statistic;
use crate::parameter::{
    Kind, Number, Row, Top, Travel, Unit, choice, decibels, number, numbers, share, switch, time,
};
use crate::quality::Quality;
use crate::threshold_curve::{BAND_RANGE_DB, ThresholdCurve};

/// Number of threshold bands.
pub const BANDS: usize = 8;
/// Centres of the threshold bands, in hertz: equal steps of about 1.15 octaves.
pub const BAND_CENTRES_HZ: [f32; BANDS] = [60.0, 130.0, 290.0, 640.0, 1400.0, 3100.0, 6800.0, 15000.0];
/// Longest median over time.
pub(crate) const MAX_TIME_MEDIAN_MS: f32 = 50.0;
/// Largest exponent of the mask.
pub(crate) const STEEPEST_EXPONENT: f32 = 8.0;
/// The position above the largest exponent.
const HARD: Top = Top { value: 8.1, name: "Hard" };
/// The position above the longest learn window.
const WHILE_ON: Top = Top { value: 10.1, name: "While On" };
/// What Learn listens to, as places in a list: what follows is the first.
pub(crate) const LAST: usize = 1;
pub(crate) const QUIETEST: usize = 2;
const LEARN_FROM: &[Choice] = &[
    Choice { id: "next", name: "Next" },
    Choice { id: "last", name: "Last" },
    Choice { id: "quietest", name: "Quietest" },
];
/// Of Mean + k sigma: standard deviations above the mean.
const DEFAULT_SPREAD: f32 = 0.5;
/// Of Percentile: the share of the frames below it.
const DEFAULT_PERCENT: f32 = 95.0;

/// All settings of a running engine. [`crate::Engine::process`] clamps values beyond their range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The figure of the learned noise that the threshold is based on.
    pub statistic: Statistic,
    /// Offset of the threshold from the statistic, at all frequencies.
    pub threshold_db: f32,
    /// Offset of the threshold around each of [`BAND_CENTRES_HZ`].
    pub bands_db: [f32; BANDS],
    /// Points of the threshold at any frequency; no parameter.
    pub curve: ThresholdCurve,
    /// How an SNR becomes a gain. `None` is the rule that measured best at each quality; see [`Settings::method`].
    pub rule: Option<Rule>,
    /// How the a-priori SNR is estimated. `None` is the estimator that measured best with the rule at each quality.
    pub estimator: Option<Estimator>,
    /// Exponent of the mask, or hard.
    pub sharpness: Sharpness,
    /// Whether to follow a noise whose level drifts.
    pub adapt: bool,
    /// The largest attenuation of a bin.
    pub reduction_db: f32,
    /// Is added to `reduction_db` in the lines of the learned noise; the sum is limited to 0 to 90 dB.
    pub tonal_db: f32,
    /// Whether to follow lines whose frequency drifts, by 1 % at most.
    pub track: bool,
    /// Between detail (0) and calm (1): how much the estimators and the mask average. 0.5 measured best.
    pub smoothing: f32,
    /// Time constant of an opening mask; 0 is at once.
    pub attack_ms: f32,
    /// Time constant of a closing mask; 0 is at once.
    pub release_ms: f32,
    /// Width of the smoothing over frequency in ERB (equivalent rectangular bandwidths); 0 is off.
    pub freq_smoothing_erb: f32,
    /// Length of the median over time; 0 is off.
    pub time_median_ms: f32,
    /// Stereo link: from a mask per channel (0) to one mask for all (1).
    pub link: f32,
    /// Whether to restore, slowly, the level that the mask takes from the signal.
    pub makeup: bool,
    /// Output gain.
    pub output_db: f32,
    /// Share of the denoised signal, 0 to 1; the rest is the dry signal.
    pub mix: f32,
    /// Whether to hear what is removed.
    pub listen: bool,
    /// Whether to hear the input, one latency late.
    pub bypass: bool,
}

/// A parameter's row, and the field of [`Settings`] that its value is written into: `None` for parameters that are not
/// settings of a running engine (Learn, Quality).
struct Entry {
    row: Row,
    field: Option<Field>,
}

/// Reads and writes a field of [`Settings`] as a value.
struct Field {
    get: fn(&Settings) -> f32,
    set: fn(&mut Settings, f32),
}

/// Declares [`Parameter`] and its rows: name in code, id, name, help, values, field.
macro_rules! parameters {
    ($($group:literal: { $($name:ident = $id:literal, $title:literal, $help:literal, $kind:expr, $field:expr;)+ })+) => {
        /// A parameter. [`Parameter::row`] returns its id, name, range and texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Parameter {
            $($(#[doc = $help] $name),+),+
        }

        const ENTRIES: &[Entry] = &[$($(Entry {
            row: Row { id: $id, name: $title, group: $group, help: $help, kind: $kind },
            field: $field,
        }),+),+];

        impl Parameter {
            /// All of them, in the order in which hosts list them.
            pub const ALL: &'static [Self] = &[$($(Self::$name),+),+];
        }
    };
}

parameters! {
    "Learn": {
        Learn = "learn", "Learn", "Learn the noise from a passage of noise alone", switch(false), None;
        LearnWindow = "learn_window", "Learn Window", "How long Learn listens",
            Kind::Number(Number {
                travel: Travel::FineAtLowEnd { octaves: -1.0 }, step: Some(0.1), top: Some(WHILE_ON),
                ..number(0.1, 10.0, 2.0, Unit::S, 1)
            }), None;
        LearnFrom = "learn_from", "Learn From", "What Learn listens to: what follows, what was just heard, or the quietest part",
            choice(LEARN_FROM, 0), None;
        LearnAdd = "learn_add", "Learn Add", "Add to what was learned before", switch(false), None;
        Statistic = "statistic", "Statistic", "The figure of the learned noise that the threshold is based on",
            choice(Statistic::CHOICES, 0), field(get_statistic, set_statistic);
        Spread = "spread", "Spread", "Standard deviations above the mean", numbers(0.0, 4.0, DEFAULT_SPREAD, Unit::Sigma, 2),
            field(get_spread, set_spread);
        Percentile = "percentile", "Percentile", "The share of the frames that is below the statistic",
            numbers(50.0, 99.9, DEFAULT_PERCENT, Unit::Percent, 1), field(get_percent, set_percent);
    }
    "Mask": {
        Threshold = "threshold", "Threshold", "Threshold above the statistic of the noise", decibels(-24.0, 24.0, 0.0),
            field(|s| s.threshold_db, |s, v| s.threshold_db = v);
        Sharpness = "sharpness", "Sharpness", "Exponent of the mask; Hard is open or shut",
            Kind::Number(Number {
                travel: Travel::FineAtLowEnd { octaves: -1.0 }, top: Some(HARD),
                ..number(0.5, STEEPEST_EXPONENT, 1.0, Unit::None, 2)
            }), field(get_sharpness, set_sharpness);
        Reduction = "reduction", "Reduction", "The largest attenuation of any frequency", decibels(0.0, 60.0, 30.0),
            field(|s| s.reduction_db, |s, v| s.reduction_db = v);
        TonalReduction = "tonal_reduction", "Tonal Reduction",
            "How much more, or less, is taken from hum and whistles in the learned noise", decibels(-60.0, 60.0, 0.0),
            field(|s| s.tonal_db, |s, v| s.tonal_db = v);
        Track = "track", "Track", "Follow hum whose frequency drifts", switch(false),
            field(|s| flag(s.track), |s, v| s.track = is_on(v));
        Rule = "rule", "Rule", "How an SNR becomes a gain", choice(Rule::CHOICES, 0), field(get_rule, set_rule);
        Adapt = "adapt", "Adapt", "Follow a noise whose level drifts", switch(false),
            field(|s| flag(s.adapt), |s, v| s.adapt = is_on(v));
        Estimator = "estimator", "Estimator", "How the a-priori SNR is estimated", choice(Estimator::CHOICES, 0),
            field(get_estimator, set_estimator);
    }
    "Bands": {
        Band1 = "band_1", "Band 1 (60 Hz)", "Offset of the threshold around 60 Hz", band(),
            field(|s| s.bands_db[0], |s, v| s.bands_db[0] = v);
        Band2 = "band_2", "Band 2 (130 Hz)", "Offset of the threshold around 130 Hz", band(),
            field(|s| s.bands_db[1], |s, v| s.bands_db[1] = v);
        Band3 = "band_3", "Band 3 (290 Hz)", "Offset of the threshold around 290 Hz", band(),
            field(|s| s.bands_db[2], |s, v| s.bands_db[2] = v);
        Band4 = "band_4", "Band 4 (640 Hz)", "Offset of the threshold around 640 Hz", band(),
            field(|s| s.bands_db[3], |s, v| s.bands_db[3] = v);
        Band5 = "band_5", "Band 5 (1.4 kHz)", "Offset of the threshold around 1.4 kHz", band(),
            field(|s| s.bands_db[4], |s, v| s.bands_db[4] = v);
        Band6 = "band_6", "Band 6 (3.1 kHz)", "Offset of the threshold around 3.1 kHz", band(),
            field(|s| s.bands_db[5], |s, v| s.bands_db[5] = v);
        Band7 = "band_7", "Band 7 (6.8 kHz)", "Offset of the threshold around 6.8 kHz", band(),
            field(|s| s.bands_db[6], |s, v| s.bands_db[6] = v);
        Band8 = "band_8", "Band 8 (15 kHz)", "Offset of the threshold around 15 kHz", band(),
            field(|s| s.bands_db[7], |s, v| s.bands_db[7] = v);
    }
    "Smoothing": {
        Smoothing = "smoothing", "Smoothing", "From detail to calm", share(0.5),
            field(|s| s.smoothing, |s, v| s.smoothing = v);
        Attack = "attack", "Attack", "Time constant of an opening mask", time(200.0),
            field(|s| s.attack_ms, |s, v| s.attack_ms = v);
        Release = "release", "Release", "Time constant of a closing mask", time(1000.0),
            field(|s| s.release_ms, |s, v| s.release_ms = v);
        FreqSmoothing = "freq_smoothing", "Frequency Smoothing", "Width of the mask's smoothing over frequency",
            numbers(0.0, 2.0, 0.0, Unit::Erb, 2), field(|s| s.freq_smoothing_erb, |s, v| s.freq_smoothing_erb = v);
        TimeMedian = "time_median", "Time Median", "Length of the mask's median over time",
            numbers(0.0, MAX_TIME_MEDIAN_MS, 0.0, Unit::Ms, 0), field(|s| s.time_median_ms, |s, v| s.time_median_ms = v);
    }
    "Output": {
        Link = "link", "Stereo Link", "From a mask per channel to one mask for all", share(1.0),
            field(|s| s.link, |s, v| s.link = v);
        Makeup = "makeup", "Makeup", "Give back the level that the mask takes from the signal", switch(false),
            field(|s| flag(s.makeup), |s, v| s.makeup = is_on(v));
        Output = "output", "Output", "Output gain", decibels(-24.0, 24.0, 0.0),
            field(|s| s.output_db, |s, v| s.output_db = v);
        Mix = "mix", "Mix", "Share of the denoised signal", share(1.0), field(|s| s.mix, |s, v| s.mix = v);
        Listen = "listen", "Listen", "Hear what is removed", switch(false),
            field(|s| flag(s.listen), |s, v| s.listen = is_on(v));
        Bypass = "bypass", "Bypass", "Hear the input", switch(false),
            field(|s| flag(s.bypass), |s, v| s.bypass = is_on(v));
        Quality = "quality", "Quality", "Windows, look-ahead and latency", choice(QUALITIES, 1), None;
    }
}

const QUALITIES: &[Choice] = &[Quality::Live.choice(), Quality::Standard.choice(), Quality::Best.choice()];

const fn band() -> Kind {
    decibels(-BAND_RANGE_DB, BAND_RANGE_DB, 0.0)
}

const fn field(get: fn(&Settings) -> f32, set: fn(&mut Settings, f32)) -> Option<Field> {
    Some(Field { get, set })
}

fn flag(on: bool) -> f32 {
    f32::from(u8::from(on))
}

fn is_on(value: f32) -> bool {
    value > 0.5
}

fn get_statistic(s: &Settings) -> f32 {
    s.statistic.place() as f32
}

fn set_statistic(s: &mut Settings, value: f32) {
    // Spread and percentile are rows of their own, which are written after this one.
    s.statistic = match value as usize {
        0 => Statistic::MeanSigma { spread: DEFAULT_SPREAD },
        1 => Statistic::Median,
        _ => Statistic::Percentile { percent: DEFAULT_PERCENT },
    };
}

fn get_spread(s: &Settings) -> f32 {
    if let Statistic::MeanSigma { spread } = s.statistic { spread } else { DEFAULT_SPREAD }
}

fn set_spread(s: &mut Settings, value: f32) {
    if let Statistic::MeanSigma { spread } = &mut s.statistic {
        *spread = value;
    }
}

fn get_percent(s: &Settings) -> f32 {
    if let Statistic::Percentile { percent } = s.statistic { percent } else { DEFAULT_PERCENT }
}

fn set_percent(s: &mut Settings, value: f32) {
    if let Statistic::Percentile { percent } = &mut s.statistic {
        *percent = value;
    }
}

fn get_sharpness(s: &Settings) -> f32 {
    match s.sharpness {
        // An exponent is never Hard, however large it is.
        Sharpness::Exponent(exponent) if exponent > STEEPEST_EXPONENT => STEEPEST_EXPONENT,
        Sharpness::Exponent(exponent) => exponent,
        Sharpness::Hard => HARD.value,
    }
}

fn set_sharpness(s: &mut Settings, value: f32) {
    s.sharpness = if value > STEEPEST_EXPONENT { Sharpness::Hard } else { Sharpness::Exponent(value) };
}

/// Index of a member in a list whose first choice is "Automatic".
fn place<T: PartialEq>(all: &[T], chosen: Option<T>) -> f32 {
    chosen
        .and_then(|chosen| all.iter().position(|member| *member == chosen))
        .map_or(0.0, |place| (place + 1) as f32)
}

fn chosen<T: Copy>(all: &[T], value: f32) -> Option<T> {
    (value as usize).checked_sub(1).and_then(|place| all.get(place).copied())
}

fn get_rule(s: &Settings) -> f32 {
    place(Rule::ALL, s.rule)
}

fn set_rule(s: &mut Settings, value: f32) {
    s.rule = chosen(Rule::ALL, value);
}

fn get_estimator(s: &Settings) -> f32 {
    place(Estimator::ALL, s.estimator)
}

fn set_estimator(s: &mut Settings, value: f32) {
    s.estimator = chosen(Estimator::ALL, value);
}

impl Parameter {
    /// The threshold bands, in the order of [`BAND_CENTRES_HZ`].
    pub const BANDS: [Self; BANDS] = [
        Self::Band1,
        Self::Band2,
        Self::Band3,
        Self::Band4,
        Self::Band5,
        Self::Band6,
        Self::Band7,
        Self::Band8,
    ];

    /// Its row of the table. RT-safe.
    pub fn row(self) -> &'static Row {
        &ENTRIES[self as usize].row
    }

    /// The parameter with this id, if there is one. RT-safe.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|parameter| parameter.row().id == id)
    }
}

impl Default for Settings {
    /// The settings of a new instance: every row's default.
    fn default() -> Self {
        let mut settings = Self {
            statistic: Statistic::Median,
            threshold_db: 0.0,
            bands_db: [0.0; BANDS],
            curve: ThresholdCurve::default(),
            rule: None,
            estimator: None,
            sharpness: Sharpness::Hard,
            adapt: false,
            reduction_db: 0.0,
            tonal_db: 0.0,
            track: false,
            smoothing: 0.0,
            attack_ms: 0.0,
            release_ms: 0.0,
            freq_smoothing_erb: 0.0,
            time_median_ms: 0.0,
            link: 0.0,
            makeup: false,
            output_db: 0.0,
            mix: 0.0,
            listen: false,
            bypass: false,
        };
        settings.write(|parameter| parameter.row().default_value());
        settings
    }
}

impl Settings {
    /// The settings for the values of the parameters. RT-safe if `value_of` is.
    pub fn from_values(value_of: impl Fn(Parameter) -> f32) -> Self {
        let mut settings = Self::default();
        settings.write(value_of);
        settings
    }

    fn write(&mut self, value_of: impl Fn(Parameter) -> f32) {
        for (&parameter, entry) in Parameter::ALL.iter().zip(ENTRIES) {
            if let Some(field) = &entry.field {
                (field.set)(self, value_of(parameter));
            }
        }
    }

    /// The value of a parameter; the default for parameters that are not settings (Learn, Quality). RT-safe.
    pub fn value(&self, parameter: Parameter) -> f32 {
        let entry = &ENTRIES[parameter as usize];
        entry.field.as_ref().map_or(entry.row.default_value(), |field| (field.get)(self))
    }

    /// Every value clamped to its range. RT-safe.
    pub(crate) fn clamped(&self) -> Self {
        let mut settings = *self;
        settings.write(|parameter| parameter.row().clamp(self.value(parameter)));
        settings
    }

    /// Rule and estimator: the chosen ones, or those that measured best together at this quality. No network was trained for
    /// Live: there the learned estimator's choice is that of Automatic. RT-safe.
    pub fn method(&self, quality: Quality) -> (Rule, Estimator) {
        let serves = |estimator: &Estimator| *estimator != Estimator::Learned || quality != Quality::Live;
        let estimator = self.estimator.filter(serves).unwrap_or(match (self.rule, quality) {
            (Some(Rule::Gate), _) => Estimator::ThisFrame,
            (_, Quality::Live) => Estimator::DecisionDirected,
            (Some(Rule::LogMmse), Quality::Standard) => Estimator::TwoStep,
            (_, Quality::Standard | Quality::Best) => Estimator::Learned,
        });
        let rule = self.rule.unwrap_or(match (estimator, quality) {
            (Estimator::Learned, _) | (_, Quality::Best) => Rule::Wiener,
            (_, Quality::Live | Quality::Standard) => Rule::LogMmse,
        });
        (rule, estimator)
    }

    /// The spectral gate of textbooks: mean + 1.5 sigma, magnitude subtraction with exponent 2, no smoothing.
    pub fn textbook_gate() -> Self {
        Self {
            statistic: Statistic::MeanSigma { spread: 1.5 },
            rule: Some(Rule::Gate),
            estimator: Some(Estimator::ThisFrame),
            sharpness: Sharpness::Exponent(2.0),
            reduction_db: 60.0,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_in_its_place_and_has_an_id_of_its_own() {
        assert_eq!(ENTRIES.len(), Parameter::ALL.len());
        for (place, &parameter) in Parameter::ALL.iter().enumerate() {
            assert_eq!(parameter as usize, place);
            assert_eq!(Parameter::of_id(parameter.row().id), Some(parameter));
        }
    }

    #[test]
    fn every_value_that_is_written_is_read_back() {
        for &parameter in
            Parameter::ALL.iter().filter(|&&parameter| ENTRIES[parameter as usize].field.is_some())
        {
            let ends = match parameter.row().kind {
                Kind::Number(number) => vec![number.min, 0.5 * (number.min + number.max), number.top_value()],
                Kind::Switch { .. } => vec![0.0, 1.0],
                Kind::Choice { choices, .. } => (0..choices.len()).map(|place| place as f32).collect(),
            };
            for value in ends {
                let mut settings = Settings::textbook_gate();
                if parameter == Parameter::Percentile {
                    settings.statistic = Statistic::Percentile { percent: 60.0 };
                }
                (ENTRIES[parameter as usize].field.as_ref().unwrap().set)(&mut settings, value);
                assert_eq!(settings.value(parameter), value, "{}", parameter.row().id);
            }
        }
    }

    #[test]
    fn values_come_from_each_row_alone() {
        let mut values: Vec<f32> =
            Parameter::ALL.iter().map(|parameter| parameter.row().default_value()).collect();
        values[Parameter::Statistic as usize] = 2.0;
        values[Parameter::Percentile as usize] = 90.0;
        values[Parameter::Band3 as usize] = 6.0;
        values[Parameter::Rule as usize] = 2.0;
        values[Parameter::Sharpness as usize] = HARD.value;
        let settings = Settings::from_values(|parameter| values[parameter as usize]);
        let mut bands_db = [0.0; BANDS];
        bands_db[2] = 6.0;
        let wanted = Settings {
            statistic: Statistic::Percentile { percent: 90.0 },
            bands_db,
            rule: Some(Rule::Wiener),
            sharpness: Sharpness::Hard,
            ..Settings::default()
        };
        assert_eq!(settings, wanted);
    }

    #[test]
    fn bands_are_called_by_their_centres() {
        for ((band, hz), parameter) in BAND_CENTRES_HZ.into_iter().enumerate().zip(Parameter::BANDS) {
            let centre = if hz < 1000.0 { format!("{hz} Hz") } else { format!("{} kHz", hz / 1000.0) };
            assert_eq!(parameter.row().name, format!("Band {} ({centre})", band + 1));
        }
    }

    #[test]
    fn what_is_out_of_range_is_clamped() {
        let wild = Settings {
            statistic: Statistic::Percentile { percent: 200.0 },
            threshold_db: f32::NAN,
            reduction_db: f32::INFINITY,
            sharpness: Sharpness::Exponent(-3.0),
            link: 7.0,
            ..Settings::default()
        };
        let clamped = wild.clamped();
        assert_eq!((clamped.threshold_db, clamped.reduction_db, clamped.link), (-24.0, 60.0, 1.0));
        assert_eq!(clamped.sharpness, Sharpness::Exponent(0.5));
        assert_eq!(clamped.statistic, Statistic::Percentile { percent: 99.9 });
        let steep = Settings { sharpness: Sharpness::Exponent(1e9), ..wild };
        assert_eq!(steep.clamped().sharpness, Sharpness::Exponent(8.0), "no exponent is Hard");
    }
}
