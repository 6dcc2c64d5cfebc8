//! Plays a noisy recording through the plugin in real time, on a thread under watch, as a DAW does while the user
//! looks at the editor.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Events, Processor, Result};

use crate::watch::{self, Watched};

const RATE_HZ: usize = 48_000;
const CHANNELS: usize = 2;
const BLOCK_SAMPLES: usize = 512;
/// The longest that a few seconds may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// One channel at 48 kHz.
pub struct Recording {
    all: Vec<f32>,
    /// Its noise, forwards and backwards: over and over without a seam.
    noise: Vec<f32>,
}

impl Recording {
    /// Reads bare samples: 32 bit floats, little-endian.
    ///
    /// # Errors
    /// When the file cannot be read or is shorter than the noise at its begin.
    pub fn read(path: &Path, noise_s: f64) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (samples, _) = bytes.as_chunks::<4>();
        let all: Vec<f32> = samples.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        let noise = all.get(..(noise_s * RATE_HZ as f64) as usize);
        let noise = noise.filter(|noise| noise.len() >= BLOCK_SAMPLES);
        let noise = noise.ok_or_else(|| format!("{}: {} samples are too few", path.display(), all.len()))?;
        let noise = noise.iter().chain(noise.iter().rev()).copied().collect();
        Ok(Self { all, noise })
    }
}

/// The player, as the other threads see it.
#[derive(Default)]
pub struct Deck {
    stopped: AtomicBool,
    noise_alone: AtomicBool,
    /// Level of every block that has come out.
    levels_db: Mutex<Vec<f64>>,
}

/// Plays `recording` over and over while the main thread does its own work.
///
/// # Errors
/// When that work fails, or process() does, or it asks for anything.
pub fn with_sound(
    host: &mut ClapHost,
    recording: &Recording,
    work: impl FnOnce(&mut ClapHost, &Deck) -> Result<()>,
) -> Result<()> {
    host.activate(RATE_HZ as f64, CHANNELS, BLOCK_SAMPLES as u32)?;
    let processor = host.take_processor().ok_or("an active plugin has a processor")?;
    let deck = Deck::default();
    let (processor, found) = watch::thread(
        |watched| deck.play(processor, recording, watched),
        || {
            let outcome = work(host, &deck);
            deck.stopped.store(true, SeqCst);
            outcome
        },
    )?;
    host.put_back(processor);
    found.verdict()
}

impl Deck {
    /// Plays the noise at the recording's begin alone, or all of it.
    pub fn play_noise_alone(&self, alone: bool) {
        self.noise_alone.store(alone, SeqCst);
    }

    /// Waits until `seconds` have been played, which may take longer on a busy machine, and gives their level in
    /// dBFS. Meanwhile it calls `turn` all the time.
    ///
    /// It is the median level of the blocks: a crackle or a thump of the record is not the noise that is learned.
    ///
    /// # Errors
    /// When `turn` fails or the player has.
    pub fn listen(&self, seconds: f64, mut turn: impl FnMut() -> Result<()>) -> Result<f64> {
        let levels = || self.levels_db.lock().map_err(|_| "the player panicked");
        let begin = levels()?.len();
        let end = begin + (seconds * RATE_HZ as f64 / BLOCK_SAMPLES as f64).ceil() as usize;
        let started = Instant::now();
        while levels()?.len() < end {
            turn()?;
            if started.elapsed() > PATIENCE {
                return Err("the player stands still".into());
            }
        }
        let mut levels_db = levels()?[begin..end].to_vec();
        levels_db.sort_unstable_by(f64::total_cmp);
        Ok(levels_db[levels_db.len() / 2])
    }

    fn play(
        &self,
        mut processor: Processor,
        recording: &Recording,
        watched: &mut Watched,
    ) -> Result<Processor> {
        let mut audio = vec![vec![0.0f32; BLOCK_SAMPLES]; CHANNELS];
        let events = Events::default();
        let mut position = 0;
        processor.start()?;
        let begin = Instant::now();
        while !self.stopped.load(SeqCst) {
            let source = if self.noise_alone.load(SeqCst) { &recording.noise } else { &recording.all };
            for index in 0..BLOCK_SAMPLES {
                audio
                    .iter_mut()
                    .for_each(|channel| channel[index] = source[(position + index) % source.len()]);
            }
            position += BLOCK_SAMPLES;
            let [left, right] = &mut audio[..] else { return Err("two channels".into()) };
            let block = &mut [&mut left[..], &mut right[..]];
            watched.stretch(|| processor.process(block, &events))?;
            let power: f64 = audio.iter().flatten().map(|&x| (x as f64).powi(2)).sum();
            if !power.is_finite() {
                return Err("the output is not finite".into());
            }
            let mut levels_db = self.levels_db.lock().map_err(|_| "the main thread panicked")?;
            levels_db.push(10.0 * (power / (CHANNELS * BLOCK_SAMPLES) as f64).log10());
            drop(levels_db);
            let due = Duration::from_secs_f64(position as f64 / RATE_HZ as f64);
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
        }
        processor.stop();
        Ok(processor)
    }
}
