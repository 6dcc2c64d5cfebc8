//! This program's own allocator and lock functions. The loader looks for a symbol in the program before it looks
//! in the C library, so a plugin's calls come by here; they are counted where [`watched`] says so, and passed on.

use std::cell::Cell;
use std::ffi::{CStr, c_int, c_void};
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

/// Calls of one thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    pub allocations: u64,
    pub frees: u64,
    pub locks: u64,
}

thread_local! {
    // Constant and without a destructor: reading them allocates nothing, whatever the moment.
    static COUNTING: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<Calls> = const { Cell::new(Calls { allocations: 0, frees: 0, locks: 0 }) };
}

/// What `work` calls on this thread. Not to be nested.
pub fn watched<R>(work: impl FnOnce() -> R) -> (R, Calls) {
    CALLS.set(Calls::default());
    COUNTING.set(true);
    let result = work();
    COUNTING.set(false);
    (result, CALLS.get())
}

fn count(add: impl FnOnce(&mut Calls)) {
    if COUNTING.get() {
        let mut calls = CALLS.get();
        add(&mut calls);
        CALLS.set(calls);
    }
}

/// True if a library that is loaded finds this program's functions before the C library's.
pub fn stands_in_front() -> bool {
    let found = |name: &CStr| {
        // SAFETY: the name is a C string, and a lookup in the default scope changes nothing.
        unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) }
    };
    found(c"malloc") == malloc as *mut c_void
        && found(c"free") == free as *mut c_void
        && found(c"pthread_mutex_lock") == pthread_mutex_lock as *mut c_void
        && found(c"pthread_cond_wait") == pthread_cond_wait as *mut c_void
}

// The C library's own names for what it does behind `malloc` and the others.
unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(old: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_free(block: *mut c_void);
}

// SAFETY of all below: each has the signature and the contract of the function whose name it bears, and hands its
// arguments on unchanged to the C library's implementation of it. Counting touches two thread-local cells only.

#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    count(|calls| calls.allocations += 1);
    unsafe { __libc_malloc(size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(items: usize, size: usize) -> *mut c_void {
    count(|calls| calls.allocations += 1);
    unsafe { __libc_calloc(items, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    count(|calls| calls.allocations += 1);
    unsafe { __libc_realloc(old, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    count(|calls| calls.allocations += 1);
    unsafe { __libc_memalign(alignment, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    count(|calls| calls.allocations += 1);
    unsafe { __libc_memalign(alignment, size) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(block: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    count(|calls| calls.allocations += 1);
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return libc::EINVAL;
    }
    let found = unsafe { __libc_memalign(alignment, size) };
    if found.is_null() {
        return libc::ENOMEM;
    }
    unsafe { block.write(found) };
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(block: *mut c_void) {
    count(|calls| calls.frees += !block.is_null() as u64);
    unsafe { __libc_free(block) }
}

/// The next function of that name after this program's: the C library's.
fn next(name: &CStr, cache: &AtomicPtr<c_void>) -> *mut c_void {
    let known = cache.load(Relaxed);
    if !known.is_null() {
        return known;
    }
    // SAFETY: the name is a C string.
    let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    assert!(!found.is_null(), "the C library has no {name:?}");
    cache.store(found, Relaxed);
    found
}

/// Functions that lock, wait or wake: counted, and passed on.
macro_rules! locks {
    ($($name:ident($($argument:ident: $type:ty),+);)+) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($argument: $type),+) -> c_int {
            static NEXT: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
            count(|calls| calls.locks += 1);
            let name = const {
                match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                    Ok(name) => name,
                    Err(_) => panic!("a name holds no zero"),
                }
            };
            let next: unsafe extern "C" fn($($type),+) -> c_int =
                unsafe { std::mem::transmute(next(name, &NEXT)) };
            unsafe { next($($argument),+) }
        }
    )+};
}

locks! {
    pthread_mutex_lock(mutex: *mut libc::pthread_mutex_t);
    pthread_mutex_timedlock(mutex: *mut libc::pthread_mutex_t, until: *const libc::timespec);
    pthread_rwlock_rdlock(lock: *mut libc::pthread_rwlock_t);
    pthread_rwlock_wrlock(lock: *mut libc::pthread_rwlock_t);
    pthread_spin_lock(lock: *mut libc::pthread_spinlock_t);
    pthread_cond_wait(condition: *mut libc::pthread_cond_t, mutex: *mut libc::pthread_mutex_t);
    pthread_cond_signal(condition: *mut libc::pthread_cond_t);
    pthread_cond_broadcast(condition: *mut libc::pthread_cond_t);
    pthread_join(thread: libc::pthread_t, result: *mut *mut c_void);
    sem_wait(semaphore: *mut libc::sem_t);
    sem_post(semaphore: *mut libc::sem_t);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_nothing() {
        assert!(stands_in_front());
        assert_eq!(watched(|| ()).1, Calls::default());
    }

    #[test]
    fn a_planted_allocation_is_counted_in_every_form() {
        let (boxed, calls) = watched(|| std::hint::black_box(Box::new([1u8; 100])));
        assert_eq!(calls, Calls { allocations: 1, ..Calls::default() });
        assert_eq!(watched(|| drop(boxed)).1, Calls { frees: 1, ..Calls::default() });
        let (zeroed, calls) = watched(|| std::hint::black_box(vec![0u64; 100]));
        assert_eq!(calls, Calls { allocations: 1, ..Calls::default() }, "calloc");
        let mut grown = zeroed;
        assert_eq!(watched(|| grown.reserve_exact(1000)).1.allocations, 1, "realloc");
        #[repr(align(256))]
        struct Wide([u8; 256]);
        let (wide, calls) = watched(|| std::hint::black_box(Box::new(Wide([1; 256]))));
        assert_eq!((calls.allocations, wide.0[0]), (1, 1), "posix_memalign");
    }

    #[test]
    fn a_planted_lock_of_the_c_library_is_counted_though_nobody_fights_for_it() {
        let mut mutex = libc::PTHREAD_MUTEX_INITIALIZER;
        // SAFETY: the mutex is initialised, and of this function alone.
        let lock = || unsafe { libc::pthread_mutex_lock(&raw mut mutex) };
        assert_eq!(watched(lock), (0, Calls { locks: 1, ..Calls::default() }));
    }
}
