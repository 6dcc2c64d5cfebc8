//! The means over similar cells, at a resolution that falls with frequency as that of hearing does.
//!
//! Up to 4 kHz each bin is a cell; above, two bins, and above 8 kHz four. Search and patches keep their extent in hertz. So
//! the upper octaves, which are most of the bins, cost a small part of what they would cost at full resolution.

use super::similar_cells::{Search, SimilarCells};
use crate::grid::Grid;

/// A band: where it begins, how many bins are a cell in it, and the variance of its cells' feature in noise alone over that
/// at full resolution. In white noise with Hann windows the variance is 0.60 and 0.33 times as large, because larger cells
/// fluctuate less; but a patch has fewer of them, so that its distance from other noise fluctuates more. With the larger
/// values below, less noise counts as different from noise (MUS - .02, SDRi + .01 dB).
struct Resolution {
    from_hz: f64,
    bins_per_cell: usize,
    noise: f32,
}

const RESOLUTIONS: [Resolution; 3] = [
    Resolution { from_hz: 0.0, bins_per_cell: 1, noise: 1.0 },
    Resolution { from_hz: 4000.0, bins_per_cell: 2, noise: 0.75 },
    Resolution { from_hz: 8000.0, bins_per_cell: 4, noise: 0.50 },
];

/// The means of one channel.
pub(crate) struct Resolutions(Vec<Band>);

struct Band {
    resolution: &'static Resolution,
    cells: SimilarCells,
    /// First bin whose means are used, and the one after the last.
    bins: std::ops::Range<usize>,
    /// First bin of the first cell: the band begins earlier than its means are used, so that the search does not end there.
    first_bin: usize,
    /// Scratch, one per cell.
    values: Vec<f32>,
}

impl Resolutions {
    /// For estimates that are `look_ahead` hops late. Setup only.
    pub(crate) fn new(grid: Grid, hop_s: f32, look_ahead: usize) -> Self {
        let bins = grid.bins();
        let bin_of = |hz: f64| ((hz / grid.bin_width_hz()).round() as usize).min(bins);
        let starts = RESOLUTIONS.iter().map(|resolution| bin_of(resolution.from_hz));
        let ends = RESOLUTIONS[1..].iter().map(|next| bin_of(next.from_hz)).chain([bins]);
        let bands = RESOLUTIONS.iter().zip(starts.zip(ends)).filter(|(_, (start, end))| start < end);
        Self(
            bands
                .map(|(resolution, (start, end))| Band::new(resolution, start..end, grid, hop_s, look_ahead))
                .collect(),
        )
    }

    /// Resets to noise alone. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.0.iter_mut().for_each(|band| band.cells.reset());
    }

    /// Adds the posterior SNR of the latest frame. RT-safe.
    pub(crate) fn push(&mut self, snr: &[f32]) {
        self.0.iter_mut().for_each(|band| band.push(snr));
    }

    /// Computes the mean SNR of the frame `look_ahead` hops before the latest, per bin; see [`SimilarCells::estimate`].
    /// RT-safe.
    pub(crate) fn estimate(&mut self, fluctuation: f32, alike: f32, mean: &mut [f32]) {
        self.0.iter_mut().for_each(|band| band.estimate(fluctuation, alike, mean));
    }
}

impl Band {
    fn new(
        resolution: &'static Resolution,
        bins: std::ops::Range<usize>,
        grid: Grid,
        hop_s: f32,
        look_ahead: usize,
    ) -> Self {
        let size = resolution.bins_per_cell;
        let search = Search::new(grid.bin_width_hz() as f32 * size as f32, hop_s, look_ahead);
        // One more, which the features of the outermost cells need.
        let margin_bins = (search.margin() + 1) * size;
        // Cells begin at a whole number of them before the first bin that is used.
        let first_bin = if bins.start >= margin_bins { bins.start - margin_bins } else { bins.start % size };
        let cells = ((bins.end + margin_bins).min(grid.bins()) - first_bin).div_ceil(size);
        Self {
            resolution,
            cells: SimilarCells::new(search, cells),
            bins,
            first_bin,
            values: vec![0.0; cells],
        }
    }

    fn push(&mut self, snr: &[f32]) {
        let Self { resolution, cells, first_bin, values, .. } = self;
        let snr = &snr[*first_bin..];
        match resolution.bins_per_cell {
            1 => pool::<1>(snr, values),
            2 => pool::<2>(snr, values),
            _ => pool::<4>(snr, values),
        }
        cells.push(values);
    }

