//! The frequencies of the bins of a spectrum.

/// Sample rates that there are engines and profiles for, in hertz.
pub(crate) const RATES_HZ: std::ops::RangeInclusive<f64> = 100.0..=10e6;

/// The bins of a spectrum: their number, frequencies and width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Sample rate of the audio.
    pub sample_rate_hz: f64,
    /// Length of the analysis window, a power of two.
    pub window_samples: usize,
}

impl Grid {
    /// Number of bins from 0 Hz to the Nyquist frequency, both included. RT-safe.
    pub fn bins(&self) -> usize {
        self.window_samples / 2 + 1
    }

    /// Distance from one bin to the next. RT-safe.
    pub fn bin_width_hz(&self) -> f64 {
        self.sample_rate_hz / self.window_samples as f64
    }

    /// Level in dB/Hz of a bin with |X|^2 = 1: one-sided density, |X|^2 * 2 / (rate * sum of the squared window)
    /// (Heinzel et al. 2002).
    pub(crate) fn unit_density_db(&self, window_energy: f64) -> f64 {
        10.0 * (2.0 / (self.sample_rate_hz * window_energy)).log10()
    }

    /// Whether an engine can have this grid. Stored profiles are checked with it.
    pub(crate) fn is_plausible(&self) -> bool {
        RATES_HZ.contains(&self.sample_rate_hz)
            && self.window_samples.is_power_of_two()
            && (4..=1 << 20).contains(&self.window_samples)
    }
}
