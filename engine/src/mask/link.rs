//! Stereo link: moves a figure of every channel towards the largest of all channels, per bin.
//!
//! A sound that opens the mask of one channel opens the others as well, so that the stereo image does not move. The
//! evidence of presence is linked separately from the SNR that it is computed from: the largest of several noises is
//! larger than one noise, but their means over many cells hardly differ, so that noise alone does not open the mask.

use crate::math::{exp2, log2};
use crate::vectorised::vectorised;

/// Links one figure of all channels, per bin. `largest` is scratch. With `one_mask`, for fully linked channels, only
/// the first channel's figure is written. RT-safe.
pub(crate) fn link<C>(
    share: f32,
    one_mask: bool,
    channels: &mut [C],
    figure_of: impl Fn(&mut C) -> &mut Vec<f32>,
    largest: &mut [f32],
) {
    let Some((first, others)) = channels.split_first_mut() else { return };
    if one_mask {
        others.iter_mut().for_each(|other| keep_largest(figure_of(other), figure_of(first)));
        return;
    }
    largest.copy_from_slice(figure_of(first));
    others.iter_mut().for_each(|other| keep_largest(figure_of(other), largest));
    for channel in channels {
        draw_to_largest(share, largest, figure_of(channel));
    }
}

/// The mean of the linked posterior SNRs of as many independent Gaussian noises: the largest of n exponentially distributed
/// figures is 1 + 1/2 + ... + 1/n in the mean. RT-safe.
pub(crate) fn linked_noise(share: f32, channels: usize) -> f32 {
    let largest: f32 = (1..=channels).map(|n| 1.0 / n as f32).sum();
    exp2(share * log2(largest))
}

vectorised! {
    fn keep_largest(figure: &[f32], largest: &mut [f32]) {
        for (l, &f) in largest.iter_mut().zip(figure) {
            *l = l.max(f);
        }
    }

    /// Moves `figure` towards `largest` by `share` (0 to 1) of the distance in dB.
    fn draw_to_largest(share: f32, largest: &[f32], figure: &mut [f32]) {
        for (f, &l) in figure.iter_mut().zip(largest) {
            let own = log2(*f);
            *f = exp2(own + share * (log2(l) - own));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_linked_noise_is_that_of_the_largest_of_so_many() {
        for (channels, wanted) in [(1, 1.0), (2, 1.5), (8, 2.717_857)] {
            let got = linked_noise(1.0, channels);
            assert!((got / wanted - 1.0f32).abs() < 1e-5, "{channels}: {got}");
            assert!((linked_noise(0.0, channels) - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn half_linked_is_half_way_in_db_and_fully_linked_is_the_largest() {
        let before = || vec![vec![1.0, 100.0, 1e-3], vec![100.0, 1.0, 1e-3]];
        let mut largest = [0.0; 3];
        let mut channels = before();
        link(0.5, false, &mut channels, |channel| channel, &mut largest);
        for (got, wanted) in channels[0].iter().zip([10.0, 100.0, 1e-3]) {
            assert!((got / wanted - 1.0f32).abs() < 1e-5, "{got} {wanted}");
        }
        let mut channels = before();
        link(1.0, true, &mut channels, |channel| channel, &mut largest);
        assert_eq!(channels[0], [100.0, 100.0, 1e-3]);
    }

    #[test]
    fn silence_and_overload_stay_numbers() {
        let mut figure = [0.0, f32::INFINITY, 0.0];
        draw_to_largest(0.5, &[0.0, f32::INFINITY, f32::INFINITY], &mut figure);
        assert!(figure.iter().all(|f| !f.is_nan()), "{figure:?}");
    }
}
