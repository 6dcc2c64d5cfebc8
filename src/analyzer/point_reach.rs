//! Which bins a point of the frequency axis covers.

use super::curve::point_hz;

/// The bins that a point reads: the mean of those that it covers, or an interpolation where bins are wider than points.
#[derive(Clone, Copy)]
pub enum PointReach {
    Between {
        bin: u32,
        /// Weight of the next bin, 0 to 1.
        share: f32,
    },
    /// From the first bin up to, not including, the second.
    Mean { from: u32, to: u32 },
    /// Above the Nyquist frequency.
    Beyond,
}

impl PointReach {
    pub fn new(point: usize, bin_width_hz: f32, bins: usize) -> Self {
        let bin_of = |point: f32| point_hz(point) / bin_width_hz;
        let (low, centre, high) =
            (bin_of(point as f32 - 0.5), bin_of(point as f32), bin_of(point as f32 + 0.5));
        let last = bins - 1;
        if centre > last as f32 {
            return Self::Beyond;
        }
        let (from, to) = (low.ceil() as usize, high.ceil() as usize);
        if to >= from + 2 {
            return Self::Mean { from: from as u32, to: to.min(bins) as u32 };
        }
        let bin = (centre as usize).min(last - 1);
        Self::Between { bin: bin as u32, share: centre - bin as f32 }
    }

    /// The point's value from the bins' values. RT-safe.
    pub fn read(self, value: impl Fn(usize) -> f32) -> f32 {
        match self {
            Self::Between { bin, share } => {
                let bin = bin as usize;
                value(bin) * (1.0 - share) + value(bin + 1) * share
            }
            Self::Mean { from, to } => {
                (from..to).map(|bin| value(bin as usize)).sum::<f32>() / (to - from) as f32
            }
            Self::Beyond => 0.0,
        }
    }
}
