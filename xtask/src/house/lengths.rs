//! Lengths of source files.

use super::tracked::TrackedFile;

const MOST_LINES: usize = 500;

/// A line for each Rust file that is too long.
pub fn faults(files: &[TrackedFile]) -> Vec<String> {
    let lengths = files.iter().filter(|file| file.is_rust()).map(|file| (file, file.text.lines().count()));
    lengths
        .filter(|&(_, lines)| lines > MOST_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines, {MOST_LINES} are the most", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_long_is_found() {
        let file = |path: &str, lines: usize| TrackedFile { path: path.into(), text: "//\n".repeat(lines) };
        let files = [file("a.rs", MOST_LINES), file("b.rs", MOST_LINES + 1), file("c.md", MOST_LINES + 1)];
        let found = faults(&files);
        assert!(found.len() == 1 && found[0].starts_with("b.rs: 501 lines"), "{found:?}");
    }
}
