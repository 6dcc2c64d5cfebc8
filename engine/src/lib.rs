//! The denoiser. It knows no plugin, no host, no file and no window, allocates only in [`Engine::new`], and is
//! RT-safe from then on: no allocation, lock, system call or panic, and the same work in every hop.
//!
//! ```text
//! samples -> sanitised -> overlap_add --every hop--> transform -> |X|^2 per bin, all channels
//!                            |  |                                   |-> learner -> profile -> threshold <- tracker
//!                            |  |                                   v
//!                            |  |        (Best: wait for the look-ahead)
//!                            |  |                                   v
//!                            |  |        snr: |X|^2 / N, decision-directed and non_local_means, linked over channels
//!                            |  |                                   v
//!                            |  |        rule: gain -> presence -> floor -> mask: median, frequency, attack/release
//!                            |  |                                   v
//!                            |  '<-- overlap-add <-- inverse <-- spectrum x gain (phase untouched)
//!                            v                                      '-> makeup
//!                  dry and denoised, one latency later -> output: mix, listen, bypass, gains -> samples
//! ```
//!
//! [`Engine::process`] and the functions under it read in that order.

pub mod band_mean;
pub mod controls;
pub mod learner;
pub mod makeup;
pub mod mask;
pub mod math;
pub mod non_local_means;
pub mod output;
pub mod overlap_add;
pub mod presence;
pub mod profile;
pub mod rule;
pub mod settings;
pub mod silence;
pub mod smoothing;
pub mod snr;
pub mod threshold;
pub mod tracker;
pub mod transform;

use multiversion::multiversion;
use realfft::num_complex::Complex32;

use controls::Controls;
use learner::{LearnStatus, Learner};
use makeup::Makeup;
use mask::{MaskShape, MaskSmoother};
use math::{LOG2_AMPLITUDE_PER_DB, LOG2_POWER_PER_DB, exp2_all};
use non_local_means::{NonLocalMeans, Search};
use output::Output;
use overlap_add::{HopClock, OverlapAdd};
use presence::{Presence, PresenceShape, Sensitivity};
use profile::{Grid, NoiseProfile};
use settings::{Estimator, MAX_CHANNELS, Quality, Rule, Settings};
use silence::Silence;
use smoothing::Smoothing;
use snr::DecisionDirected;
use threshold::Threshold;
use tracker::Tracker;
use transform::{SpectrumScale, Transform, WindowPair};

/// Hops in a synthesis window.
const OVERLAP: usize = 4;
/// Samples below this (-240 dBFS) become 0 on the way in: nothing after them can be subnormal, and slow.
const SMALLEST_SAMPLE: f32 = 1e-12;
/// Samples above this (+180 dBFS) are no audio, like NaN and infinity, and become 0 on the way in.
pub const LARGEST_SAMPLE: f32 = 1e9;

/// What an engine is built for; a change of any of it needs a new one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Config {
    pub sample_rate_hz: f64,
    /// 1 to [`MAX_CHANNELS`].
    pub channels: usize,
    pub quality: Quality,
}

impl Config {
    /// The grid that this engine's profiles lie on.
    pub fn grid(&self) -> Grid {
        Grid {
            sample_rate_hz: self.sample_rate_hz,
            window_samples: self.quality.window_samples(self.sample_rate_hz),
        }
    }
}

/// A denoiser for one stream of up to eight channels.
pub struct Engine {
    config: Config,
    grid: Grid,
    /// Samples processed since the engine was made.
    position: u64,
    clock: HopClock,
    silence: Silence,
    /// Hops that were skipped because they would have worked out silence.
    skipped_hops: u64,
    /// The last samples were skipped.
    asleep: bool,
    never_sleeps: bool,
    transform: Transform,
    scale: SpectrumScale,
    channels: Vec<Channel>,
    learner: Learner,
    profile: NoiseProfile,
    has_profile: bool,
    /// The denoised sound is heard up to this sample: one latency and a crossfade longer than there is a profile.
    denoised_until: u64,
    /// How often a profile was learned: a change tells the owner that there is a new one to keep.
    learned_count: u32,
    threshold: Threshold,
    controls: Controls,
    shape: MaskShape,
    presence_of_cells: PresenceShape,
    presence_of_means: PresenceShape,
    /// The estimator of the last hop.
    estimator: Option<Estimator>,
    /// Place of the latest frame in the channels' rings of frames, and of the one whose turn it is.
    latest: usize,
    due: usize,
    /// Scratch of one mask: a-priori SNR, per bin.
    prior: Vec<f32>,
    /// The largest of all channels, per bin.
    largest: Vec<f32>,
    /// All channels shared the first one's mask in the last hop.
    shared_mask: bool,
    makeup: Makeup,
    output: Output,
    /// One hop of one channel, dry and denoised.
    dry: Vec<f32>,
    wet: Vec<f32>,
}

