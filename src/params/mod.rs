//! The plugin's parameters, made from the engine's table of parameters.

mod definitions;
mod host_param;
pub mod remote_pages;
mod view;

pub use definitions::{CURVE_FIELD, LEARN_SWITCH_FIELD, LullParams, ProjectParams};
pub use view::ParamView;
