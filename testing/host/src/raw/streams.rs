//! Streams that the plugin writes its state to and reads it from, in small pieces.

use std::ffi::c_void;

use clap_sys::stream::{clap_istream, clap_ostream};

/// A stream into `bytes`. It must not outlive them.
pub(super) fn output(bytes: &mut Vec<u8>) -> clap_ostream {
    clap_ostream { ctx: (&raw mut *bytes).cast(), write: Some(write) }
}

/// A stream out of `rest`, which becomes what is left. It must not outlive it.
pub(super) fn input(rest: &mut &[u8]) -> clap_istream {
    clap_istream { ctx: (&raw mut *rest).cast(), read: Some(read) }
}

// SAFETY of all functions below: the plugin calls them with the pointers that this host has passed to it.

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
    unsafe {
        let bytes: &mut Vec<u8> = &mut *(*stream).ctx.cast();
        // A host may take little at a time.
        let taken = (size as usize).min(1000);
        bytes.extend_from_slice(std::slice::from_raw_parts(from.cast(), taken));
        taken as i64
    }
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
    unsafe {
        let rest: &mut &[u8] = &mut *(*stream).ctx.cast();
        let given = rest.len().min(size as usize).min(1000);
        std::ptr::copy_nonoverlapping(rest.as_ptr(), to.cast(), given);
        *rest = &rest[given..];
        given as i64
    }
}
