//! Lull on systems that this one is not, as far as it can be built and run here.

mod difference;
mod renders;
mod rust;
mod window_on_windows;
pub mod windows;
mod wine;
