//! Every parameter, once: id, name, unit, range, text and group, and how all of them become the engine's
//! [`Settings`]. An id never changes: projects and automation refer to it.
//!
//! Defaults come from [`Settings::default`], so that the plugin, the command line and the tests begin alike.

use std::marker::PhantomData;
use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

use crate::learn_switch::LearnSwitch as LearnLatch;
use crate::project::editor_size::EditorSizeCell;
use crate::project::profile_store::ProfileStore;
use lull_engine::settings::{
    BAND_CENTRES_HZ, BANDS, Estimator, LearnWindow, MAX_TIME_MEDIAN_MS, Quality, Rule, Settings, Sharpness,
    Statistic,
};

/// Name of [`LullParams::learn_latch`] among a project's fields.
pub const LEARN_LATCH: &str = "learn_latch";
/// Range of a threshold band, both ways.
pub const BAND_RANGE_DB: f32 = 24.0;
/// Longest learn window in seconds, and the position above it that stands for "While On".
const LONGEST_LEARN_S: f32 = 10.0;
const LEARN_WHILE_ON: f32 = 10.1;
const WHILE_ON: &str = "While On";
/// Steepest exponent of the gate, and the position above it that stands for "Hard".
const STEEPEST: f32 = 8.0;
const HARD_POSITION: f32 = 8.1;
const HARD: &str = "Hard";

/// [`Statistic`] without its figures, which are parameters of their own.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatisticChoice {
    #[id = "mean_sigma"]
    #[name = "Mean + k sigma"]
    MeanSigma,
    #[id = "median"]
    Median,
    #[id = "percentile"]
    Percentile,
}

/// [`Rule`], and the choice to leave it to the engine.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleChoice {
    #[id = "automatic"]
    Automatic,
    #[id = "gate"]
    Gate,
    #[id = "wiener"]
    Wiener,
    #[id = "log_mmse"]
    #[name = "Log-MMSE"]
    LogMmse,
}

/// [`Estimator`], and the choice to leave it to the engine.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum EstimatorChoice {
    #[id = "automatic"]
    Automatic,
    #[id = "this_frame"]
    #[name = "This Frame"]
    ThisFrame,
    #[id = "decision_directed"]
    #[name = "Decision-Directed"]
    DecisionDirected,
    #[id = "two_step"]
    #[name = "Two-Step"]
    TwoStep,
    #[id = "non_local_means"]
    #[name = "Non-Local Means"]
    NonLocalMeans,
    #[id = "combined"]
    Combined,
}

#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum QualityChoice {
    #[id = "live"]
    Live,
    #[id = "standard"]
    Standard,
    #[id = "best"]
    Best,
}

/// All that a project keeps.
#[derive(Params)]
pub struct LullParams {
    #[persist = "profile"]
    pub profile: Arc<ProfileStore>,
    /// Its name is [`LEARN_LATCH`].
    #[persist = "learn_latch"]
    pub learn_latch: LearnLatch,
    #[persist = "editor"]
    pub editor_size: EditorSizeCell,

    #[nested(group = "Learn")]
    pub learn: LearnParams,
    #[nested(group = "Mask")]
    pub mask: MaskParams,
    #[nested(group = "Bands")]
    pub bands: BandParams,
    #[nested(group = "Smoothing")]
    pub smoothing: SmoothingParams,
    #[nested(group = "Output")]
    pub output: OutputParams,
    /// Last, so that a bridge that needs it not can leave it out.
    #[nested(group = "Project")]
    pub project: ProjectParams,
}

#[derive(Params)]
pub struct LearnParams {
    #[id = "learn"]
    pub learn: BoolParam,
    #[id = "learn_window"]
    pub window: FloatParam,
    #[id = "learn_add"]
    pub add: BoolParam,
    #[id = "statistic"]
    pub statistic: EnumParam<StatisticChoice>,
    #[id = "spread"]
    pub spread: FloatParam,
    #[id = "percentile"]
    pub percentile: FloatParam,
}

