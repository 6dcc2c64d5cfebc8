//! The band curve: the offset of the threshold at every frequency, from the offsets of the eight bands.

use crate::grid::Grid;
use crate::settings::{BAND_CENTRES_HZ, BANDS};

/// The curve through the eight bands: monotone cubic over log frequency (Fritsch & Carlson 1980), constant beyond the
/// outer bands.
pub(crate) struct BandCurve {
    /// Per bin: the band at or below it, and the position between that band and the next, 0 to 1, on the logarithmic
    /// axis.
    places: Vec<(u8, f32)>,
}

impl BandCurve {
    /// Setup only.
    pub(crate) fn new(grid: Grid) -> Self {
        let places = (0..grid.bins()).map(|bin| place((bin as f64 * grid.bin_width_hz()) as f32)).collect();
        Self { places }
    }

    /// Writes the offset of every bin in dB, from the offsets of the bands. RT-safe.
    pub(crate) fn write(&self, bands_db: &[f32; BANDS], offsets_db: &mut [f32]) {
        let slopes = monotone_slopes(bands_db);
        for (out, &(band, t)) in offsets_db.iter_mut().zip(&self.places) {
            *out = hermite(bands_db, &slopes, band as usize, t);
        }
    }
}

/// Offset of the threshold at one frequency in dB, from the offsets of the bands. For displays. RT-safe.
pub fn band_curve_db(bands_db: &[f32; BANDS], hz: f32) -> f32 {
    let (band, t) = place(hz);
    hermite(bands_db, &monotone_slopes(bands_db), band as usize, t)
}

fn place(hz: f32) -> (u8, f32) {
    if hz <= BAND_CENTRES_HZ[0] {
        return (0, 0.0);
    }
    let above = BAND_CENTRES_HZ.iter().position(|&centre| hz < centre);
    let Some(above) = above else { return (BANDS as u8 - 2, 1.0) };
    let (low, high) = (BAND_CENTRES_HZ[above - 1], BAND_CENTRES_HZ[above]);
    ((above - 1) as u8, (hz / low).ln() / (high / low).ln())
}

fn hermite(bands_db: &[f32; BANDS], slopes: &[f32; BANDS], band: usize, t: f32) -> f32 {
    let (y0, y1, m0, m1) = (bands_db[band], bands_db[band + 1], slopes[band], slopes[band + 1]);
    let (t2, t3) = (t * t, t * t * t);
    y0 + (3.0 * t2 - 2.0 * t3) * (y1 - y0) + (t3 - 2.0 * t2 + t) * m0 + (t3 - t2) * m1
}

/// Slopes per band that prevent overshoot: zero at an extreme, otherwise the harmonic mean of the differences on both
/// sides, which is within the bounds of Fritsch & Carlson. The bands are nearly equidistant on the logarithmic axis,
/// and each step counts as 1.
fn monotone_slopes(bands_db: &[f32; BANDS]) -> [f32; BANDS] {
    std::array::from_fn(|band| {
        if band == 0 || band == BANDS - 1 {
            return 0.0;
        }
        let (left, right) = (bands_db[band] - bands_db[band - 1], bands_db[band + 1] - bands_db[band]);
        if left * right <= 0.0 { 0.0 } else { 2.0 * left * right / (left + right) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_its_handles_and_never_overshoots() {
        let bands = [-24.0, 24.0, 24.0, -6.0, -5.0, 3.0, 3.0, -12.0];
        for (centre, offset) in BAND_CENTRES_HZ.iter().zip(bands) {
            assert!((band_curve_db(&bands, *centre) - offset).abs() < 1e-3, "{centre} Hz");
        }
        let mut hz = 1.0;
        while hz < 24_000.0 {
            let (band, _) = place(hz);
            let (a, b) = (bands[band as usize], bands[band as usize + 1]);
            let value = band_curve_db(&bands, hz);
            assert!(value >= a.min(b) - 1e-3 && value <= a.max(b) + 1e-3, "{hz} Hz: {value}");
            hz *= 1.01;
        }
        assert_eq!((band_curve_db(&bands, 1.0), band_curve_db(&bands, 23_000.0)), (-24.0, -12.0));
    }
}
