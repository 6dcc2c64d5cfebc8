//! The window inside one of Windows: opened many times, pressed, and its picture.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::windows_build::{self, TARGET};
use super::wine::{self, Wine};
use crate::debian::{self, Install};
use crate::display::Display;
use crate::outcome::Result;
use crate::{cargo_build, editor, programs, shell};

/// A picture with fewer colours shows no editor.
const LEAST_COLOURS: u32 = 32;

/// # Errors
/// When it does not open, does not hear the pointer, or leaves something behind.
pub fn check(wine: &Wine) -> Result {
    debian::programs(&editor::WINDOWS, Install::Asked)?;
    let library = wine::path(&windows_build::bundles()?.clap_library());
    let built = TARGET.build(&["build", "--quiet", "-p", "lull-win32"])?;
    let program = cargo_build::program(&built, "lull-win32")?;
    wine.run(program, &["openings".into(), library.clone()])?;
    learn(wine, program, &library)
}

/// Presses Learn with the pointer, and takes a picture when the program asks for it.
fn learn(wine: &Wine, program: &Path, library: &str) -> Result {
    let folder = shell::target().join("elsewhere/window");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let recording = folder.join("recording.f32");
    programs::run_studio(&["recording", &recording.to_string_lossy()])?;
    let [x, y] = editor::LEARN.map(|points| points.to_string());
    let recording = wine::path(&recording);
    let mut child = wine
        .command(program)
        .args(["learn", library, &recording, "--noise-s", editor::NOISE_S, "--at", &x, &y])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("wine: {error}"))?;
    let pictures = take_pictures(&mut child, wine.display(), &shell::root().join("docs/pictures"));
    // The program goes on when its input ends.
    drop(child.stdin.take());
    let status = child.wait().map_err(|error| format!("wine: {error}"))?;
    pictures?;
    if status.success() { Ok(()) } else { Err(format!("Learn: {status}")) }
}

/// Passes the program's output on, and takes a picture at each line "picture NAME".
fn take_pictures(child: &mut Child, display: &Display, folder: &Path) -> Result {
    let (output, input) = (child.stdout.take(), child.stdin.as_mut());
    let (output, input) = output.zip(input).ok_or("the program has no pipes")?;
    for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
        let Some(name) = line.strip_prefix("picture ") else {
            println!("{line}");
            continue;
        };
        let picture = folder.join(format!("editor-windows-{}.png", name.trim()));
        take_picture(display, &picture)?;
        println!("  picture: {}", picture.display());
        writeln!(input, "taken").map_err(|error| format!("the program: {error}"))?;
    }
    Ok(())
}

/// Wine draws a window's OpenGL into an X window of its own, which may lie outside the screen: of the windows of the
/// editor's size it is the one with the most colours.
fn take_picture(display: &Display, picture: &Path) -> Result {
    let on_display = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).env("DISPLAY", display.name()).output();
        let output = output.map_err(|error| format!("{program}: {error}"))?;
        Ok::<_, String>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let tree = on_display("xwininfo", &["-root", "-tree"])?;
    let mut best: (u32, Option<PathBuf>) = (0, None);
    for window in windows_of_size(&tree, editor::SIZE) {
        let file = picture.with_extension(format!("{window}.png"));
        let path = file.to_string_lossy();
        // 256 colours are enough for a drawing, and a quarter of the bytes.
        let as_file = ["-strip", "+dither", "-colors", "256", &format!("PNG8:{path}")];
        on_display("import", &[&["-window", window], &as_file[..]].concat())?;
        let colours = on_display("identify", &["-format", "%k", &path])?.trim().parse().unwrap_or(0);
        if colours > best.0 {
            best.1.replace(file.clone()).map(std::fs::remove_file);
            best = (colours, Some(file));
        } else {
            let _ = std::fs::remove_file(&file);
        }
    }
    let (colours, Some(file)) = best else { return Err("no window has the editor's size".into()) };
    std::fs::rename(&file, picture).map_err(|error| format!("{}: {error}", picture.display()))?;
    if colours < LEAST_COLOURS {
        return Err(format!("{}: {colours} colours: nothing is drawn", picture.display()));
    }
    Ok(())
}

/// Ids of the windows of that size in what xwininfo says.
fn windows_of_size(tree: &str, [width, height]: [u32; 2]) -> Vec<&str> {
    let size = format!(" {width}x{height}+");
    let lines = tree.lines().filter(|line| line.contains(&size));
    lines.filter_map(|line| line.split_whitespace().next()).filter(|id| id.starts_with("0x")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_found_by_their_size() {
        let tree = "\
xwininfo: Window id: 0x50e (the root window) (has no name)
     3 children:
     0x400003 \"Lull\": (\"lull-win32.exe\" \"Wine\")  900x640+0+0  +0+0
        1 child:
        0x400007 (has no name): ()  900x640+0+0  +0+0
     0x200001 \"Wine Desktop\": ()  1280x1024+0+0  +0+0
";
        assert_eq!(windows_of_size(tree, [900, 640]), ["0x400003", "0x400007"]);
        assert!(windows_of_size(tree, [90, 64]).is_empty());
    }
}
