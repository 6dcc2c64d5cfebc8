//! The window of the host that the plugin's is in.

/// An HWND on Windows, an id of X11 elsewhere.
#[cfg(windows)]
pub type ParentId = *mut std::ffi::c_void;
/// An HWND on Windows, an id of X11 elsewhere.
#[cfg(not(windows))]
pub type ParentId = u32;