/// What is kept per channel, arrays over bins.
struct Channel {
    stream: OverlapAdd,
    /// A ring of the frames that wait for the look-ahead, and the latest.
    frames: Vec<Frame>,
    /// Posterior SNR: |X|^2 / T^2, or for the estimators |X|^2 / N.
    snr: Vec<f32>,
    /// Its means over the cells that look alike.
    mean_snr: Vec<f32>,
    /// How sure it is that there is signal: see [`presence`].
    evidence: Vec<f32>,
    presence: Presence,
    non_local_means: NonLocalMeans,
    tracker: Tracker,
    /// The mask: first as log2 of the gain, then as the gain.
    gain: Vec<f32>,
    memory: MaskMemory,
}

#[derive(Default)]
struct Frame {
    spectrum: Vec<Complex32>,
    /// |X|^2.
    power: Vec<f32>,
}

/// What a mask remembers from frame to frame.
struct MaskMemory {
    decision: DecisionDirected,
    smoother: MaskSmoother,
}

impl MaskMemory {
    fn new(bins: usize, hop_s: f32) -> Self {
        Self { decision: DecisionDirected::new(bins, hop_s), smoother: MaskSmoother::new(bins) }
    }

    fn copy_from(&mut self, other: &Self) {
        self.decision.copy_from(&other.decision);
        self.smoother.copy_from(&other.smoother);
    }
}

impl Engine {
    /// Plans the transforms and allocates everything. Setup only.
    pub fn new(config: Config) -> Self {
        assert!((1..=MAX_CHANNELS).contains(&config.channels), "{} channels", config.channels);
        let grid = config.grid();
        let window_samples = grid.window_samples;
        let synthesis_samples = config.quality.synthesis_samples(config.sample_rate_hz);
        let output_samples = config.quality.output_samples(config.sample_rate_hz);
        let hop_samples = synthesis_samples / OVERLAP;
        let transform = Transform::with_windows(if synthesis_samples < window_samples {
            WindowPair::low_latency(window_samples, synthesis_samples, output_samples, hop_samples)
        } else {
            WindowPair::hann(window_samples, hop_samples)
        });
        let window_energy = transform.window_energy();
        let hop_s = (hop_samples as f64 / config.sample_rate_hz) as f32;
        let bins = grid.bins();
        let look_ahead = config.quality.look_ahead_hops();
        let frame = || Frame { spectrum: vec![Complex32::default(); bins], power: vec![0.0; bins] };
        let search = Search::new(grid, hop_s, look_ahead);
        let channel = || Channel {
            stream: OverlapAdd::new(window_samples, synthesis_samples, look_ahead * hop_samples),
            frames: (0..=look_ahead).map(|_| frame()).collect(),
            snr: vec![0.0; bins],
            mean_snr: vec![0.0; bins],
            evidence: vec![0.0; bins],
            presence: Presence::new(bins),
            non_local_means: NonLocalMeans::new(search, bins),
            tracker: Tracker::new(bins, hop_s),
            gain: vec![1.0; bins],
            memory: MaskMemory::new(bins, hop_s),
        };
        let latency_samples = synthesis_samples + look_ahead * hop_samples;
        Self {
            config,
            grid,
            position: 0,
            clock: HopClock::new(hop_samples),
            silence: Silence::new(window_samples, look_ahead, hop_samples),
            skipped_hops: 0,
            asleep: false,
            never_sleeps: false,
            scale: transform.scale(),
            transform,
            channels: (0..config.channels).map(|_| channel()).collect(),
            learner: Learner::new(grid, window_energy, hop_samples, config.channels),
            profile: NoiseProfile::silence(grid, config.channels),
            has_profile: false,
            denoised_until: 0,
            learned_count: 0,
            threshold: Threshold::new(grid, window_energy, config.channels),
            controls: Controls::new((latency_samples - output_samples / 2) / hop_samples, hop_s),
            shape: MaskShape::new(grid, hop_samples),
            presence_of_cells: PresenceShape::new(grid, hop_s, Sensitivity::CELLS),
            presence_of_means: PresenceShape::new(grid, hop_s, Sensitivity::MEANS),
            estimator: None,
            latest: 0,
            due: 0,
            prior: vec![0.0; bins],
            largest: vec![0.0; bins],
            shared_mask: false,
            makeup: Makeup::new(hop_s),
            output: Output::new(config.sample_rate_hz, latency_samples, hop_samples),
            dry: vec![0.0; hop_samples],
            wet: vec![0.0; hop_samples],
        }
    }

