//! Cepstral smoothing (Breithaupt, Gerkmann & Martin 2007): the logarithm of a spectrum is smoothed over time in its
//! cepstrum, but for the envelope and the pitch. So harmonics that stand out carry those that do not, and noise between
//! them is averaged.

use rustfft::num_complex::Complex32;

use crate::grid::Grid;
use crate::stft::RealFft;
use crate::vectorised::vectorised;

/// Bins that are transformed: 6 kHz at 48 kHz, fewer where the spectrum has fewer.
const BINS: usize = 512;
/// Structures coarser than this are the envelope and are not smoothed.
const ENVELOPE_HZ: f32 = 800.0;
const LOWEST_PITCH_HZ: f32 = 70.0;
const HIGHEST_PITCH_HZ: f32 = 400.0;
/// Coefficients to each side of the pitch that are smoothed as it is.
const PITCH_HALF_WIDTH: usize = 2;
/// Time constants of the pitch and of the rest.
const PITCH_S: f32 = 0.02;
const REST_S: f32 = 0.09;

/// The transforms and constants, which masks share.
pub(super) struct Cepstrum {
    fft: RealFft,
    /// e^(-i pi k / 2 N).
    turns: Vec<Complex32>,
    /// Index of the first coefficient that is smoothed, and the range where the pitch is looked for.
    envelope: usize,
    pitch: std::ops::Range<usize>,
    keep_pitch: f32,
    keep_rest: f32,
}

/// What is needed only while a frame is smoothed.
pub(super) struct CepstrumScratch {
    coefficients: Vec<f32>,
    packed: Vec<Complex32>,
    spectrum: Vec<Complex32>,
    power: Vec<f32>,
    fft: Vec<Complex32>,
}

impl CepstrumScratch {
    /// Setup only.
    pub(super) fn new(cepstrum: &Cepstrum) -> Self {
        let bins = cepstrum.bins();
        Self {
            coefficients: vec![0.0; bins],
            packed: vec![Complex32::default(); bins],
            spectrum: vec![Complex32::default(); bins + 1],
            power: vec![0.0; bins + 1],
            fft: vec![Complex32::default(); cepstrum.fft.scratch_len()],
        }
    }

    /// The arrays of real numbers. For tests.
    #[cfg(debug_assertions)]
    pub(super) fn arrays(&mut self) -> [&mut [f32]; 2] {
        [&mut self.coefficients, &mut self.power]
    }
}

impl Cepstrum {
    /// For frames `hop_s` apart. Setup only.
    pub(super) fn new(grid: Grid, hop_s: f32) -> Self {
        let fits = (grid.bins() + 1).next_power_of_two() / 2;
        let bins = BINS.min(fits);
        // A structure that repeats every so many hertz.
        let at = |hz: f32| (2.0 * bins as f32 * grid.bin_width_hz() as f32 / hz) as usize;
        let step = -std::f64::consts::PI / (2 * bins) as f64;
        let turn = |k: usize| {
            let (sin, cos) = (step * k as f64).sin_cos();
            Complex32::new(cos as f32, sin as f32)
        };
        let first = at(HIGHEST_PITCH_HZ).min(bins);
        Self {
            fft: RealFft::new(2 * bins),
            turns: (0..bins).map(turn).collect(),
            envelope: at(ENVELOPE_HZ).min(bins),
            pitch: first..at(LOWEST_PITCH_HZ).clamp(first, bins),
            keep_pitch: (-hop_s / PITCH_S).exp(),
            keep_rest: (-hop_s / REST_S).exp(),
        }
    }

    /// Number of bins that it smooths, from bin 0 on: also of the coefficients. RT-safe.
    pub(super) fn bins(&self) -> usize {
        self.turns.len()
    }

    /// Replaces the logarithms of the bins by smoothed ones. `state` has the smoothed coefficients, 0 at first. RT-safe.
    pub(super) fn smooth(&self, state: &mut [f32], scratch: &mut CepstrumScratch, levels: &mut [f32]) {
        self.transform(scratch, levels);
        self.advance(&scratch.coefficients, state);
        self.transform_back(state, scratch, levels);
    }

    /// The discrete cosine transform, by a real one of twice the length of the levels and their mirror image.
    fn transform(&self, scratch: &mut CepstrumScratch, levels: &[f32]) {
        let CepstrumScratch { coefficients, packed, spectrum, power, fft } = scratch;
        let half = packed.len() / 2;
        let (front, mirrored) = packed.split_at_mut(half);
        for ((pair, front), mirrored) in
            levels.as_chunks::<2>().0.iter().zip(front).zip(mirrored.iter_mut().rev())
        {
            *front = Complex32::new(pair[0], pair[1]);
            *mirrored = Complex32::new(pair[1], pair[0]);
        }
        self.fft.forward(packed, spectrum, power, fft);
        cosines(spectrum, &self.turns, coefficients);
    }

