//! The engine: samples in, denoised samples out, one latency later.
//!
//! ```text
//! samples -> sanitise -> overlap_add --every hop--> transform -> |X|^2 per bin, all channels
//!                         |  |                        |-> learner -> profile -> noise reference (N, T)
//!                         |  |                        v                            |
//!                         |  |      (Best: frames wait for the look-ahead)         v
//!                         |  |                        '-------------------------> mask
//!                         |  '<-- overlap-add <-- inverse <-- spectrum x mask (phase untouched)
//!                         v                                     '-> makeup
//!               dry and denoised, one latency later -> output: mix, listen, bypass, gains -> samples
//! ```
//!
//! [`Engine::process`] and the functions below it have the same order. The mask has a diagram of its own, in
//! [`crate::mask`].

use rustfft::num_complex::Complex32;

use crate::config::{Config, ConfigError};
use crate::makeup::Makeup;
use crate::mask::{ChannelPowers, MaskEstimator, MaskScratch, Method};
use crate::noise::Learner;
use crate::noise::heard_memory::HeardMemory;
use crate::noise::learning::{LearnStatus, LearnWindow};
use crate::noise::profile::NoiseProfile;
use crate::noise::reference::NoiseReference;
use crate::output::Output;
use crate::sanitise::{is_silence, sanitise};
use crate::settings::Settings;
use crate::settings_delay::SettingsDelay;
use crate::silence::Silence;
use crate::stft::{HopClock, OverlapAdd, SpectrumScale, Transform, multiply_spectrum};
use crate::workspace::{Workspace, Workspaces};

/// A denoiser for one stream of up to eight channels.
///
/// [`Engine::new`] allocates. All other functions are RT-safe: no allocation, lock, system call or panic. The work of a
/// hop is bounded.
pub struct Engine {
    config: Config,
    /// Samples processed since the engine was made.
    position: u64,
    clock: HopClock,
    transform: Transform,
    workspaces: Workspaces,
    scale: SpectrumScale,
    channels: Vec<Channel>,
    /// Positions in the channels' rings of frames: the latest frame, and the one that is put out next.
    latest: usize,
    due: usize,
    learner: Learner,
    profile: NoiseProfile,
    has_profile: bool,
    learned_count: u32,
    /// The denoised sound is audible up to this sample: one latency and a crossfade after the profile is gone.
    denoised_until: u64,
    reference: NoiseReference,
    settings_delay: SettingsDelay,
    mask: MaskEstimator,
    makeup: Makeup,
    output: Output,
    sleep: Sleep,
    /// One hop of one channel, dry and denoised.
    dry: Vec<f32>,
    wet: Vec<f32>,
}

/// The state of one channel.
struct Channel {
    stream: OverlapAdd,
    /// |X|^2 per bin. A ring: the latest frame, and those that wait for the look-ahead.
    powers: Vec<Vec<f32>>,
    /// The spectra of the same frames. Empty without look-ahead: then a spectrum lasts for one hop, in the workspace.
    spectra: Vec<Vec<Complex32>>,
}

/// Silence skips the computation: silent input to silent rings leaves silence.
struct Sleep {
    silence: Silence,
    skipped_hops: u64,
    /// The last samples were skipped.
    asleep: bool,
    /// Computes every hop, for tests and measurements.
    never: bool,
}

