//! The VST3's entry points, instead of the framework's `nice_export_vst3!`: hosts get the framework's object, with what
//! the framework leaves out.
//!
//! | file | content |
//! |---|---|
//! | `entry.rs` | what the library exports |
//! | `factory.rs` | describes the plugin's class and makes instances |
//! | `object.rs` | the framework's object, with some functions replaced; `overrides.rs` and `view.rs` have these functions |
//! | `table.rs` | function tables that know their instance |
//! | `instance.rs` | what the functions need |
//! | `latency_listener.rs` | the host, as far as it is told of the latency |
//! | `handler.rs` | what the framework gets in place of the host's handler |
//! | `silence.rs` | tells hosts which channels of the output are silent |
//! | `window_gate.rs` | no parameter changes through the framework while its window opens or closes |

mod entry;
mod factory;
mod handler;
mod instance;
mod latency_listener;
mod object;
mod overrides;
mod silence;
mod table;
#[cfg(test)]
mod tests;
mod view;
mod window_gate;
