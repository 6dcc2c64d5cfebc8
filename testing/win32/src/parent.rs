//! A window of Windows for a plugin's window to be in, and the pointer.

use std::ffi::c_void;
use std::ptr;
use std::sync::Once;
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Result};
use windows_sys::Win32::Foundation::{HWND, LPARAM, POINT};
use windows_sys::Win32::Graphics::Gdi::ClientToScreen;
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{
    MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP, mouse_event,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DestroyWindow, DispatchMessageW, EnumChildWindows, MSG, PM_REMOVE,
    PeekMessageW, RegisterClassW, SetCursorPos, TranslateMessage, WNDCLASSW, WS_CLIPCHILDREN, WS_POPUP,
    WS_VISIBLE,
};
use windows_sys::core::BOOL;
use windows_sys::w;

/// How often the main thread has its turn.
const TURN: Duration = Duration::from_millis(4);
const CLASS: *const u16 = w!("LullTestParent");

pub struct Parent(HWND);

impl Parent {
    /// # Errors
    /// When Windows makes none.
    pub fn open((width, height): (u32, u32)) -> Result<Self> {
        static REGISTERED: Once = Once::new();
        // SAFETY: the class's name and procedure stay as long as the process, and all other pointers may be null.
        let window = unsafe {
            let module = GetModuleHandleW(ptr::null());
            REGISTERED.call_once(|| {
                let mut class: WNDCLASSW = std::mem::zeroed();
                class.lpfnWndProc = Some(DefWindowProcW);
                class.hInstance = module;
                class.lpszClassName = CLASS;
                RegisterClassW(&class);
            });
            let style = WS_POPUP | WS_VISIBLE | WS_CLIPCHILDREN;
            let (width, height) = (width as i32, height as i32);
            let none = ptr::null_mut();
            CreateWindowExW(0, CLASS, w!("Lull"), style, 0, 0, width, height, none, none, module, ptr::null())
        };
        if window.is_null() { Err("Windows makes no window".into()) } else { Ok(Self(window)) }
    }

    /// As CLAP has it.
    pub fn handle(&self) -> *mut c_void {
        self.0
    }

    /// Does for a time what a host does all the time.
    pub fn pump(&self, host: &mut ClapHost, time: Duration) {
        let begin = Instant::now();
        while begin.elapsed() < time {
            dispatch_messages();
            host.idle();
            std::thread::sleep(TURN);
        }
    }

    /// How many windows are inside this one.
    pub fn children(&self) -> usize {
        unsafe extern "system" fn count(_window: HWND, counter: LPARAM) -> BOOL {
            // SAFETY: the number below, which lives until the enumeration returns.
            unsafe { *(counter as *mut usize) += 1 };
            1
        }
        let mut children = 0usize;
        // SAFETY: as above.
        unsafe { EnumChildWindows(self.0, Some(count), (&raw mut children) as LPARAM) };
        children
    }

    /// Moves the pointer to a place in the window and presses, as a user does.
    pub fn press(&self, host: &mut ClapHost, (x, y): (u32, u32)) {
        let mut point = POINT { x: x as i32, y: y as i32 };
        // SAFETY: a window of this thread, and a point that lives.
        unsafe {
            ClientToScreen(self.0, &mut point);
            SetCursorPos(point.x, point.y);
        }
        self.pump(host, Duration::from_millis(300));
        for button in [MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP] {
            // SAFETY: the call has no pointers.
            unsafe { mouse_event(button, 0, 0, 0, 0) };
            self.pump(host, Duration::from_millis(150));
        }
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // SAFETY: the window belongs to this thread.
        unsafe { DestroyWindow(self.0) };
        dispatch_messages();
    }
}

/// Dispatches all messages that have come.
pub fn dispatch_messages() {
    // SAFETY: the message is written before it is read.
    unsafe {
        let mut message: MSG = std::mem::zeroed();
        while PeekMessageW(&mut message, ptr::null_mut(), 0, 0, PM_REMOVE) != 0 {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
    }
}
