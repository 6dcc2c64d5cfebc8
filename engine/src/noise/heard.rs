//! The frames that were heard last, so that they can be learned from afterwards: one byte per bin.
//!
//! A frame is kept every half window: frames that overlap more have next to nothing new (Welch 1967). At high rates they are
//! kept less often, as [`MOST_BYTES`] says. A byte is the exponent of a power and the first two bits of its mantissa: steps of
//! .6 to 1 dB over 191 dB, which cost no logarithm.

use crate::grid::Grid;
use crate::math::{LOG2_POWER_PER_DB, exp2};
use crate::vectorised::vectorised;

/// Time that is kept.
const HEARD_S: f64 = 10.0;
/// The quietest stretch is a quarter of what was heard, and within these lengths. A pause of two seconds between words is rare,
/// and a noise that comes and goes is heard at least once in it.
const QUIETEST_S: std::ops::RangeInclusive<f64> = 0.5..=2.0;
const QUIETEST_SHARE: f64 = 0.25;
/// The most memory that a channel's levels may take.
const MOST_BYTES: f64 = 1e6;

/// The lowest level, as a density. What is below it is stored as no power.
const LOWEST_DB: f32 = -186.0;
/// Bits of a number that a level does not have.
const DROPPED_BITS: u32 = 21;
/// Frames whose mean level is below this are digital silence, which is not heard.
pub(super) const SILENCE_DB: f32 = -200.0;

/// Consecutive kept frames. They are numbered from the first that was ever kept.
pub(super) type FrameNumbers = std::ops::Range<u64>;

/// The last frames of all channels.
struct Frames {
    bins: usize,
    channels: usize,
    /// How many were kept so far.
    kept: u64,
    /// Of each place in the ring: the sample after the frame's last, its mean power, and its levels, channel by channel.
    ends: Vec<u64>,
    powers: Vec<f32>,
    levels: Vec<u8>,
}

impl Frames {
    /// Setup only.
    fn new(frames: usize, bins: usize, channels: usize) -> Self {
        // Pages are mapped here, not at the first access on the audio thread.
        let mut levels = vec![1; frames * channels * bins];
        std::hint::black_box(&mut levels).fill(0);
        Self { bins, channels, kept: 0, ends: vec![0; frames], powers: vec![0.0; frames], levels }
    }

    fn capacity(&self) -> u64 {
        self.ends.len() as u64
    }

    fn place(&self, number: u64) -> usize {
        (number % self.capacity()) as usize
    }

    /// The levels of one frame and channel. RT-safe.
    fn levels(&self, number: u64, channel: usize) -> &[u8] {
        let place = self.place(number) * self.channels + channel;
        &self.levels[place * self.bins..][..self.bins]
    }

    /// The numbers that are still there. RT-safe.
    fn numbers(&self) -> FrameNumbers {
        self.kept.saturating_sub(self.capacity())..self.kept
    }

    fn end(&self, number: u64) -> u64 {
        self.ends[self.place(number)]
    }
}

/// What was heard, and the quietest stretch of it while that is searched for.
pub(super) struct Heard {
    grid: Grid,
    /// The step that is stored as 0, and the mean power below which a frame is silence.
    lowest_step: u32,
    silence_power: f32,
    spacing_samples: u64,
    frames: Frames,
    /// No frame that ends before this sample is kept.
    next_end: u64,
    /// The quietest stretch of the longest length since the search began, and its mean power.
    quietest: Frames,
    least_power: f32,
    /// Number of the first frame of the search.
    searched_from: u64,
}

/// Where a stretch of kept frames is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Store {
    /// Among the last frames.
    Last,
    /// It was the quietest one.
    Quietest,
}

/// Some kept frames, in their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stretch {
    pub(super) store: Store,
    pub(super) numbers: FrameNumbers,
}

