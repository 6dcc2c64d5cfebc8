//! What some packages may depend on.

use crate::outcome::Result;
use crate::shell;

/// The engine is for use in other programs: it stays small. Macros that run at compile time do not count.
const MOST_CRATES_OF_ENGINE: usize = 12;

/// # Errors
/// When cargo does not tell.
pub fn faults() -> Result<Vec<String>> {
    let engine = tree("lull-engine", "normal,no-proc-macro")?;
    let xtask = tree("xtask", "normal,build,dev")?;
    let root = shell::root().to_string_lossy();
    Ok(too_many(&engine).into_iter().chain(own_packages(&xtask, &root)).collect())
}

/// A package and its dependencies, one a line.
fn tree(package: &str, edges: &str) -> Result<String> {
    shell::cargo_output(&["tree", "--package", package, "--edges", edges, "--prefix", "none"])
}

fn too_many(tree: &str) -> Option<String> {
    let mut crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    crates.sort_unstable();
    crates.dedup();
    let count = crates.len();
    (count > MOST_CRATES_OF_ENGINE).then(|| {
        format!("lull-engine has {count} crates, {MOST_CRATES_OF_ENGINE} are the most: {}", crates.join(" "))
    })
}

/// Packages of the workspace that xtask depends on. Cargo shows their folders.
fn own_packages(tree: &str, root: &str) -> Vec<String> {
    let own = tree.lines().skip(1).filter(|line| line.contains(&format!("({root}")));
    own.map(|line| format!("xtask depends on {line}: it could no longer be built in seconds")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_crates_are_found() {
        let tree =
            |count: usize| (0..count).map(|n| format!("c{n} v1.0.0\nc{n} v1.0.0 (*)\n")).collect::<String>();
        assert_eq!(too_many(&tree(MOST_CRATES_OF_ENGINE)), None);
        assert!(too_many(&tree(MOST_CRATES_OF_ENGINE + 1)).unwrap().contains("13 crates"));
    }

    #[test]
    fn a_package_of_the_workspace_is_found() {
        let tree = "xtask v0.1.0 (/lull/xtask)\nclap v4.6.0\nlull-cli v0.1.0 (/lull/cli)\nserde v1.0.0 (*)";
        let found = own_packages(tree, "/lull");
        assert!(found.len() == 1 && found[0].contains("lull-cli"), "{found:?}");
    }

    #[test]
    fn cargos_trees_have_the_planted_form() {
        let tree = tree("lull-studio", "normal").unwrap();
        let root = shell::root().to_string_lossy();
        assert!(own_packages(&tree, &root).iter().any(|fault| fault.contains("lull-host")), "{tree}");
    }
}
