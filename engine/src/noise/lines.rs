//! The lines of a learned noise: hum with its harmonics, whistles.
//!
//! A line stands over the valleys at both of its sides. A slope has a valley at one side only, and the ripple of a mean over few
//! frames is not deep enough.

/// How far the valleys at a line's sides are looked for: harmonics of mains hum lie 50 or 60 Hz apart.
const REACH_HZ: f64 = 60.0;
/// The main lobe of a window is about this many bins wide to either side.
const LEAST_REACH_BINS: usize = 4;
/// Below this there is rumble, and no line to be told from it.
const LOWEST_HZ: f64 = 40.0;
/// A line's height over the higher valley: this, and more the shorter the noise was heard, as its figures are less exact.
const HEIGHT_DB: f32 = 6.0;
const HEIGHT_OF_ONE_SECOND_DB: f32 = 4.0;
/// How much deeper the other valley may be and still belong to the line.
const VALLEY_DB: f32 = 3.0;

/// Writes the bins that belong to lines, in rising order, from the mean levels of a noise that was heard for so many seconds.
/// `lines` needs room for all bins. RT-safe.
pub(crate) fn find(levels_db: &[f32], bin_width_hz: f64, seconds: f32, lines: &mut Vec<u32>) {
    lines.clear();
    let reach = ((REACH_HZ / bin_width_hz).ceil() as usize).max(LEAST_REACH_BINS);
    let height_db = HEIGHT_DB + HEIGHT_OF_ONE_SECOND_DB / seconds.max(0.1).sqrt();
    let lowest = |levels: &[f32]| levels.iter().copied().fold(f32::INFINITY, f32::min);
    let first = (LOWEST_HZ / bin_width_hz).ceil() as usize;
    // The first bin that is not in `lines` yet.
    let mut next = first;
    for bin in first..levels_db.len().saturating_sub(1) {
        let level = levels_db[bin];
        let is_top = level > levels_db[bin - 1] && level >= levels_db[bin + 1];
        if !is_top {
            continue;
        }
        let below = lowest(&levels_db[bin.saturating_sub(reach)..bin]);
        let above = lowest(&levels_db[bin + 1..levels_db.len().min(bin + 1 + reach)]);
        let valley = below.max(above);
        if level - valley < height_db {
            continue;
        }
        // With its slopes, down to the higher valley and what is hardly deeper.
        let lowest_db = valley - VALLEY_DB;
        let falls = |from: usize, to: usize| levels_db[to] < levels_db[from] && levels_db[to] > lowest_db;
        let mut start = bin;
        while start > next && bin - start < reach && falls(start, start - 1) {
            start -= 1;
        }
        let mut end = bin + 1;
        while end < levels_db.len() && end - bin <= reach && falls(end - 1, end) {
            end += 1;
        }
        lines.extend((start.max(next)..end).map(|bin| bin as u32));
        next = end;
    }
}

/// The highest bin of each line: neighbouring lines touch, so that a row of bins may have many. RT-safe.
pub(crate) fn tops<'l>(lines: &'l [u32], levels_db: &'l [f32]) -> impl Iterator<Item = usize> + 'l {
    let inner = lines.iter().map(|&bin| bin as usize).filter(|&bin| bin > 0 && bin + 1 < levels_db.len());
    inner.filter(|&bin| levels_db[bin] > levels_db[bin - 1] && levels_db[bin] >= levels_db[bin + 1])
}

