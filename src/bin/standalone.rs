//! The plugin as a program of its own, for JACK, ALSA, CoreAudio or WASAPI.

use lull::plugin::Lull;

fn main() {
    nice_plug::nice_export_standalone::<Lull>();
}
