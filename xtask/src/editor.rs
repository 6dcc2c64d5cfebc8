//! `cargo xtask editor`: the window of the built bundles in real hosts on a virtual display, while a noisy recording
//! plays. What cannot be installed is skipped, with the reason.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::bundle::{self, Bundles};
use crate::display::Display;
use crate::outcome::Result;
use crate::{debian, programs, python, shell};

/// Seconds of noise alone at the beginning of the demo's recording (testing/studio/src/recording.rs).
pub const NOISE_S: &str = "1.4";
/// Size of a new window, in points.
pub const SIZE: [u32; 2] = [900, 640];
/// Centre of the Learn button, in points from the window's corner.
pub const LEARN: [u32; 2] = [100, 96];

/// Programs and libraries for windows on a virtual display, and the Debian packages that they come in.
pub const WINDOWS: [(&str, &str); 8] = [
    ("/usr/bin/Xvfb", "xvfb"),
    ("/usr/bin/xdotool", "xdotool"),
    ("/usr/bin/import", "imagemagick"),
    ("/usr/bin/xprop", "x11-utils"),
    ("/usr/lib/x86_64-linux-gnu/libX11-xcb.so.1", "libx11-xcb1"),
    ("/usr/lib/x86_64-linux-gnu/libEGL.so.1", "libegl1"),
    ("/usr/lib/x86_64-linux-gnu/libEGL_mesa.so.0", "libegl-mesa0"),
    ("/usr/lib/x86_64-linux-gnu/dri/swrast_dri.so", "libgl1-mesa-dri"),
];
/// DawDreamer's window needs a window manager.
const WINDOW_MANAGER: (&str, &str) = ("/usr/bin/openbox", "openbox");

/// # Errors
/// When parts fail. All parts run, so that one failure does not hide another.
pub fn run() -> Result {
    let bundles = bundle::run(&[])?;
    if let Err(why) = can_show() {
        println!("--- the editor: skipped: {why}");
        return Ok(());
    }
    let stage = Stage::new(&bundles)?;
    let mut failed = Vec::new();
    let mut part = |name: &str, outcome: Result| {
        if let Err(error) = outcome {
            println!("  FAILED {name}: {error}");
            failed.push(name.to_owned());
        }
    };
    part("closings", closings(&bundles));
    part("size in the project", stage.in_clap("editor-size", 1, &[]));
    part("Learn, CLAP, 100 %", stage.learn_in_clap(1));
    part("Learn, CLAP, 200 %", stage.learn_in_clap(2));
    part("Learn, CLAP, 200 % by the host's word", stage.press_in_clap(2, &["--tell-scale"]));
    match vst3_host() {
        Ok(python) => {
            part("Learn, VST3, 100 %", stage.learn_in_vst3(&python, 1));
            part("Learn, VST3, 200 %", stage.learn_in_vst3(&python, 2));
        }
        Err(why) => println!("--- DawDreamer (VST3): skipped: {why}"),
    }
    part("cost", stage.in_clap("editor-load", 1, &[]));
    part(
        "openings",
        stage.in_clap("editor-cycles", 1, &["--cycles", "300", "--resizes", "50", "--warm-up", "20"]),
    );
    if failed.is_empty() { Ok(()) } else { Err(format!("the editor: {}", failed.join("; "))) }
}

/// What `cargo xtask test` has time for.
///
/// # Errors
/// At the first part that fails.
pub fn check_shortly(bundles: &Bundles) -> Result {
    if let Err(why) = can_show() {
        println!("--- the editor: skipped: {why}");
        return Ok(());
    }
    closings(bundles)?;
    let stage = Stage::new(bundles)?;
    // A window that leaves its keymap or its driver behind loses three times as much in so few openings.
    let few = ["--cycles", "40", "--resizes", "5", "--warm-up", "10", "--growth-kib", "400"];
    stage.in_clap("editor-cycles", 1, &few)?;
    stage.press_in_clap(1, &[])
}

fn can_show() -> Result {
    if !cfg!(all(target_os = "linux", target_env = "gnu")) {
        return Err("windows are looked at on Linux with glibc only".into());
    }
    WINDOWS.iter().try_for_each(|(file, package)| debian::program(file, package))
}

/// Shows the window late, closes it in every way and checks that nothing of it is left.
fn closings(bundles: &Bundles) -> Result {
    let display = desktop(1)?;
    let log = shell::target().join("editor.log").to_string_lossy().into_owned();
    let library = bundles.clap_library().to_string_lossy().into_owned();
    let environment = [("DISPLAY", display.name()), ("NICE_LOG", &log)];
    let realtime = programs::realtime()?;
    shell::run_with_windows(&environment, &realtime, &["editor-shown-late", &library])?;
    shell::run_with_windows(&environment, &realtime, &["editor-closings", &library])
}

