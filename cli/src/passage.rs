//! The passage of noise alone that a profile is learned from.

use std::ops::Range;

use lull_cli::quiet::QuietFinder;
use lull_cli::reader::Reader;
use lull_engine::{Config, NoiseProfile, Quality};

use crate::interrupt;

/// Where to learn.
#[derive(Debug, Clone, PartialEq)]
pub enum Passage {
    /// From one time to another, in seconds.
    At(Range<f64>),
    /// Wherever it is quietest.
    Quietest,
}

/// A profile, and the passage that it was learned from, in seconds.
pub struct Learned {
    pub profile: NoiseProfile,
    pub seconds: Option<Range<f64>>,
}

/// Reads the option --learn.
///
/// # Errors
/// A message for the user, when it is neither two times nor auto.
pub fn parse(text: &str) -> Result<Passage, String> {
    if text.eq_ignore_ascii_case("auto") {
        return Ok(Passage::Quietest);
    }
    let times = text.split_once(':').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match times {
        Some((from, to)) if f64::is_finite(from) && f64::is_finite(to) => Ok(Passage::At(from..to)),
        _ => Err("a passage is two times in seconds, as in 0:1.5, or auto".into()),
    }
}

/// Finds the quietest passage, in seconds. Reads to the end.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn quietest(mut reader: Reader) -> Result<Range<f64>, String> {
    let mut finder = QuietFinder::new(reader.sample_rate_hz());
    while let Some(block) = reader.next_block()? {
        interrupt::check()?;
        finder.push(&block);
    }
    let quiet = finder.found().ok_or_else(|| reader.fault("has no noise to learn from"))?;
    Ok(quiet.seconds)
}

/// Learns from a passage, and reads no further than its end.
///
/// # Errors
/// One line that names the file and what is wrong.
pub fn learn(reader: &mut Reader, seconds: &Range<f64>, quality: Quality) -> Result<NoiseProfile, String> {
    let Range { start: from_s, end: to_s } = *seconds;
    if !(from_s >= 0.0 && to_s > from_s) {
        return Err(reader.fault(format!("the passage {from_s}:{to_s} s is empty or begins before 0")));
    }
    let (from, to) = (reader.sample_at(from_s), reader.sample_at(to_s));
    let mut noise = vec![Vec::new(); reader.channels()];
    let mut at = 0;
    while at < to {
        interrupt::check()?;
        let Some(block) = reader.next_block()? else {
            let seconds = at as f64 / f64::from(reader.sample_rate_hz());
            return Err(reader
                .fault(format!("the passage ends at {to_s} s, but the audio is only {seconds:.2} s long")));
        };
        let samples = block[0].len() as u64;
        // The part of the block that is in the passage.
        let part = (from.max(at).min(at + samples) - at) as usize..(to.min(at + samples) - at) as usize;
        for (noise, channel) in noise.iter_mut().zip(&block) {
            noise.extend_from_slice(channel.get(part.clone()).unwrap_or_default());
        }
        at += samples;
    }
    let config = Config { sample_rate_hz: reader.sample_rate_hz().into(), channels: noise.len(), quality };
    NoiseProfile::learn(&noise, config).map_err(|error| reader.fault(error))
}
