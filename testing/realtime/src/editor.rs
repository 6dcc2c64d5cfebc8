//! The plugin's window as a user meets it in a host: opened, resized, drawn, pressed and closed while a noisy
//! recording plays in real time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use lull_host::{ClapHost, Result};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::deck::{self, Deck, Recording};
use crate::window::Window;

/// What every part needs.
#[derive(clap::Args)]
pub struct Options {
    library: PathBuf,
    /// Bare samples: one channel at 48 kHz, 32 bit floats.
    recording: PathBuf,
    /// Seconds of noise alone at the recording's begin.
    #[arg(long)]
    noise_s: f64,
    /// Size of a new window in points, as the plugin should have it.
    #[arg(long, num_args = 2)]
    size: Vec<u32>,
}

impl Options {
    fn load(&self) -> Result<(ClapHost, Recording)> {
        Ok((ClapHost::load(&self.library)?, Recording::read(&self.recording, self.noise_s)?))
    }

    fn size(&self) -> (u32, u32) {
        (self.size[0], self.size[1])
    }
}

/// How often the main thread has its turn, as in a DAW. Frames that come closer together count as one.
const TURN: Duration = Duration::from_millis(4);
/// What a frame may take to come, with software GL on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// Frames of an opening: the first may be drawn before the window is seen.
const FRAMES: u64 = 3;
/// Extent of the sizes that are drawn, in pixels.
const SMALLEST_PX: (u32, u32) = (560, 380);
const LARGEST_PX: (u32, u32) = (3840, 2160);
const SEED: u64 = 11;

/// An open editor in a window of its own.
struct Stage<'a> {
    host: &'a mut ClapHost,
    window: Window,
    frames: u64,
}

impl<'a> Stage<'a> {
    /// Opens the editor, and waits until it shows something.
    fn open(host: &'a mut ClapHost, scale: Option<f64>) -> Result<Self> {
        // A host asks for the size before it makes the window.
        let (width, height) = host.editor_size_px()?;
        let window = Window::open(width as u16, height as u16)?;
        host.open_editor_scaled(window.id(), scale)?;
        let mut stage = Self { host, window, frames: 0 };
        let (width, height) = stage.host.editor_size_px()?;
        stage.window.resize(width, height)?;
        stage.window.watch_frames()?;
        stage.until_drawn()?;
        Ok(stage)
    }

    /// What a host does all the time.
    fn turn(&mut self) -> Result<()> {
        self.host.idle();
        if let Some((width, height)) = self.host.wished_editor_size() {
            self.window.resize(width, height)?;
        }
        self.frames += self.window.new_frames()?;
        std::thread::sleep(TURN);
        Ok(())
    }

    fn wait(&mut self, time: Duration) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < time {
            self.turn()?;
        }
        Ok(())
    }

    /// Waits for some frames more, and for pixels in them.
    fn until_drawn(&mut self) -> Result<()> {
        let (begin, asked) = (Instant::now(), self.frames + FRAMES);
        while self.frames < asked || !self.window.shows_something()? {
            if begin.elapsed() > PATIENCE {
                let drawn = self.frames + FRAMES - asked;
                return Err(format!("{drawn} frames in {PATIENCE:?}, and nothing to be seen in them"));
            }
            self.turn()?;
        }
        Ok(())
    }

    /// Sets a size as a host does when the user drags the window's corner.
    fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        let (width, height) = self.host.resize_editor(width, height)?;
        self.window.resize(width, height)?;
        self.until_drawn()?;
        self.expect_size((width, height))
    }

    /// The plugin's window has the size, and the plugin says so.
    fn expect_size(&mut self, size_px: (u32, u32)) -> Result<()> {
        let (shown, said) = (self.window.editor_size_px()?, self.host.editor_size_px()?);
        if shown == size_px && said == size_px {
            return Ok(());
        }
        Err(format!("the editor should have {size_px:?} pixels, has {shown:?}, and says {said:?}"))
    }

    /// Moves the pointer to a place in the editor, in pixels, and presses.
    fn press(&mut self, (x, y): (u32, u32)) -> Result<()> {
        let (window, x, y) = (self.window.editor()?.to_string(), x.to_string(), y.to_string());
        run("xdotool", &["mousemove", "--window", &window, &x, &y])?;
        self.wait(Duration::from_millis(150))?;
        run("xdotool", &["mousedown", "1"])?;
        self.wait(Duration::from_millis(100))?;
        run("xdotool", &["mouseup", "1"])
    }

    fn picture(&mut self, path: &Path) -> Result<()> {
        let window = self.window.editor()?.to_string();
        // 256 colours are enough for a drawing, and a quarter of the bytes.
        run(
            "import",
            &["-window", &window, "-strip", "+dither", "-colors", "256", &format!("PNG8:{}", path.display())],
        )?;
        println!("  picture: {}", path.display());
        Ok(())
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        let _ = self.host.close_editor();
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let status = Command::new(program).args(arguments).status();
    let status = status.map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} {}: {status}", arguments.join(" "))) }
}

