//! Window pairs: analysis and synthesis windows whose overlapping products sum to 1.

/// Periodic Hann window (not the symmetric one: only the periodic form overlaps to a constant).
pub(crate) fn periodic_hann(samples: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU / samples as f64;
    (0..samples).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32).collect()
}

/// Analysis and synthesis window of a frame, of the same length.
pub(crate) struct WindowPair {
    pub(crate) analysis: Vec<f32>,
    pub(crate) synthesis: Vec<f32>,
}

impl WindowPair {
    /// A periodic Hann window for both.
    pub(crate) fn hann(samples: usize, hop_samples: usize) -> Self {
        let analysis = periodic_hann(samples);
        let synthesis = reconstructing(&analysis, analysis.clone(), hop_samples);
        Self { analysis, synthesis }
    }

    /// A long analysis window that rises slowly and falls in the last hop, and a short synthesis window that begins
    /// `latency_samples` before its end (after Mauler & Martin 2007). The frequency resolution is that of the long
    /// window, the latency that of the short one. Their product is a Hann window of `output_samples`, at least two
    /// hops. Samples after that part are analysed and not put out: they improve the estimate more than additional
    /// overlap would.
    pub(crate) fn low_latency(
        analysis_samples: usize,
        latency_samples: usize,
        output_samples: usize,
        hop_samples: usize,
    ) -> Self {
        let rise = analysis_samples - hop_samples;
        let quarter_turn = |n: usize, of: usize| (std::f64::consts::FRAC_PI_2 * n as f64 / of as f64).sin();
        let analysis: Vec<f32> = (0..rise)
            .map(|n| quarter_turn(n, rise) as f32)
            .chain((0..hop_samples).map(|n| quarter_turn(hop_samples - n, hop_samples) as f32))
            .collect();
        let start = analysis_samples - latency_samples;
        let mut synthesis = vec![0.0; analysis_samples];
        let product = periodic_hann(output_samples);
        for ((s, a), p) in synthesis[start..].iter_mut().zip(&analysis[start..]).zip(product) {
            *s = if p > 0.0 { p / a } else { 0.0 };
        }
        Self { synthesis: reconstructing(&analysis, synthesis, hop_samples), analysis }
    }
}

/// Divides `synthesis`, at each phase of the hop, by the sum of the products of both windows that overlap there, so
/// that the pair reconstructs exactly (Griffin & Lim 1984, eq. 6, for two windows). At 75 % overlap of Hann windows the
/// divisor is 1.5 throughout; other overlaps reconstruct as well.
fn reconstructing(analysis: &[f32], synthesis: Vec<f32>, hop_samples: usize) -> Vec<f32> {
    let overlapped: Vec<f64> = (0..hop_samples)
        .map(|phase| {
            let products = analysis.iter().zip(&synthesis).skip(phase).step_by(hop_samples);
            products.map(|(&a, &s)| a as f64 * s as f64).sum()
        })
        .collect();
    synthesis.iter().enumerate().map(|(n, &s)| (s as f64 / overlapped[n % hop_samples]) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_pairs_sum_to_one_at_every_overlap() {
        for overlap in [2, 4, 8, 16] {
            let hop = 1024 / overlap;
            let mut pairs = vec![WindowPair::hann(1024, hop)];
            let outputs = [512, 384, 256].into_iter().filter(|output| 2 * hop <= *output);
            pairs.extend(outputs.map(|output| WindowPair::low_latency(1024, 512, output, hop)));
            for (index, WindowPair { analysis, synthesis }) in pairs.iter().enumerate() {
                for phase in 0..hop {
                    let sum: f64 =
                        (phase..1024).step_by(hop).map(|n| analysis[n] as f64 * synthesis[n] as f64).sum();
                    assert!(
                        (sum - 1.0).abs() < 1e-6,
                        "pair {index}, overlap {overlap}, phase {phase}: {sum}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_low_latency_pair_is_silent_around_what_it_puts_out_and_gentle_within() {
        let WindowPair { analysis, synthesis } = WindowPair::low_latency(1024, 512, 384, 128);
        assert!(synthesis[..=512].iter().chain(&synthesis[896..]).all(|&s| s == 0.0));
        assert!(synthesis[513..896].iter().all(|&s| s > 0.0));
        assert!(synthesis.iter().chain(&analysis).all(|w| (0.0..=1.01).contains(w)));
        assert_eq!(analysis[896], 1.0);
    }

    #[test]
    fn the_window_is_periodic() {
        let window = periodic_hann(8);
        assert_eq!((window[0], window[4]), (0.0, 1.0));
        assert_eq!(window[1], window[7], "symmetric about N/2, so it would repeat at N");
    }
}
