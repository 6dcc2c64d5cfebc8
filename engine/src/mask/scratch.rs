//! Scratch of the mask: what is written and read again while the masks of one frame are computed.

use super::band_mean::Cumulative;
use super::box_mean::BoxMeans;
use super::prior_snr::LearnedScratch;
use crate::config::Config;

/// Arrays over bins.
#[derive(Default)]
pub(crate) struct MaskScratch {
    pub(super) channels: Vec<ChannelFigures>,
    pub(super) boxes: BoxMeans,
    /// A-priori SNR of one mask.
    pub(super) prior: Vec<f32>,
    /// The largest figure of all channels.
    pub(super) largest: Vec<f32>,
    pub(super) cumulative: Cumulative,
    /// log2 of the gain, and the evidence, of the bins of lines.
    pub(super) line_gain: Vec<f32>,
    pub(super) line_evidence: Vec<f32>,
    /// None where the learned estimator does not serve.
    pub(super) learned: Option<LearnedScratch>,
}

/// The figures of one channel that are linked with those of the others, arrays over bins.
pub(super) struct ChannelFigures {
    pub(super) posterior: Vec<f32>,
    pub(super) mean_posterior: Vec<f32>,
    /// Posterior SNR of the latest frame.
    pub(super) latest_posterior: Vec<f32>,
    /// Evidence of presence: see [`super::presence`].
    pub(super) evidence: Vec<f32>,
}

impl MaskScratch {
    /// Setup only.
    pub(crate) fn new(config: Config) -> Self {
        let (bins, channels) = (config.grid().bins(), config.channels);
        let zeros = || vec![0.0; bins];
        let figures = |_| ChannelFigures {
            posterior: zeros(),
            mean_posterior: zeros(),
            latest_posterior: zeros(),
            evidence: zeros(),
        };
        Self {
            channels: (0..channels).map(figures).collect(),
            boxes: BoxMeans::new(bins),
            prior: zeros(),
            largest: zeros(),
            cumulative: Cumulative::new(bins),
            line_gain: zeros(),
            line_evidence: zeros(),
            learned: LearnedScratch::new(config),
        }
    }

    /// Overwrites everything with values that no hop can have computed. RT-safe.
    #[cfg(debug_assertions)]
    pub(crate) fn spoil(&mut self) {
        let Self { channels, boxes, prior, largest, cumulative, line_gain, line_evidence, learned } = self;
        for ChannelFigures { posterior, mean_posterior, latest_posterior, evidence } in channels {
            for row in [posterior, mean_posterior, latest_posterior, evidence] {
                spoil(row);
            }
        }
        spoil(prior);
        spoil(largest);
        spoil(line_gain);
        spoil(line_evidence);
        learned.iter_mut().for_each(|learned| learned.spoil(spoil));
        boxes.spoil();
        cumulative.spoil();
    }
}

/// Not NaN alone, which the smaller or larger of two numbers hides.
#[cfg(debug_assertions)]
fn spoil(row: &mut [f32]) {
    let bad = [f32::NAN, f32::MAX, f32::MIN];
    row.iter_mut().zip(bad.into_iter().cycle()).for_each(|(value, bad)| *value = bad);
}
