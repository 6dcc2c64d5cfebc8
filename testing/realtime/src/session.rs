//! What a host does to a plugin in an hour of work, in a minute of audio: the audio thread plays under watch with
//! Learn, automation storms and quality requests; the main thread saves and loads states, reads parameters, opens
//! and closes the editor, and restarts the plugin when it asks for it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Events, Param, Processor, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::watch::{self, Findings, Watched};
use crate::window::Window;

const RATE_HZ: f64 = 48_000.0;
const CHANNELS: usize = 2;
const MOST_SAMPLES: usize = 1024;
/// Seconds of audio from one activation to the next.
const ROUND_S: f64 = 5.0;
/// Audio runs this many times faster than real: slow enough that the main thread has its turns in between.
const SPEED: f64 = 6.0;
/// Longest time, in seconds of audio, that a round waits for the main thread to see what was learned.
const PATIENCE_S: f64 = 120.0;
/// Time that the editor stays open, and closed.
const EDITOR_TURN: Duration = Duration::from_millis(250);
const SEED: u64 = 5;

/// What the main thread did while audio was played.
#[derive(Debug, Default)]
struct Deeds {
    saves: u32,
    loads: u32,
    restarts: u32,
    editors: u32,
    no_editor: Option<String>,
    with_profile: u32,
    /// Rounds in which a profile was learned and saved.
    rounds_learned: u32,
}

/// What the audio thread and the main thread tell each other in a round.
struct Round {
    /// No saved state has had a profile yet. Until then no state is loaded, as that would take away what is being
    /// learned, or begin with Learn on, so that pressing it changes nothing.
    awaits_profile: AtomicBool,
    done: AtomicBool,
}

/// Plays the plugin for `seconds` of audio.
///
/// # Errors
/// When its process() asked for anything, or what was to be done meanwhile could not be.
pub fn run(library: &Path, seconds: f64) -> Result<()> {
    let mut host = ClapHost::load(library)?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let fresh = host.save_state()?;
    let (mut states, mut deeds, mut total) = (vec![fresh.clone()], Deeds::default(), Findings::default());
    let (mut blocks, mut events) = (0u64, 0u64);
    let rounds = (seconds / ROUND_S).ceil() as u64;
    for number in 0..rounds {
        // Without a profile, so that one that is saved later was learned in this round.
        host.load_state(&fresh)?;
        host.activate(RATE_HZ, CHANNELS, MOST_SAMPLES as u32)?;
        let processor = host.take_processor().ok_or("an active plugin has a processor")?;
        let player = Player::new(&mut host, processor, SEED + number)?;
        let round = Round { awaits_profile: AtomicBool::new(true), done: AtomicBool::new(false) };
        let ((player, played), found) = watch::thread(
            |watched| {
                let outcome = player.play(&round, watched);
                round.done.store(true, SeqCst);
                outcome
            },
            || be_a_host(&mut host, &mut rng, &round, &mut states, &mut deeds),
        )?;
        host.put_back(player.processor);
        blocks += played.blocks;
        events += played.events;
        add(&mut total, found);
        if !found.none() {
            break;
        }
    }
    drop(host);
    println!(
        "{blocks} blocks, {events} parameter events, {} saves ({} with a profile, in {} of {rounds} rounds), {} loads, {} restarts asked for, {} editors opened{}",
        deeds.saves,
        deeds.with_profile,
        deeds.rounds_learned,
        deeds.loads,
        deeds.restarts,
        deeds.editors,
        deeds.no_editor.as_ref().map_or(String::new(), |why| format!(" ({why})")),
    );
    total.verdict()?;
    // What did not happen was not proven.
    for (what, times) in [("save", deeds.saves), ("load", deeds.loads), ("restart", deeds.restarts)] {
        if times == 0 {
            return Err(format!("not one {what} happened while audio was played"));
        }
    }
    if u64::from(deeds.rounds_learned) != rounds {
        return Err(format!("a profile was learned in {} of {rounds} rounds", deeds.rounds_learned));
    }
    Ok(())
}

fn add(total: &mut Findings, found: Findings) {
    total.library.allocations += found.library.allocations;
    total.library.frees += found.library.frees;
    total.library.locks += found.library.locks;
    total.system_calls += found.system_calls;
    total.last_system_call = found.last_system_call.or(total.last_system_call);
}

/// The audio thread's work in one round.
struct Player {
    processor: Processor,
    rng: StdRng,
    learn: Param,
    learn_from: Param,
    quality: Param,
    /// All others that may be automated, but for how long Learn listens: each round must have learned.
    others: Vec<Param>,
}

#[derive(Default)]
struct Played {
    blocks: u64,
    events: u64,
}

impl Player {
    fn new(host: &mut ClapHost, processor: Processor, seed: u64) -> Result<Self> {
        let (learn, learn_from, quality) =
            (host.param("Learn")?, host.param("Learn From")?, host.param("Quality")?);
        let fixed = [&learn.name, &learn_from.name, &quality.name, "Learn Window"];
        let others = host.params().iter().filter(|param| !fixed.contains(&&*param.name));
        let others = others.cloned().collect();
        Ok(Self { processor, rng: StdRng::seed_from_u64(seed), learn, learn_from, quality, others })
    }

    /// When Learn and Learn From change, in samples, and to what. Learn is on twice: for two seconds, which end by themselves, and
    /// until it is let go, for the last that was heard or the quietest.
    fn learn_edges(&mut self) -> [(usize, Param, f64); 6] {
        let from = f64::from(self.rng.random_range(1..=2u8));
        let (learn, learn_from) = (&self.learn, &self.learn_from);
        [
            (0.0, learn_from, 0.0),
            (0.1, learn, 1.0),
            (2.4, learn, 0.0),
            (2.5, learn_from, from),
            (2.7, learn, 1.0),
            (3.5, learn, 0.0),
        ]
        .map(|(at_s, param, value)| ((at_s * RATE_HZ) as usize, param.clone(), value))
    }

