//! The mask: computes the gain of every bin of every channel from the powers of a frame.
//!
//! ```text
//! |X|^2 of each channel
//!   -> posterior SNR gamma = |X|^2 / N            posterior_snr      N, T: noise/reference
//!   -> its means over similar cells               resolutions        (estimators that need means)
//!   -> evidence of presence                       presence           (estimators that need presence)
//!   -> all of these linked over the channels      link               from here on: one mask, or one per channel
//!   -> a-priori SNR xi                            prior_snr/         one file per estimator
//!   -> log2 of the gain                           rule/              one file per rule
//!   -> sharpness and floor                        rule/sharpness     a floor of its own in lines: noise/lines
//!   -> to the floor where there is no signal      presence
//!   -> median, frequency, attack and release      smoother           widths and times: smoothing
//!   -> gain
//! ```
//!
//! [`MaskEstimator::estimate`] and the functions below it have the same order.

mod band_mean;
mod box_mean;
mod link;
mod patches;
mod posterior_snr;
mod presence;
pub(crate) mod prior_snr;
mod resolutions;
pub(crate) mod rule;
mod scratch;
mod similar_cells;
mod smoother;
mod smoothing;

use self::link::{link, linked_noise};
use self::posterior_snr::posterior_snr;
use self::presence::{Presence, PresenceShape, Sensitivity, weight_by_presence};
use self::prior_snr::{
    Estimator, EstimatorInput, EstimatorMemory, LearnedTables, PriorEstimator, SharedTables,
};
use self::resolutions::Resolutions;
use self::rule::sharpness::{MOSTLY_SIGNAL_LOG2, SHUT_LOG2, Sharpness, limit, sharpen};
use self::rule::{FrameSnr, GainRule, Over};
use self::scratch::ChannelFigures;
pub(crate) use self::scratch::MaskScratch;
use self::smoother::{MaskSmoother, SmootherShape};
use self::smoothing::Smoothing;
use crate::config::Config;
use crate::math::{LOG2_AMPLITUDE_PER_DB, LOG2_POWER_PER_DB, exp2_all};
use crate::noise::learned_noise::LearnedNoise;
use crate::noise::reference::NoiseReference;
use crate::settings::Settings;

/// The largest attenuation of a line.
const LARGEST_REDUCTION_DB: f32 = 90.0;

/// Powers of one channel, per bin.
#[derive(Clone, Copy)]
pub(crate) struct ChannelPowers<'a> {
    /// |X|^2 of the frame that the mask is for.
    pub(crate) due: &'a [f32],
    /// |X|^2 of the latest frame, one look-ahead later.
    pub(crate) latest: &'a [f32],
}

/// Estimates the masks of one engine.
pub(crate) struct MaskEstimator {
    channels: Vec<ChannelMemory>,
    /// One per channel. Fully linked channels share the first one.
    masks: Vec<Mask>,
    masks_in_use: usize,
    /// The estimator of the last frame, none after a reset.
    estimator: Option<Estimator>,
    smoother_shape: SmootherShape,
    presence_of_cells: PresenceShape,
    presence_of_means: PresenceShape,
    /// None where the learned estimator does not serve.
    learned: Option<SharedTables>,
    /// Whether the latest frame is not the one that is due.
    looks_ahead: bool,
}

/// What is kept of one channel's SNRs from frame to frame.
struct ChannelMemory {
    presence: Presence,
    similar_cells: Resolutions,
}

/// One mask, and its memory from frame to frame.
struct Mask {
    /// log2 of the gain while it is computed, then the gain.
    gain: Vec<f32>,
    memory: EstimatorMemory,
    smoother: MaskSmoother,
}

impl MaskEstimator {
    /// Setup only.
    pub(crate) fn new(config: Config) -> Self {
        let (grid, hop_s) = (config.grid(), config.hop_s());
        let bins = grid.bins();
        let channel = || ChannelMemory {
            presence: Presence::new(bins),
            similar_cells: Resolutions::new(grid, hop_s, config.quality.look_ahead_hops()),
        };
        let learned = LearnedTables::shared(config);
        let mask = || Mask {
            gain: vec![1.0; bins],
            memory: EstimatorMemory::new(config, learned.as_deref()),
            smoother: MaskSmoother::new(bins, hop_s),
        };
        Self {
            channels: (0..config.channels).map(|_| channel()).collect(),
            masks: (0..config.channels).map(|_| mask()).collect(),
            masks_in_use: config.channels,
            estimator: None,
            smoother_shape: SmootherShape::new(grid, config.hop_samples()),
            presence_of_cells: PresenceShape::new(grid, hop_s, Sensitivity::CELLS),
            presence_of_means: PresenceShape::new(grid, hop_s, Sensitivity::MEANS),
            learned,
            looks_ahead: config.quality.look_ahead_hops() > 0,
        }
    }

