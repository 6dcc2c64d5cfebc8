//! Cells: bins joined, more of them the higher they lie, as the resolution of hearing falls.

use crate::grid::Grid;
use crate::vectorised::vectorised;

/// From these frequencies on, this many bins are one cell.
const SIZES: [(f64, usize); 4] = [(0.0, 1), (3000.0, 2), (6000.0, 4), (12_000.0, 8)];

/// The cells of a grid.
pub(super) struct Cells {
    /// First bin of each cell, then the number of bins.
    edges: Vec<usize>,
    /// Between which cells' centres a bin lies that is not a cell itself: the lower one, and the share of the upper one.
    between: Vec<(u16, f32)>,
    /// Bins below this one are cells.
    single: usize,
    bin_hz: f32,
}

impl Cells {
    /// Setup only.
    pub(super) fn new(grid: Grid) -> Self {
        let bins = grid.bins();
        let bin_of = |hz: f64| ((hz / grid.bin_width_hz()).round() as usize).min(bins);
        let ends = SIZES[1..].iter().map(|&(hz, _)| bin_of(hz)).chain([bins]);
        let mut edges: Vec<usize> = SIZES
            .iter()
            .zip(ends)
            .flat_map(|(&(from_hz, size), end)| (bin_of(from_hz)..end).step_by(size))
            .collect();
        edges.push(bins);
        let single = bin_of(SIZES[1].0);
        let centre = |cell: usize| (edges[cell] + edges[cell + 1] - 1) as f32 / 2.0;
        let last = edges.len() - 2;
        let between = (single..bins).scan(single.saturating_sub(1), |lower, bin| {
            while *lower + 2 <= last && centre(*lower + 1) < bin as f32 {
                *lower += 1;
            }
            let (below, above) = (centre(*lower), centre((*lower + 1).min(last)));
            let share =
                if above > below { ((bin as f32 - below) / (above - below)).clamp(0.0, 1.0) } else { 0.0 };
            Some((*lower as u16, share))
        });
        let between = between.collect();
        Self { between, single, bin_hz: grid.bin_width_hz() as f32, edges }
    }

    /// Number of cells. RT-safe.
    pub(super) fn count(&self) -> usize {
        self.edges.len() - 1
    }

    /// Number of bins of each cell. RT-safe.
    pub(super) fn sizes(&self) -> impl Iterator<Item = usize> {
        self.edges.windows(2).map(|edges| edges[1] - edges[0])
    }

    /// Centre of each cell. RT-safe.
    pub(super) fn centres_hz(&self) -> impl Iterator<Item = f32> {
        self.edges.windows(2).map(|edges| (edges[0] + edges[1] - 1) as f32 / 2.0 * self.bin_hz)
    }

    /// The cells whose centres lie within half of `width_hz` of each cell's centre, and how many bins they hold. Setup only.
    pub(super) fn neighbourhoods(&self, width_hz: f32) -> Vec<Neighbourhood> {
        let centres: Vec<f32> = self.centres_hz().collect();
        let reach = (width_hz + self.bin_hz) / 2.0;
        let around = |centre: f32| {
            let first = centres.partition_point(|&c| c < centre - reach);
            let end = centres.partition_point(|&c| c < centre + reach);
            let bins = self.edges[end] - self.edges[first];
            Neighbourhood { first: first as u16, end: end as u16, per_bin: 1.0 / bins as f32 }
        };
        centres.iter().map(|&centre| around(centre)).collect()
    }

    /// The mean of the bins of each cell. RT-safe.
    pub(super) fn join(&self, bins: &[f32], cells: &mut [f32]) {
        let (single, joined) = cells.split_at_mut(self.single.min(cells.len()));
        single.copy_from_slice(&bins[..single.len()]);
        for (cell, edges) in joined.iter_mut().zip(self.edges[single.len()..].windows(2)) {
            let bins = &bins[edges[0]..edges[1]];
            *cell = bins.iter().sum::<f32>() / bins.len() as f32;
        }
    }

    /// Gives each bin the figure on the line between the centres of the cells around it. RT-safe.
    pub(super) fn spread(&self, cells: &[f32], bins: &mut [f32]) {
        let (single, joined) = bins.split_at_mut(self.single);
        single.copy_from_slice(&cells[..single.len()]);
        let last = cells.len() - 1;
        for (bin, &(lower, share)) in joined.iter_mut().zip(&self.between) {
            let lower = usize::from(lower).min(last);
            let (below, above) = (cells[lower], cells[(lower + 1).min(last)]);
            *bin = below + share * (above - below);
        }
    }
}