#[derive(Params)]
pub struct MaskParams {
    #[id = "threshold"]
    pub threshold: FloatParam,
    #[id = "sharpness"]
    pub sharpness: FloatParam,
    #[id = "reduction"]
    pub reduction: FloatParam,
    #[id = "rule"]
    pub rule: EnumParam<RuleChoice>,
    #[id = "adapt"]
    pub adapt: BoolParam,
    #[id = "estimator"]
    pub estimator: EnumParam<EstimatorChoice>,
}

#[derive(Params)]
pub struct BandParams {
    #[id = "band_1"]
    pub band_1: FloatParam,
    #[id = "band_2"]
    pub band_2: FloatParam,
    #[id = "band_3"]
    pub band_3: FloatParam,
    #[id = "band_4"]
    pub band_4: FloatParam,
    #[id = "band_5"]
    pub band_5: FloatParam,
    #[id = "band_6"]
    pub band_6: FloatParam,
    #[id = "band_7"]
    pub band_7: FloatParam,
    #[id = "band_8"]
    pub band_8: FloatParam,
}

#[derive(Params)]
pub struct SmoothingParams {
    #[id = "smoothing"]
    pub smoothing: FloatParam,
    #[id = "attack"]
    pub attack: FloatParam,
    #[id = "release"]
    pub release: FloatParam,
    #[id = "freq_smoothing"]
    pub frequency: FloatParam,
    #[id = "time_median"]
    pub time_median: FloatParam,
}

#[derive(Params)]
pub struct OutputParams {
    #[id = "link"]
    pub link: FloatParam,
    #[id = "makeup"]
    pub makeup: BoolParam,
    #[id = "output"]
    pub output: FloatParam,
    #[id = "mix"]
    pub mix: FloatParam,
    #[id = "listen"]
    pub listen: BoolParam,
    #[id = "bypass"]
    pub bypass: BoolParam,
    #[id = "quality"]
    pub quality: EnumParam<QualityChoice>,
}

/// What a host keeps and no user sets.
#[derive(Params)]
pub struct ProjectParams {
    /// Turns over when the noise profile was imported or an undo has changed it. VST3 hosts ask to save a project only
    /// if a parameter has changed, and the framework has no other way to tell them.
    #[id = "profile_revision"]
    pub profile_revision: BoolParam,
}

