//! The noise: how it is learned, stored, and compared with frames.

mod accumulator;
mod band_curve;
mod curve_offsets;
pub mod figures;
mod heard;
pub(crate) mod heard_memory;
pub(crate) mod learned_noise;
mod learner;
pub(crate) mod learning;
mod level_tracker;
mod line_tracker;
mod lines;
mod merge;
pub(crate) mod profile;
mod quantiles;
pub(crate) mod recording;
pub(crate) mod reference;
pub(crate) mod statistic;

pub use band_curve::band_curve_db;
pub(crate) use learner::Learner;