/// Neighbours of a cell: indices of the first one and the one after the last, and one over the number of their bins.
#[derive(Clone, Copy)]
pub(super) struct Neighbourhood {
    first: u16,
    end: u16,
    per_bin: f32,
}

/// Running sums over cells, from which means over any number of neighbours cost the same.
pub(super) struct RunningSums {
    weights: Vec<f32>,
    sums: Vec<f64>,
}

impl RunningSums {
    /// Setup only.
    pub(super) fn new(cells: &Cells) -> Self {
        Self { weights: cells.sizes().map(|size| size as f32).collect(), sums: vec![0.0; cells.count() + 1] }
    }

    /// Sums figures of the cells, each limited to `largest`. RT-safe.
    pub(super) fn fill(&mut self, figures: &[f32], largest: f32) {
        let mut sum = 0.0;
        for ((total, figure), weight) in self.sums[1..].iter_mut().zip(figures).zip(&self.weights) {
            sum += f64::from(figure.min(largest) * weight);
            *total = sum;
        }
    }

    /// The means over the neighbourhoods. RT-safe.
    pub(super) fn means(&self, neighbourhoods: &[Neighbourhood], means: &mut [f32]) {
        for (mean, near) in means.iter_mut().zip(neighbourhoods) {
            let sum = self.sums[usize::from(near.end)] - self.sums[usize::from(near.first)];
            *mean = sum as f32 * near.per_bin;
        }
    }
}

vectorised! {
    /// One step of a mean that forgets.
    pub(super) fn forget(keep: f32, figures: &[f32], means: &mut [f32]) {
        for (mean, figure) in means.iter_mut().zip(figures) {
            *mean = figure + keep * (*mean - figure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_each_bin_once_at_every_rate() {
        for (rate, window) in
            [(8e3, 512), (44.1e3, 4096), (48e3, 4096), (96e3, 8192), (384e3, 32_768), (100.0, 128)]
        {
            let grid = Grid { sample_rate_hz: rate, window_samples: window };
            let cells = Cells::new(grid);
            assert_eq!(cells.sizes().sum::<usize>(), grid.bins(), "{rate} Hz");
            assert!(cells.sizes().all(|size| (1..=8).contains(&size)), "{rate} Hz");
            // A straight line stays one where cells are smaller than a band, except for the outermost bins.
            let line: Vec<f32> = (0..grid.bins()).map(|bin| 1.0 + bin as f32).collect();
            let (mut joined, mut bins) = (vec![0.0; cells.count()], vec![0.0; grid.bins()]);
            cells.join(&line, &mut joined);
            cells.spread(&joined, &mut bins);
            for (bin, (got, wanted)) in bins.iter().zip(&line).enumerate().take(grid.bins() - 8) {
                assert!((got / wanted - 1.0).abs() < 1e-4, "{rate} Hz, bin {bin}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn means_are_those_of_the_definition() {
        let cells = Cells::new(Grid { sample_rate_hz: 48_000.0, window_samples: 4096 });
        let figures: Vec<f32> = (0..cells.count()).map(|cell| (cell * cell % 97) as f32).collect();
        let (centres, sizes): (Vec<f32>, Vec<usize>) = cells.centres_hz().zip(cells.sizes()).unzip();
        let mut sums = RunningSums::new(&cells);
        let mut means = vec![0.0; cells.count()];
        for width_hz in [70.0, 1400.0, 6000.0] {
            sums.fill(&figures, 30.0);
            sums.means(&cells.neighbourhoods(width_hz), &mut means);
            for cell in (0..cells.count()).step_by(40) {
                let reach = (width_hz + 48_000.0 / 4096.0) / 2.0;
                let range = centres[cell] - reach..centres[cell] + reach;
                let near = (0..cells.count()).filter(|&other| range.contains(&centres[other]));
                let (sum, bins) = near.fold((0.0, 0), |(sum, bins), other| {
                    (sum + figures[other].min(30.0) * sizes[other] as f32, bins + sizes[other])
                });
                assert!((means[cell] - sum / bins as f32).abs() < 1e-3, "{width_hz} Hz, cell {cell}");
            }
        }
    }
}
