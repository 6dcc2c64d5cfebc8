//! Learns a profile from a window of noise: means, deviations and quantiles, gathered in one pass in fixed memory.
//!
//! ```text
//! Seconds, UntilStopped   gather every frame              --.
//! Last, Between           count the frames that were heard --+-> finish
//! Quietest                search -> count what was found  --'
//! ```
//! The window is exact to the sample: only frames that lie completely in it are counted. Frames that were heard before
//! ([`super::heard`]) are counted a few in each hop. After the last frame, the figures are computed over [`FINISH_S`] or
//! [`FINISH_ADDED_S`], a share of the bins in each hop, so that no hop takes three times as long as an ordinary one.

use super::accumulator::{Accumulator, MOST_FRAMES};
use super::heard::{Heard, SILENCE_DB, Stretch};
use super::heard_memory::HeardMemory;
use super::learning::{LearnStatus, LearnWindow};
use super::merge::merge;
use super::profile::NoiseProfile;
use super::quantiles::LANES;
use crate::grid::Grid;

/// Least number of frames for a profile.
pub(crate) const FEWEST_FRAMES: u32 = 4;
/// Time over which a profile is computed after its window.
const FINISH_S: f64 = 0.2;
/// The same for a profile that is added to another one: merging takes longer than computing.
const FINISH_ADDED_S: f64 = 0.5;

/// Frames that were heard before and are counted in a hop that is as long as a window: ten seconds take 2.5.
const COUNTED_PER_WINDOW: usize = 8;

#[derive(Debug, Clone, PartialEq)]
enum Phase {
    Idle,
    Gathering,
    /// Listens for the quietest stretch.
    Searching,
    /// Counts frames that were heard before.
    Counting(Stretch),
    /// The bins before `next_bin` are done. A profile is made only if `keep`; otherwise the sums are only cleared.
    Finishing {
        next_bin: usize,
        keep: bool,
    },
}

/// A learning that was asked for: what from, whether it adds to the old profile, and at which sample.
#[derive(Debug, Clone, Copy)]
struct Request {
    window: LearnWindow,
    add: bool,
    position: u64,
}

pub(crate) struct Learner {
    grid: Grid,
    unit_density_db: f32,
    channels: Vec<Accumulator>,
    /// What was heard last. None without memory for it.
    heard: Option<Heard>,
    hop_s: f64,
    counted_per_hop: usize,
    phase: Phase,
    /// A learning that was requested while the last profile was still being computed.
    queued: Option<Request>,
    /// First sample of the window and the one after its last.
    start: u64,
    end: u64,
    /// Frames that begin before this sample contain samples that are not to be learned from.
    clean_from: u64,
    frames: u32,
    first_frame: u64,
    last_frame: u64,
    add: bool,
    /// What the window in progress, or the last one, listens to.
    window: LearnWindow,
    status: LearnStatus,
    result: NoiseProfile,
    /// Scratch: |X|^2 of a frame that was heard before.
    power: Vec<f32>,
}

impl Learner {
    /// `window_energy` is the energy of the analysis window; |X|^2 arrives every `hop_samples`. Setup only.
    pub(crate) fn new(grid: Grid, window_energy: f64, hop_samples: usize, channels: usize) -> Self {
        let bins = grid.bins();
        Self {
            grid,
            unit_density_db: grid.unit_density_db(window_energy) as f32,
            channels: (0..channels).map(|_| Accumulator::new(bins)).collect(),
            heard: None,
            hop_s: hop_samples as f64 / grid.sample_rate_hz,
            counted_per_hop: (COUNTED_PER_WINDOW * hop_samples).div_ceil(grid.window_samples),
            phase: Phase::Idle,
            queued: None,
            start: 0,
            end: 0,
            clean_from: 0,
            frames: 0,
            first_frame: 0,
            last_frame: 0,
            add: false,
            window: LearnWindow::UntilStopped,
            status: LearnStatus::Idle,
            result: NoiseProfile::silence(grid, channels),
            power: vec![0.0; bins],
        }
    }

    /// Keeps what is heard from now on, for the windows that need it. RT-safe.
    pub(crate) fn remember(&mut self, memory: HeardMemory) {
        debug_assert!(self.heard.is_none(), "the old memory would be freed here");
        self.heard = Some(memory.into_heard());
    }

    /// Whether it keeps what is heard. RT-safe.
    pub(crate) fn remembers(&self) -> bool {
        self.heard.is_some()
    }

    /// State of the current learning, or outcome of the last one. RT-safe.
    pub(crate) fn status(&self) -> LearnStatus {
        self.status
    }

    /// Whether a learning is in progress, from its start until its profile is ready. RT-safe.
    pub(crate) fn is_busy(&self) -> bool {
        self.phase != Phase::Idle || self.queued.is_some()
    }

