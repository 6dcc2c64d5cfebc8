//! The house rules that neither rustfmt nor clippy checks: lengths of files, import circles, machine paths, links
//! between documents, and what some packages may depend on. Clippy checks the lengths of functions (clippy.toml).

mod circles;
mod dependencies;
mod lengths;
mod links;
mod machine_paths;
mod module_graph;
mod tokens;
mod tracked;

use crate::outcome::Result;

/// # Errors
/// With all that breaks a rule.
pub fn check() -> Result {
    let files = tracked::files()?;
    let mut faults = lengths::faults(&files);
    faults.extend(machine_paths::faults(&files));
    faults.extend(circles::faults(&files));
    faults.extend(links::faults(&files, &tracked::paths()?));
    faults.extend(dependencies::faults()?);
    for fault in &faults {
        println!("  {fault}");
    }
    let count = files.len();
    match faults.len() {
        0 => {
            println!("--- house rules: {count} files keep them");
            Ok(())
        }
        broken => Err(format!("{broken} times a house rule is broken")),
    }
}
