//! The VST3: its factory, and an instance in a small host of our own, which runs on Windows as well.

pub mod check;
pub mod factory;
mod instance;
mod module;
mod parameter_changes;
mod stream;
