//! Closes the hidden window that baseview leaves behind on Windows.
//!
//! baseview 0.4.2 makes a window to query OpenGL (`with_dummy_window`) and never destroys it. With mingw its window
//! procedure lies in this library (a jump to `DefWindowProcW`), so the next message after the host has unloaded the library
//! crashes the process. Can be removed when baseview destroys the window: `windows_left` is empty then.

use windows_sys::Win32::Foundation::{HINSTANCE, HWND, LPARAM};
use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, GetModuleHandleExW,
};
use windows_sys::Win32::System::Threading::GetCurrentThreadId;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    DestroyWindow, EnumThreadWindows, GCL_HMODULE, GCW_ATOM, GWLP_USERDATA, GetClassLongPtrW, GetClassNameW,
    GetWindowLongPtrW, IsWindowVisible, UnregisterClassW,
};
use windows_sys::core::BOOL;

/// Prefix of baseview's window classes.
const CLASS: &str = "Baseview-";

/// Runs what may open a window, and closes the hidden windows that it leaves behind. Main thread.
pub fn without_leftovers<R>(open: impl FnOnce() -> R) -> R {
    let opened = open();
    windows_left().into_iter().for_each(close);
    opened
}

/// Hidden windows of this thread and this library without user data: baseview sets it for every window that it keeps.
pub fn windows_left() -> Vec<HWND> {
    unsafe extern "system" fn look(window: HWND, found: LPARAM) -> BOOL {
        // SAFETY: the parameter is the vector below, which lives until the enumeration returns.
        let found = unsafe { &mut *(found as *mut Vec<HWND>) };
        if is_left(window) {
            found.push(window);
        }
        1
    }
    let mut found: Vec<HWND> = Vec::new();
    // SAFETY: as above.
    unsafe { EnumThreadWindows(GetCurrentThreadId(), Some(look), (&raw mut found) as LPARAM) };
    found
}

fn is_left(window: HWND) -> bool {
    let mut name = [0u16; 64];
    // SAFETY: queries about a window of this thread, with a buffer of the given length.
    unsafe {
        let length = GetClassNameW(window, name.as_mut_ptr(), name.len() as i32).max(0) as usize;
        String::from_utf16_lossy(&name[..length]).starts_with(CLASS)
            && GetClassLongPtrW(window, GCL_HMODULE) == this_library() as usize
            && GetWindowLongPtrW(window, GWLP_USERDATA) == 0
            && IsWindowVisible(window) == 0
    }
}

/// Destroys the window, and its class, which baseview could not unregister while the window existed.
fn close(window: HWND) {
    // SAFETY: the window belongs to this thread, and its class to this library, which has no other windows of it.
    unsafe {
        let class = GetClassLongPtrW(window, GCW_ATOM);
        DestroyWindow(window);
        UnregisterClassW(class as *const u16, this_library());
    }
}

fn this_library() -> HINSTANCE {
    let mut library: HINSTANCE = std::ptr::null_mut();
    let inside: fn() -> HINSTANCE = this_library;
    // SAFETY: an address in this library, and a valid pointer for the result.
    unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
            inside as *const u16,
            &mut library,
        );
    }
    library
}
