//! The last ten seconds in figures: the signal-to-noise ratio before and after, and the gain reduction over time.
//!
//! The noise is the learned one, and what is left of it behind the mask. The signal is what stands above: the mean power of
//! the input less that of the noise, and the mean power under the mask less what is left of the noise.

use std::collections::VecDeque;

use super::spectrogram::COLUMNS;
use super::view::power_db;
use crate::analyzer::Balance;

/// A ratio below this is not told from noise alone: learned and present noise differ by chance.
const LOWEST_SNR_DB: f32 = -10.0;
/// Above this the figure says nothing more.
const HIGHEST_SNR_DB: f32 = 99.0;

/// Signal-to-noise ratios in dB: minus infinity where no signal stands above the noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratios {
    pub before_db: f32,
    pub after_db: f32,
}

/// The powers of the last ten seconds.
#[derive(Default)]
pub struct LongTerm {
    columns: VecDeque<Balance>,
    /// The last columns that count for the ratios.
    counted: usize,
}

impl LongTerm {
    /// Takes the next column.
    pub fn add(&mut self, balance: Balance) {
        self.columns.push_back(balance);
        if self.columns.len() > COLUMNS {
            self.columns.pop_front();
        }
        // Without learned noise there is no ratio; with another profile it begins anew.
        self.counted = if balance.noise > 0.0 { (self.counted + 1).min(COLUMNS) } else { 0 };
    }

    /// Lets the ratios begin anew.
    pub fn restart(&mut self) {
        self.counted = 0;
    }

    /// The ratios over the last ten seconds, or since they began; None before that, or without a profile.
    pub fn ratios(&self) -> Option<Ratios> {
        let mut sum = Balance::default();
        self.columns.iter().rev().take(self.counted).for_each(|column| sum.add(column, 1.0));
        let ratio_db = |all: f32, noise: f32| 10.0 * ((all - noise).max(0.0) / noise.max(1e-30)).log10();
        (self.counted > 0).then(|| Ratios {
            before_db: ratio_db(sum.input, sum.noise),
            after_db: ratio_db(sum.output, sum.noise_left),
        })
    }

    /// The level of each column under the mask over its level before, 0 dB or less, and how many columns ago it was.
    pub fn reductions_db(&self) -> impl Iterator<Item = (usize, f32)> {
        let reduction = |column: &Balance| (power_db(column.output) - power_db(column.input)).min(0.0);
        self.columns.iter().rev().map(reduction).enumerate()
    }

    /// The same over all ten seconds.
    pub fn mean_reduction_db(&self) -> f32 {
        let mut sum = Balance::default();
        self.columns.iter().for_each(|column| sum.add(column, 1.0));
        (power_db(sum.output) - power_db(sum.input)).min(0.0)
    }
}

/// A ratio in words.
pub fn ratio_text(db: f32) -> String {
    if db < LOWEST_SNR_DB {
        format!("< {LOWEST_SNR_DB:.0} dB")
    } else if db > HIGHEST_SNR_DB {
        format!("> {HIGHEST_SNR_DB:.0} dB")
    } else {
        format!("{db:.1} dB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(input: f32, output: f32, noise: f32) -> Balance {
        Balance { input, output, noise, noise_left: 0.01 * noise }
    }

    #[test]
    fn ratios_are_of_means_over_ten_seconds_and_begin_anew() {
        let mut long_term = LongTerm::default();
        assert_eq!(long_term.ratios(), None);
        for _ in 0..COLUMNS {
            long_term.add(column(1e6, 1e6, 1.0));
        }
        // Half of the time 20 units of signal, otherwise noise alone: 10 dB.
        for step in 0..COLUMNS {
            let signal = if step % 2 == 0 { 20.0 } else { 0.0 };
            long_term.add(column(1.0 + signal, 0.01 + signal, 1.0));
        }
        let Ratios { before_db, after_db } = long_term.ratios().unwrap();
        assert!((before_db - 10.0).abs() < 0.01 && (after_db - 30.0).abs() < 0.01, "{before_db} {after_db}");
        long_term.restart();
        assert_eq!(long_term.ratios(), None);
        long_term.add(column(101.0, 100.01, 1.0));
        assert!((long_term.ratios().unwrap().before_db - 20.0).abs() < 0.01);
        long_term.add(column(1.0, 1.0, 0.0));
        assert_eq!(long_term.ratios(), None, "learning");
    }

    #[test]
    fn reductions_come_in_order_and_never_above_0_db() {
        let mut long_term = LongTerm::default();
        long_term.add(column(1.0, 0.01, 1.0));
        long_term.add(column(1.0, 1.1, 0.0));
        let reductions: Vec<_> = long_term.reductions_db().collect();
        assert_eq!(reductions[0], (0, 0.0));
        assert!(reductions[1].0 == 1 && (reductions[1].1 + 20.0).abs() < 0.01, "{reductions:?}");
        assert!((long_term.mean_reduction_db() + 2.56).abs() < 0.01);
    }

    #[test]
    fn what_is_no_figure_is_said_in_words() {
        assert_eq!(ratio_text(f32::NEG_INFINITY), "< -10 dB");
        assert_eq!(ratio_text(12.34), "12.3 dB");
        assert_eq!(ratio_text(150.0), "> 99 dB");
    }
}