    pub fn config(&self) -> Config {
        self.config
    }

    /// Delay from input to output, the same for every setting. RT-safe.
    pub fn latency_samples(&self) -> usize {
        self.channels[0].stream.latency_samples()
    }

    /// Time from one hop to the next. RT-safe.
    pub fn hop_samples(&self) -> usize {
        self.clock.hop_samples()
    }

    /// The longest time that output goes on after the input has fallen silent. RT-safe.
    pub fn tail_samples(&self) -> usize {
        self.silence.tail_samples(self.hop_samples())
    }

    /// Whether the last samples were silence that comes from silence, for which nothing is worked out; until there is
    /// input or a setting changes, output stays silent. RT-safe.
    pub fn is_asleep(&self) -> bool {
        self.asleep
    }

    /// Works every hop out, silent or not, with the same output: for tests and for measuring. RT-safe.
    pub fn never_sleep(&mut self) {
        self.never_sleeps = true;
    }

    /// How many hops were skipped so far, asleep. RT-safe.
    pub fn skipped_hops(&self) -> u64 {
        self.skipped_hops
    }

    /// Forgets the audio, keeps the profile. A window being learned goes on with what comes. RT-safe.
    pub fn reset(&mut self) {
        self.clock.reset();
        self.silence.reset();
        self.asleep = false;
        for channel in &mut self.channels {
            channel.stream.reset();
            channel.tracker.reset();
            for frame in &mut channel.frames {
                frame.spectrum.fill(Complex32::default());
                frame.power.fill(0.0);
            }
        }
        self.estimator = None;
        self.denoised_until = 0;
        self.learner.taint_until(self.position);
        self.controls.reset();
        self.makeup.reset();
        self.output.reset();
    }

    /// The profile that is played, if there is one. RT-safe.
    pub fn profile(&self) -> Option<&NoiseProfile> {
        self.has_profile.then_some(&self.profile)
    }

    /// Plays `profile` from the next hop on; one that does not fit this engine's grid and channels is refused
    /// (see [`NoiseProfile::resampled`]). RT-safe.
    pub fn set_profile(&mut self, profile: &NoiseProfile) -> bool {
        let fits = profile.fits(self.grid, self.channels.len());
        if fits {
            self.profile.copy_from(profile);
            self.profile_is_new();
        }
        fits
    }

    fn profile_is_new(&mut self) {
        self.has_profile = true;
        self.threshold.invalidate();
        self.channels.iter_mut().for_each(|channel| channel.tracker.reset());
    }

    /// Plays without a profile: the dry signal, from the samples on that come in now. RT-safe.
    pub fn clear_profile(&mut self) {
        self.has_profile = false;
        self.makeup.reset();
    }

    pub fn learn_status(&self) -> LearnStatus {
        self.learner.status()
    }

    /// How often a profile was learned so far. RT-safe.
    pub fn learned_count(&self) -> u32 {
        self.learned_count
    }

    /// Mask of the last hop, gains per bin. RT-safe.
    pub fn gains(&self, channel: usize) -> &[f32] {
        &self.channels[if self.shared_mask { 0 } else { channel }].gain
    }