impl Default for LullParams {
    fn default() -> Self {
        let d = Settings::default();
        let (statistic, spread) = match d.statistic {
            Statistic::MeanSigma { spread } => (StatisticChoice::MeanSigma, spread),
            Statistic::Median => (StatisticChoice::Median, 1.5),
            Statistic::Percentile { .. } => (StatisticChoice::Percentile, 1.5),
        };
        let percent = if let Statistic::Percentile { percent } = d.statistic { percent } else { 95.0 };
        let rule = match d.rule {
            None => RuleChoice::Automatic,
            Some(Rule::Gate) => RuleChoice::Gate,
            Some(Rule::Wiener) => RuleChoice::Wiener,
            Some(Rule::LogMmse) => RuleChoice::LogMmse,
        };
        let estimator = match d.estimator {
            None => EstimatorChoice::Automatic,
            Some(Estimator::ThisFrame) => EstimatorChoice::ThisFrame,
            Some(Estimator::DecisionDirected) => EstimatorChoice::DecisionDirected,
            Some(Estimator::TwoStep) => EstimatorChoice::TwoStep,
            Some(Estimator::NonLocalMeans) => EstimatorChoice::NonLocalMeans,
            Some(Estimator::Combined) => EstimatorChoice::Combined,
        };
        Self {
            profile: Arc::new(ProfileStore::default()),
            learn_latch: LearnLatch::default(),
            editor_size: EditorSizeCell::default(),
            learn: LearnParams {
                learn: switch("Learn", d.learn),
                window: learn_window(match d.learn_window {
                    LearnWindow::Seconds(seconds) => seconds,
                    LearnWindow::WhileOn => LEARN_WHILE_ON,
                }),
                add: switch("Learn Add", d.learn_add),
                statistic: EnumParam::new("Statistic", statistic),
                spread: plain("Spread", spread, 0.0, 4.0, " sigma", 2),
                percentile: plain("Percentile", percent, 50.0, 99.9, " %", 1),
            },
            mask: MaskParams {
                threshold: decibels("Threshold", d.threshold_db, -24.0, 24.0),
                sharpness: sharpness(match d.sharpness {
                    Sharpness::Exponent(exponent) => exponent,
                    Sharpness::Hard => HARD_POSITION,
                }),
                reduction: decibels("Reduction", d.reduction_db, 0.0, 60.0),
                rule: EnumParam::new("Rule", rule),
                adapt: switch("Adapt", d.adapt),
                estimator: EnumParam::new("Estimator", estimator),
            },
            bands: BandParams {
                band_1: band(0, d.bands_db[0]),
                band_2: band(1, d.bands_db[1]),
                band_3: band(2, d.bands_db[2]),
                band_4: band(3, d.bands_db[3]),
                band_5: band(4, d.bands_db[4]),
                band_6: band(5, d.bands_db[5]),
                band_7: band(6, d.bands_db[6]),
                band_8: band(7, d.bands_db[7]),
            },
            smoothing: SmoothingParams {
                smoothing: share("Smoothing", d.smoothing),
                attack: time("Attack", d.attack_ms, 200.0),
                release: time("Release", d.release_ms, 1000.0),
                frequency: plain("Frequency Smoothing", d.freq_smoothing_erb, 0.0, 2.0, " ERB", 2),
                time_median: plain("Time Median", d.time_median_ms, 0.0, MAX_TIME_MEDIAN_MS, " ms", 0),
            },
            output: OutputParams {
                link: share("Stereo Link", d.link),
                makeup: switch("Makeup", d.makeup),
                output: decibels("Output", d.output_db, -24.0, 24.0),
                mix: share("Mix", d.mix),
                listen: switch("Listen", d.listen),
                bypass: switch("Bypass", d.bypass).make_bypass(),
                quality: EnumParam::new("Quality", QualityChoice::Standard).non_automatable(),
            },
            project: ProjectParams {
                profile_revision: switch("Profile Revision", false).hide().non_automatable(),
            },
        }
    }
}

impl LullParams {
    /// The settings that the parameters stand for at this moment. RT-safe.
    pub fn settings(&self) -> Settings {
        let Self { learn, mask, smoothing, output, .. } = self;
        let window = learn.window.value();
        let exponent = mask.sharpness.value();
        Settings {
            learn: learn.learn.value(),
            learn_window: if window > LONGEST_LEARN_S + 0.05 {
                LearnWindow::WhileOn
            } else {
                LearnWindow::Seconds(window)
            },
            learn_add: learn.add.value(),
            statistic: match learn.statistic.value() {
                StatisticChoice::MeanSigma => Statistic::MeanSigma { spread: learn.spread.value() },
                StatisticChoice::Median => Statistic::Median,
                StatisticChoice::Percentile => Statistic::Percentile { percent: learn.percentile.value() },
            },
            threshold_db: mask.threshold.value(),
            bands_db: self.bands.all().map(FloatParam::value),
            rule: match mask.rule.value() {
                RuleChoice::Automatic => None,
                RuleChoice::Gate => Some(Rule::Gate),
                RuleChoice::Wiener => Some(Rule::Wiener),
                RuleChoice::LogMmse => Some(Rule::LogMmse),
            },
            estimator: match mask.estimator.value() {
                EstimatorChoice::Automatic => None,
                EstimatorChoice::ThisFrame => Some(Estimator::ThisFrame),
                EstimatorChoice::DecisionDirected => Some(Estimator::DecisionDirected),
                EstimatorChoice::TwoStep => Some(Estimator::TwoStep),
                EstimatorChoice::NonLocalMeans => Some(Estimator::NonLocalMeans),
                EstimatorChoice::Combined => Some(Estimator::Combined),
            },
            sharpness: if exponent > STEEPEST { Sharpness::Hard } else { Sharpness::Exponent(exponent) },
            adapt: mask.adapt.value(),
            reduction_db: mask.reduction.value(),
            smoothing: smoothing.smoothing.value(),
            attack_ms: smoothing.attack.value(),
            release_ms: smoothing.release.value(),
            freq_smoothing_erb: smoothing.frequency.value(),
            time_median_ms: smoothing.time_median.value(),
            link: output.link.value(),
            makeup: output.makeup.value(),
            output_db: output.output.value(),
            mix: output.mix.value(),
            listen: output.listen.value(),
            bypass: output.bypass.value(),
        }
    }