impl Engine {
    /// Plans the transforms and allocates everything. Setup only.
    ///
    /// # Errors
    /// When the sample rate or the number of channels is out of range.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        crate::vectorised::detect();
        let Config { sample_rate_hz, channels, quality } = config;
        let (grid, hop_samples, hop_s) = (config.grid(), config.hop_samples(), config.hop_s());
        let (window_samples, look_ahead_hops) = (grid.window_samples, quality.look_ahead_hops());
        let synthesis_samples = quality.synthesis_samples(sample_rate_hz);
        let latency_samples = config.latency_samples();
        let transform = Transform::for_config(config);
        let window_energy = transform.window_energy();
        let frames = look_ahead_hops + 1;
        let channel = || Channel {
            stream: OverlapAdd::new(window_samples, synthesis_samples, look_ahead_hops * hop_samples),
            powers: vec![vec![0.0; grid.bins()]; frames],
            spectra: vec![vec![Complex32::default(); grid.bins()]; if frames > 1 { frames } else { 0 }],
        };
        // From the arrival of a sample to the hop whose frame has that sample in the middle of its output.
        let settings_delay_samples = latency_samples - quality.output_samples(sample_rate_hz) / 2;
        Ok(Self {
            config,
            position: 0,
            clock: HopClock::new(hop_samples),
            scale: transform.scale(),
            workspaces: Workspaces::new(config, &transform),
            transform,
            channels: (0..channels).map(|_| channel()).collect(),
            latest: 0,
            due: 0,
            learner: Learner::new(grid, window_energy, hop_samples, channels),
            profile: NoiseProfile::silence(grid, channels),
            has_profile: false,
            learned_count: 0,
            denoised_until: 0,
            reference: NoiseReference::new(config, window_energy),
            settings_delay: SettingsDelay::new(settings_delay_samples / hop_samples, hop_s),
            mask: MaskEstimator::new(config),
            makeup: Makeup::new(hop_s),
            output: Output::new(sample_rate_hz, latency_samples, hop_samples),
            sleep: Sleep {
                silence: Silence::new(window_samples, look_ahead_hops, hop_samples),
                skipped_hops: 0,
                asleep: false,
                never: false,
            },
            dry: vec![0.0; hop_samples],
            wet: vec![0.0; hop_samples],
        })
    }

    /// Denoises a block in place: one slice per channel, all of the same length, which is arbitrary. Without a profile
    /// the output is the input, one latency late. RT-safe.
    pub fn process(&mut self, audio: &mut [&mut [f32]], settings: &Settings) {
        self.process_watched(audio, settings, &mut |_| ());
    }

    /// Like [`Engine::process`], and calls `watch` after every hop. RT-safe if `watch` is.
    pub fn process_watched(
        &mut self,
        audio: &mut [&mut [f32]],
        settings: &Settings,
        watch: &mut dyn FnMut(&Self),
    ) {
        debug_assert_eq!(audio.len(), self.channels.len());
        let settings = &settings.clamped();
        let samples = audio.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < samples {
            let end = samples.min(start + self.clock.until_hop());
            self.stream(audio, start, end, settings);
            if self.clock.advance(end - start) {
                if self.sleep.asleep {
                    self.sleep.skipped_hops += 1;
                } else {
                    self.hop(settings);
                }
                watch(self);
            }
            start = end;
        }
    }

    /// Replaces the samples `start..end`, which lie within one hop, with the output of one latency ago.
    fn stream(&mut self, audio: &mut [&mut [f32]], start: usize, end: usize, settings: &Settings) {
        let samples = end - start;
        if self.is_denoising() {
            self.denoised_until = self.position + (samples + self.output.tail_samples()) as u64;
        }
        self.sleep.asleep =
            self.may_sleep(settings) && audio.iter().all(|channel| is_silence(&channel[start..end]));
        self.position += samples as u64;
        if self.sleep.asleep {
            audio.iter_mut().for_each(|channel| channel[start..end].fill(0.0));
            self.channels.iter_mut().for_each(|channel| channel.stream.skip(samples));
            return;
        }
        self.output.queue_weights(settings, self.is_denoising(), self.makeup.gain_db(), samples);
        for channel in audio.iter_mut() {
            if sanitise(&mut channel[start..end]) {
                self.learner.taint_until(self.position);
            }
        }
        self.sleep.silence.count(audio.iter().map(|channel| &channel[start..end]));
        let (dry, wet) = (&mut self.dry[..samples], &mut self.wet[..samples]);
        for (channel, audio) in self.channels.iter_mut().zip(audio) {
            let audio = &mut audio[start..end];
            channel.stream.push_and_pop(audio, dry, wet);
            self.output.blend(dry, wet, audio);
        }
    }

    /// Whether silent input can only become silent output now, and changes no state.
    fn may_sleep(&mut self, settings: &Settings) -> bool {
        self.sleep.silence.fills_rings()
            && !self.sleep.never
            && !self.learner.is_busy()
            && self.settings_delay.is_settled(settings)
            && self.reference.curve_is_settled()
            && self.output.is_settled(settings, self.is_denoising(), self.makeup.gain_db())
    }

    /// Analyses the last window, estimates the mask of the frame that is due and adds that frame, masked, to the
    /// output.
    fn hop(&mut self, settings: &Settings) {
        let mut lent = self.workspaces.take();
        self.hop_with(lent.workspace(), settings);
        self.workspaces.take_back(lent);
    }

    fn hop_with(&mut self, workspace: &mut Workspace, settings: &Settings) {
        self.latest = self.due;
        self.due = (self.latest + 1) % self.channels[0].powers.len();
        self.analyse(workspace);
        self.learn();
        let settings = self.settings_delay.at_frame_centre(settings);
        self.reference.follow_curve(&settings.curve);
        self.sleep.silence.hop();
        if self.sleep.silence.fills_frames() {
            // Sound after silence is treated as at the beginning of a recording. Drift and makeup stay.
            self.mask.reset();
        } else if self.has_profile || self.position < self.denoised_until {
            self.estimate_mask(&settings, &mut workspace.mask);
            self.apply_mask(&settings, &mut workspace.spectra);
        }
        self.synthesise(workspace);
    }

    /// Computes the latest frame of each channel from its last window.
    fn analyse(&mut self, workspace: &mut Workspace) {
        let Workspace { transform: scratch, spectra, .. } = workspace;
        for (Channel { stream, powers, spectra: kept }, spectrum) in self.channels.iter_mut().zip(spectra) {
            let spectrum = kept.get_mut(self.latest).unwrap_or(spectrum);
            self.transform.forward(stream.frame(), spectrum, &mut powers[self.latest], scratch);
        }
    }

    /// Adds the frame that is due to the output of each channel.
    fn synthesise(&mut self, workspace: &mut Workspace) {
        let Workspace { transform: scratch, spectra, .. } = workspace;
        for (Channel { stream, spectra: kept, .. }, spectrum) in self.channels.iter_mut().zip(spectra) {
            let spectrum = kept.get_mut(self.due).unwrap_or(spectrum);
            self.transform.inverse(spectrum, stream.sums(), scratch);
        }
    }

    fn learn(&mut self) {
        let powers = self.channels.iter().map(|channel| channel.powers[self.latest].as_slice());
        let old = self.has_profile.then_some(&self.profile);
        if let Some(learned) = self.learner.hop(self.position, powers, old) {
            std::mem::swap(&mut self.profile, learned);
            self.learned_count = self.learned_count.wrapping_add(1);
            self.profile_changed();
        }
    }

    fn estimate_mask(&mut self, settings: &Settings, scratch: &mut MaskScratch) {
        let Self { config, channels, latest, due, profile, reference, mask, .. } = self;
        let power = |channel: usize, frame: usize| channels[channel].powers[frame].as_slice();
        let method = Method::chosen_by(settings, *config);
        reference.update(
            profile,
            settings,
            |channel| power(channel, *latest),
            method.compares_with_threshold,
        );
        let powers_of =
            |channel| ChannelPowers { due: power(channel, *due), latest: power(channel, *latest) };
        mask.estimate(powers_of, reference, settings, method, scratch);
    }

    fn apply_mask(&mut self, settings: &Settings, spectra: &mut [Vec<Complex32>]) {
        let measure = settings.makeup && self.has_profile;
        for (index, (channel, spectrum)) in self.channels.iter_mut().zip(spectra).enumerate() {
            let gain = self.mask.gain(index);
            multiply_spectrum(gain, channel.spectra.get_mut(self.due).unwrap_or(spectrum));
            if measure {
                let power = &channel.powers[self.due];
                self.makeup.measure(power, self.reference.learned_power(index), gain);
            }
        }
        self.makeup.end_frame(measure);
    }
}