    /// |X|^2 per bin of the frame that the last hop's mask is for. RT-safe.
    pub fn powers(&self, channel: usize) -> &[f32] {
        &self.channels[channel].frames[self.due].power
    }

    /// Whether the mask reaches the output: there is a profile, and no other being learned. RT-safe.
    pub fn is_denoising(&self) -> bool {
        self.has_profile && !self.learner.is_busy()
    }

    /// The threshold that the last hop went by; means nothing without a profile. RT-safe.
    pub fn threshold(&self) -> &Threshold {
        &self.threshold
    }

    /// What [`Engine::powers`] are in terms of samples. RT-safe.
    pub fn scale(&self) -> SpectrumScale {
        self.scale
    }

    /// Denoises in place; the slices, one per channel, are of one length, any length. RT-safe.
    pub fn process(&mut self, audio: &mut [&mut [f32]], settings: &Settings) {
        self.process_watched(audio, settings, &mut |_| ());
    }

    /// As [`Engine::process`], and shows itself to `watch` after every hop. RT-safe if `watch` is.
    pub fn process_watched(
        &mut self,
        audio: &mut [&mut [f32]],
        settings: &Settings,
        watch: &mut dyn FnMut(&Self),
    ) {
        debug_assert_eq!(audio.len(), self.channels.len());
        self.learner.follow(settings, self.position);
        let samples = audio.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < samples {
            let end = samples.min(start + self.clock.until_hop());
            if self.is_denoising() {
                self.denoised_until = self.position + (end - start + self.output.tail_samples()) as u64;
            }
            self.asleep =
                self.may_sleep(settings) && audio.iter().all(|channel| is_silence(&channel[start..end]));
            if self.asleep {
                audio.iter_mut().for_each(|channel| channel[start..end].fill(0.0));
                self.channels.iter_mut().for_each(|channel| channel.stream.skip(end - start));
                self.position += (end - start) as u64;
            } else {
                self.stream(audio, start, end, settings);
            }
            if self.clock.advance(end - start) {
                if self.asleep {
                    self.skipped_hops += 1;
                } else {
                    self.hop(settings);
                }
                watch(self);
            }
            start = end;
        }
    }

    /// Whether silence that comes in now can only become silence, and changes nothing that is remembered.
    fn may_sleep(&mut self, settings: &Settings) -> bool {
        self.silence.fills_rings()
            && !self.never_sleeps
            && !self.learner.is_busy()
            && self.controls.are_settled(settings)
            && self.output.is_settled(settings, self.is_denoising(), self.makeup.gain_db())
    }

    /// Swaps the samples `start..end`, which lie within one hop, for those of one latency ago.
    fn stream(&mut self, audio: &mut [&mut [f32]], start: usize, end: usize, settings: &Settings) {
        let samples = end - start;
        self.position += samples as u64;
        self.output.weigh(settings, self.is_denoising(), self.makeup.gain_db(), samples);
        for channel in audio.iter_mut() {
            if sanitise(&mut channel[start..end]) {
                self.learner.taint_until(self.position);
            }
        }
        self.silence.count(audio.iter().map(|channel| &channel[start..end]));
        let (dry, wet) = (&mut self.dry[..samples], &mut self.wet[..samples]);
        for (channel, audio) in self.channels.iter_mut().zip(audio) {
            let audio = &mut audio[start..end];
            channel.stream.exchange(audio, dry, wet);
            self.output.blend(dry, wet, audio);
        }
    }

    /// Analyses the last window, works out the mask of the frame whose turn it is and adds it, masked, to the
    /// output.
    fn hop(&mut self, settings: &Settings) {
        self.latest = self.due;
        self.due = (self.latest + 1) % self.channels[0].frames.len();
        for channel in &mut self.channels {
            let Frame { spectrum, power } = &mut channel.frames[self.latest];
            let (older, newer) = channel.stream.frame();
            self.transform.forward(older, newer, spectrum);
            powers(spectrum, power);
        }
        self.learn(settings);
        let settings = self.controls.at_frame_centre(settings);
        self.silence.hop();
        if self.silence.fills_frames() {
            // Sound after silence finds the mask as at the beginning. What follows level and makeup keeps its place.
            self.estimator = None;
        } else if self.has_profile || self.position < self.denoised_until {
            self.estimate_mask(&settings);
            self.apply_mask(&settings);
        }
        for channel in &mut self.channels {
            channel.stream.add(self.transform.inverse(&mut channel.frames[self.due].spectrum));
        }
    }

