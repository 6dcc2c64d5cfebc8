//! How much of input and output is noise, by what was learned.

/// Powers over a short time: mean squares over all frequencies and channels.
///
/// The noise is the learned one, with the drift that Adapt has followed. What is left of it is this noise under the squares
/// of the mask's gains. Both are 0 while there is no profile, or while it is being learned.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Balance {
    pub input: f32,
    /// The input under the mask.
    pub output: f32,
    pub noise: f32,
    pub noise_left: f32,
}

impl Balance {
    /// Adds the powers of another balance, times `factor`. RT-safe.
    pub fn add(&mut self, other: &Balance, factor: f32) {
        self.input += factor * other.input;
        self.output += factor * other.output;
        self.noise += factor * other.noise;
        self.noise_left += factor * other.noise_left;
    }

    /// Adds the bins of one channel: |X|^2, gains and learned |X|^2, which has become louder by `drift`. RT-safe.
    pub fn add_bins(&mut self, powers: &[f32], gains: &[f32], learned: &[f32], drift: f32, factor: f32) {
        let mut sum = Balance::default();
        for ((&power, &gain), &noise) in powers.iter().zip(gains).zip(learned) {
            let passed = gain * gain;
            sum.add(
                &Balance { input: power, output: power * passed, noise, noise_left: noise * passed },
                1.0,
            );
        }
        (sum.noise, sum.noise_left) = (sum.noise * drift, sum.noise_left * drift);
        self.add(&sum, factor);
    }

    /// Adds the bins of one channel that is not masked. RT-safe.
    pub fn add_untreated(&mut self, powers: &[f32], factor: f32) {
        let power = factor * powers.iter().sum::<f32>();
        self.input += power;
        self.output += power;
    }
}
