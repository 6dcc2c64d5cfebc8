//! Waits for the thread that a window runs on. Only X11 windows have one of their own.
//!
//! baseview 0.4.2 means to join its window thread when the window is dropped, but asks the thread to show the window
//! first. A thread that has stopped by then refuses, and is detached instead of joined. It goes on closing X11, EGL and
//! the GL driver while the host unloads the plugin or leaves, and the process crashes. So each window notes its thread,
//! and closing it returns when that thread has left.
//!
//! Can go when baseview joins its thread: the test is `lull-realtime editor-closings`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use nice_plug_egui::baseview;

/// Time between two looks at a thread that is leaving.
const LOOK: Duration = Duration::from_millis(1);
/// A thread that takes longer hangs in a driver: the host gets its window back all the same.
const PATIENCE: Duration = Duration::from_secs(5);
/// No thread of Linux has this id.
const NONE: i32 = 0;

/// The id of a window's thread, once the thread has noted itself.
#[derive(Clone, Default)]
pub struct WindowThread(Arc<AtomicI32>);

impl WindowThread {
    /// Notes the calling thread. Setup only.
    pub fn note(&self) {
        self.0.store(current_thread(), SeqCst);
    }

    /// Waits until the noted thread has left; true if it has, or if there never was one. Setup only: it sleeps.
    fn wait_until_left(&self) -> bool {
        let id = self.0.swap(NONE, SeqCst);
        // A window that is dropped on its own thread cannot wait for it.
        if id == NONE || id == current_thread() {
            return true;
        }
        let begin = Instant::now();
        while is_running(id) {
            if begin.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(LOOK);
        }
        true
    }
}

#[cfg(target_os = "linux")]
fn current_thread() -> i32 {
    // SAFETY: takes nothing and changes nothing.
    unsafe { libc::gettid() }
}

/// Elsewhere a window runs on the host's main thread.
#[cfg(not(target_os = "linux"))]
fn current_thread() -> i32 {
    NONE
}

/// Whether this process has a thread of that id.
#[cfg(target_os = "linux")]
fn is_running(id: i32) -> bool {
    // SAFETY: signal 0 is never sent, only its permission is checked.
    unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), id, 0) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn is_running(_id: i32) -> bool {
    false
}

/// A window whose thread has left when it has been dropped.
pub struct JoinedWindow {
    /// None while it is being dropped.
    window: Option<baseview::Window>,
    thread: WindowThread,
}

impl JoinedWindow {
    pub fn new(window: baseview::Window, thread: WindowThread) -> Self {
        Self { window: Some(window), thread }
    }

    /// The window itself, for as long as this lives.
    pub fn get(&self) -> &baseview::Window {
        self.window.as_ref().expect("a window is there until it is dropped")
    }

    /// The window alone: whoever runs it until it is closed joins its thread.
    pub fn into_inner(mut self) -> baseview::Window {
        self.window.take().expect("a window is there until it is dropped")
    }
}

impl Drop for JoinedWindow {
    fn drop(&mut self) {
        if self.window.take().is_some() && !self.thread.wait_until_left() {
            nice_plug::nice_warn!("The window's thread did not leave within {PATIENCE:?}");
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_the_thread_has_left_and_not_before() {
        let noted = WindowThread::default();
        assert!(noted.wait_until_left(), "nothing was noted");
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
        assert!(noted.wait_until_left());
        assert!(begin.elapsed() >= Duration::from_millis(190), "{:?}", begin.elapsed());
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let noted = WindowThread::default();
        noted.note();
        let begin = Instant::now();
        assert!(noted.wait_until_left());
        assert!(begin.elapsed() < PATIENCE);
    }
}
