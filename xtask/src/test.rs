//! `cargo xtask test`: all that must hold before a change is taken.

use crate::{Result, bundle, editor, hosts, realtime, rust_version, shell, soak};

/// Libraries of windows, none of which the engine and the plugin alone may pull in.
const WINDOW_LIBRARIES: [&str; 6] = ["egui", "baseview", "x11", "xcb", "glow", "winit"];

/// # Errors
/// At the first step that fails.
pub fn run() -> Result {
    shell::cargo(&["fmt", "--all", "--check"])?;
    rust_version::check()?;
    shell::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "lull/editor",
        "--",
        "-D",
        "warnings",
    ])?;
    shell::cargo(&["clippy", "--package", "lull", "--no-default-features", "--lib", "--", "-D", "warnings"])?;
    no_window_libraries()?;
    // The plugin's own log of the thousands of damaged states that it is handed goes to a file.
    let log = shell::target().join("tests.log");
    let log = log.to_string_lossy();
    shell::cargo_with(&[("NICE_LOG", &log)], &["test", "--workspace", "--features", "lull/editor"])?;
    let bundles = bundle::run(&[])?;
    realtime::check(&bundles)?;
    editor::check_shortly(&bundles)?;
    soak::check_shortly(&bundles)?;
    hosts::check(&bundles)?;
    println!("all tests passed");
    Ok(())
}

/// `--no-default-features` is the engine and the plugin without any window.
fn no_window_libraries() -> Result {
    let arguments =
        ["tree", "--package", "lull", "--no-default-features", "--edges", "normal", "--prefix", "none"];
    let tree = shell::cargo_output(&arguments)?;
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let found: Vec<String> = tree
        .lines()
        .map(name)
        .filter(|name| WINDOW_LIBRARIES.iter().any(|library| name.contains(library)))
        .collect();
    if !found.is_empty() {
        return Err(format!("--no-default-features links {}", found.join(", ")));
    }
    // The same search must find them where they are, or it proves nothing.
    let with_editor =
        shell::cargo_output(&["tree", "--package", "lull", "--edges", "normal", "--prefix", "none"])?;
    if !with_editor.lines().any(|line| name(line) == "egui") {
        return Err("cargo tree shows no egui even with the editor".into());
    }
    println!("--- no window library without the editor: {} crates", tree.lines().count());
    Ok(())
}
