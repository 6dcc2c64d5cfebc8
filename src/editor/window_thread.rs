//! Waits for the threads of a window. Only X11 windows have threads of their own.
//!
//! A window that is dropped before its thread runs its event loop is never told to end: baseview asks the loop to stop, and
//! calloop 0.14 forgets at the beginning of a loop that it was asked. The drop then waits for the thread for ever. So a
//! request is sent first, whose answer says that the loop runs.
//!
//! Two threads are still running when a window has been dropped, and a host that unloads the plugin or exits then crashes:
//!
//! - The window's own. baseview 0.4.2 is to join it, but asks it to show the window first. If the thread has stopped by
//!   then, this fails, and the thread is detached instead of joined, while it is still closing X11, EGL and the GL driver.
//! - The clipboard's. egui-baseview 0.9 makes a clipboard for each window, and x11-clipboard 0.9 starts a thread for it
//!   that it tells to end, and never joins.
//!
//! A thread inherits the name of the thread that starts it. So each window gives its thread a name that no other thread
//! has, and closing the window returns when no thread has this name.
//!
//! Can be removed when both join their threads: the test is `lull-realtime editor-closings`.

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
    /// Notes the calling thread, and names it, so that the threads that it starts from now on are found by their name.
    /// Setup only.
    pub fn note(&self) {
        let id = system::current_thread();
        system::rename_current_thread(&name_of(id));
        self.0.store(id, SeqCst);
    }

    /// Waits until the noted thread and those that it started have ended; true if they have, or if none was noted. Setup
    /// only: it sleeps.
    fn wait_until_ended(&self) -> bool {
        let id = self.0.swap(NONE, SeqCst);
        // A window that is dropped on its own thread cannot wait for it.
        if id == NONE || id == system::current_thread() {
            return true;
        }
        let begin = Instant::now();
        let wait_for = |thread: i32| {
            while system::is_running(thread) {
                if begin.elapsed() > TIMEOUT {
                    return false;
                }
                std::thread::sleep(POLL);
            }
            true
        };
        // The threads that the window's thread started: once it has ended it starts no more.
        wait_for(id) && system::threads_named(&name_of(id)).into_iter().all(wait_for)
    }
}

/// At most the 15 bytes that Linux keeps of a thread's name: its ids have at most 7 digits.
fn name_of(thread: i32) -> String {
    format!("lull-ui-{thread}")
}

#[cfg(target_os = "linux")]
mod system {
    use std::ffi::CString;

    pub fn current_thread() -> i32 {
        // SAFETY: the call has no arguments and no effects.
        unsafe { libc::gettid() }
    }

    pub fn rename_current_thread(name: &str) {
        let Ok(name) = CString::new(name) else { return };
        // SAFETY: PR_SET_NAME reads a string that ends in a zero, and copies it.
        unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
    }

    /// Whether this process has a thread with that id.
    pub fn is_running(id: i32) -> bool {
        // SAFETY: signal 0 is not sent; the call only checks whether the thread exists.
        unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), id, 0) == 0 }
    }

    /// The ids of this process's threads with that name (proc(5): /proc/self/task/ID/comm). Empty without /proc.
    pub fn threads_named(name: &str) -> Vec<i32> {
        let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return Vec::new() };
        tasks
            .flatten()
            // A thread that ends in between has no name any more.
            .filter(|task| {
                std::fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim() == name)
            })
            .filter_map(|task| task.file_name().to_str()?.parse().ok())
            .collect()
    }
}

/// Elsewhere a window runs on the host's main thread.
#[cfg(not(target_os = "linux"))]
mod system {
    pub fn current_thread() -> i32 {
        super::NONE
    }

    pub fn rename_current_thread(_name: &str) {}

    pub fn is_running(_id: i32) -> bool {
        false
    }

    pub fn threads_named(_name: &str) -> Vec<i32> {
        Vec::new()
    }
}

/// A window whose threads have ended when the drop returns.
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
        if let Some(window) = &self.window {
            // It fails if the thread has ended already.
            let _ = window.hide();
        }
        if self.window.take().is_some() && !self.thread.wait_until_ended() {
            nice_plug::nice_warn!("The window's threads did not end within {TIMEOUT:?}");
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
    fn a_wait_includes_the_threads_that_the_noted_one_started() {
        let noted = WindowThread::default();
        let (started, begin) = (noted.clone(), Instant::now());
        let start = move || {
            started.note();
            std::thread::spawn(|| std::thread::sleep(Duration::from_millis(200)))
        };
        let child = std::thread::spawn(start).join().unwrap();
        assert!(noted.wait_until_ended());
        assert!(begin.elapsed() >= Duration::from_millis(190), "{:?}", begin.elapsed());
        child.join().unwrap();
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
