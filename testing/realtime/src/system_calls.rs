//! The kernel reports every system call of one thread: a seccomp filter stops each, a second thread takes note of
//! it and lets it go on.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, Ordering::SeqCst};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the noting thread and the noted one share.
struct Shared {
    /// The noting thread is past its own start.
    ready: AtomicBool,
    /// The filter's descriptor, once there is one.
    listener: AtomicI32,
    gone: AtomicBool,
    counting: AtomicBool,
    calls: AtomicU64,
    /// Number of the last one that counted.
    last: AtomicI64,
}

/// Notes the system calls of the thread that made it, which can never be rid of it again.
pub struct Notes(Arc<Shared>);

/// The noting thread; it ends with the noted one.
pub struct Noter(JoinHandle<()>);

impl Notes {
    /// Begins to note this thread's system calls.
    ///
    /// # Errors
    /// When the kernel does not allow it.
    pub fn begin() -> Result<(Self, Noter), String> {
        let shared = Arc::new(Shared {
            ready: AtomicBool::new(false),
            listener: AtomicI32::new(-1),
            gone: AtomicBool::new(false),
            counting: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            last: AtomicI64::new(-1),
        });
        let noter = std::thread::spawn({
            let shared = shared.clone();
            move || note(&shared)
        });
        // A thread that starts allocates. Were this one stopped while it holds the allocator's lock, with nobody yet
        // to let it go on, both would wait for ever.
        while !shared.ready.load(SeqCst) {
            std::thread::sleep(Duration::from_micros(100));
        }
        // From here on each system call of this thread waits for the noter, which waits for the descriptor.
        match install() {
            Ok(listener) => shared.listener.store(listener, SeqCst),
            Err(why) => {
                shared.gone.store(true, SeqCst);
                return Err(why);
            }
        }
        Ok((Self(shared), Noter(noter)))
    }

    /// System calls of this thread while `work` runs, and the number of the last.
    pub fn watched<R>(&self, work: impl FnOnce() -> R) -> (R, u64, Option<i64>) {
        let before = self.0.calls.load(SeqCst);
        self.0.counting.store(true, SeqCst);
        let result = work();
        self.0.counting.store(false, SeqCst);
        let calls = self.0.calls.load(SeqCst) - before;
        (result, calls, (calls > 0).then(|| self.0.last.load(SeqCst)))
    }
}

impl Noter {
    /// Waits for the noted thread's end.
    pub fn join(self) {
        self.0.join().expect("the noting thread does not panic");
    }
}

/// Puts a filter on this thread that reports each system call; gives the descriptor that they are reported on.
fn install() -> Result<RawFd, String> {
    let report = libc::sock_filter {
        code: (libc::BPF_RET | libc::BPF_K) as u16,
        jt: 0,
        jf: 0,
        k: libc::SECCOMP_RET_USER_NOTIF,
    };
    let mut filter = [report];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    let refused = |what: &str| format!("the kernel refuses {what}: {}", std::io::Error::last_os_error());
    // SAFETY: both calls read their arguments only; the program lives until the second returns, which copies it.
    unsafe {
        if libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 {
            return Err(refused("no_new_privs"));
        }
        let descriptor = libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
            &raw const program,
        );
        if descriptor < 0 { Err(refused("a seccomp listener")) } else { Ok(descriptor as RawFd) }
    }
}

/// Allocates nothing: the noted thread may stand still in the midst of an allocation.
fn note(shared: &Shared) {
    shared.ready.store(true, SeqCst);
    let listener = loop {
        let descriptor = shared.listener.load(SeqCst);
        if descriptor >= 0 {
            // SAFETY: the kernel has just made it, and nobody else owns it.
            break unsafe { OwnedFd::from_raw_fd(descriptor) };
        }
        if shared.gone.load(SeqCst) {
            return;
        }
        std::thread::sleep(Duration::from_micros(100));
    };
    let descriptor = listener.as_raw_fd();
    loop {
        let mut poll = libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 };
        // SAFETY: one descriptor, which lives as long as `listener`.
        if unsafe { libc::poll(&raw mut poll, 1, -1) } < 0 {
            continue;
        }
        if poll.revents & libc::POLLIN == 0 {
            return; // The thread has ended.
        }
        // SAFETY: plain numbers, for which zero is a value; the kernel wants it zeroed.
        let mut call: libc::seccomp_notif = unsafe { std::mem::zeroed() };
        // SAFETY: the request's type is the one the kernel writes.
        if unsafe { libc::ioctl(descriptor, libc::SECCOMP_IOCTL_NOTIF_RECV as _, &raw mut call) } != 0 {
            continue;
        }
        // The thread stands still in its call, so this is how it was when it made it.
        if shared.counting.load(SeqCst) {
            shared.last.store(call.data.nr.into(), SeqCst);
            shared.calls.fetch_add(1, SeqCst);
        }
        let mut go_on = libc::seccomp_notif_resp {
            id: call.id,
            val: 0,
            error: 0,
            flags: libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32,
        };
        // SAFETY: the request's type is the one the kernel reads.
        unsafe { libc::ioctl(descriptor, libc::SECCOMP_IOCTL_NOTIF_SEND as _, &raw mut go_on) };
    }
}