    /// The quality that is asked for; the engine takes it up when it is next made. RT-safe.
    pub fn quality(&self) -> Quality {
        match self.output.quality.value() {
            QualityChoice::Live => Quality::Live,
            QualityChoice::Standard => Quality::Standard,
            QualityChoice::Best => Quality::Best,
        }
    }

    /// All parameters that a user sets, with their ids, in their order. Setup only.
    pub fn all(&self) -> Vec<(String, ParamView<'_>)> {
        let mut all = self.kept();
        all.retain(|(_, view)| !view.is_hidden());
        all
    }

    /// All parameters that a project keeps, with their ids, in their order: hidden ones as well. Setup only.
    pub fn kept(&self) -> Vec<(String, ParamView<'_>)> {
        let view = |(id, param, _)| (id, ParamView { param, owner: PhantomData });
        self.param_map().into_iter().map(view).collect()
    }

    /// A view of one of these parameters.
    ///
    /// # Safety
    /// `param` points to one of them.
    pub unsafe fn view_of(&self, param: ParamPtr) -> ParamView<'_> {
        ParamView { param, owner: PhantomData }
    }

    /// Sets a parameter from text as a user types it ("3", "3 dB", "Hard"). For owners without a host, such
    /// as the command line: a host is not told. Setup only.
    ///
    /// # Errors
    /// In words for the user, when there is no such id or the text is no value of it.
    pub fn set_from_text(&mut self, id: &str, text: &str) -> Result<(), String> {
        let all = self.all();
        let Some((_, view)) = all.iter().find(|(known, _)| known == id) else {
            let known: Vec<_> = all.iter().map(|(id, _)| id.as_str()).collect();
            return Err(format!("there is no parameter '{id}'; there are {}", known.join(", ")));
        };
        let normalized = view
            .parse_loosely(text)
            .ok_or_else(|| format!("'{text}' is no value for {id}; it has {}", view.range_in_words()))?;
        // SAFETY: `view.param` points into `self`, which is borrowed here, and alone.
        unsafe { view.param._internal_set_normalized_value(normalized) };
        Ok(())
    }

    /// Lays out the pages that controllers show, the most used first.
    pub fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        let Self { learn, mask, smoothing, output, .. } = self;
        context.add_section("Lull", |section| {
            section.add_page("Main", |page| {
                page.add_param(&learn.learn);
                page.add_param(&mask.threshold);
                page.add_param(&mask.sharpness);
                page.add_param(&mask.reduction);
                page.add_param(&smoothing.smoothing);
                page.add_param(&output.mix);
                page.add_param(&output.output);
                page.add_param(&output.listen);
            });
            section
                .add_page("Bands", |page| self.bands.all().into_iter().for_each(|band| page.add_param(band)));
            section.add_page("Learn", |page| {
                page.add_param(&learn.learn);
                page.add_param(&learn.window);
                page.add_param(&learn.add);
                page.add_param(&learn.statistic);
                page.add_param(&learn.spread);
                page.add_param(&learn.percentile);
                page.add_param(&mask.rule);
                page.add_param(&mask.estimator);
            });
            section.add_page("Smoothing and output", |page| {
                page.add_param(&smoothing.attack);
                page.add_param(&smoothing.release);
                page.add_param(&smoothing.frequency);
                page.add_param(&smoothing.time_median);
                page.add_param(&output.link);
                page.add_param(&output.makeup);
                page.add_param(&output.mix);
                page.add_param(&output.output);
            });
        });
    }
}

