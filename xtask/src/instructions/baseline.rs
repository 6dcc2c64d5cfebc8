//! The committed instruction counts: the file's text, and how much the counts of now differ.

use std::fmt;

use crate::outcome::Result;

/// Instructions of a hop may differ by this from the baseline.
const TOLERANCE_PERCENT: u64 = 3;
const HEAD: &str = "\
# Instructions of a hop at 48 kHz, per case of engine/benches/instructions.rs, and the compiler they were counted with.
# Written by LULL_WRITE_BASELINE=1 cargo xtask test --only instructions
";

/// Cases and their instructions per hop.
pub type Counts = Vec<(String, u64)>;

#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// What `rustc -V` prints: another compiler makes other instructions.
    pub rustc: String,
    pub counts: Counts,
}

/// A case and its instructions per hop.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    case: String,
    before: u64,
    now: u64,
}

impl Baseline {
    /// # Errors
    /// When a line is not as [`Baseline::text`] writes it.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rustc = lines.next().filter(|line| line.starts_with("rustc ")).ok_or("no version of rustc")?;
        let counts = lines.map(|line| count(line).ok_or_else(|| format!("'{line}' is no case and count")));
        Ok(Self { rustc: rustc.to_owned(), counts: counts.collect::<Result<_>>()? })
    }

    pub fn text(&self) -> String {
        let lines = self.counts.iter().map(|(case, count)| format!("{case} {count}\n"));
        format!("{HEAD}{}\n{}", self.rustc, lines.collect::<String>())
    }

    /// Every case of `now` beside its baseline.
    ///
    /// # Errors
    /// When the two do not have the same cases.
    pub fn changes(&self, now: &Counts) -> Result<Vec<Change>> {
        let names = |counts: &Counts| counts.iter().map(|(case, _)| case.clone()).collect::<Vec<_>>();
        let (before, cases) = (names(&self.counts), names(now));
        if before != cases {
            return Err(format!("the baseline has the cases {before:?}, the bench has {cases:?}: renew it"));
        }
        let pairs = self.counts.iter().zip(now);
        Ok(pairs
            .map(|((case, before), (_, now))| Change { case: case.clone(), before: *before, now: *now })
            .collect())
    }
}

fn count(line: &str) -> Option<(String, u64)> {
    let (case, count) = line.split_once(' ')?;
    Some((case.to_owned(), count.parse().ok().filter(|&count| count > 0)?))
}

impl Change {
    fn percent(&self) -> f64 {
        100.0 * (self.now as f64 / self.before as f64 - 1.0)
    }

    pub fn is_too_much(&self) -> bool {
        100 * self.now > (100 + TOLERANCE_PERCENT) * self.before
    }

    /// The baseline would hide a loss of what was gained.
    pub fn is_much_less(&self) -> bool {
        100 * self.now < (100 - TOLERANCE_PERCENT) * self.before
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { case, before, now } = self;
        write!(f, "{case}: {now} instructions per hop, {before} in the baseline ({:+.2} %", self.percent())?;
        if self.is_too_much() {
            write!(f, ", {TOLERANCE_PERCENT} % is the most")?;
        }
        write!(f, ")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> Counts {
        counts.iter().map(|&(case, count)| (case.to_owned(), count)).collect()
    }

    fn baseline() -> Baseline {
        Baseline {
            rustc: "rustc 1.95.0 (5 2026)".into(),
            counts: counts(&[("live", 1000), ("best", 50_000)]),
        }
    }

    fn verdicts(live: u64, best: u64) -> Vec<(bool, bool)> {
        let changes = baseline().changes(&counts(&[("live", live), ("best", best)])).unwrap();
        changes.iter().map(|change| (change.is_too_much(), change.is_much_less())).collect()
    }

    #[test]
    fn a_baseline_comes_back_from_its_text() {
        assert_eq!(Baseline::parse(&baseline().text()), Ok(baseline()));
    }

    #[test]
    fn a_damaged_baseline_is_refused_with_the_line() {
        for text in ["", "# rustc 1.95.0\n", "live 1000\n"] {
            assert!(Baseline::parse(text).unwrap_err().contains("rustc"), "{text}");
        }
        for line in ["live", "live ", "live -3", "live 0", "live 1 2", "<<<<<<< HEAD"] {
            assert!(Baseline::parse(&format!("rustc 1\n{line}\n")).unwrap_err().contains(line), "{line}");
        }
    }

    #[test]
    fn three_percent_are_allowed_in_each_case_by_itself() {
        assert_eq!(verdicts(1000, 50_000), [(false, false); 2]);
        assert_eq!(verdicts(1030, 48_500), [(false, false); 2]);
        assert_eq!(verdicts(1031, 10_000), [(true, false), (false, true)]);
        assert_eq!(verdicts(969, 51_501), [(false, true), (true, false)]);
    }

    #[test]
    fn the_message_names_the_case_and_both_figures() {
        let changes = baseline().changes(&counts(&[("live", 1100), ("best", 50_000)])).unwrap();
        let message = changes[0].to_string();
        assert!(["live", "1100", "1000", "+10.00 %"].iter().all(|word| message.contains(word)), "{message}");
    }

    #[test]
    fn a_case_that_came_or_went_is_an_error() {
        for now in [&[("live", 1000)][..], &[("best", 50_000), ("live", 1000)], &[("live", 1000), ("new", 1)]]
        {
            assert!(baseline().changes(&counts(now)).unwrap_err().contains("renew"));
        }
    }
}