    fn play(mut self, round: &Round, watched: &mut Watched) -> Result<(Self, Played)> {
        let samples = (ROUND_S * RATE_HZ) as usize;
        let most_samples = samples + (PATIENCE_S * RATE_HZ) as usize;
        let mut audio = vec![vec![0.0f32; MOST_SAMPLES]; CHANNELS];
        let mut events = Events::with_capacity(256);
        let (mut played, mut position) = (Played::default(), 0);
        self.processor.start()?;
        let begin = Instant::now();
        let mut edges = self.learn_edges().into_iter().peekable();
        let quality_at = (4.0 * RATE_HZ) as usize;
        // The main thread may have had no turn since the profile was learned.
        while position < samples || round.awaits_profile.load(SeqCst) {
            if position > most_samples {
                return Err(format!("no saved state has a profile, {PATIENCE_S} s after it was learned"));
            }
            let size = match self.rng.random_range(0..10) {
                0 => 0,
                1 => MOST_SAMPLES,
                2 => self.rng.random_range(1..8),
                _ => self.rng.random_range(1..=MOST_SAMPLES),
            };
            played.events += self.storm(size, &mut events);
            let last = size.saturating_sub(1) as u32;
            if let Some((_, param, value)) = edges.next_if(|&(at, ..)| at <= position) {
                events.push(last, &param, value);
            }
            if (position..position + size).contains(&quality_at) {
                let value = self.rng.random_range(self.quality.min..=self.quality.max).round();
                events.push(last, &self.quality, value);
            }
            self.fill(size, &mut audio);
            let [left, right] = &mut audio[..] else { return Err("two channels".into()) };
            let block = &mut [&mut left[..size], &mut right[..size]];
            watched.stretch(|| self.processor.process(block, &events))?;
            if audio.iter().flatten().any(|x| !x.is_finite()) {
                return Err("the output is not finite".into());
            }
            position += size;
            played.blocks += 1;
            let due = Duration::from_secs_f64(position as f64 / RATE_HZ / SPEED);
            std::thread::sleep(due.saturating_sub(begin.elapsed()));
        }
        self.processor.stop();
        Ok((self, played))
    }

    /// Replaces `events` by random values of random parameters. Returns how many there are.
    fn storm(&mut self, size: usize, events: &mut Events) -> u64 {
        events.clear();
        let mut times: Vec<u32> =
            (0..self.rng.random_range(0..40)).map(|_| self.rng.random_range(0..size.max(1)) as u32).collect();
        times.sort_unstable();
        let count = times.len() as u64;
        for time in times {
            let param = &self.others[self.rng.random_range(0..self.others.len())];
            events.push(time, param, self.rng.random_range(param.min..=param.max));
        }
        count
    }

    /// Fills the block with noise, which now and then begins with a value that is not finite or is denormal.
    fn fill(&mut self, size: usize, audio: &mut [Vec<f32>]) {
        for channel in audio {
            channel[..size].iter_mut().for_each(|x| *x = self.rng.random_range(-0.1..0.1));
            if self.rng.random_bool(0.01) && size > 0 {
                channel[0] = [f32::NAN, f32::INFINITY, 1e-42][self.rng.random_range(0..3)];
            }
        }
    }
}

/// The state with a point of the threshold, if it has none: JSON after its length in eight bytes.
fn with_point(state: &[u8], db: i32) -> Vec<u8> {
    let json = String::from_utf8_lossy(state.get(8..).unwrap_or_default());
    let json = json.replace(r#""curve":"\"\"""#, &format!(r#""curve":"\"300:{db}\"""#));
    [&(json.len() as u64).to_le_bytes()[..], json.as_bytes()].concat()
}

/// The main thread's work until the audio thread is done.
fn be_a_host(
    host: &mut ClapHost,
    rng: &mut StdRng,
    round: &Round,
    states: &mut Vec<Vec<u8>>,
    deeds: &mut Deeds,
) -> Result<()> {
    let mut editor: Option<Window> = None;
    let mut editor_turn = Instant::now();
    while !round.done.load(SeqCst) {
        if editor_turn.elapsed() > EDITOR_TURN && deeds.no_editor.is_none() {
            editor_turn = Instant::now();
            match editor.take() {
                Some(window) => {
                    host.close_editor()?;
                    drop(window);
                }
                None => match Window::open(900, 700) {
                    Ok(window) => {
                        host.open_editor(window.id())?;
                        editor = Some(window);
                        deeds.editors += 1;
                    }
                    Err(why) => deeds.no_editor = Some(why),
                },
            }
        }
        let state = host.save_state()?;
        deeds.saves += 1;
        let has_profile = state.windows(6).any(|bytes| bytes == b"levels");
        deeds.with_profile += has_profile as u32;
        if has_profile && round.awaits_profile.swap(false, SeqCst) {
            deeds.rounds_learned += 1;
        }
        states.push(state);
        // A load takes the profile away that is being tested as often as not: now and then only.
        if !round.awaits_profile.load(SeqCst) && rng.random_bool(0.1) {
            let state = &states[rng.random_range(0..states.len())];
            host.load_state(&with_point(state, rng.random_range(-24..=24)))?;
            deeds.loads += 1;
        }
        for param in host.params().to_vec() {
            let value = host.current(&param)?;
            host.text(&param, value)?;
        }
        deeds.restarts += host.idle() as u32;
        if states.len() > 32 {
            states.swap_remove(rng.random_range(0..states.len()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    if editor.is_some() {
        host.close_editor()?;
    }
    deeds.restarts += host.idle() as u32;
    Ok(())
}
