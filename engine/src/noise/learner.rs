//! Learns a profile from a window of noise: means, deviations and quantiles, gathered in one pass in fixed memory.
//!
//! The window is exact to the sample: only frames that lie completely in it are counted. After it has ended, the
//! figures are computed over [`FINISH_S`] or [`FINISH_ADDED_S`], a share of the bins in each hop, so that no hop takes three
//! times as long as an ordinary one.

use super::accumulator::{Accumulator, MOST_FRAMES};
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

/// Mean level below which a window counts as digital silence: 24-bit quantisation noise is 10 dB above it.
const SILENCE_DB: f32 = -200.0;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Idle,
    Gathering,
    /// The bins before `next_bin` are done. A profile is made only if `keep`; otherwise the sums are only cleared.
    Finishing {
        next_bin: usize,
        keep: bool,
    },
}

pub(crate) struct Learner {
    grid: Grid,
    unit_density_db: f32,
    channels: Vec<Accumulator>,
    hop_s: f64,
    phase: Phase,
    /// A learning that was requested while the last profile was still being computed: its window, and whether it adds.
    queued: Option<(LearnWindow, bool)>,
    /// First sample of the window and the one after its last.
    start: u64,
    end: u64,
    /// Frames that begin before this sample contain samples that are not to be learned from.
    clean_from: u64,
    frames: u32,
    first_frame: u64,
    last_frame: u64,
    add: bool,
    status: LearnStatus,
    result: NoiseProfile,
}

impl Learner {
    /// `window_energy` is the energy of the analysis window; |X|^2 arrives every `hop_samples`. Setup only.
    pub(crate) fn new(grid: Grid, window_energy: f64, hop_samples: usize, channels: usize) -> Self {
        let bins = grid.bins();
        Self {
            grid,
            unit_density_db: grid.unit_density_db(window_energy) as f32,
            channels: (0..channels).map(|_| Accumulator::new(bins)).collect(),
            hop_s: hop_samples as f64 / grid.sample_rate_hz,
            phase: Phase::Idle,
            queued: None,
            start: 0,
            end: 0,
            clean_from: 0,
            frames: 0,
            first_frame: 0,
            last_frame: 0,
            add: false,
            status: LearnStatus::Idle,
            result: NoiseProfile::silence(grid, channels),
        }
    }

    /// State of the current learning, or outcome of the last one. RT-safe.
    pub(crate) fn status(&self) -> LearnStatus {
        self.status
    }

    /// Whether a learning is in progress, from its start until its profile is ready. RT-safe.
    pub(crate) fn is_busy(&self) -> bool {
        self.phase != Phase::Idle || self.queued.is_some()
    }

    /// Excludes frames that begin before sample `position`. RT-safe.
    pub(crate) fn taint_until(&mut self, position: u64) {
        self.clean_from = self.clean_from.max(position);
    }

    /// Opens a window at sample `position`, or when the last profile is ready. RT-safe.
    pub(crate) fn start(&mut self, window: LearnWindow, add: bool, position: u64) {
        if self.phase == Phase::Idle {
            self.open(window, add, position);
        } else {
            self.queued = Some((window, add));
        }
    }

    /// Ends the window at sample `position`, unless it has ended before. RT-safe.
    pub(crate) fn stop(&mut self, position: u64) {
        self.queued = None;
        self.end = self.end.min(position);
    }

    fn open(&mut self, window: LearnWindow, add: bool, position: u64) {
        let (of_seconds, samples) = match window {
            LearnWindow::UntilStopped => (f32::INFINITY, u64::MAX),
            LearnWindow::Seconds(seconds) => {
                (seconds, (seconds as f64 * self.grid.sample_rate_hz).round() as u64)
            }
        };
        self.phase = Phase::Gathering;
        self.start = position;
        self.end = position.saturating_add(samples);
        self.frames = 0;
        self.add = add;
        self.status = LearnStatus::Learning { seconds: 0.0, of_seconds };
    }

    /// Does the work of one hop. `powers` is |X|^2 per channel of the frame that ends before sample `frame_end`; `old`
    /// is the profile that Add adds to. Returns the new profile in the hop that completes it; the caller may swap it with
    /// another one of the same grid and channels, which serves as storage. RT-safe.
    pub(crate) fn hop<'p>(
        &mut self,
        frame_end: u64,
        powers: impl Iterator<Item = &'p [f32]>,
        old: Option<&NoiseProfile>,
    ) -> Option<&mut NoiseProfile> {
        match self.phase {
            Phase::Idle => {
                if let Some((window, add)) = self.queued.take() {
                    self.open(window, add, frame_end);
                }
                None
            }
            Phase::Gathering => {
                if frame_end > self.end || self.frames == MOST_FRAMES {
                    self.close();
                } else {
                    self.gather(frame_end, powers);
                }
                None
            }
            Phase::Finishing { next_bin, keep } => self.finish(next_bin, keep, old),
        }
    }

    fn gather<'p>(&mut self, frame_end: u64, powers: impl Iterator<Item = &'p [f32]>) {
        let Some(frame_start) = frame_end.checked_sub(self.grid.window_samples as u64) else { return };
        if frame_start < self.start || frame_start < self.clean_from {
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
        let refusal = if self.frames < FEWEST_FRAMES {
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
        self.status = LearnStatus::Learned { seconds: total };
        Some(&mut self.result)
    }
}

fn heard_seconds(first: u64, last: u64, sample_rate_hz: f64) -> f32 {
    ((last - first) as f64 / sample_rate_hz) as f32
}