    fn learn(&mut self, settings: &Settings) {
        let powers = self.channels.iter().map(|channel| channel.frames[self.latest].power.as_slice());
        let old = self.has_profile.then_some(&self.profile);
        if let Some(learned) = self.learner.hop(settings, self.position, powers, old) {
            self.profile.copy_from(learned);
            self.learned_count = self.learned_count.wrapping_add(1);
            self.profile_is_new();
        }
    }

    /// The gain of every bin. Fully linked channels have one mask, which is worked out once, in the first.
    fn estimate_mask(&mut self, settings: &Settings) {
        let (rule, estimator) = settings.method(self.config.quality);
        let raw_gate = (rule, estimator) == (Rule::Gate, Estimator::ThisFrame);
        let with_presence = estimator != Estimator::ThisFrame;
        let with_means = matches!(estimator, Estimator::NonLocalMeans | Estimator::Combined);
        self.threshold.take_statistic(&self.profile, settings.statistic);
        self.adapt(settings.adapt);
        let drift_db = self.channels.iter().map(|channel| channel.tracker.drift_db());
        self.threshold.update(settings, drift_db, !raw_gate);
        let smoothing = Smoothing::at(settings.smoothing);
        self.shape.update(&smoothing.over(settings));
        self.take_up(estimator);

        for (index, channel) in self.channels.iter_mut().enumerate() {
            let inverse_power = self.threshold.inverse_power(index);
            let Channel { frames, snr, mean_snr, evidence, presence, non_local_means, .. } = channel;
            snr::posterior(&frames[self.due].power, inverse_power, snr);
            if with_means {
                snr::posterior(&frames[self.latest].power, inverse_power, mean_snr);
                non_local_means.push(mean_snr);
                non_local_means.estimate(self.threshold.fluctuation(index), smoothing.alike, mean_snr);
                presence.gather(&self.presence_of_means, mean_snr, evidence);
            } else if with_presence {
                presence.gather(&self.presence_of_cells, snr, evidence);
            }
        }
        let share_mask = self.channels.len() == 1 || settings.link >= 1.0;
        if self.channels.len() > 1 && settings.link > 0.0 {
            self.link(settings.link, share_mask, |channel| &mut channel.snr);
            if with_means {
                self.link(settings.link, share_mask, |channel| &mut channel.mean_snr);
            }
            if with_presence {
                self.link(settings.link, share_mask, |channel| &mut channel.evidence);
            }
        }
        if self.shared_mask && !share_mask {
            let (first, others) = self.channels.split_at_mut(1);
            others.iter_mut().for_each(|other| other.memory.copy_from(&first[0].memory));
        }
        self.shared_mask = share_mask;

        let floor_log2 = -settings.reduction_db * LOG2_AMPLITUDE_PER_DB;
        let noise_over_threshold = (-settings.statistic.over_mean_power_db() * LOG2_POWER_PER_DB).exp2();
        // An estimate is hardly ever nothing, but mostly signal or mostly noise.
        let open_log2 = if with_presence { rule::MOSTLY_SIGNAL_LOG2 } else { rule::SHUT_LOG2 };
        let masks = if share_mask { 1 } else { self.channels.len() };
        for Channel { snr, mean_snr, evidence, gain, memory, .. } in &mut self.channels[..masks] {
            let prior = &mut self.prior;
            match estimator {
                Estimator::ThisFrame => snr::of_this_frame(snr, prior),
                Estimator::NonLocalMeans => snr::of_means(mean_snr, prior),
                Estimator::Combined => {
                    memory.decision.estimate(smoothing.memory, snr, prior);
                    snr::combine_with_means(mean_snr, prior);
                }
                Estimator::DecisionDirected => memory.decision.estimate(smoothing.memory, snr, prior),
                Estimator::TwoStep => {
                    memory.decision.estimate(smoothing.memory, snr, prior);
                    rule::wiener(prior, gain);
                    memory.decision.remember(snr, gain);
                    snr::of_first_gain(snr, gain, prior);
                }
            }
            match rule {
                Rule::Gate if raw_gate => rule::gate(snr, gain),
                Rule::Gate => rule::gate_prior(prior, noise_over_threshold, gain),
                Rule::Wiener => rule::wiener(prior, gain),
                // What a single cell has fluctuates, which the means were taken to be rid of.
                Rule::LogMmse => rule::log_mmse(prior, if with_means { mean_snr } else { snr }, gain),
            }
            if matches!(estimator, Estimator::DecisionDirected | Estimator::Combined) {
                memory.decision.remember(snr, gain);
            }
            rule::sharpen(settings.sharpness, floor_log2, open_log2, gain);
            if with_presence {
                presence::weigh(evidence, smoothing.evidence, floor_log2, gain);
            }
            memory.smoother.smooth(&self.shape, gain);
            exp2_all(gain);
        }
    }

