//! Waits for the thread of a window. Only X11 windows have a thread of their own.
//!
//! baseview 0.4.2 is to join its window thread when the window is dropped, but asks the thread to show the window first.
//! If the thread has stopped by then, this fails, and the thread is detached instead of joined. It is still closing X11,
//! EGL and the GL driver while the host unloads the plugin or exits, and the process crashes. So each window notes its
//! thread, and closing it returns when that thread has ended.
//!
//! Can be removed when baseview joins its thread: the test is `lull-realtime editor-closings`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use nice_plug_egui::baseview;

/// Time between two checks of a thread that is ending.
const POLL: Duration = Duration::from_millis(1);
/// A thread that takes longer hangs in a driver: closing returns nevertheless.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Linux gives no thread this id.
const NONE: i32 = 0;

/// The id of a window's thread, once the thread has noted itself.
#[derive(Clone, Default)]
pub struct WindowThread(Arc<AtomicI32>);

impl WindowThread {
    /// Notes the calling thread. Setup only.
    pub fn note(&self) {
        self.0.store(current_thread(), SeqCst);
    }

    /// Waits until the noted thread has ended; true if it has, or if none was noted. Setup only: it sleeps.
    fn wait_until_ended(&self) -> bool {
        let id = self.0.swap(NONE, SeqCst);
        // A window that is dropped on its own thread cannot wait for it.
        if id == NONE || id == current_thread() {
            return true;
        }
        let begin = Instant::now();
        while is_running(id) {
            if begin.elapsed() > TIMEOUT {
                return false;
            }
            std::thread::sleep(POLL);
        }
        true
    }
}

#[cfg(target_os = "linux")]
fn current_thread() -> i32 {
    // SAFETY: the call has no arguments and no effects.
    unsafe { libc::gettid() }
}

/// Elsewhere a window runs on the host's main thread.
#[cfg(not(target_os = "linux"))]
fn current_thread() -> i32 {
    NONE
}

/// Whether this process has a thread with that id.
#[cfg(target_os = "linux")]
fn is_running(id: i32) -> bool {
    // SAFETY: signal 0 is not sent; the call only checks whether the thread exists.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), id, 0) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_running(_id: i32) -> bool {
    false
}

/// A window whose thread has ended when the drop returns.
pub struct JoinedWindow {
    /// None while it is being dropped.
    window: Option<baseview::Window>,
    thread: WindowThread,
}

impl JoinedWindow {
    pub fn new(window: baseview::Window, thread: WindowThread) -> Self {
        Self { window: Some(window), thread }
    }

    /// The window itself.
    pub fn get(&self) -> &baseview::Window {
        self.window.as_ref().expect("the window is set until the drop")
    }

    /// The window without the wait: running it until it is closed joins its thread.
    pub fn into_inner(mut self) -> baseview::Window {
        self.window.take().expect("the window is set until the drop")
    }
}

impl Drop for JoinedWindow {
    fn drop(&mut self) {
        if self.window.take().is_some() && !self.thread.wait_until_ended() {
            nice_plug::nice_warn!("The window's thread did not end within {TIMEOUT:?}");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_the_thread_has_ended_and_not_before() {
        let noted = WindowThread::default();
        assert!(noted.wait_until_ended(), "nothing was noted");
        let (send, receive) = std::sync::mpsc::channel();
        let thread = std::thread::spawn({
            let noted = noted.clone();
            move || {
                noted.note();
                send.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        receive.recv().unwrap();
        let begin = Instant::now();
        assert!(noted.wait_until_ended());
        assert!(begin.elapsed() >= Duration::from_millis(190), "{:?}", begin.elapsed());
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let noted = WindowThread::default();
        noted.note();
        let begin = Instant::now();
        assert!(noted.wait_until_ended());
        assert!(begin.elapsed() < TIMEOUT);
    }
}
