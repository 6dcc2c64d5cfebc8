//! The window. It reads the [`analyzer`](crate::analyzer) and the parameters, and changes parameters only through the
//! host, so that the host's automation and undo follow. It has no access to the audio thread.
//!
//! | file | content |
//! |---|---|
//! | [`window`] | the window's lifecycle and size; [`keys`] says which keys are left to the host |
//! | [`pace`] | how often the window is drawn |
//! | [`handle`] | the open window as the framework holds it; [`window_thread`] waits for its thread |
//! | [`layout`] | where the panels are |
//! | [`panel_context`] | what the panels read and change |
//! | [`kept`] | what stays while the window is closed: [`history`], the user's steps; [`memories`], A and B |
//! | [`view`] | the values that are drawn: curves and meters |
//! | [`header`] | presets, A/B, undo, quality, bypass, zoom |
//! | [`preset_browser`] | the presets' button, arrows and panel; [`preset_list`] finds them by words and tags |
//! | [`undo`] | undo and redo of the user's steps |
//! | [`learn`] | the Learn button, its status and settings; [`status_text`] has its texts |
//! | [`profile_menu`] | undo, and files of profiles |
//! | [`spectrum`] | the live spectrum with the threshold's handles; [`plot`] its axes, [`axes`] the labels of frequencies |
//! | [`curve_points`] | the threshold's points; [`point_menu`] their menu |
//! | [`spectrogram`] | before and after, scrolling; [`stretch_selection`] selects time in it |
//! | [`meters`] | in, out, removed |
//! | [`long_term`] | the last ten seconds in figures: SNR, gain reduction; [`long_term_panel`] draws them |
//! | [`knobs`] | the knobs at the bottom |
//! | [`widgets`] | one knob, choice, switch or number; [`turning`] moves it, [`value_field`] and [`typing`] type its value |
//! | [`menu`] | the context menu of a control, with the host's items in it; [`menu_lines`] draws the items |
//! | [`marks`] | the host's marks at a control: mapped, automated |
//! | [`gesture`] | parameter changes as gestures to the host |
//! | [`files`] | folders of presets and profiles |
//! | [`theme`] | colours, sizes, fonts |

mod axes;
mod curve_points;
#[cfg(windows)]
mod dummy_window;
pub mod files;
pub mod gesture;
#[cfg(target_os = "linux")]
mod gl_driver;
mod handle;
mod header;
mod history;
pub mod kept;
mod keys;
mod knobs;
mod layout;
mod learn;
mod long_term;
mod long_term_panel;
mod marks;
mod memories;
mod menu;
mod menu_lines;
mod meters;
mod noise_watch;
mod pace;
pub mod panel_context;
mod plot;
mod point_menu;
mod preset_browser;
mod preset_list;
mod profile_menu;
mod spectrogram;
mod spectrum;
mod status_text;
mod stretch_selection;
#[cfg(test)]
mod tests;
pub mod theme;
mod turning;
mod typing;
mod undo;
mod value_field;
mod view;
mod widgets;
mod window;
mod window_thread;

pub use layout::draw;
pub use window::LullEditor;
