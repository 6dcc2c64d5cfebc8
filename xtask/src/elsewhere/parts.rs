//! Parts of a command, of which the user may choose some.

use std::fmt::Debug;
use std::time::Instant;

use clap::ValueEnum;

use crate::outcome::Result;

/// Runs the parts that are named, or all, and says how long each took. All run, so that one failure does not hide another.
///
/// # Errors
/// The names of those that failed.
pub fn run<P: ValueEnum + PartialEq + Debug + 'static>(only: &[P], work: impl Fn(&P) -> Result) -> Result {
    let mut failed = Vec::new();
    let chosen = P::value_variants().iter().filter(|part| only.is_empty() || only.contains(part));
    for part in chosen {
        let begin = Instant::now();
        println!("=== {part:?}");
        if let Err(error) = work(part) {
            println!("  FAILED {part:?}: {error}");
            failed.push(format!("{part:?}"));
        }
        println!("  {part:?}: {:.0} s", begin.elapsed().as_secs_f64());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[derive(Debug, Clone, PartialEq, ValueEnum)]
    enum Part {
        One,
        Two,
        Three,
    }

    #[test]
    fn the_chosen_parts_run_and_failures_are_named() {
        let ran = RefCell::new(Vec::new());
        let work = |part: &Part| {
            ran.borrow_mut().push(part.clone());
            if *part == Part::Two { Err("planted".into()) } else { Ok(()) }
        };
        assert_eq!(run(&[], work), Err("Two".into()));
        assert_eq!(ran.take(), [Part::One, Part::Two, Part::Three]);
        assert_eq!(run(&[Part::Three], work), Ok(()));
        assert_eq!(ran.take(), [Part::Three]);
    }
}