#[derive(clap::Args)]
pub struct Cycles {
    #[command(flatten)]
    options: Options,
    /// Times that the editor is opened and closed.
    #[arg(long)]
    cycles: u32,
    /// How many of these resize it as well.
    #[arg(long)]
    resizes: u32,
    /// Cycles before memory is measured for the first time; without them it is not measured.
    #[arg(long, default_value_t = 0)]
    warm_up: u32,
    /// What memory at rest may grow by after that.
    #[arg(long, default_value_t = 1024)]
    growth_kib: i64,
}

/// Opens, resizes and closes the editor many times.
///
/// # Errors
/// When it does not draw, has another size than it was given, makes process() ask for anything, or memory grows.
pub fn cycles(task: &Cycles) -> Result<()> {
    let (mut host, recording) = task.options.load()?;
    let mut rng = StdRng::seed_from_u64(SEED);
    let home = task.options.size();
    deck::with_sound(&mut host, &recording, |host, _| {
        let mut cycle = |size: Option<(u32, u32)>| -> Result<()> {
            let mut stage = Stage::open(host, None)?;
            if let Some((width, height)) = size {
                stage.resize(width, height)?;
                stage.resize(home.0, home.1)?;
            }
            Ok(())
        };
        let mut size = |index: u32| match index {
            0 => LARGEST_PX,
            1 => SMALLEST_PX,
            _ => (
                rng.random_range(SMALLEST_PX.0..=LARGEST_PX.0),
                rng.random_range(SMALLEST_PX.1..=LARGEST_PX.1),
            ),
        };
        for index in 0..task.warm_up {
            cycle(Some(size(index)))?;
        }
        let mut memory_kib = vec![resting_memory_kib()?];
        let (begin, mut resized) = (Instant::now(), 0);
        for index in 1..=task.cycles {
            // The resizes are spread over the cycles, and the last cycle has the last.
            let due = (index * task.resizes).div_ceil(task.cycles);
            cycle((due > resized).then(|| size(resized)))?;
            resized = due;
            if index % task.cycles.div_ceil(10) == 0 || index == task.cycles {
                memory_kib.push(resting_memory_kib()?);
            }
        }
        println!(
            "  {} openings, {resized} of them resized and back, in {:.0} s",
            task.cycles,
            begin.elapsed().as_secs_f64()
        );
        if task.warm_up == 0 {
            return Ok(());
        }
        let growth = memory_kib[memory_kib.len() - 1] - memory_kib[0];
        println!("  memory at rest over time: {memory_kib:?} KiB");
        println!("  memory at rest after {} cycles more: {growth:+} KiB", task.cycles);
        if growth <= task.growth_kib { Ok(()) } else { Err(format!("memory grows by {growth} KiB")) }
    })
}

/// What this process has in memory while the editor is closed, without what the allocator keeps for later.
fn resting_memory_kib() -> Result<i64> {
    let mut readings = Vec::new();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(100));
        // SAFETY: gives free memory back to the system, and touches none that is in use.
        unsafe { libc::malloc_trim(0) };
        let rollup = std::fs::read_to_string("/proc/self/smaps_rollup");
        let rollup = rollup.map_err(|error| format!("smaps_rollup: {error}"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap_or_default();
        let kib = line.trim().trim_end_matches(" kB").parse();
        readings.push(kib.map_err(|error| format!("smaps_rollup: {error}"))?);
    }
    readings.sort_unstable();
    Ok(readings[readings.len() / 2])
}

#[derive(clap::Args)]
pub struct Load {
    #[command(flatten)]
    options: Options,
    /// Length of each measurement.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
}