    /// One step of the means over time.
    fn advance(&self, coefficients: &[f32], state: &mut [f32]) {
        let Self { envelope, pitch, .. } = self;
        let sums =
            coefficients[pitch.clone()].iter().zip(&state[pitch.clone()]).map(|(now, before)| now + before);
        let largest =
            sums.enumerate().fold((0, f32::MIN), |best, now| if now.1 > best.1 { now } else { best });
        let peak = pitch.start + largest.0;
        let last = state.len();
        let near = peak.saturating_sub(PITCH_HALF_WIDTH).min(last)..(peak + PITCH_HALF_WIDTH + 1).min(last);
        let near_before: [f32; 2 * PITCH_HALF_WIDTH + 1] =
            std::array::from_fn(|n| state.get(near.start + n).copied().unwrap_or(0.0));
        state[..*envelope].copy_from_slice(&coefficients[..*envelope]);
        super::cells::forget(self.keep_rest, &coefficients[*envelope..], &mut state[*envelope..]);
        for (index, before) in near.zip(near_before) {
            let now = coefficients[index];
            state[index] = now + self.keep_pitch * (before - now);
        }
    }

    fn transform_back(&self, state: &[f32], scratch: &mut CepstrumScratch, levels: &mut [f32]) {
        let CepstrumScratch { packed, spectrum, fft, .. } = scratch;
        let bins = state.len();
        waves(state, &self.turns, 0.5 / bins as f32, spectrum);
        spectrum[bins] = Complex32::default();
        self.fft.inverse(spectrum, packed, fft);
        for (pair, packed) in levels.as_chunks_mut::<2>().0.iter_mut().zip(&*packed) {
            *pair = [packed.re, packed.im];
        }
    }
}

vectorised! {
    fn cosines(spectrum: &[Complex32], turns: &[Complex32], coefficients: &mut [f32]) {
        for ((c, bin), turn) in coefficients.iter_mut().zip(spectrum).zip(turns) {
            *c = bin.re * turn.re - bin.im * turn.im;
        }
    }

    fn waves(coefficients: &[f32], turns: &[Complex32], scale: f32, spectrum: &mut [Complex32]) {
        for ((bin, c), turn) in spectrum.iter_mut().zip(coefficients).zip(turns) {
            let scaled = scale * c;
            *bin = Complex32::new(scaled * turn.re, -scaled * turn.im);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };

    /// The definition of the discrete cosine transform and its reverse.
    #[test]
    fn transforms_are_those_of_the_definition() {
        let cepstrum = Cepstrum::new(GRID, 0.021);
        let mut scratch = CepstrumScratch::new(&cepstrum);
        let bins = cepstrum.bins();
        let levels: Vec<f32> = (0..bins).map(|n| ((n * n) as f32 * 0.013).sin()).collect();
        cepstrum.transform(&mut scratch, &levels);
        let angle = |k: usize, n: usize| std::f64::consts::PI * (k * (2 * n + 1)) as f64 / (2 * bins) as f64;
        for k in [0, 1, 77, bins - 1] {
            let wanted: f64 = (0..bins).map(|n| 2.0 * f64::from(levels[n]) * angle(k, n).cos()).sum();
            assert!((f64::from(scratch.coefficients[k]) - wanted).abs() < 1e-4, "{k}");
        }
        let state = scratch.coefficients.clone();
        let mut back = vec![0.0; bins];
        cepstrum.transform_back(&state, &mut scratch, &mut back);
        assert!(levels.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn harmonics_stay_and_noise_between_them_is_averaged() {
        let cepstrum = Cepstrum::new(GRID, 0.021);
        let (mut smoothed, mut scratch) = (vec![0.0; cepstrum.bins()], CepstrumScratch::new(&cepstrum));
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let harmonic = |n: usize| (std::f32::consts::TAU * n as f32 / 16.0).cos();
        let (mut heard, mut left) = (0.0, 0.0);
        for _ in 0..40 {
            let clean: Vec<f32> = (0..cepstrum.bins()).map(harmonic).collect();
            let mut levels: Vec<f32> = clean.iter().map(|c| c + noise()).collect();
            heard += levels.iter().zip(&clean).map(|(l, c)| (l - c).powi(2)).sum::<f32>();
            cepstrum.smooth(&mut smoothed, &mut scratch, &mut levels);
            left += levels.iter().zip(&clean).map(|(l, c)| (l - c).powi(2)).sum::<f32>();
        }
        assert!(left < 0.3 * heard, "{left} {heard}");
    }
}
