//! Takes up another quality in hosts that do not restart the plugin (VST3).
//!
//! Another quality is another engine with another latency, so that the plugin asks for a restart: the host deactivates it,
//! and activates it with the new engine. Some VST3 hosts only read the latency again. There, once nothing has played for about
//! a second, a new engine is made on a thread of its own, and the audio thread puts it in the place of the old one. VST3 has one call for both, `restartComponent(kLatencyChanged)`, and a plugin may have the new latency
//! before it: hosts read it again in any case. CLAP lets the latency change in activate() only, so that a CLAP waits for the
//! restart.
//!
//! ```text
//! audio thread                     main thread                watcher
//! a quality was chosen  ------->   asks for a restart, wakes  waits until nothing plays, makes the engine,
//! fades out, puts the new          the watcher                and offers it
//! engine in place, fades in  <--------------------------------
//!         '-------------------------------------------------> frees the old engine; the main thread tells the host
//! ```
//!
//! | file | content |
//! |---|---|
//! | `stillness.rs` | when nothing plays |
//! | `exchange.rs` | [`Exchange`]: the engines on their way, lock-free |
//! | `inlet.rs` | [`Inlet`]: the audio thread's end |
//! | `watcher.rs` | what is done off the audio thread, step by step |
//! | `pace.rs` | whether blocks come at the speed of the clock |
//! | `thread.rs` | [`Renewal`]: the watcher's thread, from activate() to deactivate() |

mod exchange;
mod inlet;
mod pace;
mod stillness;
mod thread;
mod watcher;

pub use inlet::Inlet;
pub use stillness::Playback;
pub use thread::Renewal;
