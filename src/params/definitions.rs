//! All that a project keeps: the engine's parameters, one for each row of its table, and what is no parameter.

use std::sync::Arc;

use lull_engine::{LearnWindow, Parameter, Quality, Settings, Values};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

use super::host_param::HostParam;
use super::view::ParamView;
use crate::heard_supply::HeardSupply;
use crate::host_state::HostState;
use crate::learn_switch::LearnSwitch;
use crate::project::curve_store::CurveStore;
use crate::project::editor_size::EditorSizeCell;
use crate::project::profile_store::ProfileStore;

/// Name of [`LullParams::learn_switch`] among a project's fields.
pub const LEARN_SWITCH_FIELD: &str = "learn_latch";

/// Name of [`LullParams::curve`] among a project's fields.
pub const CURVE_FIELD: &str = "curve";

/// All that a project keeps.
#[derive(Params)]
pub struct LullParams {
    /// The noise profile.
    #[persist = "profile"]
    pub profile: Arc<ProfileStore>,
    /// The points of the threshold. Its name is [`CURVE_FIELD`].
    #[persist = "curve"]
    pub curve: CurveStore,
    /// Its name is [`LEARN_SWITCH_FIELD`].
    #[persist = "learn_latch"]
    pub learn_switch: LearnSwitch,
    /// Size of the editor's window.
    #[persist = "editor"]
    pub editor_size: EditorSizeCell,
    /// Memory for what is heard. No project keeps it.
    pub heard: HeardSupply,
    /// What the host says of itself. No project keeps it.
    pub host_state: HostState,

    #[nested]
    rows: RowParams,
    /// Last, so that a bridge that does not need it can leave it out.
    #[nested(group = "Project")]
    pub project: ProjectParams,
}

/// The parameters of the engine's table, in its order.
struct RowParams(Vec<HostParam>);

// SAFETY: the pointers are those of the vector's elements (or of boxes in them), and the vector is never changed, so that
// they are valid for as long as it lives.
unsafe impl Params for RowParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let rows = Parameter::ALL.iter().map(|parameter| parameter.row());
        rows.zip(&self.0)
            .map(|(row, param)| (row.id.to_owned(), param.pointer(), row.group.to_owned()))
            .collect()
    }
}

/// What a host keeps and no user sets.
#[derive(Params)]
pub struct ProjectParams {
    /// Toggled when the noise profile was imported or changed by an undo, or the points of the threshold changed. VST3 hosts ask to save a project only if a
    /// parameter has changed, and the framework has no other way to tell them.
    #[id = "profile_revision"]
    pub profile_revision: BoolParam,
}

impl Default for LullParams {
    fn default() -> Self {
        let profile_revision = BoolParam::new("Profile Revision", false).hide().non_automatable();
        Self {
            profile: Arc::new(ProfileStore::default()),
            curve: CurveStore::default(),
            learn_switch: LearnSwitch::default(),
            editor_size: EditorSizeCell::default(),
            heard: HeardSupply::default(),
            host_state: HostState::default(),
            rows: RowParams(Parameter::ALL.iter().copied().map(HostParam::new).collect()),
            project: ProjectParams { profile_revision },
        }
    }
}

impl LullParams {
    /// The value of a parameter: a number in its unit, 0 or 1 of a switch, a place in a list. RT-safe.
    pub fn value(&self, parameter: Parameter) -> f32 {
        self.rows.0[parameter as usize].value()
    }

    /// Whether a switch is on. RT-safe.
    pub fn is_on(&self, switch: Parameter) -> bool {
        self.value(switch) > 0.5
    }

    /// The settings that the parameters stand for at this moment, without the points of [`Self::curve`]. RT-safe.
    pub fn settings(&self) -> Settings {
        Settings::from_values(|parameter| self.value(parameter))
    }

    /// What Learn listens to. RT-safe.
    pub fn learn_window(&self) -> LearnWindow {
        lull_engine::learn_window(|parameter| self.value(parameter))
    }

    /// Makes the engine keep what it hears, if Learn is to listen to that. Setup only.
    pub fn supply_heard(&self) {
        if self.learn_window().needs_memory() {
            self.heard.want();
        }
    }

    /// The chosen quality; it applies to the next engine that is made. RT-safe.
    pub fn quality(&self) -> Quality {
        Quality::ALL[self.value(Parameter::Quality) as usize]
    }