/// The profile and learning.
impl Engine {
    /// The profile in use, if there is one. RT-safe.
    pub fn profile(&self) -> Option<&NoiseProfile> {
        self.has_profile.then_some(&self.profile)
    }

    /// Uses `profile` from the next hop on. Returns false and changes nothing if it does not fit this engine's grid and
    /// channels (see [`NoiseProfile::resampled`]). RT-safe.
    pub fn set_profile(&mut self, profile: &NoiseProfile) -> bool {
        let fits = profile.fits(self.config.grid(), self.channels.len());
        if fits {
            self.profile.copy_from(profile);
            self.profile_changed();
        }
        fits
    }

    /// Drops the profile: samples that arrive from now on pass dry. RT-safe.
    pub fn clear_profile(&mut self) {
        self.has_profile = false;
        self.makeup.reset();
    }

    fn profile_changed(&mut self) {
        self.has_profile = true;
        self.reference.profile_changed();
    }

    /// Learns from what `window` says: from the samples that arrive from now on, or from those that were heard before. The
    /// new profile is in use when it is ready, 0.2 s after the window has ended, or 0.5 s with `add`, which adds to the
    /// profile in use; until then the output is the dry signal. For what was heard before it takes a quarter of its length
    /// longer, and the old profile is in use meanwhile. If the last learning is not ready yet, the new one starts after it.
    /// RT-safe.
    pub fn start_learning(&mut self, window: LearnWindow, add: bool) {
        self.learner.start(window, add, self.position);
    }

