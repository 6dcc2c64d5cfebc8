//! What a project keeps besides its parameters, and states of other versions.
//!
//! | file | content |
//! |---|---|
//! | [`profile_store`] | the project's noise profile |
//! | [`profile_codec`] | the profile as a project stores it |
//! | [`profile_exchange`] | the profile between main thread and audio thread |
//! | [`undo`] | the profile before the last learn or import |
//! | [`curve_store`] | the project's points of the threshold, and those before the last change |
//! | [`editor_size`] | the window's size |
//! | [`state`] | states of other versions, damaged states, and states of presets |

pub mod curve_store;
pub mod editor_size;
pub mod profile_codec;
pub mod profile_exchange;
pub mod profile_store;
pub mod state;
pub mod undo;
