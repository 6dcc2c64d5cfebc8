//! The window without a display: what the user does to it, and what it then shows and tells the host.

mod curve_points;
mod header;
mod keyboard;
mod layout;
mod learn;
mod long_term;
mod marks;
mod menu;
mod preset_browser;
mod profile_menu;
mod stage;
mod undo;
mod widgets;