    /// The next frame is treated as the first of a recording. RT-safe.
    pub(crate) fn reset(&mut self) {
        self.estimator = None;
    }

    /// The last estimated gain of every bin of a channel. RT-safe.
    pub(crate) fn gain(&self, channel: usize) -> &[f32] {
        &self.masks[channel.min(self.masks_in_use - 1)].gain
    }

    /// Estimates the masks of one frame. `powers_of` returns the powers of a channel; `reference` must be up to date
    /// for this frame. RT-safe.
    pub(crate) fn estimate<'a>(
        &mut self,
        powers_of: impl Fn(usize) -> ChannelPowers<'a>,
        reference: &NoiseReference,
        settings: &Settings,
        method: Method,
        scratch: &mut MaskScratch,
    ) {
        let smoothing = Smoothing::at(settings.smoothing);
        self.smoother_shape.update(&smoothing.applied_to(settings));
        self.reset_on_change(method.id);
        self.measure_snrs(powers_of, reference, method, smoothing, scratch);
        self.link_channels(settings.link, method, scratch);
        for index in 0..self.masks_in_use {
            let noise =
                if self.masks_in_use == 1 { reference.learned_by_all() } else { reference.learned(index) };
            self.estimate_mask(index, settings, method, smoothing, noise, scratch);
        }
    }

    /// Resets the state when another estimator is chosen: estimators do not share it.
    fn reset_on_change(&mut self, estimator: Estimator) {
        if self.estimator == Some(estimator) {
            return;
        }
        for ChannelMemory { presence, similar_cells } in &mut self.channels {
            presence.reset();
            similar_cells.reset();
        }
        for mask in &mut self.masks {
            mask.memory.reset();
            if self.estimator.is_none() {
                mask.smoother.reset();
            }
        }
        self.estimator = Some(estimator);
    }

    /// Computes posterior SNR, its means over similar cells, and the evidence of presence, for each channel separately.
    fn measure_snrs<'a>(
        &mut self,
        powers_of: impl Fn(usize) -> ChannelPowers<'a>,
        reference: &NoiseReference,
        method: Method,
        smoothing: Smoothing,
        scratch: &mut MaskScratch,
    ) {
        let MaskScratch { channels, boxes, .. } = scratch;
        for (index, (figures, memory)) in channels.iter_mut().zip(&mut self.channels).enumerate() {
            let ChannelFigures { posterior, mean_posterior, latest_posterior, evidence } = figures;
            let ChannelMemory { presence, similar_cells } = memory;
            let powers = powers_of(index);
            let inverse = if method.compares_with_threshold {
                reference.inverse_threshold(index)
            } else {
                reference.inverse_noise_power(index)
            };
            posterior_snr(powers.due, inverse, posterior);
            if self.looks_ahead && method.estimator.needs_latest() {
                posterior_snr(powers.latest, inverse, latest_posterior);
            }
            if method.estimator.needs_means() {
                posterior_snr(powers.latest, inverse, mean_posterior);
                similar_cells.push(mean_posterior);
                similar_cells.estimate(reference.fluctuation(index), smoothing.alike, mean_posterior);
                presence.gather(&self.presence_of_means, mean_posterior, boxes, evidence);
            } else if method.estimator.needs_presence() {
                presence.gather(&self.presence_of_cells, posterior, boxes, evidence);
            }
        }
    }

    /// Links the figures of the channels, and decides how many masks there are.
    fn link_channels(&mut self, share: f32, method: Method, scratch: &mut MaskScratch) {
        let MaskScratch { channels: figures, largest, .. } = scratch;
        let channels = figures.len();
        let one_mask = channels == 1 || share >= 1.0;
        if channels > 1 && share > 0.0 {
            link(share, one_mask, figures, |channel| &mut channel.posterior, largest);
            if method.estimator.needs_means() {
                link(share, one_mask, figures, |channel| &mut channel.mean_posterior, largest);
            }
            if self.looks_ahead && method.estimator.needs_latest() {
                link(share, one_mask, figures, |channel| &mut channel.latest_posterior, largest);
            }
            if method.estimator.needs_presence() {
                link(share, one_mask, figures, |channel| &mut channel.evidence, largest);
            }
        }
        let before = self.masks_in_use;
        self.masks_in_use = if one_mask { 1 } else { channels };
        // Masks that become separate continue from the common one, so that nothing jumps.
        if let Some((common, parting)) =
            self.masks[..self.masks_in_use].split_first_mut().filter(|_| before == 1)
        {
            for mask in parting {
                mask.memory.copy_from(&common.memory);
                mask.smoother.copy_from(&common.smoother);
            }
        }
    }

    /// Computes one mask from its linked figures.
    fn estimate_mask(
        &mut self,
        index: usize,
        settings: &Settings,
        method: Method,
        smoothing: Smoothing,
        noise: LearnedNoise,
        scratch: &mut MaskScratch,
    ) {
        let MaskScratch { channels, prior, cumulative, line_gain, line_evidence, learned, .. } = scratch;
        let count = channels.len();
        let ChannelFigures { posterior, mean_posterior, latest_posterior, evidence } = &channels[index];
        let Mask { gain, memory, smoother } = &mut self.masks[index];
        let gain_log2 = gain;
        let input = EstimatorInput {
            posterior,
            mean_posterior,
            latest_posterior: if self.looks_ahead { latest_posterior } else { posterior },
            noise,
            memory_factor: smoothing.memory,
            noise_posterior: linked_noise(if self.masks_in_use == 1 { 1.0 } else { settings.link }, count),
        };
        let state = memory.state(self.learned.as_deref(), learned.as_mut());
        method.estimator.estimate(&input, state, prior);

        let steadiest_posterior = if method.estimator.needs_means() { mean_posterior } else { posterior };
        let snr = FrameSnr { posterior, steadiest_posterior, prior, over: method.over(settings) };
        method.rule.gain_log2(&snr, gain_log2);
        method.estimator.remember(posterior, gain_log2, &mut memory.decision);

        let shaping = Shaping { sharpness: settings.sharpness, method, evidence_factor: smoothing.evidence };
        let lines = if settings.tonal_db == 0.0 { &[] } else { noise.lines };
        let (line_gain, line_evidence) = (&mut line_gain[..lines.len()], &mut line_evidence[..lines.len()]);
        gather(lines, gain_log2, line_gain);
        gather(lines, evidence, line_evidence);
        shaping.shape(settings.reduction_db, evidence, gain_log2);
        let tonal_reduction_db = (settings.reduction_db + settings.tonal_db).clamp(0.0, LARGEST_REDUCTION_DB);
        shaping.shape(tonal_reduction_db, line_evidence, line_gain);
        scatter(lines, line_gain, gain_log2);
        smoother.smooth(&self.smoother_shape, cumulative, gain_log2);
        exp2_all(gain_log2);
    }
}

