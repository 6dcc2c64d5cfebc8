//! Import circles: files of a package that import from each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use super::module_graph::{Graph, Package};
use super::tracked::TrackedFile;

/// Folders of packages that still have circles: a list that is to become empty. The plugin's is ".".
const STILL_WITH_CIRCLES: &[&str] = &[];

/// A line for each circle of a package that may have none, and for each package that is listed without need.
pub fn faults(files: &[TrackedFile]) -> Vec<String> {
    let packages = packages(files);
    let circles = packages.iter().map(|(name, package)| (*name, circles(&package.graph())));
    circles.flat_map(|(name, circles)| judge(name, &circles, STILL_WITH_CIRCLES)).collect()
}

fn judge(package: &str, circles: &[String], listed: &[&str]) -> Vec<String> {
    let shown = if package.is_empty() { "." } else { package };
    match (listed.contains(&shown), circles.is_empty()) {
        (true, true) => {
            vec![format!("{shown}: no import circle is left: take it off the list of circles.rs")]
        }
        (true, false) => {
            circles.iter().for_each(|circle| println!("--- {shown}: import circle: {circle}"));
            Vec::new()
        }
        (false, _) => circles.iter().map(|circle| format!("{shown}: import circle: {circle}")).collect(),
    }
}

/// The packages by their folders.
fn packages(files: &[TrackedFile]) -> BTreeMap<&str, Package<'_>> {
    let manifests = files.iter().filter_map(|file| file.path.strip_suffix("Cargo.toml"));
    manifests
        .map(|folder| {
            let begin = format!("{folder}src/");
            let sources: Vec<_> = files
                .iter()
                .filter(|file| file.is_rust())
                .filter_map(|file| Some((file.path.strip_prefix(&begin)?, &*file.text)))
                .collect();
            (folder.trim_end_matches('/'), Package::new(sources.into_iter()))
        })
        .collect()
}

/// Groups of files that all reach each other.
fn circles(graph: &Graph) -> Vec<String> {
    let reached: BTreeMap<_, _> = graph.keys().map(|file| (file, reached_from(graph, file))).collect();
    let mut grouped = BTreeSet::new();
    let mut circles = Vec::new();
    for file in graph.keys() {
        if grouped.contains(file) || !reached[file].contains(file) {
            continue;
        }
        let group: Vec<_> =
            reached[file].iter().filter(|other| reached[*other].contains(file)).cloned().collect();
        circles.push(group.iter().map(|path| shown(path)).collect::<Vec<_>>().join(", "));
        grouped.extend(group);
    }
    circles
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("::") }
}

/// All files that a file reaches by one import or more.
fn reached_from(graph: &Graph, file: &Vec<String>) -> BTreeSet<Vec<String>> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<_> = graph[file].iter().collect();
    while let Some(other) = next.pop() {
        if reached.insert(other.clone()) {
            next.extend(&graph[other]);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[(&str, &str)]) -> Vec<String> {
        let file = |&(path, text): &(&str, &str)| TrackedFile { path: path.into(), text: text.into() };
        let mut files: Vec<_> = sources.iter().map(file).collect();
        files.push(TrackedFile { path: "p/Cargo.toml".into(), text: String::new() });
        packages(&files).values().flat_map(|package| circles(&package.graph())).collect()
    }

    #[test]
    fn circles_are_found() {
        let pair = [
            ("p/src/lib.rs", "mod a; mod b;"),
            ("p/src/a.rs", "use crate::b;"),
            ("p/src/b.rs", "use crate::a;"),
        ];
        assert_eq!(found(&pair), ["a, b"]);
        let parent = [("p/src/lib.rs", "mod a; pub use a::X;"), ("p/src/a.rs", "use super::Y;")];
        assert_eq!(found(&parent), ["the root, a"]);
        let three = [
            ("p/src/main.rs", "mod a; fn main() { a::run() }"),
            ("p/src/a/mod.rs", "mod b; mod c; use b::X;"),
            ("p/src/a/b.rs", "use super::c::Y;"),
            ("p/src/a/c.rs", "use crate::a::Z;"),
        ];
        assert_eq!(found(&three), ["a, a::b, a::c"]);
    }

    #[test]
    fn arrows_that_only_go_down_are_no_circle() {
        let tree = [
            ("p/src/lib.rs", "mod a; mod b; pub use a::X;"),
            ("p/src/a.rs", "use crate::b::Y; #[cfg(test)] mod tests { use crate::X; }"),
            ("p/src/b.rs", ""),
        ];
        assert!(found(&tree).is_empty());
    }

    #[test]
    fn a_listed_package_may_have_circles_as_long_as_it_has_some() {
        let circle = ["a, b".to_owned()];
        assert_eq!(judge("p", &circle, &[]), ["p: import circle: a, b"]);
        assert!(judge("p", &circle, &["p"]).is_empty());
        assert!(judge("p", &[], &["p"])[0].contains("take it off"));
        assert!(judge("", &[], &["p"]).is_empty());
    }
}
