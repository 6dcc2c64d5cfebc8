//! What is remembered of settings: the preset that was loaded last, and the two memories A and B.

use crate::preset::Snapshot;

/// A preset, as it was loaded or saved.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedPreset {
    pub name: String,
    pub snapshot: Snapshot,
}

/// One memory of all settings, and the preset that it began as, if it was one.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    pub snapshot: Snapshot,
    pub preset: Option<LoadedPreset>,
}

/// Two memories of all settings to compare. The parameters are the one that is heard; this keeps the other.
#[derive(Debug, Default)]
pub struct Compare {
    pub on_b: bool,
    other: Option<Remembered>,
}

impl Compare {
    /// Swaps the two memories: keeps `now`, and returns the settings to set. The first time both are the same.
    pub fn swap(&mut self, now: Remembered) -> Remembered {
        self.on_b = !self.on_b;
        self.other.replace(now.clone()).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_and_b_are_the_same_at_first_and_then_what_was_left_in_them() {
        let mut compare = Compare::default();
        let output = |position, curve: &str| {
            let positions = vec![("output".to_owned(), position)];
            Remembered { snapshot: Snapshot { positions, curve: curve.parse().unwrap() }, preset: None }
        };
        let (loud, quiet) = (output(0.9, "100:3"), output(0.1, ""));
        assert_eq!(compare.swap(loud.clone()), loud);
        assert!(compare.on_b);
        assert_eq!(compare.swap(quiet.clone()), loud, "A again");
        assert_eq!(compare.swap(loud), quiet, "B again");
    }
}