/// Writes the bins, of all `bins`, of lines whose frequencies have moved by a ratio. `moved` needs room for all bins. RT-safe.
pub(crate) fn moved(lines: &[u32], ratio: f32, bins: usize, moved: &mut Vec<u32>) {
    moved.clear();
    for group in lines.chunk_by(|a, b| a + 1 == *b) {
        let (Some(&first), Some(&last)) = (group.first(), group.last()) else { continue };
        // The middle of a line lies between two bins: both belong to it.
        let start = (first as f32 * ratio).floor() as u32;
        let start = moved.last().map_or(start, |before| start.max(before + 1));
        let end = ((last as f32 * ratio).ceil() as u32 + 1).min(bins as u32);
        moved.extend(start..end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIN_HZ: f64 = 48_000.0 / 4096.0;

    fn lines_of(levels_db: &[f32], seconds: f32) -> Vec<u32> {
        let mut lines = Vec::with_capacity(levels_db.len());
        find(levels_db, BIN_HZ, seconds, &mut lines);
        assert!(lines.is_sorted_by(|a, b| a < b), "{lines:?}");
        lines
    }

    /// A slope with the main lobes of Hann windows on it, 20 dB high.
    fn with_lines(slope_db_per_bin: f32, lines_hz: &[f64]) -> Vec<f32> {
        let level = |bin: usize| {
            let lobe = |hz: &f64| 20.0 - 6.0 * (bin as f64 - hz / BIN_HZ).powi(2) as f32;
            lines_hz.iter().map(lobe).fold(0.0, f32::max) - slope_db_per_bin * bin as f32
        };
        (0..2049).map(level).collect()
    }

    #[test]
    fn hum_and_its_harmonics_are_found() {
        let harmonics: Vec<f64> = (1..20).map(|harmonic| 50.0 * f64::from(harmonic)).collect();
        let lines = lines_of(&with_lines(0.0, &harmonics), 2.0);
        for hz in harmonics {
            assert!(lines.contains(&((hz / BIN_HZ).round() as u32)), "{hz} Hz");
        }
        assert!(lines.iter().all(|&bin| f64::from(bin) * BIN_HZ < 990.0), "{lines:?}");
    }

    #[test]
    fn a_whistle_is_found_with_its_slopes_and_a_slope_is_none() {
        for slope_db_per_bin in [0.0, 2.0, -2.0] {
            assert!(lines_of(&with_lines(slope_db_per_bin, &[]), 60.0).is_empty());
            let lines = lines_of(&with_lines(slope_db_per_bin, &[3000.0]), 2.0);
            assert!(
                [255, 256, 257].iter().all(|bin| lines.contains(bin)),
                "{slope_db_per_bin} dB: {lines:?}"
            );
            assert!(lines.iter().all(|bin| (253..260).contains(bin)), "{slope_db_per_bin} dB: {lines:?}");
        }
    }

    #[test]
    fn what_was_heard_for_a_short_time_needs_higher_lines() {
        let levels: Vec<f32> = (0..2049).map(|bin| if bin == 500 { 9.0 } else { 0.0 }).collect();
        assert!(lines_of(&levels, 4.0).contains(&500));
        assert!(lines_of(&levels, 0.5).is_empty());
    }

    #[test]
    fn lines_move_with_the_ratio_and_stay_within_the_spectrum() {
        let moved_by = |lines: &[u32], ratio: f32| {
            let mut out = Vec::with_capacity(2049);
            moved(lines, ratio, 2049, &mut out);
            assert!(out.is_sorted_by(|a, b| a < b) && out.iter().all(|&bin| bin < 2049), "{out:?}");
            out
        };
        let lines = [20, 21, 22, 199, 200, 201, 2047, 2048];
        assert_eq!(moved_by(&lines, 1.0), lines);
        assert_eq!(moved_by(&lines, 1.01), [20, 21, 22, 23, 200, 201, 202, 203, 204]);
        assert_eq!(moved_by(&[199, 200, 201], 0.99), [197, 198, 199]);
        let all: Vec<u32> = (4..2049).collect();
        for ratio in [0.988, 0.9999, 1.0001, 1.012] {
            assert!(moved_by(&all, ratio).len() > 2000);
        }
    }

    #[test]
    fn short_spectra_are_no_danger() {
        for bins in 0..12 {
            let mut lines = Vec::new();
            find(&vec![-60.0; bins], 10.0, 1.0, &mut lines);
            find(
                &(0..bins).map(|bin| if bin % 2 == 0 { 0.0 } else { -60.0 }).collect::<Vec<_>>(),
                50.0,
                1.0,
                &mut lines,
            );
        }
    }
}
