//! Links between documents: the files, folders and headings that they name are there, and the book has every chapter.

use std::collections::BTreeSet;

use super::tracked::TrackedFile;

/// The chapters of the book that `mdbook build docs` makes.
const SUMMARY: &str = "docs/SUMMARY.md";
/// Documents whose code spans also name files that are not there: plans of changes, and history.
const NAME_ABSENT_FILES: [&str; 2] = ["CONTRIBUTING.md", "CHANGELOG.md"];

/// A line for each link or path that leads nowhere, and each document that is in no chapter of the book. `paths` are
/// those of all tracked files, pictures and sounds included.
pub fn faults(files: &[TrackedFile], paths: &[String]) -> Vec<String> {
    let places = Places::of(paths);
    let documents: Vec<&TrackedFile> = files.iter().filter(|file| file.path.ends_with(".md")).collect();
    let broken = documents.iter().flat_map(|document| broken_in(document, &documents, &places));
    broken.chain(chapters_missing(&documents)).collect()
}

/// What is there: the tracked files and the folders that hold them.
struct Places(BTreeSet<String>);

impl Places {
    fn of(paths: &[String]) -> Self {
        let folders =
            paths.iter().flat_map(|path| path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        Self(paths.iter().cloned().chain(folders).collect())
    }

    fn have(&self, path: &str) -> bool {
        self.0.contains(path.trim_end_matches('/'))
    }
}

fn broken_in(document: &TrackedFile, documents: &[&TrackedFile], places: &Places) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in prose(&document.text) {
        let mut fault = |what: String| faults.push(format!("{}:{number}: {what}", document.path));
        for target in links(line).filter(|target| !target.contains("://")) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { document.path.clone() } else { beside(&document.path, path) };
            if !places.have(&path) {
                fault(format!("the link leads nowhere: {target}"));
            } else if !heading.is_empty() && !has_heading(documents, &path, heading) {
                fault(format!("{path} has no heading for the link {target}"));
            }
        }
        if !NAME_ABSENT_FILES.contains(&document.path.as_str()) {
            for path in code_spans(line).filter(|span| is_path(span, places)) {
                if !places.have(path) && !places.have(&beside(&document.path, path)) {
                    fault(format!("there is no {path}"));
                }
            }
        }
    }
    faults
}

/// Documents below `docs/` that SUMMARY.md does not link to; none without that file.
fn chapters_missing(documents: &[&TrackedFile]) -> Vec<String> {
    let Some(summary) = documents.iter().find(|document| document.path == SUMMARY) else { return Vec::new() };
    let chapters: BTreeSet<String> =
        summary.text.lines().flat_map(links).map(|target| beside(SUMMARY, target)).collect();
    let below = documents.iter().filter(|document| document.path.starts_with("docs/"));
    below
        .filter(|document| document.path != SUMMARY && !chapters.contains(&document.path))
        .map(|document| format!("{SUMMARY}: {} is no chapter", document.path))
        .collect()
}

/// The lines outside of fenced code, with their numbers from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        (!is_fenced && !is_fence).then_some((index + 1, line))
    })
}

/// Targets of `[text](target)` and `![text](target)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split_once(')').map(|(target, _)| target))
}

/// What stands between backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a code span is a path of the project: it has a slash, and begins with a folder of the project that is no
/// test's own output.
fn is_path(span: &str, places: &Places) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let Some((first, _)) = span.split_once('/') else { return false };
    span.chars().all(is_plain) && places.have(first) && span != "tests/regressions"
}

/// A path that a document names, from the workspace's folder.
fn beside(document: &str, path: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => _ = parts.pop(),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn has_heading(documents: &[&TrackedFile], path: &str, heading: &str) -> bool {
    let document = documents.iter().find(|document| document.path == path);
    document.is_some_and(|document| {
        let headings = prose(&document.text).filter_map(|(_, line)| line.strip_prefix('#'));
        headings.map(|line| anchor(line.trim_start_matches('#'))).any(|anchor| anchor == heading)
    })
}

/// The anchor that GitHub and mdBook give to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, text: &str) -> TrackedFile {
        TrackedFile { path: path.into(), text: text.into() }
    }

    fn faults_of(files: &[TrackedFile]) -> Vec<String> {
        let paths: Vec<String> =
            files.iter().map(|file| file.path.clone()).chain(["docs/pictures/a.png".into()]).collect();
        faults(files, &paths)
    }

    #[test]
    fn links_to_what_is_there_are_no_faults() {
        let text = "[a](docs/b.md), [it](docs/b.md#one-two), ![c](docs/pictures/a.png), [d](docs), [e](https://e.org/x)\n\
                    `docs/b.md` and `docs/`, `target/x.wav`, `a/b`\n```\n[no](nowhere.md)\n```";
        let found = faults_of(&[
            document("README.md", text),
            document("docs/b.md", "## One, two\n[up](../README.md)"),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn each_link_that_leads_nowhere_is_named() {
        let text =
            "[a](docs/c.md)\n[b](docs/b.md#three)\n![c](docs/pictures/b.png)\n`docs/old.md`\n[d](#here)";
        let found = faults_of(&[document("README.md", text), document("docs/b.md", "# One")]);
        let lines: Vec<&str> = found.iter().map(|fault| &fault[..11]).collect();
        assert_eq!(lines, ["README.md:1", "README.md:2", "README.md:3", "README.md:4", "README.md:5"]);
    }

    #[test]
    fn a_document_that_is_no_chapter_is_found() {
        let summary = document(SUMMARY, "- [B](b.md)\n- [C](c/d.md)");
        let found = faults_of(&[
            summary,
            document("docs/b.md", ""),
            document("docs/c/d.md", ""),
            document("docs/e.md", ""),
            document("engine/f.md", ""),
        ]);
        assert_eq!(found, ["docs/SUMMARY.md: docs/e.md is no chapter"]);
    }

    #[test]
    fn plans_may_name_files_that_are_not_there() {
        assert!(
            faults_of(&[document("CONTRIBUTING.md", "`docs/new.md`"), document("docs/b.md", "")]).is_empty()
        );
    }
}