    /// Whether it listens to what is heard now, or computes the profile of that: the dry signal is put out meanwhile. RT-safe.
    pub(crate) fn is_listening(&self) -> bool {
        self.phase != Phase::Idle && !self.window.is_past()
            || self.queued.is_some_and(|request| !request.window.is_past())
    }

    /// Excludes frames that begin before sample `position`. RT-safe.
    pub(crate) fn taint_until(&mut self, position: u64) {
        self.clean_from = self.clean_from.max(position);
    }

    /// Opens a window at sample `position`, or when the last profile is ready. RT-safe.
    pub(crate) fn start(&mut self, window: LearnWindow, add: bool, position: u64) {
        let request = Request { window, add, position };
        if self.phase == Phase::Idle {
            self.open(request);
        } else {
            self.queued = Some(request);
        }
    }

    /// Ends the window at sample `position`, unless it has ended before. RT-safe.
    pub(crate) fn stop(&mut self, position: u64) {
        self.queued = self.queued.filter(|request| request.window.is_past());
        self.end = self.end.min(position);
    }

    fn open(&mut self, Request { window, add, position }: Request) {
        let samples = |seconds: f32| (f64::from(seconds) * self.grid.sample_rate_hz).round() as u64;
        (self.window, self.add, self.frames) = (window, add, 0);
        (self.start, self.end) = (position, u64::MAX);
        self.status = LearnStatus::Learning { seconds: 0.0, of_seconds: f32::INFINITY };
        self.phase = match window {
            LearnWindow::Seconds(seconds) => {
                self.status = LearnStatus::Learning { seconds: 0.0, of_seconds: seconds };
                self.end = position.saturating_add(samples(seconds));
                Phase::Gathering
            }
            LearnWindow::UntilStopped => Phase::Gathering,
            LearnWindow::Quietest => {
                self.heard.iter_mut().for_each(Heard::search);
                Phase::Searching
            }
            LearnWindow::Last(seconds) => self.recall(|heard| heard.last(seconds.into(), position)),
            LearnWindow::Between(from_s, to_s) => {
                let range = position.saturating_sub(samples(from_s))..position.saturating_sub(samples(to_s));
                self.recall(|heard| heard.between(range))
            }
        };
    }

    /// Starts to count frames that were heard.
    fn recall(&mut self, choose: impl FnOnce(&Heard) -> Stretch) -> Phase {
        let Some(heard) = &self.heard else {
            self.status = LearnStatus::TooShort;
            return Phase::Finishing { next_bin: 0, keep: false };
        };
        let stretch = choose(heard);
        if stretch.numbers.is_empty() {
            (self.first_frame, self.last_frame) = (0, 0);
        } else {
            let samples = heard.samples(&stretch);
            (self.first_frame, self.last_frame) = (samples.start, samples.end);
        }
        let seconds = heard_seconds(self.first_frame, self.last_frame, self.grid.sample_rate_hz);
        self.status = LearnStatus::Recalling { seconds };
        Phase::Counting(stretch)
    }

