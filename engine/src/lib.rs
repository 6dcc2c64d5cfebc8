#![doc = include_str!("../README.md")]
#![deny(missing_docs, unreachable_pub, clippy::undocumented_unsafe_blocks)]

mod choice;
mod config;
mod engine;
mod grid;
mod makeup;
mod mask;
mod math;
mod noise;
mod output;
pub mod parameter;
mod quality;
mod sanitise;
mod settings;
mod settings_delay;
mod shared;
mod silence;
mod stft;
mod threshold_curve;
mod values;
mod vectorised;
mod workspace;

pub use choice::Choice;
pub use config::{Config, ConfigError, MAX_CHANNELS};
pub use engine::Engine;
pub use grid::Grid;
pub use mask::prior_snr::Estimator;
pub use mask::rule::Rule;
pub use mask::rule::sharpness::Sharpness;
pub use noise::band_curve_db;
pub use noise::figures;
pub use noise::heard_memory::HeardMemory;
pub use noise::learning::{LearnStatus, LearnWindow};
pub use noise::profile::{NoiseProfile, ProfileError};
pub use noise::recording::LearnError;
pub use noise::statistic::Statistic;
pub use quality::Quality;
pub use sanitise::LARGEST_SAMPLE;
pub use settings::{BAND_CENTRES_HZ, BANDS, Parameter, Settings};
pub use stft::SpectrumScale;
pub use threshold_curve::{
    BAND_RANGE_DB, CURVE_RANGE_HZ, CurveError, CurvePoint, MOST_CURVE_POINTS, ThresholdCurve,
};
pub use values::{Values, learn_window};
