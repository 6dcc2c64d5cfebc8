//! Cleans the input: afterwards all samples are finite, and none is so small that a result could be subnormal.

/// Smaller samples (below -240 dBFS) become 0 at the input, so that no later result is subnormal, which would be slow.
const SMALLEST_SAMPLE: f32 = 1e-12;
/// Larger samples (above +180 dBFS) are not audio, like NaN and infinity, and become 0 at the input.
pub const LARGEST_SAMPLE: f32 = 1e9;

/// Whether sanitising leaves nothing but zeros. RT-safe.
pub(crate) fn is_silence(samples: &[f32]) -> bool {
    samples.iter().all(|x| x.abs() < SMALLEST_SAMPLE)
}

/// Replaces samples that are not audio with 0; returns whether there were any. RT-safe.
pub(crate) fn sanitise(samples: &mut [f32]) -> bool {
    let mut tainted = false;
    for x in samples {
        let level = x.abs();
        // NaN compares as false, so it is tainted as well.
        let audio = level <= LARGEST_SAMPLE;
        tainted |= !audio;
        *x = if audio && level >= SMALLEST_SAMPLE { *x } else { 0.0 };
    }
    tainted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_audio_is_left() {
        let mut samples = [0.5, -1e-13, 1e-30, -1.0];
        assert!(!sanitise(&mut samples));
        assert_eq!(samples, [0.5, 0.0, 0.0, -1.0]);
        for bad in [f32::NAN, f32::INFINITY, -1e10] {
            let mut samples = [0.5, bad];
            assert!(sanitise(&mut samples) && samples == [0.5, 0.0]);
        }
        assert!(is_silence(&[0.0, 1e-13]) && !is_silence(&[0.0, f32::NAN]));
    }
}