    /// Keeps what is heard from now on, so that it can be learned afterwards: [`LearnWindow::Last`], `Between` and `Quietest`
    /// need it. Returns the memory if it is for another configuration, or if the engine has one. RT-safe.
    pub fn remember(&mut self, memory: HeardMemory) -> Option<HeardMemory> {
        if self.remembers() || !memory.fits(self.config) {
            return Some(memory);
        }
        self.learner.remember(memory);
        None
    }

    /// Whether it keeps what is heard. RT-safe.
    pub fn remembers(&self) -> bool {
        self.learner.remembers()
    }

    /// Ends the learn window now, if it has not ended by itself. RT-safe.
    pub fn stop_learning(&mut self) {
        self.learner.stop(self.position);
    }

    /// State of the current learning, or outcome of the last one. RT-safe.
    pub fn learn_status(&self) -> LearnStatus {
        self.learner.status()
    }

    /// Whether a learning is under way: it listens, computes, or waits for another to end. RT-safe.
    pub fn is_learning(&self) -> bool {
        self.learner.is_busy()
    }

    /// How many profiles were learned so far: it changes when there is a new one. RT-safe.
    pub fn learned_count(&self) -> u32 {
        self.learned_count
    }
}

/// Latency, reset and sleep.
impl Engine {
    /// What the engine was built for. RT-safe.
    pub fn config(&self) -> Config {
        self.config
    }

    /// Delay from input to output, the same for all settings. RT-safe.
    pub fn latency_samples(&self) -> usize {
        self.config.latency_samples()
    }

    /// Distance from one hop to the next. RT-safe.
    pub fn hop_samples(&self) -> usize {
        self.clock.hop_samples()
    }

    /// The longest time that output continues after the input has become silent. RT-safe.
    pub fn tail_samples(&self) -> usize {
        self.sleep.silence.tail_samples(self.hop_samples())
    }

    /// Clears the audio, keeps the profile. A learn window that is open continues with the next samples. RT-safe.
    pub fn reset(&mut self) {
        self.clock.reset();
        self.sleep.silence.reset();
        self.sleep.asleep = false;
        for channel in &mut self.channels {
            channel.stream.reset();
            channel.powers.iter_mut().for_each(|power| power.fill(0.0));
            channel.spectra.iter_mut().for_each(|spectrum| spectrum.fill(Complex32::default()));
        }
        self.reference.reset_drift();
        self.reference.reset_curve();
        self.mask.reset();
        self.denoised_until = 0;
        self.learner.taint_until(self.position);
        self.settings_delay.reset();
        self.makeup.reset();
        self.output.reset();
    }

    /// Whether the engine sleeps: input and output are silent and nothing is computed, until there is input or a
    /// setting changes. RT-safe.
    pub fn is_asleep(&self) -> bool {
        self.sleep.asleep
    }

    /// How many hops were skipped so far while asleep. RT-safe.
    pub fn skipped_hops(&self) -> u64 {
        self.sleep.skipped_hops
    }

    /// Computes every hop, silent or not. The output is the same. For tests and measurements. RT-safe.
    pub fn never_sleep(&mut self) {
        self.sleep.never = true;
    }
}

/// The last hop, for displays.
impl Engine {
    /// Whether the mask affects the output: there is a profile, and no learning listens to the input. RT-safe.
    pub fn is_denoising(&self) -> bool {
        self.has_profile && !self.learner.is_listening()
    }

    /// |X|^2 per bin of the frame that the last hop put out, before the mask. RT-safe.
    pub fn powers(&self, channel: usize) -> &[f32] {
        &self.channels[channel].powers[self.due]
    }

    /// The mask of that frame: amplitude gains per bin. RT-safe.
    pub fn gains(&self, channel: usize) -> &[f32] {
        self.mask.gain(channel)
    }

    /// Mean |X|^2 of the learned noise, per bin; meaningless without a profile. RT-safe.
    pub fn learned_powers(&self, channel: usize) -> &[f32] {
        self.reference.learned_power(channel)
    }

    /// The level that distinguishes signal from noise, with Threshold and all bands at 0 dB and no points: log2 of |X|^2
    /// per bin, and an offset in dB for all bins. Meaningless without a profile. RT-safe.
    pub fn reference_base(&self, channel: usize) -> (&[f32], f32) {
        self.reference.base(channel)
    }

    /// How much louder than learned the noise is by now, as Adapt has followed it; 0 dB without Adapt. RT-safe.
    pub fn drift_db(&self, channel: usize) -> f32 {
        self.reference.drift_db(channel)
    }

    /// How [`Engine::powers`] relate to samples. RT-safe.
    pub fn scale(&self) -> SpectrumScale {
        self.scale
    }
}
