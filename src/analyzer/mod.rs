//! What the editor shows of the audio: spectra and mask, levels, spectrogram columns, and the engine's status. Engine
//! to editor, lock-free.
//!
//! The audio thread writes through an [`AnalyzerWriter`], the editor reads the [`Analyzer`]. Each value is an atomic of
//! its own, so two values read together may be one hop apart. While no editor is open only the status is written.
//!
//! | file | content |
//! |---|---|
//! | `reader.rs` | [`Analyzer`]: the shared values, and the editor's read access |
//! | `writer.rs` | [`AnalyzerWriter`]: reads the engine on the audio thread |
//! | `status.rs` | [`Status`]: what Learn does, whether there is a profile, whether a restart is needed |
//! | `curve.rs` | the frequency axis, and curves over it |
//! | `column.rs` | spectrogram columns; `balance.rs`: how much of them is noise |
//! | `point_reach.rs` | which bins a point of the axis covers |

mod balance;
mod column;
mod curve;
mod point_reach;
mod reader;
mod status;
#[cfg(test)]
mod tests;
mod writer;

pub use balance::Balance;
pub use column::{COLUMN_FLOOR_DB, COLUMN_S, Column};
pub use curve::{Curve, HIGHEST_HZ, LOWEST_HZ, POINTS, point_hz};
pub use reader::{Analyzer, Levels, Spectra};
pub use status::Status;
pub use writer::{AnalyzerWriter, LEVEL_S};