    /// A parameter as the editor shows it. RT-safe.
    pub fn view(&self, parameter: Parameter) -> ParamView<'_> {
        // SAFETY: the pointer is that of a parameter of `self`, which the view borrows.
        unsafe { ParamView::of_pointer(self.rows.0[parameter as usize].pointer()) }
    }

    /// A view of one of these parameters.
    ///
    /// # Safety
    /// `param` points to one of them.
    pub unsafe fn view_of(&self, param: ParamPtr) -> ParamView<'_> {
        // SAFETY: as promised by the caller; the view borrows `self`.
        unsafe { ParamView::of_pointer(param) }
    }

    /// All parameters that a user sets, with their ids, in their order. Setup only.
    pub fn all(&self) -> Vec<(String, ParamView<'_>)> {
        let mut all = self.kept();
        all.retain(|(_, view)| !view.is_hidden());
        all
    }

    /// All parameters that a project keeps, with their ids, in their order: hidden ones as well. Setup only.
    pub fn kept(&self) -> Vec<(String, ParamView<'_>)> {
        // SAFETY: the pointers are those of parameters of `self`, which the views borrow.
        let view = |(id, param, _)| (id, unsafe { ParamView::of_pointer(param) });
        self.param_map().into_iter().map(view).collect()
    }

    /// Sets a parameter from text as a user types it ("3", "3 dB", "Hard"). For owners without a host, such as presets: a
    /// host is not told. Setup only.
    ///
    /// # Errors
    /// In words for the user, when there is no such id or the text is no value of it.
    pub fn set_from_text(&mut self, id: &str, text: &str) -> Result<(), String> {
        let mut values = Values::default();
        let parameter = values.set_text(id, text)?;
        let param = self.rows.0[parameter as usize].pointer();
        // SAFETY: `param` points into `self`, which is borrowed here, and alone.
        unsafe { param._internal_set_normalized_value(param.preview_normalized(values.get(parameter))) };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use lull_engine::parameter::Kind;
    use lull_engine::{Rule, Sharpness};

    use super::*;

    #[test]
    fn every_row_is_a_parameter_with_its_default_range_and_text() {
        let params = LullParams::default();
        assert_eq!(params.settings(), Settings::default());
        assert_eq!(params.quality(), Quality::default());
        for &parameter in Parameter::ALL {
            let (row, view) = (parameter.row(), params.view(parameter));
            assert_eq!(params.value(parameter), row.default_value(), "{}", row.id);
            assert_eq!(view.name(), row.name);
            let ends = match row.kind {
                Kind::Number(number) => [number.min, number.top_value()],
                Kind::Switch { .. } => [0.0, 1.0],
                Kind::Choice { choices, .. } => [0.0, (choices.len() - 1) as f32],
            };
            assert_eq!([view.text(0.0), view.text(1.0)], ends.map(|value| row.text(value)), "{}", row.id);
            for step in 0..=20 {
                let text = view.text(step as f32 / 20.0);
                let parsed = view.parse(&text).unwrap_or_else(|| panic!("{}: '{text}'", row.id));
                assert_eq!(view.text(parsed), text, "{}", row.id);
            }
        }
    }

    #[test]
    fn ids_are_those_that_projects_know() {
        let params = LullParams::default();
        let mut ids: Vec<_> = params.all().into_iter().map(|(id, _)| id).collect();
        let count = ids.len();
        let known = "learn learn_window learn_from learn_add statistic spread percentile threshold sharpness reduction tonal_reduction track rule adapt \
                     estimator band_1 band_2 band_3 band_4 band_5 band_6 band_7 band_8 smoothing attack release \
                     freq_smoothing time_median link makeup output mix listen bypass quality";
        let known: Vec<_> = known.split_whitespace().collect();
        // There may be more of them, wherever they fit.
        ids.retain(|id| known.contains(&id.as_str()));
        assert_eq!(ids, known);
        let kept = params.kept();
        assert_eq!(kept.last().map(|(id, _)| &**id), Some("profile_revision"));
        assert_eq!(kept.len(), count + 1);
    }

    #[test]
    fn choices_keep_the_ids_that_projects_store() {
        let params = LullParams::default();
        let ids = |parameter: Parameter| match parameter.row().kind {
            Kind::Choice { choices, .. } => choices.iter().map(|choice| choice.id).collect::<Vec<_>>(),
            _ => vec![],
        };
        // Hosts store places in these lists: new ones go last.
        assert!(ids(Parameter::Statistic).starts_with(&["mean_sigma", "median", "percentile"]));
        assert!(ids(Parameter::Rule).starts_with(&["automatic", "gate", "wiener", "log_mmse"]));
        let estimators = [
            "automatic",
            "this_frame",
            "decision_directed",
            "two_step",
            "non_local_means",
            "combined",
            "learned",
        ];
        assert!(ids(Parameter::Estimator).starts_with(&estimators));
        assert!(ids(Parameter::Quality).starts_with(&["live", "standard", "best"]));
        for parameter in [Parameter::Statistic, Parameter::Rule, Parameter::Estimator, Parameter::Quality] {
            let ParamPtr::EnumParam(choice) = params.view(parameter).pointer() else { panic!("a choice") };
            for id in ids(parameter) {
                // SAFETY: `params` lives.
                unsafe {
                    assert!((*choice).set_from_id(id));
                    assert_eq!((*choice).unmodulated_plain_id(), Some(id));
                }
                assert_eq!(ids(parameter)[params.value(parameter) as usize], id);
            }
        }
    }

    #[test]
    fn the_top_positions_have_their_own_meaning() {
        let mut params = LullParams::default();
        params.set_from_text("sharpness", "hard").unwrap();
        params.set_from_text("learn_window", "While On").unwrap();
        params.set_from_text("rule", "wiener").unwrap();
        assert_eq!(params.settings().sharpness, Sharpness::Hard);
        assert_eq!(params.learn_window(), LearnWindow::UntilStopped);
        assert_eq!(params.settings().rule, Some(Rule::Wiener));
        params.set_from_text("sharpness", "8").unwrap();
        params.set_from_text("learn_window", "10 s").unwrap();
        let Sharpness::Exponent(exponent) = params.settings().sharpness else { panic!("8 is not Hard") };
        assert!((exponent - 8.0).abs() < 1e-3);
        let LearnWindow::Seconds(seconds) = params.learn_window() else { panic!("10 s is a time") };
        assert!((seconds - 10.0).abs() < 1e-3);
        assert!(params.set_from_text("treshold", "3").unwrap_err().contains("threshold"));
    }
}
