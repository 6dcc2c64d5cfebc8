//! Means over frequency, in spans whose width is set in hertz. They are computed from a cumulative sum, so that the
//! cost does not depend on the width. The bins at both ends count by the part that the span covers, so that any width
//! is possible.

use crate::grid::Grid;

/// A part of the cumulative sum from one fractional position to another.
#[derive(Clone, Copy, Default)]
struct Span {
    from: u32,
    from_share: f32,
    to: u32,
    to_share: f32,
    inverse_width: f32,
}

/// For every bin, the span around it that is averaged.
pub(crate) struct Spans(Vec<Span>);

impl Spans {
    /// Spans of one bin each. Setup only.
    pub(crate) fn new(bins: usize) -> Self {
        Self(vec![Span::default(); bins])
    }

    /// Sets spans that extend `reach_hz(hz)` to each side beyond the bin's own width, limited to the spectrum. RT-safe.
    pub(crate) fn set(&mut self, grid: Grid, reach_hz: impl Fn(f32) -> f32) {
        let last = (self.0.len() - 1) as f32;
        let width_hz = grid.bin_width_hz() as f32;
        for (bin, span) in self.0.iter_mut().enumerate() {
            let bin = bin as f32;
            let reach = reach_hz(bin * width_hz) / width_hz;
            let (from, to) = ((bin - reach).max(0.0), (bin + reach).min(last) + 1.0);
            *span = Span {
                from: from as u32,
                from_share: from.fract(),
                to: to as u32,
                to_share: to.fract(),
                inverse_width: 1.0 / (to - from),
            };
        }
    }
}

/// Running totals of a spectrum, from which the mean over any span is read.
#[derive(Default)]
pub(crate) struct Cumulative(Vec<f64>);

impl Cumulative {
    /// Setup only.
    pub(crate) fn new(bins: usize) -> Self {
        Self(vec![0.0; bins + 2])
    }

    /// Overwrites the totals with NaN. RT-safe.
    #[cfg(debug_assertions)]
    pub(crate) fn spoil(&mut self) {
        // The first total, 0, is never written.
        if let Some((_, totals)) = self.0.split_first_mut() {
            totals.fill(f64::NAN);
        }
    }

    /// Sums up `values`, one per bin. RT-safe.
    pub(crate) fn fill(&mut self, values: impl Iterator<Item = f32>) {
        let mut sum = 0.0;
        for (after, value) in self.0[1..].iter_mut().zip(values) {
            sum += value as f64;
            *after = sum;
        }
        // One entry more, so that the position after the last bin has a neighbour like all others.
        let end = self.0.len() - 1;
        self.0[end] = sum;
    }

    /// The mean over each bin's span. RT-safe.
    pub(crate) fn means<'a>(&'a self, spans: &'a Spans) -> impl Iterator<Item = f32> + 'a {
        let place = |index: u32, share: f32| {
            let below = self.0[index as usize];
            below + share as f64 * (self.0[index as usize + 1] - below)
        };
        spans.0.iter().map(move |span| {
            let total = place(span.to, span.to_share) - place(span.from, span.from_share);
            total as f32 * span.inverse_width
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_the_integral_over_its_span() {
        let grid = Grid { sample_rate_hz: 48_000.0, window_samples: 256 };
        let values: Vec<f32> = (0..grid.bins()).map(|i| ((i * 7919) % 101) as f32 * 0.1 - 5.0).collect();
        let mut cumulative = Cumulative::new(grid.bins());
        cumulative.fill(values.iter().copied());
        let mut spans = Spans::new(grid.bins());
        for reach_bins in [0.0f64, 0.3, 1.0, 4.75, 500.0] {
            spans.set(grid, |_| (reach_bins * grid.bin_width_hz()) as f32);
            for (bin, got) in cumulative.means(&spans).enumerate() {
                let last = (grid.bins() - 1) as f64;
                let (from, to) =
                    ((bin as f64 - reach_bins).max(0.0), (bin as f64 + reach_bins).min(last) + 1.0);
                let weight = |i: usize| ((i as f64 + 1.0).min(to) - (i as f64).max(from)).max(0.0);
                let wanted =
                    (0..values.len()).map(|i| values[i] as f64 * weight(i)).sum::<f64>() / (to - from);
                assert!((got as f64 - wanted).abs() < 1e-4, "reach {reach_bins}, bin {bin}: {got} {wanted}");
            }
        }
    }
}
