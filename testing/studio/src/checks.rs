//! What the checks in hosts share.

use lull_host::Result;

/// Checks in the host of that name.
pub struct Checks(pub &'static str);

impl Checks {
    /// Prints a figure.
    ///
    /// # Errors
    /// When what is checked does not hold.
    pub fn expect(&self, what: &str, holds: bool, figure: &str) -> Result<()> {
        println!("  {} {what}: {figure}", if holds { "ok    " } else { "FAILED" });
        if holds { Ok(()) } else { Err(format!("{}: {what}: {figure}", self.0)) }
    }
}

/// Uniform noise, enough like Gaussian once it is in a spectrum.
pub fn noise(seed: u64, samples: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
    (0..samples)
        .map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            0.03 * ((state >> 40) as f32 / (1 << 23) as f32 - 1.0)
        })
        .collect()
}

pub fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|&x| (x as f64).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}
