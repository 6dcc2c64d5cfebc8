//! Plays noise through the plugin in real time, on a thread of its own, as a DAW does.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Events, Processor, Result};

const RATE_HZ: usize = 48_000;
const CHANNELS: usize = 2;
const BLOCK_SAMPLES: usize = 512;

/// The player, as the main thread sees it.
#[derive(Default)]
pub struct Player {
    stopped: AtomicBool,
    /// Level of every block that has come out.
    levels_db: Mutex<Vec<f64>>,
}

/// Reads the beginning of bare samples (one channel at 48 kHz, 32 bit floats, little-endian), forwards and backwards: to be
/// played over and over without a seam.
///
/// # Errors
/// When there are too few.
pub fn read_noise(path: &Path, seconds: f64) -> Result<Vec<f32>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (samples, _) = bytes.as_chunks::<4>();
    let samples: Vec<f32> = samples.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    let noise = samples.get(..(seconds * RATE_HZ as f64) as usize).ok_or("the recording is too short")?;
    Ok(noise.iter().chain(noise.iter().rev()).copied().collect())
}

impl Player {
    /// Plays while the main thread does its work.
    ///
    /// # Errors
    /// When that work or the plugin fails.
    pub fn play_during(
        &self,
        host: &mut ClapHost,
        noise: &[f32],
        work: impl FnOnce(&mut ClapHost, &Self) -> Result<()>,
    ) -> Result<()> {
        host.activate(RATE_HZ as f64, CHANNELS, BLOCK_SAMPLES as u32)?;
        let processor = host.take_processor().ok_or("an active plugin has a processor")?;
        let (outcome, played) = std::thread::scope(|scope| {
            let thread = scope.spawn(|| self.play(processor, noise));
            let outcome = work(host, self);
            self.stopped.store(true, SeqCst);
            (outcome, thread.join())
        });
        host.put_back(played.map_err(|_| "the player panicked")??);
        outcome
    }

    /// The median level in dBFS of the blocks that have come out in the last `seconds`.
    pub fn level_db(&self, seconds: f64) -> f64 {
        let levels_db = self.levels_db.lock().expect("the player does not panic with the lock");
        let blocks = (seconds * RATE_HZ as f64 / BLOCK_SAMPLES as f64) as usize;
        let mut last = levels_db[levels_db.len().saturating_sub(blocks)..].to_vec();
        last.sort_unstable_by(f64::total_cmp);
        last.get(last.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn play(&self, mut processor: Processor, noise: &[f32]) -> Result<Processor> {
        let events = Events::default();
        let mut position = 0;
        processor.start()?;
        let begin = Instant::now();
        while !self.stopped.load(SeqCst) {
            let block = (0..BLOCK_SAMPLES).map(|index| noise[(position + index) % noise.len()]);
            let mut left: Vec<f32> = block.collect();
            let mut right = left.clone();
            position += BLOCK_SAMPLES;
            processor.process(&mut [&mut left, &mut right], &events)?;
            let power: f64 = left.iter().chain(&right).map(|&x| f64::from(x).powi(2)).sum();
            let level_db = 10.0 * (power / (CHANNELS * BLOCK_SAMPLES) as f64).log10();
            self.levels_db.lock().map_err(|_| "the main thread panicked")?.push(level_db);
            let due = Duration::from_secs_f64(position as f64 / RATE_HZ as f64);
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
        }
        processor.stop();
        Ok(processor)
    }
}
