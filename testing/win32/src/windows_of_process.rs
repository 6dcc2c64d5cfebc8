//! The windows of this process, hidden ones included.

use std::collections::BTreeMap;

use lull_host::Result;
use windows_sys::Win32::Foundation::{HWND, LPARAM};
use windows_sys::Win32::System::Threading::GetCurrentProcessId;
use windows_sys::Win32::UI::WindowsAndMessaging::{EnumWindows, GetClassNameW, GetWindowThreadProcessId};
use windows_sys::core::BOOL;

/// Classes of the windows by their handles.
pub type Windows = BTreeMap<usize, String>;

/// All top-level windows of this process.
pub fn list() -> Windows {
    unsafe extern "system" fn look(window: HWND, found: LPARAM) -> BOOL {
        let mut process = 0;
        // SAFETY: the parameter is the map below, which lives until the enumeration returns; the number lives here.
        unsafe {
            GetWindowThreadProcessId(window, &mut process);
            if process == GetCurrentProcessId() {
                (*(found as *mut Windows)).insert(window as usize, class_of(window));
            }
        }
        1
    }
    let mut found = Windows::new();
    // SAFETY: as above.
    unsafe { EnumWindows(Some(look), (&raw mut found) as LPARAM) };
    found
}

fn class_of(window: HWND) -> String {
    let mut name = [0u16; 128];
    // SAFETY: a buffer of the given length.
    let length = unsafe { GetClassNameW(window, name.as_mut_ptr(), name.len() as i32) };
    String::from_utf16_lossy(&name[..length.max(0) as usize])
}

/// # Errors
/// When there are windows now that were not there `before`.
pub fn expect_none_new(before: &Windows) -> Result<()> {
    let now = list();
    let new: Vec<&str> =
        now.iter().filter(|(window, _)| !before.contains_key(window)).map(|(_, class)| &**class).collect();
    if new.is_empty() { Ok(()) } else { Err(format!("windows are left: {}", new.join(", "))) }
}
