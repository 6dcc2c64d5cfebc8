//! A stream in memory, into which a plugin saves its state.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;

use vst3::Class;
use vst3::Steinberg::IBStream_::IStreamSeekMode_::{kIBSeekCur, kIBSeekEnd, kIBSeekSet};
use vst3::Steinberg::{IBStream, IBStreamTrait, int32, int64, kInvalidArgument, kResultOk, tresult};

#[derive(Default)]
pub struct Stream {
    bytes: RefCell<Vec<u8>>,
    position: Cell<usize>,
}

impl Stream {
    pub fn new(bytes: &[u8]) -> Self {
        Self { bytes: RefCell::new(bytes.to_vec()), position: Cell::new(0) }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.borrow().clone()
    }
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

/// Writes a result through a pointer that may be null.
///
/// # Safety
/// If it is not null, it is valid.
unsafe fn put<T>(result: *mut T, value: T) {
    if !result.is_null() {
        // SAFETY: as the caller promises.
        unsafe { result.write(value) };
    }
}

// The plugin's pointers are valid for the lengths that it says, as VST3 has it.
impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, count: int32, read: *mut int32) -> tresult {
        let bytes = self.bytes.borrow();
        let left = &bytes[self.position.get().min(bytes.len())..];
        let count = left.len().min(usize::try_from(count).unwrap_or(0));
        // SAFETY: as above; `left` has at least `count` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(left.as_ptr(), buffer.cast::<u8>(), count);
            put(read, count as int32);
        }
        self.position.set(self.position.get() + count);
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, written: *mut int32) -> tresult {
        let Ok(length) = usize::try_from(count) else { return kInvalidArgument };
        let mut bytes = self.bytes.borrow_mut();
        let end = self.position.get() + length;
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        // SAFETY: as above; the vector has `length` bytes at the position.
        unsafe {
            let to = bytes.as_mut_ptr().add(self.position.get());
            std::ptr::copy_nonoverlapping(buffer.cast::<u8>(), to, length);
            put(written, count);
        }
        self.position.set(end);
        kResultOk
    }

    // On Windows the enumeration has another type.
    #[allow(clippy::unnecessary_cast)]
    unsafe fn seek(&self, offset: int64, mode: int32, result: *mut int64) -> tresult {
        let from = match mode {
            _ if mode == kIBSeekSet as int32 => 0,
            _ if mode == kIBSeekCur as int32 => self.position.get(),
            _ if mode == kIBSeekEnd as int32 => self.bytes.borrow().len(),
            _ => return kInvalidArgument,
        };
        let Ok(position) = usize::try_from(from as int64 + offset) else { return kInvalidArgument };
        self.position.set(position);
        // SAFETY: as above.
        unsafe { put(result, position as int64) };
        kResultOk
    }

    unsafe fn tell(&self, position: *mut int64) -> tresult {
        // SAFETY: as above.
        unsafe { put(position, self.position.get() as int64) };
        kResultOk
    }
}
