//! A CLAP host on the C interface alone. It can do what no well-behaved host does: wrong indices, null pointers, events in
//! disorder. It also notes when each call of the plugin arrives.
//!
//! Everything happens on the calling thread, which is the main thread and the audio thread in turn.

mod callbacks;
mod events;
mod heard;
mod host;
mod presets;
mod streams;

pub use callbacks::AUTOMATE;
pub use events::{EventList, RawEvent};
pub use heard::{Heard, Manners};
pub use host::{RawHost, plugin_factory, text};
pub use presets::{FoundPreset, Locations, presets_of};
