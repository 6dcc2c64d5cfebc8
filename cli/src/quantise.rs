//! Samples as integers: rounded, clamped to full scale, and dithered where there are 16 bits.
//!
//! Rounding alone makes distortion of the quietest sound, because its error depends on the sound. Dither of two steps
//! with a triangular density makes it a steady noise of -93 dBFS instead (Lipshitz, Wannamaker, Vanderkooy 1992). A sample that
//! an integer holds exactly is written as it is: digital silence stays silent, and what was not changed stays the same.

/// The format that is dithered. The error of 24 bits is far below any noise.
const DITHERED_BITS: u16 = 16;

/// Converts the samples of one file.
pub struct Quantiser {
    bits: u16,
    /// One for each channel, if there is dither.
    dither: Vec<Dither>,
    clipped: u64,
}

impl Quantiser {
    /// For integers of so many bits. The dither has a fixed seed, so that the same sound becomes the same file.
    pub fn new(bits: u16, channels: usize, dither: bool) -> Self {
        let dithered = if dither && bits == DITHERED_BITS { channels } else { 0 };
        Self { bits, dither: (0..dithered as u64).map(Dither::new).collect(), clipped: 0 }
    }

    /// Converts the next samples of a channel.
    pub fn convert(&mut self, channel: usize, samples: &[f32], integers: &mut Vec<i32>) {
        let bits = u32::from(self.bits);
        integers.clear();
        match self.dither.get_mut(channel) {
            Some(dither) => integers.extend(samples.iter().map(|&x| dither.integer(x, bits))),
            None => integers.extend(samples.iter().map(|&x| integer(x, bits))),
        }
        self.clipped += samples.iter().filter(|x| x.abs() > 1.0).count() as u64;
    }

    /// How many samples were beyond full scale.
    pub fn clipped(&self) -> u64 {
        self.clipped
    }
}

/// The nearest integer of `bits` bits, half away from zero.
fn integer(x: f32, bits: u32) -> i32 {
    let full = full_scale(bits);
    rounded(f64::from(x) * full, full)
}

fn full_scale(bits: u32) -> f64 {
    (1i64 << (bits - 1)) as f64
}

/// The sum is exact in double precision; `round` would be a call of a function per sample.
fn rounded(scaled: f64, full: f64) -> i32 {
    let scaled = scaled.clamp(-full, full - 1.0);
    (scaled + 0.5f64.copysign(scaled)) as i32
}

/// Noise for one channel. A sample's noise depends on its place alone, not on blocks.
struct Dither(u64);

impl Dither {
    fn new(channel: u64) -> Self {
        // Far apart in the sequence.
        Self(channel.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn integer(&mut self, x: f32, bits: u32) -> i32 {
        let full = full_scale(bits);
        let (scaled, noise) = (f64::from(x) * full, self.next());
        let is_exact = f64::from(scaled as i32) == scaled;
        rounded(if is_exact { scaled } else { scaled + noise }, full)
    }

    /// The difference of two uniform numbers: triangular between -1 and 1. The generator is splitmix64 (Steele, Lea, Flood
    /// 2014), in integers, so that it is the same on every system.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let (one, other) = ((z >> 32) as i64, (z & 0xFFFF_FFFF) as i64);
        (one - other) as f64 / (1u64 << 32) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(samples: &[f32], dither: bool, block_samples: usize) -> Vec<i32> {
        let (mut quantiser, mut block, mut all) = (Quantiser::new(16, 1, dither), Vec::new(), Vec::new());
        for samples in samples.chunks(block_samples) {
            quantiser.convert(0, samples, &mut block);
            all.extend_from_slice(&block);
        }
        all
    }

    /// A constant between two steps: its mean stays, its error has the power of a triangular density and a uniform one (1/4
    /// of a square step), wherever it lies between them.
    #[test]
    fn dither_keeps_the_mean_and_its_noise_does_not_depend_on_the_sound() {
        const SAMPLES: usize = 200_000;
        for part in [0.1, 0.25, 0.5, 0.9] {
            let steps = 100.0 + part;
            let dithered = converted(&vec![(steps / 32_768.0) as f32; SAMPLES], true, 1000);
            let errors = dithered.iter().map(|&integer| f64::from(integer) - steps);
            let mean = errors.clone().sum::<f64>() / SAMPLES as f64;
            let power = errors.map(|error| error * error).sum::<f64>() / SAMPLES as f64;
            assert!(mean.abs() < 0.01 && (power - 0.25).abs() < 0.01, "{part}: {mean:.4}, {power:.4}");
        }
        let plain = converted(&[100.3 / 32_768.0; 10], false, 10);
        assert_eq!(plain, [100; 10]);
    }

    #[test]
    fn what_an_integer_holds_exactly_is_left_alone() {
        let exact: Vec<f32> = [0, 0, 1, -1, 12_345, 32_767, -32_768].map(|n| n as f32 / 32_768.0).into();
        assert_eq!(converted(&exact, true, 100), [0, 0, 1, -1, 12_345, 32_767, -32_768]);
    }

    #[test]
    fn channels_have_noise_of_their_own_and_blocks_do_not_matter() {
        let samples: Vec<f32> = (0..5000).map(|n| (n as f32 * 0.01).sin() * 0.001).collect();
        assert_eq!(converted(&samples, true, 5000), converted(&samples, true, 77));
        let mut quantiser = Quantiser::new(16, 2, true);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        quantiser.convert(0, &samples, &mut left);
        quantiser.convert(1, &samples, &mut right);
        let noise = |c: &[i32]| -> Vec<f64> {
            c.iter().zip(&samples).map(|(&n, &x)| f64::from(n) - f64::from(x) * 32_768.0).collect()
        };
        let product: f64 = noise(&left).iter().zip(noise(&right)).map(|(a, b)| a * b).sum();
        assert!(product.abs() / 5000.0 < 0.25 * 0.1, "{product}");
    }

    #[test]
    fn what_is_beyond_full_scale_is_clamped_and_counted() {
        for bits in [16, 24] {
            let mut quantiser = Quantiser::new(bits, 1, true);
            let mut integers = Vec::new();
            quantiser.convert(0, &[1.5, -1.5, 1.0, -1.0, 0.0, f32::NAN, f32::INFINITY], &mut integers);
            let full = 1 << (bits - 1);
            assert_eq!(integers, [full - 1, -full, full - 1, -full, 0, 0, full - 1]);
            assert_eq!(quantiser.clipped(), 3);
        }
    }
}
