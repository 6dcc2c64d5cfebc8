//! Keymaps and states of an X server's keyboard.

use std::ffi::c_void;
use std::sync::OnceLock;

use crate::{open, xkb_context, xkb_keymap, xkb_keymap_compile_flags, xkb_state, xkbcommon_option};

pub type xcb_connection_t = c_void;

type StateNew = unsafe extern "C" fn(*mut xkb_keymap, *mut xcb_connection_t, i32) -> *mut xkb_state;
type KeymapUnref = unsafe extern "C" fn(*mut xkb_keymap);

/// Functions of libxkbcommon-x11.
pub struct XkbCommonX11 {
    pub xkb_x11_get_core_keyboard_device_id: unsafe extern "C" fn(*mut xcb_connection_t) -> i32,
    pub xkb_x11_keymap_new_from_device: unsafe extern "C" fn(
        *mut xkb_context,
        *mut xcb_connection_t,
        i32,
        xkb_keymap_compile_flags,
    ) -> *mut xkb_keymap,
    /// Takes the keymap over, unlike the C library's: whoever calls it must not use the keymap afterwards.
    pub xkb_x11_state_new_from_device: StateNew,
    state_new: StateNew,
    keymap_unref: KeymapUnref,
}

static LOADED: OnceLock<Option<XkbCommonX11>> = OnceLock::new();

/// The library, if it is on this machine. It stays loaded.
pub fn xkbcommon_x11_option() -> Option<&'static XkbCommonX11> {
    let loaded = LOADED.get_or_init(|| {
        let keymap_unref = xkbcommon_option()?.xkb_keymap_unref;
        let library = open(&["libxkbcommon-x11.so.0", "libxkbcommon-x11.so"])?;
        // SAFETY: the types are those of xkbcommon/xkbcommon-x11.h, and a leaked library keeps its functions.
        unsafe {
            Some(XkbCommonX11 {
                xkb_x11_get_core_keyboard_device_id: *library
                    .get(b"xkb_x11_get_core_keyboard_device_id\0")
                    .ok()?,
                xkb_x11_keymap_new_from_device: *library.get(b"xkb_x11_keymap_new_from_device\0").ok()?,
                xkb_x11_state_new_from_device: state_with_keymap,
                state_new: *library.get(b"xkb_x11_state_new_from_device\0").ok()?,
                keymap_unref,
            })
        }
    });
    loaded.as_ref()
}

/// # Safety
/// As `xkb_x11_state_new_from_device`; and the caller's count of the keymap is used up.
unsafe extern "C" fn state_with_keymap(
    keymap: *mut xkb_keymap,
    connection: *mut xcb_connection_t,
    device: i32,
) -> *mut xkb_state {
    let Some(Some(library)) = LOADED.get() else { return std::ptr::null_mut() };
    // SAFETY: the caller's.
    unsafe { hand_over(library.state_new, library.keymap_unref, keymap, connection, device) }
}

/// # Safety
/// As `state_with_keymap`.
unsafe fn hand_over(
    state_new: StateNew,
    keymap_unref: KeymapUnref,
    keymap: *mut xkb_keymap,
    connection: *mut xcb_connection_t,
    device: i32,
) -> *mut xkb_state {
    if keymap.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: the state has counted itself as a user of the keymap before the maker's count is given back. Where no
    // state comes of it the keymap goes at once, and nobody else knows it.
    unsafe {
        let state = state_new(keymap, connection, device);
        keymap_unref(keymap);
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stands for a keymap: how many count it as theirs.
    type Users = u32;

    unsafe extern "C" fn counts_itself(
        keymap: *mut xkb_keymap,
        _: *mut xcb_connection_t,
        device: i32,
    ) -> *mut xkb_state {
        if device < 0 {
            return std::ptr::null_mut();
        }
        // SAFETY: a keymap of these tests is a number.
        unsafe { *keymap.cast::<Users>() += 1 };
        keymap.cast()
    }

    unsafe extern "C" fn unref(keymap: *mut xkb_keymap) {
        // SAFETY: as above.
        unsafe { *keymap.cast::<Users>() -= 1 };
    }

    fn users_after(device: i32) -> Users {
        let mut users: Users = 1;
        let keymap = (&raw mut users).cast();
        // SAFETY: the keymap outlives the call.
        unsafe { hand_over(counts_itself, unref, keymap, std::ptr::null_mut(), device) };
        users
    }

    #[test]
    fn only_the_state_holds_the_keymap() {
        assert_eq!(users_after(3), 1);
    }

    #[test]
    fn without_a_state_nobody_holds_the_keymap() {
        assert_eq!(users_after(-1), 0);
    }
}