fn vst3_host() -> Result<PathBuf> {
    debian::program(WINDOW_MANAGER.0, WINDOW_MANAGER.1)?;
    python::environment()
}

/// What all parts share.
struct Stage<'a> {
    bundles: &'a Bundles,
    /// The demo's recording as bare samples, which any program can read.
    recording: PathBuf,
}

impl<'a> Stage<'a> {
    fn new(bundles: &'a Bundles) -> Result<Self> {
        let folder = shell::target().join("editor");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let recording = folder.join("recording.f32");
        programs::run_studio(&["recording", &recording.to_string_lossy()])?;
        Ok(Self { bundles, recording })
    }

    /// Runs a part in the embedded host, on a display with `scale` pixels a point.
    fn in_clap(&self, part: &str, scale: u32, more: &[&str]) -> Result {
        // A part that tells the plugin the scale itself must not have it found on the display.
        let told = more.contains(&"--tell-scale");
        let display = desktop(if told { 1 } else { scale })?;
        let log = shell::target().join("editor.log").to_string_lossy().into_owned();
        // With more than one of the allocator's arenas, memory depends on which thread came when.
        let environment = [("DISPLAY", display.name()), ("NICE_LOG", &log), ("MALLOC_ARENA_MAX", "1")];
        let library = self.bundles.clap_library().to_string_lossy().into_owned();
        let recording = self.recording.to_string_lossy();
        let size = SIZE.map(|points| points.to_string());
        let mut arguments = vec![part];
        arguments.extend(more);
        arguments.extend(["--noise-s", NOISE_S, "--size", &size[0], &size[1], "--", &library, &recording]);
        shell::run_with_windows(&environment, &programs::realtime()?, &arguments)
    }

    /// Presses Learn.
    fn press_in_clap(&self, scale: u32, more: &[&str]) -> Result {
        let [x, y] = LEARN.map(|points| points.to_string());
        let options = ["--learn", &x, &y, "--scale", &scale.to_string()];
        self.in_clap("editor-press", scale, &[&options, more].concat())
    }

    /// Presses Learn and takes the pictures.
    fn learn_in_clap(&self, scale: u32) -> Result {
        let [begin, end] = pictures("clap", scale)?;
        self.press_in_clap(scale, &["--pictures", &begin, &end])
    }

    fn learn_in_vst3(&self, python: &Path, scale: u32) -> Result {
        let display = desktop(scale)?;
        let _manager = WindowManager::start(&display)?;
        let script = shell::root().join("xtask/hosts/editor_in_dawdreamer.py").to_string_lossy().into_owned();
        let [begin, end] = pictures("vst3", scale)?;
        let [x, y] = LEARN.map(|points| (scale * points).to_string());
        let [width, height] = SIZE.map(|points| (scale * points).to_string());
        let (vst3, recording) = (self.bundles.vst3.to_string_lossy(), self.recording.to_string_lossy());
        shell::run_with(
            &[("DISPLAY", display.name())],
            python,
            &[&script, &vst3, &recording, NOISE_S, &begin, &end, &x, &y, &width, &height],
        )
    }
}

/// A display on which 200 % fits, and which says how many pixels a point has, as a desktop does.
fn desktop(scale: u32) -> Result<Display> {
    let display = Display::virtual_one(2560, 1600)?;
    if scale != 1 {
        let resources = format!("Xft.dpi: {}\n", 96 * scale);
        let arguments = ["-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", &resources];
        shell::run_with(&[("DISPLAY", display.name())], "xprop".as_ref(), &arguments)?;
    }
    Ok(display)
}

/// Begin and end of the pictures' names.
fn pictures(format: &str, scale: u32) -> Result<[String; 2]> {
    let folder = shell::root().join("docs/pictures");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let begin = folder.join(format!("editor-{format}-")).to_string_lossy().into_owned();
    Ok([begin, if scale == 1 { ".png".into() } else { format!("-{scale}00.png") }])
}

/// A window manager; it ends when this is dropped.
struct WindowManager(Child);

impl WindowManager {
    fn start(display: &Display) -> Result<Self> {
        let started = Command::new(WINDOW_MANAGER.0)
            .env("DISPLAY", display.name())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        started.map(Self).map_err(|error| format!("{}: {error}", WINDOW_MANAGER.1))
    }
}

impl Drop for WindowManager {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
