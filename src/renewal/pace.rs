//! Whether blocks come at the speed of the clock. A host that renders offline does not always say so: its blocks come faster.

use std::time::{Duration, Instant};

/// Time over which blocks are counted.
pub const WINDOW: Duration = Duration::from_millis(500);
/// More samples than the clock's, as a factor, are a render's. One long block more than the window has is not.
const FASTEST: f64 = 2.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Not known yet.
    Unknown,
    /// There are no blocks: the host does not process.
    Standing,
    /// Not faster than the clock.
    Live,
    /// Faster than the clock.
    Render,
}

/// Compares samples with the clock.
pub struct Pacer {
    sample_rate_hz: f64,
    begin: Instant,
    /// At the window's begin.
    samples: u64,
    pace: Pace,
}

impl Pacer {
    pub fn new(sample_rate_hz: f64, samples: u64) -> Self {
        Self { sample_rate_hz, begin: Instant::now(), samples, pace: Pace::Unknown }
    }

    /// The pace at this moment, when so many samples were processed in all.
    pub fn look(&mut self, samples: u64) -> Pace {
        let (passed, come) = (self.begin.elapsed(), samples.wrapping_sub(self.samples));
        if self.pace == Pace::Standing && come > 0 {
            self.pace = Pace::Unknown;
        }
        if passed >= WINDOW {
            self.pace = match come {
                0 => Pace::Standing,
                _ if come as f64 > FASTEST * passed.as_secs_f64() * self.sample_rate_hz => Pace::Render,
                _ => Pace::Live,
            };
            (self.begin, self.samples) = (Instant::now(), samples);
        }
        self.pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_compared_with_the_clock() {
        let begin_earlier = |pacer: &mut Pacer| pacer.begin -= WINDOW;
        let mut pacer = Pacer::new(48e3, 100);
        assert_eq!(pacer.look(4800), Pace::Unknown);
        begin_earlier(&mut pacer);
        assert_eq!(pacer.look(24_100), Pace::Live);
        assert_eq!(pacer.look(90_000), Pace::Live, "until the window has passed");
        begin_earlier(&mut pacer);
        assert_eq!(pacer.look(90_000), Pace::Render);
        begin_earlier(&mut pacer);
        assert_eq!([90_000, 90_001].map(|samples| pacer.look(samples)), [Pace::Standing, Pace::Unknown]);
    }
}