impl BandParams {
    /// In the order of [`BAND_CENTRES_HZ`].
    pub fn all(&self) -> [&FloatParam; BANDS] {
        let Self { band_1, band_2, band_3, band_4, band_5, band_6, band_7, band_8 } = self;
        [band_1, band_2, band_3, band_4, band_5, band_6, band_7, band_8]
    }
}

/// A parameter of any type, as long as its owner lives.
#[derive(Clone, Copy)]
pub struct ParamView<'a> {
    param: ParamPtr,
    owner: PhantomData<&'a ()>,
}

impl<'a> ParamView<'a> {
    pub fn of(param: &'a impl Param) -> Self {
        Self { param: param.as_ptr(), owner: PhantomData }
    }

    /// The framework's pointer, for calls that need it.
    pub fn pointer(&self) -> ParamPtr {
        self.param
    }

    /// Whether it is for hosts alone.
    pub fn is_hidden(&self) -> bool {
        // SAFETY: the pointer is of the owner, which the lifetime keeps alive.
        unsafe { self.param.flags() }.contains(ParamFlags::HIDDEN)
    }

    pub fn name(&self) -> String {
        // SAFETY, here and below: the pointer is of the owner, which the lifetime keeps alive.
        unsafe { self.param.name() }.to_owned()
    }

    /// The text of a position from 0 to 1, with its unit.
    pub fn text(&self, normalized: f32) -> String {
        // SAFETY: see `name`.
        unsafe { self.param.normalized_value_to_string(normalized, true) }
    }

    /// The position from 0 to 1 of a text.
    pub fn parse(&self, text: &str) -> Option<f32> {
        // SAFETY: see `name`.
        unsafe { self.param.string_to_normalized_value(text) }
    }

    /// As [`Self::parse`], and names of choices in any case, with any of " ", "-" and "_" between words.
    fn parse_loosely(&self, text: &str) -> Option<f32> {
        let text = text.trim();
        self.parse(text).or_else(|| {
            let mut names = self.choices().into_iter();
            names.find(|(_, name)| plainly(name) == plainly(text)).map(|(normalized, _)| normalized)
        })
    }

    /// Steps from the lowest value to the highest, if they can be counted.
    pub fn steps(&self) -> Option<usize> {
        // SAFETY: see `name`.
        unsafe { self.param.step_count() }
    }

    /// Whether it is a choice among values that have names.
    pub fn is_choice(&self) -> bool {
        matches!(self.param, ParamPtr::EnumParam(_))
    }

    /// Positions and names of all values, if they can be counted.
    pub fn choices(&self) -> Vec<(f32, String)> {
        let steps = self.steps();
        let position = |step, steps| step as f32 / steps as f32;
        steps.map_or(Vec::new(), |steps| {
            (0..=steps).map(|step| (position(step, steps), self.text(position(step, steps)))).collect()
        })
    }

    pub fn range_in_words(&self) -> String {
        let names: Vec<_> = self.choices().into_iter().map(|(_, name)| name).collect();
        if names.is_empty() {
            format!("a range from {} to {}", self.text(0.0), self.text(1.0))
        } else {
            format!("the values {}", names.join(", "))
        }
    }

    pub fn default_normalized(&self) -> f32 {
        // SAFETY: see `name`.
        unsafe { self.param.default_normalized_value() }
    }

    pub fn normalized(&self) -> f32 {
        // SAFETY: see `name`.
        unsafe { self.param.unmodulated_normalized_value() }
    }
}

/// A name as it is compared when people type it.
fn plainly(name: &str) -> String {
    name.to_lowercase().replace([' ', '-'], "_")
}

fn band(index: usize, default_db: f32) -> FloatParam {
    let hz = BAND_CENTRES_HZ[index];
    let name = if hz < 1000.0 {
        format!("Band {} ({hz} Hz)", index + 1)
    } else {
        format!("Band {} ({} kHz)", index + 1, hz / 1000.0)
    };
    decibels(&name, default_db, -BAND_RANGE_DB, BAND_RANGE_DB)
}

