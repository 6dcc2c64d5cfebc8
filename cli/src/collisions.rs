//! Files of one command that would get into each other's way.

use std::path::{Path, PathBuf};

use crate::source::is_pipe;

/// The files that a command reads and writes.
#[derive(Default)]
pub struct Files {
    inputs: Vec<PathBuf>,
    outputs: Vec<Output>,
}

struct Output {
    path: PathBuf,
    /// The input that it may replace, because it has been read by then.
    in_place_of: Option<PathBuf>,
}

impl Files {
    /// Adds a file that is read.
    pub fn read(&mut self, path: &Path) {
        if !is_pipe(path) {
            self.inputs.push(path.to_owned());
        }
    }

    /// Adds a file that is written beside all inputs.
    pub fn write(&mut self, path: &Path) {
        self.outputs.push(Output { path: path.to_owned(), in_place_of: None });
    }

    /// Adds a file that is written, and may be this input's own.
    pub fn write_for(&mut self, path: &Path, input: &Path) {
        if !is_pipe(path) {
            self.outputs.push(Output { path: path.to_owned(), in_place_of: Some(input.to_owned()) });
        }
    }

    /// # Errors
    /// One line, when two outputs are one file, or an output is an input that it may not replace.
    pub fn check(&self) -> Result<(), String> {
        let mut outputs: Vec<(PathBuf, &Output)> =
            self.outputs.iter().map(|output| (place(&output.path), output)).collect();
        outputs.sort_by(|(one, _), (other, _)| one.cmp(other));
        for pair in outputs.windows(2) {
            let [(one, first), (other, second)] = pair else { continue };
            if one == other {
                return Err(format!(
                    "{} and {} are one file, and two outputs",
                    first.path.display(),
                    second.path.display()
                ));
            }
        }
        let place_of = |place: &PathBuf| outputs.binary_search_by(|(other, _)| other.cmp(place)).ok();
        for input in &self.inputs {
            for index in places(input).iter().filter_map(place_of) {
                let output = outputs[index].1;
                if output.in_place_of.as_ref().is_none_or(|own| place(own) != place(input)) {
                    return Err(format!(
                        "{}: is to be read, and would be replaced by {}",
                        input.display(),
                        output.path.display()
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The names of an input: its own, and that of the file that it is a link to.
fn places(input: &Path) -> Vec<PathBuf> {
    let mut places = vec![place(input)];
    places.extend(input.canonicalize().map(folded));
    places.dedup();
    places
}

/// One path for all spellings of a name. A link keeps its name, because it is the link that a new file replaces.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folded(folder.join(path.file_name().unwrap_or_default()))
}

/// Without the case of letters, where the system's file names have none.
fn folded(path: PathBuf) -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) { path.to_string_lossy().to_lowercase().into() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_file_collide_and_different_files_do_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let at = |name: &str| folder.path().join(name);
        let check = |input: &str, output: &str, other: &str| {
            let mut files = Files::default();
            files.read(&at(input));
            files.write_for(&at(output), &at(input));
            files.write(&at(other));
            files.check()
        };
        assert_eq!(check("in.wav", "out.wav", "gone.wav"), Ok(()));
        assert_eq!(check("in.wav", "in.wav", "gone.wav"), Ok(()), "in place");
        for (output, other, why) in [
            ("out.wav", "sub/../out.wav", "two outputs"),
            ("out.wav", "./out.wav", "two outputs"),
            ("out.wav", "sub/../in.wav", "to be read"),
        ] {
            let said = check("in.wav", output, other).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn one_files_output_is_not_anothers_input() {
        let mut files = Files::default();
        for (input, output) in [("a/x.wav", "b/x.wav"), ("b/x.wav", "c/x.wav")] {
            files.read(Path::new(input));
            files.write_for(Path::new(output), Path::new(input));
        }
        let said = files.check().unwrap_err();
        assert!(said.starts_with("b/x.wav") && said.contains("to be read"), "{said}");
    }

    #[test]
    #[cfg(unix)]
    fn the_file_behind_a_link_is_not_replaced_while_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("real.wav"), "").unwrap();
        std::os::unix::fs::symlink(at("real.wav"), at("link.wav")).unwrap();
        let mut files = Files::default();
        files.read(&at("link.wav"));
        files.write(&at("real.wav"));
        assert!(files.check().is_err());
    }
}
