//! Where the bins of a spectrum lie.

/// The bins of a spectrum: how many there are, where each lies and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// Rate of the samples that the window is taken from.
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

    /// Whether a profile may lie on this grid at all.
    pub(crate) fn is_plausible(&self) -> bool {
        self.sample_rate_hz.is_finite()
            && (100.0..=10e6).contains(&self.sample_rate_hz)
            && self.window_samples.is_power_of_two()
            && (4..=1 << 20).contains(&self.window_samples)
    }
}
