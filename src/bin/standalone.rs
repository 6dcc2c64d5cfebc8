//! The plugin as a standalone program, for JACK, ALSA, CoreAudio or WASAPI.

use lull::plugin::Lull;

fn main() {
    nice_plug::nice_export_standalone::<Lull>();
}