    /// Follows the noise's level, by the latest frame, or leaves it at the profile's.
    fn adapt(&mut self, adapt: bool) {
        for (index, channel) in self.channels.iter_mut().enumerate() {
            if adapt {
                let power = &channel.frames[self.latest].power;
                channel.tracker.follow(power, self.threshold.median_log2(index));
            } else {
                channel.tracker.reset();
            }
        }
    }

    /// What an estimator remembers is nothing to another.
    fn take_up(&mut self, estimator: Estimator) {
        if self.estimator != Some(estimator) {
            for channel in &mut self.channels {
                channel.presence.reset();
                channel.non_local_means.reset();
                channel.memory.decision.reset();
                if self.estimator.is_none() {
                    channel.memory.smoother.reset();
                }
            }
            self.estimator = Some(estimator);
        }
    }

    /// Draws a power of every channel, per bin, to the largest of all. The evidence is linked apart from the SNR
    /// that it was gathered from: the largest of several noises is more than one noise, but their means over many
    /// cells hardly differ, so that silence stays silence.
    fn link(&mut self, share: f32, share_mask: bool, of: impl Fn(&mut Channel) -> &mut Vec<f32>) {
        self.largest.fill(0.0);
        for channel in &mut self.channels {
            snr::keep_largest(of(channel), &mut self.largest);
        }
        if share_mask {
            of(&mut self.channels[0]).copy_from_slice(&self.largest);
        } else {
            for channel in &mut self.channels {
                snr::link(share, &self.largest, of(channel));
            }
        }
    }

    fn apply_mask(&mut self, settings: &Settings) {
        let measure = settings.makeup && self.has_profile;
        for index in 0..self.channels.len() {
            let masked_by = if self.shared_mask { 0 } else { index };
            // Out of its place, so that the mask may be another channel's.
            let mut frame = std::mem::take(&mut self.channels[index].frames[self.due]);
            let gain = &self.channels[masked_by].gain;
            multiply(gain, &mut frame.spectrum);
            if measure {
                self.makeup.weigh(&frame.power, self.threshold.mean_power(index), gain);
            }
            self.channels[index].frames[self.due] = frame;
        }
        self.makeup.end_frame(measure);
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn powers(spectrum: &[Complex32], power: &mut [f32]) {
    for (p, x) in power.iter_mut().zip(spectrum) {
        *p = x.re * x.re + x.im * x.im;
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn multiply(gain: &[f32], spectrum: &mut [Complex32]) {
    for (x, g) in spectrum.iter_mut().zip(gain) {
        *x *= *g;
    }
}

/// Whether sanitising leaves nothing but zeros. RT-safe.
fn is_silence(samples: &[f32]) -> bool {
    samples.iter().all(|x| x.abs() < SMALLEST_SAMPLE)
}

/// Replaces what is no audio by 0; true if there was any. RT-safe.
fn sanitise(samples: &mut [f32]) -> bool {
    let mut tainted = false;
    for x in samples {
        let level = x.abs();
        // NaN is neither, so it is tainted as well.
        let audio = level <= LARGEST_SAMPLE;
        tainted |= !audio;
        *x = if audio && level >= SMALLEST_SAMPLE { *x } else { 0.0 };
    }
    tainted
}