    /// Does the work of one hop. `powers` is |X|^2 per channel of the frame that ends before sample `frame_end`; `old`
    /// is the profile that Add adds to. Returns the new profile in the hop that completes it; the caller may swap it with
    /// another one of the same grid and channels, which serves as storage. RT-safe.
    pub(crate) fn hop<'p>(
        &mut self,
        frame_end: u64,
        powers: impl Iterator<Item = &'p [f32]> + Clone,
        old: Option<&NoiseProfile>,
    ) -> Option<&mut NoiseProfile> {
        let was_kept = self.keep(frame_end, powers.clone());
        match self.phase.clone() {
            Phase::Idle => {
                if let Some(request) = self.queued.take() {
                    // A window on what is heard from now on opens now.
                    let position = if request.window.is_past() { request.position } else { frame_end };
                    self.open(Request { position, ..request });
                }
            }
            Phase::Gathering if frame_end > self.end || self.frames == MOST_FRAMES => self.close(),
            Phase::Gathering => self.gather(frame_end, powers),
            Phase::Searching => self.search(frame_end, was_kept),
            Phase::Counting(stretch) => self.count(stretch),
            Phase::Finishing { next_bin, keep } => return self.finish(next_bin, keep, old),
        }
        None
    }

    /// Whether a frame that ends before `frame_end` has samples in it that are not to be learned from.
    fn is_tainted(&self, frame_end: u64) -> bool {
        frame_end < self.clean_from.saturating_add(self.grid.window_samples as u64)
    }

    fn keep<'p>(&mut self, frame_end: u64, powers: impl Iterator<Item = &'p [f32]>) -> bool {
        let is_tainted = self.is_tainted(frame_end);
        self.heard.as_mut().is_some_and(|heard| !is_tainted && heard.keep(frame_end, powers))
    }

    /// Listens for the quietest stretch, and counts it when the window has ended.
    fn search(&mut self, frame_end: u64, was_kept: bool) {
        let seconds =
            heard_seconds(self.start, frame_end.min(self.end).max(self.start), self.grid.sample_rate_hz);
        if frame_end <= self.end {
            self.heard.iter_mut().filter(|_| was_kept).for_each(Heard::compare);
            self.status = LearnStatus::Learning { seconds, of_seconds: f32::INFINITY };
            return;
        }
        self.phase = self.recall(|heard| heard.quietest(seconds.into()));
    }

    /// Counts the next frames of a stretch that was heard.
    fn count(&mut self, mut stretch: Stretch) {
        let Some(heard) = &self.heard else { return };
        for number in stretch.numbers.by_ref().take(self.counted_per_hop) {
            let mut is_there = true;
            for (index, channel) in self.channels.iter_mut().enumerate() {
                is_there &= heard.read(stretch.store, number, index, &mut self.power);
                if is_there {
                    channel.count(&self.power, self.unit_density_db);
                }
            }
            self.frames += u32::from(is_there);
        }
        if stretch.numbers.is_empty() { self.close() } else { self.phase = Phase::Counting(stretch) }
    }

    fn gather<'p>(&mut self, frame_end: u64, powers: impl Iterator<Item = &'p [f32]>) {
        let Some(frame_start) = frame_end.checked_sub(self.grid.window_samples as u64) else { return };
        if frame_start < self.start || self.is_tainted(frame_end) {
            return;
        }
        if self.frames == 0 {
            self.first_frame = frame_start;
        }
        self.last_frame = frame_end;
        self.frames += 1;
        for (channel, power) in self.channels.iter_mut().zip(powers) {
            channel.count(power, self.unit_density_db);
        }
        if let LearnStatus::Learning { seconds, .. } = &mut self.status {
            *seconds = heard_seconds(self.first_frame, self.last_frame, self.grid.sample_rate_hz);
        }
    }

    fn close(&mut self) {
        let level = self
            .channels
            .iter()
            .map(|channel| channel.power_sum() / self.frames.max(1) as f64)
            .fold(0.0, f64::max);
        let level_db = 10.0 * level.max(1e-40).log10() as f32 + self.unit_density_db;
        let is_silent = match self.window {
            LearnWindow::Quietest => self.heard.as_ref().is_some_and(Heard::is_search_silent),
            LearnWindow::Last(_) => self.frames == 0,
            _ => false,
        };
        let refusal = if is_silent {
            Some(LearnStatus::Silent)
        } else if self.frames < FEWEST_FRAMES {
            Some(LearnStatus::TooShort)
        } else if level_db < SILENCE_DB {
            Some(LearnStatus::Silent)
        } else {
            None
        };
        self.phase = Phase::Finishing { next_bin: 0, keep: refusal.is_none() };
        if let Some(why) = refusal {
            self.status = why;
        }
    }

    /// Bins whose figures are computed in one hop: a multiple of [`LANES`].
    fn bins_per_hop(&self) -> usize {
        let finish_s = if self.add { FINISH_ADDED_S } else { FINISH_S };
        let hops = (finish_s / self.hop_s).ceil() as usize;
        self.grid.bins().div_ceil(hops).next_multiple_of(LANES)
    }

    /// Computes the figures of the next share of the bins and clears their sums for the next window.
    fn finish(
        &mut self,
        next_bin: usize,
        keep: bool,
        old: Option<&NoiseProfile>,
    ) -> Option<&mut NoiseProfile> {
        let bins = self.grid.bins();
        let end_bin = (next_bin + self.bins_per_hop()).min(bins);
        let seconds = heard_seconds(self.first_frame, self.last_frame, self.grid.sample_rate_hz);
        let old = old.filter(|_| self.add);
        for (index, channel) in self.channels.iter_mut().enumerate() {
            for first_bin in (next_bin..end_bin).step_by(LANES) {
                if keep {
                    let mut levels_db = channel.levels(first_bin, self.frames, self.unit_density_db);
                    if let Some(old) = old {
                        merge(&old.lanes(index, first_bin), old.seconds(), &mut levels_db, seconds);
                    }
                    self.result.set_lanes(index, first_bin, &levels_db);
                }
                channel.clear(first_bin);
            }
        }
        if end_bin < bins {
            self.phase = Phase::Finishing { next_bin: end_bin, keep };
            return None;
        }
        self.phase = Phase::Idle;
        if !keep {
            return None;
        }
        let total = seconds + old.map_or(0.0, NoiseProfile::seconds);
        self.result.set_seconds(total);
        let is_found = self.window == LearnWindow::Quietest;
        let found_at_s =
            is_found.then(|| heard_seconds(self.start, self.first_frame, self.grid.sample_rate_hz));
        self.status = LearnStatus::Learned { seconds: total, found_at_s };
        Some(&mut self.result)
    }
}

fn heard_seconds(first: u64, last: u64, sample_rate_hz: f64) -> f32 {
    ((last - first) as f64 / sample_rate_hz) as f32
}
