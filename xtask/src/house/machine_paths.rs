//! Absolute paths of one machine, which mean nothing on another.

use super::tracked::TrackedFile;

/// In parts, so that this file does not contain them.
const FOLDERS: [&str; 2] = [concat!("/", "work/"), concat!("/", "root/")];

/// A line for each place where a file names such a folder.
pub fn faults(files: &[TrackedFile]) -> Vec<String> {
    let lines = files.iter().flat_map(|file| file.text.lines().enumerate().map(move |line| (file, line)));
    lines
        .filter(|(_, (_, line))| FOLDERS.iter().any(|folder| names(line, folder)))
        .map(|(file, (index, line))| {
            format!("{}:{}: a machine's path: {}", file.path, index + 1, line.trim())
        })
        .collect()
}

/// Whether a line has the folder as the beginning of an absolute path.
fn names(line: &str, folder: &str) -> bool {
    let is_within_a_path =
        |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || "._-}".contains(c));
    line.match_indices(folder).any(|(at, _)| !is_within_a_path(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_are_found_and_relative_ones_are_not() {
        let [work, root] = FOLDERS;
        let text = format!("see {root}x\nfrom .{work}x\na = \"{work}x\"\nhttps://a.org{work}\nnothing");
        let found = faults(&[TrackedFile { path: "a.md".into(), text }]);
        let places: Vec<_> =
            found.iter().filter_map(|fault| fault.split_once(": ")).map(|(at, _)| at).collect();
        assert_eq!(places, ["a.md:1", "a.md:3"]);
    }
}
