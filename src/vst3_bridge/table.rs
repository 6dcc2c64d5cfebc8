//! Function tables in the place of the framework's.

use std::ffi::c_void;

use super::instance::Instance;

/// What a replaced interface pointer leads to: first the table for the host, then what its functions need.
#[repr(C)]
pub struct Table<V> {
    /// A copy of the framework's table with some functions replaced.
    pub ours: V,
    pub framework: V,
    pub instance: *const Instance,
}

impl<V: Copy> Table<V> {
    /// A copy of `framework` in which `change` replaces functions.
    pub fn new(framework: V, instance: *const Instance, change: impl FnOnce(&mut V)) -> Self {
        let mut ours = framework;
        change(&mut ours);
        Self { ours, framework, instance }
    }
}

/// The table behind an interface pointer.
///
/// # Safety
/// `this` leads to a `Table<V>` that lives for `'a`.
pub unsafe fn table<'a, V>(this: *mut c_void) -> &'a Table<V> {
    // SAFETY: by this function's own contract.
    unsafe { &**this.cast::<*const Table<V>>() }
}