impl Heard {
    /// Setup only.
    pub(super) fn new(grid: Grid, hop_samples: usize, unit_density_db: f32, channels: usize) -> Self {
        let samples = (HEARD_S + QUIETEST_S.end()) * grid.sample_rate_hz;
        // Two frames less than that: in each of the two stores, the last one may begin where its time ends.
        let most_frames = (MOST_BYTES / grid.bins() as f64 - 2.0).max(1.0);
        let least_spacing = (samples / most_frames) as usize;
        let spacing_samples = least_spacing.max(grid.window_samples / 2).next_multiple_of(hop_samples);
        let frames_in =
            |seconds: f64| frames_in(seconds * grid.sample_rate_hz, grid.window_samples, spacing_samples);
        let power_of = |level_db: f32| exp2((level_db - unit_density_db) * LOG2_POWER_PER_DB);
        let frames = |seconds| Frames::new(frames_in(seconds), grid.bins(), channels);
        Self {
            grid,
            lowest_step: power_of(LOWEST_DB).to_bits() >> DROPPED_BITS,
            silence_power: power_of(SILENCE_DB),
            spacing_samples: spacing_samples as u64,
            frames: frames(HEARD_S),
            next_end: 0,
            quietest: frames(*QUIETEST_S.end()),
            least_power: f32::INFINITY,
            searched_from: 0,
        }
    }

