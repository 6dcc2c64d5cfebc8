//! Loops over bins, compiled once for each width of vectors that processors have.
//!
//! On x86-64 these are SSE2, SSE4.2, AVX2 and AVX-512; on aarch64 it is NEON alone. The widest that the processor has is
//! chosen at run time. All do the same operations in the same order on each element, and multiplications are not fused
//! with additions, so these loops give the same bits on every x86-64 processor. The layers of the learned estimator are fused
//! where the processor can (AVX2, AVX-512, NEON), as rustfft's transforms are: they differ in their last bits between processors
//! with and without it.

/// Defines functions whose loops use the widest vectors of the processor. What they call must be `#[inline(always)]`, or
/// it is compiled for SSE2. RT-safe once [`detect`] was called.
///
/// The body is a function of its own, because the compiler may assume that the slices of a function do not overlap, but
/// not that those of a closure do not.
macro_rules! vectorised {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    )+) => {$(
        $(#[$attribute])*
        $visibility fn $name($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn body($($argument: $type),*) $(-> $result)? $body
            fearless_simd::dispatch!(fearless_simd::Level::new(), simd => {
                fearless_simd::Simd::vectorize(simd, #[inline(always)] || body($($argument),*))
            })
        }
    )+};
}
pub(crate) use vectorised;

/// Finds out which vectors the processor has. Later calls, here and in vectorised functions, read what the first one
/// found. The first call is setup only.
pub(crate) fn detect() {
    let _ = fearless_simd::Level::new();
}
