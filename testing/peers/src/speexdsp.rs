//! A small program around speexdsp's denoiser. It spends next to nothing beside the library's work: the file is read and
//! written at once, and denoised in place.

use std::ffi::{c_int, c_void};
use std::path::Path;

use libloading::{Library, Symbol};

/// Samples per frame: 20 ms, as its manual recommends.
const FRAME_SAMPLES: usize = 960;
const RATE_HZ: c_int = 48_000;
/// What `lull-peers compare` writes.
const HEADER_BYTES: usize = 44;
/// Requests of speex_preprocess.h.
const SET_DENOISE: c_int = 0;
const SET_NOISE_SUPPRESS: c_int = 18;
const SUPPRESSION_DB: i32 = -30;

/// # Errors
/// When the library is another, or a file cannot be read or written.
pub fn run(library: &Path, input: &Path, output: &Path) -> Result<(), String> {
    let mut bytes = std::fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?;
    let data = bytes.get_mut(HEADER_BYTES..).ok_or_else(|| format!("{}: is no WAV", input.display()))?;
    let (samples, _) = data.as_chunks_mut::<2>();
    // SAFETY: libspeexdsp runs no code when it is loaded.
    let library = unsafe { Library::new(library) };
    let library = library.map_err(|error| error.to_string())?;
    let denoiser = Denoiser::new(&library).map_err(|error| error.to_string())?;
    let mut frame = [0i16; FRAME_SAMPLES];
    for samples in samples.chunks_exact_mut(FRAME_SAMPLES) {
        frame.iter_mut().zip(&*samples).for_each(|(sample, bytes)| *sample = i16::from_le_bytes(*bytes));
        denoiser.run(&mut frame);
        samples.iter_mut().zip(&frame).for_each(|(bytes, sample)| *bytes = sample.to_le_bytes());
    }
    std::fs::write(output, bytes).map_err(|error| format!("{}: {error}", output.display()))
}

type Init = unsafe extern "C" fn(c_int, c_int) -> *mut c_void;
type Run = unsafe extern "C" fn(*mut c_void, *mut i16) -> c_int;
type Control = unsafe extern "C" fn(*mut c_void, c_int, *mut c_void) -> c_int;
type Destroy = unsafe extern "C" fn(*mut c_void);

struct Denoiser<'a> {
    state: *mut c_void,
    run: Symbol<'a, Run>,
    destroy: Symbol<'a, Destroy>,
}

impl<'a> Denoiser<'a> {
    fn new(library: &'a Library) -> Result<Self, libloading::Error> {
        // SAFETY: the types are those of speex_preprocess.h, and the requests read an integer that outlives them.
        unsafe {
            let init: Symbol<Init> = library.get(b"speex_preprocess_state_init")?;
            let control: Symbol<Control> = library.get(b"speex_preprocess_ctl")?;
            let run = library.get(b"speex_preprocess_run")?;
            let destroy = library.get(b"speex_preprocess_state_destroy")?;
            let state = init(FRAME_SAMPLES as c_int, RATE_HZ);
            let (mut on, mut suppression_db) = (1i32, SUPPRESSION_DB);
            control(state, SET_DENOISE, (&raw mut on).cast());
            control(state, SET_NOISE_SUPPRESS, (&raw mut suppression_db).cast());
            Ok(Self { state, run, destroy })
        }
    }

    fn run(&self, frame: &mut [i16; FRAME_SAMPLES]) {
        // SAFETY: the state is alive, and was made for frames of this length.
        unsafe { (self.run)(self.state, frame.as_mut_ptr()) };
    }
}

impl Drop for Denoiser<'_> {
    fn drop(&mut self) {
        // SAFETY: the state is alive, and nothing uses it afterwards.
        unsafe { (self.destroy)(self.state) };
    }
}