/// What makes a gain of what a rule returns: sharpness, floor and presence.
struct Shaping {
    sharpness: Sharpness,
    method: Method,
    evidence_factor: f32,
}

impl Shaping {
    /// Shapes log2 of the gains of some bins, with this largest attenuation. RT-safe.
    fn shape(&self, reduction_db: f32, evidence: &[f32], gain_log2: &mut [f32]) {
        let floor_log2 = -reduction_db * LOG2_AMPLITUDE_PER_DB;
        let needs_presence = self.method.estimator.needs_presence();
        // Hard opens where at least half of the amplitude is signal, unless the SNR of noise is 0.
        let open_log2 = if self.method.estimator.is_zero_in_noise() { SHUT_LOG2 } else { MOSTLY_SIGNAL_LOG2 };
        sharpen(self.sharpness, floor_log2, open_log2, gain_log2);
        if needs_presence {
            weight_by_presence(evidence, self.evidence_factor, floor_log2, gain_log2);
        } else {
            limit(floor_log2, gain_log2);
        }
    }
}

/// Copies the figures of some bins from an array over all bins. RT-safe.
fn gather(bins: &[u32], figures: &[f32], of_bins: &mut [f32]) {
    for (of_bin, &bin) in of_bins.iter_mut().zip(bins) {
        *of_bin = figures[bin as usize];
    }
}

/// The reverse of [`gather`]. RT-safe.
fn scatter(bins: &[u32], of_bins: &[f32], figures: &mut [f32]) {
    for (of_bin, &bin) in of_bins.iter().zip(bins) {
        figures[bin as usize] = *of_bin;
    }
}

/// The estimator and the rule of a frame, and what they compare with.
#[derive(Clone, Copy)]
pub(crate) struct Method {
    id: Estimator,
    estimator: &'static dyn PriorEstimator,
    rule: &'static dyn GainRule,
    /// Whether |X| is compared with the threshold T, and not with the mean power N of the noise.
    pub(crate) compares_with_threshold: bool,
}

impl Method {
    /// The method that the settings choose. RT-safe.
    pub(crate) fn chosen_by(settings: &Settings, config: Config) -> Self {
        let (rule, id) = settings.method(config.quality);
        let (rule, estimator) = (rule.implementation(), id.implementation());
        let compares_with_threshold = rule.compares_with_threshold() && !estimator.needs_noise_power();
        Self { id, estimator, rule, compares_with_threshold }
    }

    fn over(self, settings: &Settings) -> Over {
        if self.compares_with_threshold {
            return Over::Threshold;
        }
        let over_mean_power_db = settings.statistic.over_mean_power_db();
        Over::NoisePower { over_threshold: (-over_mean_power_db * LOG2_POWER_PER_DB).exp2() }
    }
}
