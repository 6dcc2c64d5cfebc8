//! As much of the crate xkbcommon-dl as baseview 0.4 calls, with one difference: a state takes over its keymap.
//!
//! baseview makes a keymap and a state for every window, and drops the state alone. The state counts as one user of
//! the keymap and whoever made the keymap as another, so each window left its keymap behind: some 60 KB. Here the
//! maker's count goes to the state as soon as there is one, and both go together.
//!
//! Names and signatures are those of libxkbcommon's headers. Once baseview gives its keymaps back, this folder and its
//! line in the workspace's Cargo.toml go: what it says about ownership would free them twice.

#![allow(non_camel_case_types, reason = "names of a C library, as baseview spells them")]

use std::ffi::{c_char, c_int};
use std::sync::OnceLock;

use libloading::Library;

pub mod x11;

pub type xkb_keycode_t = u32;

/// A type that is known by its address alone.
macro_rules! opaque {
    ($($name:ident),*) => {
        $(#[repr(C)]
        pub struct $name {
            _opaque: [u8; 0],
        })*
    };
}
opaque!(xkb_context, xkb_keymap, xkb_state);

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum xkb_context_flags {
    XKB_CONTEXT_NO_FLAGS = 0,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum xkb_keymap_compile_flags {
    XKB_KEYMAP_COMPILE_NO_FLAGS = 0,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum xkb_key_direction {
    XKB_KEY_UP = 0,
    XKB_KEY_DOWN = 1,
}

/// Functions of libxkbcommon.
pub struct XkbCommon {
    pub xkb_context_new: unsafe extern "C" fn(xkb_context_flags) -> *mut xkb_context,
    pub xkb_context_unref: unsafe extern "C" fn(*mut xkb_context),
    pub xkb_keymap_unref: unsafe extern "C" fn(*mut xkb_keymap),
    pub xkb_state_unref: unsafe extern "C" fn(*mut xkb_state),
    pub xkb_state_key_get_utf8:
        unsafe extern "C" fn(*mut xkb_state, xkb_keycode_t, *mut c_char, usize) -> c_int,
    /// Says which of the state's components have changed.
    pub xkb_state_update_key: unsafe extern "C" fn(*mut xkb_state, xkb_keycode_t, xkb_key_direction) -> c_int,
}

/// The library, if it is on this machine. It stays loaded.
pub fn xkbcommon_option() -> Option<&'static XkbCommon> {
    static LOADED: OnceLock<Option<XkbCommon>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| {
        let library = open(&["libxkbcommon.so.0", "libxkbcommon.so"])?;
        // SAFETY: the types are those of xkbcommon/xkbcommon.h, and a leaked library keeps its functions.
        unsafe {
            Some(XkbCommon {
                xkb_context_new: *library.get(b"xkb_context_new\0").ok()?,
                xkb_context_unref: *library.get(b"xkb_context_unref\0").ok()?,
                xkb_keymap_unref: *library.get(b"xkb_keymap_unref\0").ok()?,
                xkb_state_unref: *library.get(b"xkb_state_unref\0").ok()?,
                xkb_state_key_get_utf8: *library.get(b"xkb_state_key_get_utf8\0").ok()?,
                xkb_state_update_key: *library.get(b"xkb_state_update_key\0").ok()?,
            })
        }
    });
    loaded.as_ref()
}

/// The first of the libraries that there is, for as long as the process lives.
fn open(names: &[&str]) -> Option<&'static Library> {
    // SAFETY: a library of the system, whose initialisers ask nothing of whoever loads it.
    let library = names.iter().find_map(|name| unsafe { Library::new(name) }.ok())?;
    Some(Box::leak(Box::new(library)))
}
