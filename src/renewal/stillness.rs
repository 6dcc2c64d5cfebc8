//! When nothing plays: the transport is stopped, or, where the host has none, input and output are digital silence.

/// Time that the transport has to be stopped.
const STOPPED_S: f64 = 0.5;
/// Time that input and output have to be silent, where there is no transport.
const SILENT_S: f64 = 1.0;

/// What a host says about a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Playback {
    /// Whether the transport plays or records. None if the host says nothing about a transport.
    pub transport_rolls: Option<bool>,
    /// The block belongs to an offline render.
    pub is_offline: bool,
}

/// How still it is after a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stillness {
    /// Something plays, learns or renders.
    None,
    /// Nothing has played in the last block.
    Block,
    /// Nothing has played for a while.
    Parked,
}

/// Counts still blocks. RT-safe.
pub struct StillBlocks {
    sample_rate_hz: f64,
    samples: u64,
}

impl StillBlocks {
    pub fn new(sample_rate_hz: f64) -> Self {
        Self { sample_rate_hz, samples: 0 }
    }

    /// Counts a block. `is_silent` says whether its input and output are.
    pub fn count(&mut self, playback: Playback, is_silent: bool, samples: usize) -> Stillness {
        let (is_still, needed_s) = match playback.transport_rolls {
            Some(rolls) => (!rolls, STOPPED_S),
            None => (is_silent, SILENT_S),
        };
        if !is_still || playback.is_offline {
            self.samples = 0;
            return Stillness::None;
        }
        self.samples += samples as u64;
        if self.samples as f64 >= needed_s * self.sample_rate_hz {
            Stillness::Parked
        } else {
            Stillness::Block
        }
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        self.samples = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48e3;

    /// After 0.4, 0.6 and 1.1 s of equal blocks.
    fn after(playback: Playback, is_silent: bool) -> [Stillness; 3] {
        let mut blocks = StillBlocks::new(RATE_HZ);
        [0.4, 0.2, 0.5].map(|seconds| blocks.count(playback, is_silent, (seconds * RATE_HZ) as usize))
    }

    #[test]
    fn a_stopped_transport_or_silence_without_one_is_still() {
        let playback = |transport_rolls| Playback { transport_rolls, is_offline: false };
        use Stillness::{Block, None as Sounding, Parked};
        assert_eq!(after(playback(Some(false)), false), [Block, Parked, Parked]);
        assert_eq!(after(playback(Some(true)), true), [Sounding; 3], "silence in a piece is part of it");
        assert_eq!(after(playback(None), true), [Block, Block, Parked]);
        assert_eq!(after(playback(None), false), [Sounding; 3]);
        for transport_rolls in [None, Some(false)] {
            assert_eq!(after(Playback { transport_rolls, is_offline: true }, true), [Sounding; 3]);
        }
    }

    #[test]
    fn whatever_plays_begins_the_count_anew() {
        let mut blocks = StillBlocks::new(RATE_HZ);
        let stopped = Playback { transport_rolls: Some(false), is_offline: false };
        let rolling = Playback { transport_rolls: Some(true), ..stopped };
        assert_eq!(blocks.count(stopped, false, 48_000), Stillness::Parked);
        assert_eq!(blocks.count(rolling, false, 1), Stillness::None);
        assert_eq!(blocks.count(stopped, false, 23_999), Stillness::Block);
        assert_eq!(blocks.count(stopped, false, 1), Stillness::Parked);
    }
}