    fn estimate(&mut self, fluctuation: f32, alike: f32, mean: &mut [f32]) {
        let Self { resolution, cells, bins, first_bin, values } = self;
        cells.estimate(fluctuation * resolution.noise, alike, values);
        let first_cell = (bins.start - *first_bin) / resolution.bins_per_cell;
        let mean = &mut mean[bins.clone()];
        match resolution.bins_per_cell {
            1 => mean.copy_from_slice(&values[first_cell..first_cell + mean.len()]),
            2 => interpolate::<2>(values, first_cell, mean),
            _ => interpolate::<4>(values, first_cell, mean),
        }
    }
}

/// The mean of the bins of each cell. The last cell may have fewer bins.
fn pool<const SIZE: usize>(bins: &[f32], cells: &mut [f32]) {
    let (whole, rest) = bins.as_chunks::<SIZE>();
    for (cell, bins) in cells.iter_mut().zip(whole) {
        *cell = bins.iter().sum::<f32>() * (1.0 / SIZE as f32);
    }
    if let Some(last) = cells.get_mut(whole.len()).filter(|_| !rest.is_empty()) {
        *last = rest.iter().sum::<f32>() / rest.len() as f32;
    }
}

/// Gives each bin the figure on the line between the centres of its cell and of the nearer neighbour. The first and the last
/// cell of the spectrum are their own neighbours.
#[inline(always)]
fn interpolate<const SIZE: usize>(cells: &[f32], first_cell: usize, bins: &mut [f32]) {
    let neighbour = |cell: usize| cells[cell.min(cells.len() - 1)];
    let whole = (bins.len() / SIZE).min(cells.len() - 1 - first_cell);
    let (inner, outer) = bins.split_at_mut(whole * SIZE);
    let mut before = neighbour(first_cell.saturating_sub(1));
    for (bins, pair) in inner.as_chunks_mut::<SIZE>().0.iter_mut().zip(cells[first_cell..].windows(2)) {
        *bins = line(before, pair[0], pair[1]);
        before = pair[0];
    }
    for (bins, cell) in outer.chunks_mut(SIZE).zip(first_cell + whole..) {
        let ends = line::<SIZE>(neighbour(cell.saturating_sub(1)), neighbour(cell), neighbour(cell + 1));
        bins.copy_from_slice(&ends[..bins.len()]);
    }
}

/// The bins of a cell between its neighbours.
#[inline(always)]
fn line<const SIZE: usize>(before: f32, own: f32, after: f32) -> [f32; SIZE] {
    std::array::from_fn(|place| {
        let from_centre = (place as f32 + 0.5) / SIZE as f32 - 0.5;
        own + from_centre * if from_centre < 0.0 { own - before } else { after - own }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };
    const HOP_S: f32 = 1024.0 / 48_000.0;

    #[test]
    fn each_bin_gets_the_mean_of_its_cell_at_every_rate() {
        for (rate, window) in [(8e3, 512), (44.1e3, 4096), (48e3, 4096), (192e3, 16_384), (100.0, 128)] {
            let grid = Grid { sample_rate_hz: rate, window_samples: window };
            let mut resolutions = Resolutions::new(grid, HOP_S, 2);
            // A spectrum that is the same for long: the mean of each cell is the level around it.
            let level = |bin: usize| 1.0 + bin as f32 * grid.bin_width_hz() as f32 / 1000.0;
            let snr: Vec<f32> = (0..grid.bins()).map(level).collect();
            let mut mean = vec![0.0; grid.bins()];
            for _ in 0..12 {
                resolutions.push(&snr);
                resolutions.estimate(0.0, 1.0, &mut mean);
            }
            for (bin, (got, wanted)) in mean.iter().zip(&snr).enumerate() {
                assert!((got / wanted - 1.0).abs() < 0.1, "{rate} Hz, bin {bin}: {got} {wanted}");
            }
        }
    }

    #[test]
    fn below_4_khz_it_is_the_search_at_full_resolution() {
        let mut state = 1u64;
        let mut uniform = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 40) as f32 + 0.5) / (1 << 24) as f32
        };
        let search = Search::new(GRID.bin_width_hz() as f32, HOP_S, 2);
        let (mut whole, mut banded) =
            (SimilarCells::new(search, GRID.bins()), Resolutions::new(GRID, HOP_S, 2));
        let (mut wanted, mut got) = (vec![0.0; GRID.bins()], vec![0.0; GRID.bins()]);
        for _ in 0..10 {
            let snr: Vec<f32> = (0..GRID.bins()).map(|_| -uniform().ln()).collect();
            whole.push(&snr);
            banded.push(&snr);
        }
        whole.estimate(0.26, 1.0, &mut wanted);
        banded.estimate(0.26, 1.0, &mut got);
        let last = (4000.0 / GRID.bin_width_hz()) as usize;
        assert_eq!(got[..last], wanted[..last]);
        // Above, noise is noise as well: its mean is 1.
        let mean = got[last + 1..].iter().sum::<f32>() / (GRID.bins() - last - 1) as f32;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
    }
}
