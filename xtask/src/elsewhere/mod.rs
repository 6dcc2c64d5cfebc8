//! Lull on systems that this one is not, as far as it can be built and run here.

mod difference;
mod parts;
pub mod processors;
pub mod renders;
pub mod rust;
mod window_on_windows;
pub mod windows;
pub mod windows_build;
pub mod wine;
