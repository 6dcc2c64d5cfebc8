//! Cells: bins joined, more of them the higher they lie, as the resolution of hearing falls.

use crate::grid::Grid;
use crate::vectorised::vectorised;

/// The cells of a grid.
pub(super) struct Cells {
    /// First bin of each cell, then the number of bins.
    edges: Vec<usize>,
    /// Between which cells' centres a bin lies that is not a cell itself: the lower one, and the share of the upper one.
    between: Vec<(u16, f32)>,
    /// Bins below this one are cells.
    single: usize,
    /// Cells of one size after the other.
    runs: Vec<std::ops::Range<usize>>,
    bin_hz: f32,
}

impl Cells {
    /// `sizes` as in [`super::design::Design::cell_sizes`]. Setup only.
    pub(super) fn new(grid: Grid, sizes: &[(f64, usize)]) -> Self {
        let bins = grid.bins();
        let bin_of = |hz: f64| ((hz / grid.bin_width_hz()).round() as usize).min(bins);
        let ends = sizes[1..].iter().map(|&(hz, _)| bin_of(hz)).chain([bins]);
        let mut edges: Vec<usize> = sizes
            .iter()
            .zip(ends)
            .flat_map(|(&(from_hz, size), end)| (bin_of(from_hz)..end).step_by(size))
            .collect();
        edges.push(bins);
        let single = bin_of(sizes[1].0);
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
        let sizes: Vec<usize> = edges.windows(2).map(|edges| edges[1] - edges[0]).collect();
        let mut end = 0;
        let runs = sizes.chunk_by(|one, other| one == other).map(|run| {
            end += run.len();
            end - run.len()..end
        });
        let runs = runs.collect();
        Self { between, single, runs, bin_hz: grid.bin_width_hz() as f32, edges }
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

    /// The first cell that does not begin below this frequency, and its first bin. RT-safe.
    pub(super) fn boundary(&self, hz: f64) -> (usize, usize) {
        let cell =
            self.edges.partition_point(|&edge| (edge as f64) * f64::from(self.bin_hz) < hz).min(self.count());
        (cell, self.edges[cell])
    }

    /// The number of cells that hold the first `bins` bins, and of all bins that these cells have. RT-safe.
    pub(super) fn covering(&self, bins: usize) -> (usize, usize) {
        let cells = self.edges.partition_point(|&edge| edge < bins).min(self.count());
        (cells, self.edges[cells])
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
        self.join_first(self.count(), bins, cells);
    }

    /// The same of the first cells. RT-safe.
    pub(super) fn join_first(&self, count: usize, bins: &[f32], cells: &mut [f32]) {
        for run in self.runs.iter().take_while(|run| run.start < count) {
            let cells = &mut cells[run.start..run.end.min(count)];
            let bins = &bins[self.edges[run.start]..self.edges[run.start + cells.len()]];
            join_run(self.size(run.start), bins, cells);
        }
    }

    /// Gives each bin the figure on the line between the centres of the cells around it. RT-safe.
    pub(super) fn spread(&self, cells: &[f32], bins: &mut [f32]) {
        for run in &self.runs {
            let (first, size) = (self.edges[run.start], self.size(run.start));
            let bins = &mut bins[first..self.edges[run.end]];
            if size == 1 {
                bins.copy_from_slice(&cells[run.clone()]);
                continue;
            }
            // The neighbours of the outermost cells may have another size.
            let inner = size.min(bins.len())..bins.len().saturating_sub(size).max(size.min(bins.len()));
            let near = run.start..run.end;
            spread_run(size, &cells[near], &mut bins[inner.clone()]);
            let between = &self.between[first - self.single..][..bins.len()];
            for at in (0..inner.start).chain(inner.end..bins.len()) {
                let (lower, share) = between[at];
                let lower = usize::from(lower).min(cells.len() - 1);
                let (below, above) = (cells[lower], cells[(lower + 1).min(cells.len() - 1)]);
                bins[at] = below + share * (above - below);
            }
        }
    }

    fn size(&self, cell: usize) -> usize {
        self.edges[cell + 1] - self.edges[cell]
    }
}

/// The mean of each `size` bins.
fn join_run(size: usize, bins: &[f32], cells: &mut [f32]) {
    match size {
        1 => cells.copy_from_slice(bins),
        2 => join_twos(bins, cells),
        4 => join_fours(bins, cells),
        8 => join_eights(bins, cells),
        16 => join_sixteens(bins, cells),
        _ => {
            for (cell, bins) in cells.iter_mut().zip(bins.chunks(size)) {
                *cell = bins.iter().sum::<f32>() / size as f32;
            }
        }
    }
}

/// Gives the bins of all cells but the outermost two the figure on the line between the cells' centres.
fn spread_run(size: usize, cells: &[f32], bins: &mut [f32]) {
    match size {
        2 => spread_twos(cells, bins),
        4 => spread_fours(cells, bins),
        8 => spread_eights(cells, bins),
        16 => spread_sixteens(cells, bins),
        // Runs of other sizes are single cells at the end.
        _ => debug_assert!(bins.is_empty(), "cells of {size} bins"),
    }
}

/// Adds the halves of a cell until one sum is left: whole vectors, where a sum in order is bin after bin.
#[inline(always)]
fn join_by<const SIZE: usize>(bins: &[f32], cells: &mut [f32]) {
    for (cell, bins) in cells.iter_mut().zip(bins.as_chunks::<SIZE>().0) {
        let mut sums = *bins;
        let mut half = SIZE / 2;
        while half > 0 {
            for at in 0..half {
                sums[at] += sums[at + half];
            }
            half /= 2;
        }
        *cell = sums[0] * (1.0 / SIZE as f32);
    }
}

#[inline(always)]
fn spread_by<const SIZE: usize>(cells: &[f32], bins: &mut [f32]) {
    for (near, bins) in cells.windows(3).zip(bins.as_chunks_mut::<SIZE>().0) {
        let (lower, upper) = (near[0] - near[1], near[2] - near[1]);
        for (place, bin) in bins.iter_mut().enumerate() {
            let off_centre = (place as f32 + 0.5) / SIZE as f32 - 0.5;
            let towards = if place < SIZE / 2 { -lower } else { upper };
            *bin = near[1] + off_centre * towards;
        }
    }
}

vectorised! {
    fn join_twos(bins: &[f32], cells: &mut [f32]) { join_by::<2>(bins, cells) }
    fn join_fours(bins: &[f32], cells: &mut [f32]) { join_by::<4>(bins, cells) }
    fn join_eights(bins: &[f32], cells: &mut [f32]) { join_by::<8>(bins, cells) }
    fn join_sixteens(bins: &[f32], cells: &mut [f32]) { join_by::<16>(bins, cells) }
    fn spread_twos(cells: &[f32], bins: &mut [f32]) { spread_by::<2>(cells, bins) }
    fn spread_fours(cells: &[f32], bins: &mut [f32]) { spread_by::<4>(cells, bins) }
    fn spread_eights(cells: &[f32], bins: &mut [f32]) { spread_by::<8>(cells, bins) }
    fn spread_sixteens(cells: &[f32], bins: &mut [f32]) { spread_by::<16>(cells, bins) }
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
    use super::super::design::{BEST, STANDARD};
    use super::*;

    /// Each design's cells on grids of many sizes.
    fn each_cells(mut check: impl FnMut(Cells, Grid)) {
        for (sample_rate_hz, window_samples) in
            [(8e3, 512), (44.1e3, 4096), (48e3, 4096), (96e3, 8192), (384e3, 32_768), (100.0, 128)]
        {
            let grid = Grid { sample_rate_hz, window_samples };
            [&BEST, &STANDARD]
                .into_iter()
                .for_each(|design| check(Cells::new(grid, design.cell_sizes), grid));
        }
    }

    #[test]
    fn cells_hold_each_bin_once_at_every_rate() {
        each_cells(|cells, grid| {
            assert_eq!(cells.sizes().sum::<usize>(), grid.bins(), "{grid:?}");
            assert!(cells.sizes().all(|size| (1..=16).contains(&size)), "{grid:?}");
            // A straight line stays one where cells are smaller than a band, except for the outermost bins.
            let line: Vec<f32> = (0..grid.bins()).map(|bin| 1.0 + bin as f32).collect();
            let (mut joined, mut bins) = (vec![0.0; cells.count()], vec![0.0; grid.bins()]);
            cells.join(&line, &mut joined);
            cells.spread(&joined, &mut bins);
            for (bin, (got, wanted)) in bins.iter().zip(&line).enumerate().take(grid.bins() - 16) {
                assert!((got / wanted - 1.0).abs() < 1e-4, "{grid:?}, bin {bin}: {got} {wanted}");
            }
        });
    }

    #[test]
    fn bins_are_joined_and_spread_as_the_definitions_say() {
        each_cells(|cells, grid| {
            let ragged: Vec<f32> = (0..grid.bins()).map(|bin| (bin * bin % 97) as f32).collect();
            let (mut joined, mut bins) = (vec![0.0; cells.count()], vec![0.0; grid.bins()]);
            cells.join(&ragged, &mut joined);
            for (cell, edges) in joined.iter().zip(cells.edges.windows(2)) {
                let mean = ragged[edges[0]..edges[1]].iter().sum::<f32>() / (edges[1] - edges[0]) as f32;
                assert!((cell - mean).abs() < 1e-4, "{grid:?}: {cell} {mean}");
            }
            cells.spread(&joined, &mut bins);
            assert_eq!(bins[..cells.single], joined[..cells.single]);
            for (bin, &(lower, share)) in bins[cells.single..].iter().zip(&cells.between) {
                let lower = usize::from(lower).min(joined.len() - 1);
                let (below, above) = (joined[lower], joined[(lower + 1).min(joined.len() - 1)]);
                let wanted = below + share * (above - below);
                assert!((bin - wanted).abs() < 1e-4, "{grid:?}: {bin} {wanted}");
            }
        });
    }

    #[test]
    fn means_are_those_of_the_definition() {
        let cells = Cells::new(Grid { sample_rate_hz: 48_000.0, window_samples: 4096 }, BEST.cell_sizes);
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