fn decibels(name: &str, default: f32, min: f32, max: f32) -> FloatParam {
    plain(name, default, min, max, " dB", 1)
}

/// A time with the finer steps at its short end.
fn time(name: &str, default: f32, max: f32) -> FloatParam {
    let range = FloatRange::Skewed { min: 0.0, max, factor: FloatRange::skew_factor(-1.5) };
    with_text(FloatParam::new(name, default, range), " ms", 1)
}

fn plain(name: &str, default: f32, min: f32, max: f32, unit: &'static str, digits: usize) -> FloatParam {
    with_text(FloatParam::new(name, default, FloatRange::Linear { min, max }), unit, digits)
}

/// A share from 0 to 1, shown in percent.
fn share(name: &str, default: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min: 0.0, max: 1.0 })
        .with_unit(" %")
        .with_value_to_string(Arc::new(|value| format!("{:.0}", value * 100.0)))
        .with_string_to_value(Arc::new(|text| number(text, "%").map(|percent| percent / 100.0)))
}

fn with_text(param: FloatParam, unit: &'static str, digits: usize) -> FloatParam {
    param
        .with_unit(unit)
        .with_value_to_string(Arc::new(move |value| tidy(value, digits)))
        .with_string_to_value(Arc::new(move |text| number(text, unit)))
}

/// A switch; text that is neither on nor off is no value of it.
fn switch(name: &str, default: bool) -> BoolParam {
    const WORDS: [(&str, bool); 6] =
        [("on", true), ("off", false), ("true", true), ("false", false), ("1", true), ("0", false)];
    BoolParam::new(name, default).with_string_to_value(Arc::new(|text| {
        let text = text.trim();
        WORDS.into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, on)| on)
    }))
}

fn learn_window(default: f32) -> FloatParam {
    let range = FloatRange::Skewed { min: 0.1, max: LEARN_WHILE_ON, factor: FloatRange::skew_factor(-1.0) };
    FloatParam::new("Learn Window", default, range)
        .with_step_size(0.1)
        .with_value_to_string(Arc::new(|value| {
            if value > LONGEST_LEARN_S + 0.05 { WHILE_ON.to_owned() } else { format!("{value:.1} s") }
        }))
        .with_string_to_value(Arc::new(|text| {
            if text.trim().eq_ignore_ascii_case(WHILE_ON) {
                return Some(LEARN_WHILE_ON);
            }
            number(text, "s").map(|seconds| seconds.min(LONGEST_LEARN_S))
        }))
}

fn sharpness(default: f32) -> FloatParam {
    let range = FloatRange::Skewed { min: 0.5, max: HARD_POSITION, factor: FloatRange::skew_factor(-1.0) };
    FloatParam::new("Sharpness", default, range)
        .with_value_to_string(Arc::new(
            |value| {
                if value > STEEPEST { HARD.to_owned() } else { tidy(value, 2) }
            },
        ))
        .with_string_to_value(Arc::new(|text| {
            if text.trim().eq_ignore_ascii_case(HARD) {
                return Some(HARD_POSITION);
            }
            number(text, "").map(|exponent| exponent.min(STEEPEST))
        }))
}

