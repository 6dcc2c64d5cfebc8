//! States: the framework writes and reads them. A state that the host calls a preset leaves out what belongs to the
//! project.

use std::ffi::c_void;

use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::state_context::{
    CLAP_STATE_CONTEXT_FOR_PRESET, clap_plugin_state_context, clap_plugin_state_context_type,
};
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};
use nice_plug::plugin::PluginState;

use super::bridge::{Bridge, behind, theirs};

/// Fields of a state that belong to the project: the learned noise and the size of the window.
const PROJECT_FIELDS: [&str; 2] = ["profile", "editor"];
/// Longest state that is read; the framework's limit.
const MOST_BYTES: u64 = 256 << 20;
/// Bytes per read.
const PIECE_BYTES: usize = 1 << 16;

pub static STATE: clap_plugin_state = clap_plugin_state { save: Some(save), load: Some(load) };

pub static STATE_CONTEXT: clap_plugin_state_context =
    clap_plugin_state_context { save: Some(save_for), load: Some(load_for) };

impl Bridge {
    /// The state that the framework saves. Main thread.
    pub fn state(&self) -> Option<PluginState> {
        let mut bytes = Vec::new();
        let stream = writer(&mut bytes);
        let is_saved = theirs!(self, clap_plugin_state[CLAP_EXT_STATE].save(&stream), else false);
        // The framework writes the length first.
        let json = bytes.get(size_of::<u64>()..).filter(|_| is_saved)?;
        serde_json::from_slice(json).ok()
    }

    /// Lets the framework load a state. Main thread.
    pub fn set_state(&self, state: &PluginState) -> bool {
        let Some(bytes) = bytes_of(state) else { return false };
        let mut rest = &bytes[..];
        let stream = reader(&mut rest);
        theirs!(self, clap_plugin_state[CLAP_EXT_STATE].load(&stream), else false)
    }
}

/// Removes what belongs to the project: loading a state leaves missing fields unchanged.
pub fn remove_project_fields(state: &mut PluginState) {
    PROJECT_FIELDS.iter().for_each(|field| drop(state.fields.remove(*field)));
}

/// The framework's format: length and JSON.
fn bytes_of(state: &PluginState) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(state).ok()?;
    Some([&(json.len() as u64).to_le_bytes()[..], &json].concat())
}

// SAFETY of all functions below: see plugin.rs. The streams are null or the host's.

unsafe extern "C" fn save(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let may_write = unsafe { stream.as_ref() }.is_some_and(|stream| stream.write.is_some());
    may_write && theirs!(bridge, clap_plugin_state[CLAP_EXT_STATE].save(stream), else false)
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let may_read = unsafe { stream.as_ref() }.is_some_and(|stream| stream.read.is_some());
    may_read && theirs!(bridge, clap_plugin_state[CLAP_EXT_STATE].load(stream), else false)
}

unsafe extern "C" fn save_for(
    plugin: *const clap_plugin,
    stream: *const clap_ostream,
    context: clap_plugin_state_context_type,
) -> bool {
    if context != CLAP_STATE_CONTEXT_FOR_PRESET {
        return unsafe { save(plugin, stream) };
    }
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let Some(mut state) = bridge.state() else { return false };
    remove_project_fields(&mut state);
    bytes_of(&state).is_some_and(|bytes| unsafe { write_all(stream, &bytes) })
}

unsafe extern "C" fn load_for(
    plugin: *const clap_plugin,
    stream: *const clap_istream,
    context: clap_plugin_state_context_type,
) -> bool {
    if context != CLAP_STATE_CONTEXT_FOR_PRESET {
        return unsafe { load(plugin, stream) };
    }
    let Some(bridge) = (unsafe { behind(plugin) }) else { return false };
    let json = unsafe { read_all(stream) };
    let Some(mut state) = json.and_then(|json| serde_json::from_slice::<PluginState>(&json).ok()) else {
        return false;
    };
    // The host may have saved it as a project.
    remove_project_fields(&mut state);
    bridge.set_state(&state)
}

/// # Safety
/// The stream is null or the host's.
unsafe fn write_all(stream: *const clap_ostream, mut bytes: &[u8]) -> bool {
    let Some(write) = (unsafe { stream.as_ref() }).and_then(|stream| stream.write) else { return false };
    while !bytes.is_empty() {
        let written = unsafe { write(stream, bytes.as_ptr().cast(), bytes.len() as u64) };
        match usize::try_from(written) {
            Ok(written @ 1..) if written <= bytes.len() => bytes = &bytes[written..],
            _ => return false,
        }
    }
    true
}

/// The JSON of a state; None if the stream ends early or the length is too large.
///
/// # Safety
/// The stream is null or the host's.
unsafe fn read_all(stream: *const clap_istream) -> Option<Vec<u8>> {
    let read = unsafe { stream.as_ref() }?.read?;
    let (mut bytes, mut piece) = (Vec::new(), vec![0; PIECE_BYTES]);
    let mut wanted = size_of::<u64>() as u64;
    while (bytes.len() as u64) < wanted {
        let most = (wanted - bytes.len() as u64).min(PIECE_BYTES as u64);
        let got = unsafe { read(stream, piece.as_mut_ptr().cast(), most) };
        let got = usize::try_from(got).ok().filter(|&got| got > 0 && got as u64 <= most)?;
        bytes.extend_from_slice(&piece[..got]);
        if bytes.len() == size_of::<u64>() {
            let length = u64::from_le_bytes(bytes[..].try_into().ok()?);
            wanted = (length <= MOST_BYTES).then(|| wanted + length)?;
        }
    }
    Some(bytes.split_off(size_of::<u64>()))
}

/// A stream that appends to `bytes`.
fn writer(bytes: &mut Vec<u8>) -> clap_ostream {
    unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
        // SAFETY: the context is the vector, and the writer has that many bytes.
        unsafe {
            let bytes: &mut Vec<u8> = &mut *(*stream).ctx.cast();
            bytes.extend_from_slice(std::slice::from_raw_parts(from.cast(), size as usize));
        }
        size as i64
    }
    clap_ostream { ctx: (&raw mut *bytes).cast(), write: Some(write) }
}

/// A stream that reads from `rest`.
fn reader(rest: &mut &[u8]) -> clap_istream {
    unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
        // SAFETY: the context is the slice, and `to` is valid for that many bytes.
        unsafe {
            let rest: &mut &[u8] = &mut *(*stream).ctx.cast();
            let (given, left) = rest.split_at(rest.len().min(size as usize));
            std::ptr::copy_nonoverlapping(given.as_ptr(), to.cast(), given.len());
            *rest = left;
            given.len() as i64
        }
    }
    clap_istream { ctx: (&raw mut *rest).cast(), read: Some(read) }
}
