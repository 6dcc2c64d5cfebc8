//! Promise: completions and manual pages name every command and option, as the help does.

mod folder;

use std::path::Path;

use folder::*;

fn printed(arguments: &[&str]) -> String {
    let done = lull(arguments, Path::new("."));
    assert!(done.status.success() && said(&done).is_empty(), "{arguments:?}: {}", said(&done));
    String::from_utf8(done.stdout).unwrap()
}

/// The long options of a command, from its help.
fn options(command: &str) -> Vec<String> {
    let help = printed(&[command, "--help"]);
    let lines = help.lines().filter(|line| line.trim().starts_with('-'));
    let words = lines.filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
    words.map(|option| option.trim_end_matches(',').to_owned()).collect()
}

const COMMANDS: [&str; 7] = ["render", "learn", "presets", "spectrogram", "info", "completions", "man"];

#[test]
fn completions_have_every_command_and_option() {
    let render = options("render");
    assert!(render.len() > 12 && render.contains(&"--dry-run".to_owned()), "{render:?}");
    for (shell, dashes) in [("bash", "--"), ("zsh", "--"), ("fish", ""), ("powershell", "--")] {
        let script = printed(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        for option in &render {
            let option = option.replacen("--", dashes, 1);
            assert!(script.contains(&option), "{shell}: {option}");
        }
    }
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let page = printed(&["man"]);
    assert!(page.contains(".TH lull 1"), "{page}");
    for command in COMMANDS {
        // The page writes a hyphen as \-.
        assert!(page.contains(&format!("lull\\-{command}(1)")), "{command}: {page}");
        let page = printed(&["man", command]).replace("\\-", "-");
        assert!(page.contains(&format!("lull-{command}")), "{page}");
        for option in options(command) {
            assert!(page.contains(&option), "{command}: {option}");
        }
    }
    let done = lull(&["man", "rendre"], Path::new("."));
    assert_eq!(said(&done).trim(), "lull: there is no command 'rendre'");
}

#[test]
#[cfg(unix)]
fn the_completions_for_bash_are_a_script() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lull.bash"), printed(&["completions", "bash"])).unwrap();
    assert_eq!(listing(folder.path()), ["lull.bash"]);
    let tried = "set -e; source lull.bash; COMP_WORDS=(lull render --dry); COMP_CWORD=2; _lull lull --dry render; \
                 echo ${COMPREPLY[@]}";
    let done = std::process::Command::new("bash").args(["-c", tried]).current_dir(folder.path()).output();
    let done = done.expect("bash");
    assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), "--dry-run", "{}", said(&done));
}