/// The number rounded to `digits`, and no "-0".
fn tidy(value: f32, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// The finite number in front of its unit, which may be left out.
fn number(text: &str, unit: &str) -> Option<f32> {
    let (text, unit) = (text.trim().to_lowercase(), unit.trim().to_lowercase());
    let number = text.strip_suffix(&unit).unwrap_or(&text).trim().parse::<f32>().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_engines() {
        assert_eq!(LullParams::default().settings(), Settings::default());
        assert_eq!(LullParams::default().quality(), Quality::default());
    }

    #[test]
    fn ids_are_those_that_projects_know() {
        let params = LullParams::default();
        let ids: Vec<_> = params.all().into_iter().map(|(id, _)| id).collect();
        let known = "learn learn_window learn_add statistic spread percentile threshold sharpness reduction rule adapt \
                     estimator band_1 band_2 band_3 band_4 band_5 band_6 band_7 band_8 smoothing attack release \
                     freq_smoothing time_median link makeup output mix listen bypass quality";
        assert_eq!(ids, known.split_whitespace().collect::<Vec<_>>());
        let kept = params.kept();
        assert_eq!(kept.last().map(|(id, _)| &**id), Some("profile_revision"));
        assert_eq!(kept.len(), ids.len() + 1);
    }

    #[test]
    fn text_goes_to_a_value_and_back_with_its_unit() {
        let params = LullParams::default();
        for (id, view) in params.all() {
            for step in 0..=20 {
                let text = view.text(step as f32 / 20.0);
                let parsed = view.parse(&text).unwrap_or_else(|| panic!("{id}: '{text}' is not understood"));
                assert_eq!(view.text(parsed), text, "{id}");
            }
        }
    }

    #[test]
    fn units_are_shown() {
        let params = LullParams::default();
        let texts = |id: &str| {
            let all = params.all();
            let (_, view) = all.iter().find(|(known, _)| known == id).unwrap();
            [view.text(0.0), view.text(1.0)]
        };
        assert_eq!(texts("learn_window"), ["0.1 s", "While On"]);
        assert_eq!(texts("threshold"), ["-24.0 dB", "24.0 dB"]);
        assert_eq!(texts("sharpness"), ["0.50", "Hard"]);
        assert_eq!(texts("reduction"), ["0.0 dB", "60.0 dB"]);
        assert_eq!(texts("percentile"), ["50.0 %", "99.9 %"]);
        assert_eq!(texts("attack"), ["0.0 ms", "200.0 ms"]);
        assert_eq!(texts("freq_smoothing"), ["0.00 ERB", "2.00 ERB"]);
        assert_eq!(texts("link"), ["0 %", "100 %"]);
    }

    #[test]
    fn the_top_positions_have_their_own_meaning() {
        let mut params = LullParams::default();
        params.set_from_text("sharpness", "hard").unwrap();
        params.set_from_text("learn_window", "While On").unwrap();
        assert_eq!(params.settings().sharpness, Sharpness::Hard);
        assert_eq!(params.settings().learn_window, LearnWindow::WhileOn);
        params.set_from_text("rule", "wiener").unwrap();
        assert_eq!(params.settings().rule, Some(Rule::Wiener));
        params.set_from_text("estimator", "non_local_means").unwrap();
        assert_eq!(params.settings().estimator, Some(Estimator::NonLocalMeans));
        for (text, on) in [("1", true), ("off", false), ("On", true), ("0", false), ("TRUE", true)] {
            params.set_from_text("adapt", text).unwrap();
            assert_eq!(params.settings().adapt, on, "{text}");
        }
        params.set_from_text("sharpness", "8").unwrap();
        params.set_from_text("learn_window", "10 s").unwrap();
        let Sharpness::Exponent(exponent) = params.settings().sharpness else { panic!("8 is no hard gate") };
        assert!((exponent - 8.0).abs() < 1e-3);
        let LearnWindow::Seconds(seconds) = params.settings().learn_window else { panic!("10 s is a time") };
        assert!((seconds - 10.0).abs() < 1e-3);
    }

    #[test]
    fn wrong_text_is_refused_in_words() {
        let mut params = LullParams::default();
        assert!(params.set_from_text("treshold", "3").unwrap_err().contains("threshold"));
        assert!(params.set_from_text("threshold", "loud").unwrap_err().contains("-24.0 dB to 24.0 dB"));
        assert!(params.set_from_text("rule", "max").unwrap_err().contains("Automatic, Gate, Wiener"));
        assert!(params.set_from_text("threshold", "NaN").is_err());
        assert!(params.set_from_text("adapt", "perhaps").unwrap_err().contains("Off, On"));
        assert_eq!(params.settings(), Settings::default());
    }
}