    /// Keeps a frame that ends before sample `end`, if its turn has come and it is no silence. Returns whether it was kept.
    /// RT-safe.
    pub(super) fn keep<'p>(&mut self, end: u64, powers: impl Iterator<Item = &'p [f32]>) -> bool {
        if end < self.next_end {
            return false;
        }
        let Frames { bins, channels, kept, ends, powers: means, levels } = &mut self.frames;
        let place = (*kept % ends.len() as u64) as usize;
        let levels = levels.chunks_exact_mut(*bins).skip(place * *channels);
        let mut sum = 0.0;
        for (levels, power) in levels.zip(powers) {
            write_levels(power, self.lowest_step, levels);
            sum += sum_of(power);
        }
        let mean = sum / (*bins * *channels) as f32;
        if mean < self.silence_power {
            return false;
        }
        (ends[place], means[place]) = (end, mean);
        *kept += 1;
        self.next_end = end + self.spacing_samples;
        true
    }

    /// Writes |X|^2 per bin of a frame of `store`; false if it is not there any more. Powers lie anywhere in the steps of
    /// their levels, the same at each call: with all of them in the middle, the learner's histograms would have gaps. RT-safe.
    pub(super) fn read(&self, store: Store, number: u64, channel: usize, power: &mut [f32]) -> bool {
        let frames = self.store(store);
        let is_there = frames.numbers().contains(&number);
        if is_there {
            read_levels(frames.levels(number, channel), self.lowest_step, number as u32, power);
        }
        is_there
    }

    /// First sample of the first frame of a stretch, and the sample after the last frame. RT-safe.
    pub(super) fn samples(&self, Stretch { store, numbers }: &Stretch) -> std::ops::Range<u64> {
        let frames = self.store(*store);
        let first_end = frames.end(numbers.start);
        first_end - self.grid.window_samples as u64..frames.end(numbers.end.saturating_sub(1)).max(first_end)
    }

    /// Whether nothing was heard since the search began. RT-safe.
    pub(super) fn is_search_silent(&self) -> bool {
        self.frames.kept == self.searched_from
    }

    /// The frames of the last `seconds` that were heard before sample `end`; silence between them does not count. RT-safe.
    pub(super) fn last(&self, seconds: f64, end: u64) -> Stretch {
        let all = self.frames.numbers();
        let end = all
            .clone()
            .rev()
            .find(|&number| self.frames.end(number) <= end)
            .map_or(all.start, |last| last + 1);
        let first = end.saturating_sub(self.frames_in(seconds)).max(all.start);
        Stretch { store: Store::Last, numbers: first..end }
    }

    /// The frames that lie completely within these samples. RT-safe.
    pub(super) fn between(&self, samples: std::ops::Range<u64>) -> Stretch {
        let all = self.frames.numbers();
        let begins_before = |number: &u64| {
            self.frames.end(*number) < samples.start.saturating_add(self.grid.window_samples as u64)
        };
        let first = all.clone().find(|number| !begins_before(number)).unwrap_or(all.end);
        let end = (first..all.end).find(|&number| self.frames.end(number) > samples.end).unwrap_or(all.end);
        Stretch { store: Store::Last, numbers: first..end }
    }

    /// Starts to search for the quietest stretch from the next frame on. RT-safe.
    pub(super) fn search(&mut self) {
        self.searched_from = self.frames.kept;
        self.least_power = f32::INFINITY;
        self.quietest.kept = 0;
    }

    /// Compares the last stretch of the longest length with the quietest one. To be called after each frame that was kept.
    /// RT-safe.
    pub(super) fn compare(&mut self) {
        let frames = self.quietest.capacity();
        let last = self.frames.kept.saturating_sub(frames)..self.frames.kept;
        if last.start < self.searched_from || last.end - last.start < frames || !self.is_whole(&last) {
            return;
        }
        let power = self.mean_power(&last);
        if power < self.least_power {
            self.least_power = power;
            self.copy(&last);
        }
    }

    /// The quietest stretch of the `seconds` since the search began. Empty if there is none. RT-safe.
    pub(super) fn quietest(&self, seconds: f64) -> Stretch {
        if self.frames.numbers().start > self.searched_from {
            // More was heard than is kept.
            return Stretch { store: Store::Quietest, numbers: self.quietest.numbers() };
        }
        let length_s = (QUIETEST_SHARE * seconds).clamp(*QUIETEST_S.start(), *QUIETEST_S.end());
        let frames = self.frames_in(length_s);
        let (mut least, mut numbers) = (f32::INFINITY, 0..0);
        for first in self.searched_from..(self.frames.kept + 1).saturating_sub(frames) {
            let stretch = first..first + frames;
            if self.is_whole(&stretch) {
                let power = self.mean_power(&stretch);
                if power < least {
                    (least, numbers) = (power, stretch);
                }
            }
        }
        Stretch { store: Store::Last, numbers }
    }

    fn store(&self, store: Store) -> &Frames {
        match store {
            Store::Last => &self.frames,
            Store::Quietest => &self.quietest,
        }
    }

    fn frames_in(&self, seconds: f64) -> u64 {
        let samples = seconds * self.grid.sample_rate_hz;
        frames_in(samples, self.grid.window_samples, self.spacing_samples as usize) as u64
    }

    /// Whether no frame is missing within these.
    fn is_whole(&self, numbers: &FrameNumbers) -> bool {
        let samples = self.frames.end(numbers.end - 1) - self.frames.end(numbers.start);
        samples == (numbers.end - numbers.start - 1) * self.spacing_samples
    }

    fn mean_power(&self, numbers: &FrameNumbers) -> f32 {
        let sum: f32 = numbers.clone().map(|number| self.frames.powers[self.frames.place(number)]).sum();
        sum / (numbers.end - numbers.start) as f32
    }

    fn copy(&mut self, numbers: &FrameNumbers) {
        let Self { frames, quietest, .. } = self;
        let per_frame = frames.bins * frames.channels;
        quietest.kept = quietest.capacity();
        for (to, number) in numbers.clone().enumerate() {
            let from = frames.place(number);
            quietest.ends[to] = frames.ends[from];
            let levels = &frames.levels[from * per_frame..][..per_frame];
            quietest.levels[to * per_frame..][..per_frame].copy_from_slice(levels);
        }
    }
}

/// Number of frames that lie within this many samples: at least one.
fn frames_in(samples: f64, window_samples: usize, spacing_samples: usize) -> usize {
    1 + (samples as usize).saturating_sub(window_samples) / spacing_samples
}