/// Says what the open editor costs. Figures to look at: this is software GL.
///
/// # Errors
/// When the editor does not draw.
pub fn load(task: &Load) -> Result<()> {
    let (mut host, recording) = task.options.load()?;
    let time = Duration::from_secs_f64(task.seconds);
    let percent = |cpu: Duration| 100.0 * cpu.as_secs_f64() / task.seconds;
    deck::with_sound(&mut host, &recording, |host, _| {
        let before = cpu_time();
        let begin = Instant::now();
        while begin.elapsed() < time {
            host.idle();
            std::thread::sleep(TURN);
        }
        let closed = percent(cpu_time() - before);
        println!("  closed: {closed:.1} % of a core (the player and its watch among it)");
        for (width, height) in [task.options.size(), LARGEST_PX] {
            let mut stage = Stage::open(host, None)?;
            stage.resize(width, height)?;
            let (before, frames) = (cpu_time(), stage.frames);
            stage.wait(time)?;
            let open = percent(cpu_time() - before) - closed;
            let rate_hz = (stage.frames - frames) as f64 / task.seconds;
            println!(
                "  open, {width} x {height}: {open:+.1} % of a core, {rate_hz:.1} frames a second, {:.1} ms of CPU each",
                10.0 * open / rate_hz
            );
        }
        Ok(())
    })
}

/// What all threads of this process have used.
fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time is written to, and the clock is there on any Linux.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[derive(clap::Args)]
pub struct Press {
    #[command(flatten)]
    options: Options,
    /// Centre of the Learn button in points.
    #[arg(long, num_args = 2)]
    learn: Vec<u32>,
    /// Pixels a point has.
    #[arg(long, default_value_t = 1)]
    scale: u32,
    /// Tell the plugin the scale through CLAP, rather than leave it to find it on the display.
    #[arg(long)]
    tell_scale: bool,
    /// Begin of the pictures' names, and their end; without them none is taken.
    #[arg(long, num_args = 2, allow_hyphen_values = true)]
    pictures: Vec<String>,
}

/// What Learn has to take away, in dB.
const LEARNED_DB: f64 = 15.0;

/// Presses Learn with the pointer while noise plays.
///
/// # Errors
/// When the press does not arrive, or the noise does not go.
pub fn press(task: &Press) -> Result<()> {
    let (mut host, recording) = task.options.load()?;
    let learn = host.param("Learn")?;
    let scale = task.scale;
    let home = task.options.size();
    let picture = |stage: &mut Stage, state: &str| match &task.pictures[..] {
        [begin, end] => stage.picture(format!("{begin}{state}{end}").as_ref()),
        _ => Ok(()),
    };
    deck::with_sound(&mut host, &recording, |host, deck: &Deck| {
        let mut stage = Stage::open(host, task.tell_scale.then_some(scale.into()))?;
        deck.listen(3.0, || stage.turn())?;
        picture(&mut stage, "no-profile")?;
        deck.play_noise_alone(true);
        deck.listen(1.0, || stage.turn())?;
        let before = deck.listen(1.0, || stage.turn())?;
        stage.press((scale * task.learn[0], scale * task.learn[1]))?;
        deck.listen(1.0, || stage.turn())?;
        if stage.host.current(&learn)? != 1.0 {
            return Err(format!("a press at {:?} points does not reach Learn", task.learn));
        }
        picture(&mut stage, "learning")?;
        deck.listen(2.0, || stage.turn())?;
        let after = deck.listen(1.0, || stage.turn())?;
        let fell = before - after;
        println!(
            "  noise: {before:.1} dBFS before Learn was pressed, {after:.1} dBFS after: {fell:.1} dB less"
        );
        if fell < LEARNED_DB {
            return Err(format!("the noise falls by {fell:.1} dB ({LEARNED_DB} asked)"));
        }
        deck.play_noise_alone(false);
        deck.listen(5.0, || stage.turn())?;
        picture(&mut stage, "playing")?;
        // Last, so that the pictures are there to see what is wrong.
        stage.expect_size((scale * home.0, scale * home.1))
    })
}

#[derive(clap::Args)]
pub struct Size {
    #[command(flatten)]
    options: Options,
}

/// A size that no editor begins with.
const KEPT_PX: (u32, u32) = (1200, 800);

/// Resizes the editor, saves, and looks at the size in a fresh instance.
///
/// # Errors
/// When it is another.
pub fn size(task: &Size) -> Result<()> {
    let mut host = ClapHost::load(&task.options.library)?;
    let mut stage = Stage::open(&mut host, None)?;
    stage.resize(KEPT_PX.0, KEPT_PX.1)?;
    drop(stage);
    let state = host.save_state()?;
    drop(host);
    let mut host = ClapHost::load(&task.options.library)?;
    host.load_state(&state)?;
    let mut stage = Stage::open(&mut host, None)?;
    stage.expect_size(KEPT_PX)?;
    println!("  a fresh instance with the saved state opens with {KEPT_PX:?} pixels");
    Ok(())
}