vectorised! {
    fn write_levels(power: &[f32], lowest_step: u32, levels: &mut [u8]) {
        for (level, power) in levels.iter_mut().zip(power) {
            *level = (power.to_bits() >> DROPPED_BITS).saturating_sub(lowest_step).min(255) as u8;
        }
    }

    /// Powers in the levels' steps, at places that depend on the bin and the frame.
    fn read_levels(levels: &[u8], lowest_step: u32, frame: u32, power: &mut [f32]) {
        // Multiplications by odd constants mix all lower bits into the upper ones (Knuth 1973).
        let of_frame = frame.wrapping_mul(0x9E37_79B9);
        for ((power, &level), bin) in power.iter_mut().zip(levels).zip(0u32..) {
            let mixed = (bin ^ of_frame).wrapping_mul(0x85EB_CA6B);
            let place = (mixed ^ (mixed >> 15)).wrapping_mul(0xC2B2_AE35) >> (32 - DROPPED_BITS);
            let within = f32::from_bits((u32::from(level) + lowest_step) << DROPPED_BITS | place);
            *power = if level == 0 { 0.0 } else { within };
        }
    }

    fn sum_of(power: &[f32]) -> f32 {
        let (lanes, rest) = power.as_chunks::<16>();
        let mut sums = [0.0; 16];
        for lanes in lanes {
            for (sum, power) in sums.iter_mut().zip(lanes) {
                *sum += power;
            }
        }
        sums.iter().chain(rest).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::quality::Quality;

    const GRID: Grid = Grid { sample_rate_hz: 48_000.0, window_samples: 4096 };
    const SPACING: u64 = 2048;

    /// Heard frames of white noise with these mean powers, in turn, every `SPACING` samples.
    fn heard(powers: &[f32]) -> Heard {
        let mut heard = Heard::new(GRID, 512, 0.0, 1);
        heard.search();
        for (turn, &power) in powers.iter().enumerate() {
            keep(&mut heard, 4096 + turn as u64 * SPACING, power);
        }
        heard
    }

    fn keep(heard: &mut Heard, end: u64, power: f32) {
        if heard.keep(end, [&vec![power; GRID.bins()][..]].into_iter()) {
            heard.compare();
        }
    }

    #[test]
    fn a_power_comes_back_within_its_step() {
        let powers: Vec<f32> = (0..GRID.bins()).map(|bin| 10f32.powf(-17.0 + 0.0084 * bin as f32)).collect();
        for unit_density_db in [0.0, -40.0] {
            let mut heard = Heard::new(GRID, 512, unit_density_db, 1);
            assert!(heard.keep(4096, [&powers[..]].into_iter()));
            let mut read = vec![0.0; GRID.bins()];
            assert!(heard.read(Store::Last, 0, 0, &mut read));
            for (read, power) in read.iter().zip(&powers) {
                let (level_db, off_db) =
                    (10.0 * power.log10() + unit_density_db, 10.0 * (read / power).log10());
                let is_kept = (LOWEST_DB + 1.0..LOWEST_DB + 190.0).contains(&level_db);
                assert!(!is_kept || off_db.abs() < 0.98, "{level_db} dB: {off_db} dB off");
                assert!(level_db >= LOWEST_DB - 1.0 || *read == 0.0, "{level_db} dB is below all levels");
            }
        }
    }

    #[test]
    fn the_last_seconds_are_the_last_frames_and_silence_is_not_heard() {
        let mut powers = vec![1.0; 100];
        powers[90..95].fill(0.0);
        let heard = heard(&powers);
        let Stretch { numbers, .. } = heard.last(1.0, u64::MAX);
        // 1 + (48000 - 4096) / 2048, of which some lie before the silence.
        assert_eq!(numbers, 95 - 22..95);
        assert_eq!(heard.samples(&heard.last(1.0, u64::MAX)).end, 4096 + 99 * SPACING);
        assert_eq!(heard.last(60.0, u64::MAX).numbers, 0..95, "no more than was heard");
        assert_eq!(heard.last(1.0, 4096 + 50 * SPACING).numbers, 51 - 22..51, "up to that sample");
        assert!(heard.last(1.0, 4095).numbers.is_empty());
        assert!(Heard::new(GRID, 512, 0.0, 1).last(1.0, u64::MAX).numbers.is_empty());
    }

    #[test]
    fn a_channel_takes_a_megabyte_at_most() {
        let rates_hz = [100.0, 8e3, 44.1e3, 48e3, 96e3, 192e3, 384e3, 1e7];
        let grids = rates_hz.into_iter().flat_map(|sample_rate_hz| {
            [Quality::Live, Quality::Standard, Quality::Best].map(|quality| Config {
                sample_rate_hz,
                channels: 1,
                quality,
            })
        });
        for config in grids {
            let heard = Heard::new(config.grid(), config.hop_samples(), 0.0, 2);
            let bytes = |frames: &Frames| frames.levels.len() / 2;
            let total = bytes(&heard.frames) + bytes(&heard.quietest);
            let fewest = 2 * config.grid().bins();
            assert!(total as f64 <= MOST_BYTES.max(fewest as f64), "{config:?}: {total}");
        }
    }

    #[test]
    fn a_stretch_between_two_samples_has_the_frames_that_lie_in_it() {
        let heard = heard(&[1.0; 50]);
        let samples = 10 * SPACING..20 * SPACING;
        let stretch = heard.between(samples.clone());
        assert_eq!((heard.samples(&stretch), stretch.numbers), (samples, 10..19));
        assert_eq!(heard.between(10 * SPACING + 1..20 * SPACING - 1).numbers, 11..18);
        assert!(heard.between(10 * SPACING + 1..10 * SPACING + 4096).numbers.is_empty());
        assert_eq!(heard.between(0..u64::MAX).numbers, 0..50);
    }

    #[test]
    fn what_is_older_than_ten_seconds_is_gone() {
        let heard = heard(&[1.0; 1000]);
        let numbers = heard.last(60.0, u64::MAX).numbers;
        assert_eq!((numbers.end - numbers.start, numbers.end), (233, 1000));
        let mut power = vec![0.0; GRID.bins()];
        assert!(!heard.read(Store::Last, numbers.start - 1, 0, &mut power));
        assert!(heard.read(Store::Last, numbers.start, 0, &mut power) && power[0] > 0.5);
    }

    #[test]
    fn the_quietest_stretch_is_a_quarter_of_the_time_and_two_seconds_at_most() {
        let seconds = |frames: usize| (frames as f64 * SPACING as f64 + 2048.0) / 48e3;
        // 4 s, of which one is quiet, and a shorter time is quieter.
        let mut powers = vec![1.0; 93];
        powers[30..53].fill(0.01);
        powers[70..75].fill(0.001);
        let found = heard(&powers).quietest(seconds(93));
        assert_eq!((found.store, found.numbers.end - found.numbers.start), (Store::Last, 22));
        assert!(found.numbers.start >= 30 && found.numbers.end <= 53, "{:?}", found.numbers);
        // A minute: the quiet time is long over when the search ends, but two seconds of it were copied.
        let mut powers = vec![1.0; 1406];
        powers[100..150].fill(0.01);
        let heard = heard(&powers);
        let found = heard.quietest(seconds(1406));
        assert_eq!((found.store, found.numbers.clone()), (Store::Quietest, 0..45));
        let samples = heard.samples(&found);
        assert!(samples.start >= 100 * SPACING && samples.end <= 151 * SPACING, "{samples:?}");
        let mut power = vec![0.0; GRID.bins()];
        assert!(heard.read(Store::Quietest, 44, 0, &mut power) && (power[7] / 0.01 - 1.0).abs() < 0.25);
    }

    #[test]
    fn a_stretch_with_silence_in_it_is_not_the_quietest() {
        let mut powers = vec![1.0; 93];
        powers[10..60].fill(0.01);
        (15..60).step_by(10).for_each(|turn| powers[turn] = 0.0);
        let found = heard(&powers).quietest(4.0);
        let first_end = heard(&powers).samples(&found).start + 4096;
        assert!(first_end > 4096 + 55 * SPACING, "{first_end}");
        assert!(heard(&[0.0; 93]).quietest(4.0).numbers.is_empty());
        assert!(heard(&[1.0; 5]).quietest(0.3).numbers.is_empty(), "half a second is the least");
    }
}
