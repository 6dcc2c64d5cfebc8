//! Promise: the work of a hop is bounded and is spread: neither learning nor working out what was learned makes
//! one hop cost many times an ordinary one.
//!
//! Times are the least of several runs, hop by hop, and are compared with each other alone: a busy machine makes
//! all of them longer, not one of them in every run.

mod common;

use std::time::Instant;

use common::*;
use lull::engine::settings::{LearnWindow, Quality, Settings};

const RUNS: usize = 9;
/// An ordinary hop is two transforms and a mask; working a share of the bins out may cost this many of them.
const MOST_TIMES_ORDINARY: f64 = 20.0;

#[test]
fn no_hop_costs_many_times_an_ordinary_one() {
    for add in [false, true] {
        let profile = profile(48e3, 2, Quality::Standard, 0.02);
        let hop = 512;
        let hops = 160;
        let mut least = vec![f64::INFINITY; hops];
        for _ in 0..RUNS {
            let mut engine = engine(48e3, 2, Quality::Standard);
            engine.set_profile(&profile);
            let mut learned = 0;
            for (index, least) in least.iter_mut().enumerate() {
                let settings = Settings {
                    learn: (40..100).contains(&index),
                    learn_add: add,
                    learn_window: LearnWindow::WhileOn,
                    ..Settings::default()
                };
                let mut audio = [noise(index as u64, hop, 0.01), noise(1000 + index as u64, hop, 0.01)];
                let [left, right] = &mut audio;
                let begin = Instant::now();
                engine.process(&mut [left, right], &settings);
                *least = least.min(begin.elapsed().as_secs_f64());
                learned = engine.learned_count();
            }
            assert_eq!(learned, 1, "the profile was not worked out in this time");
        }
        let mut sorted = least.clone();
        sorted.sort_by(f64::total_cmp);
        let (ordinary, most) = (sorted[hops / 2], sorted[hops - 1]);
        println!("add {add}: ordinary {:.0} us, most {:.0} us", 1e6 * ordinary, 1e6 * most);
        assert!(most < MOST_TIMES_ORDINARY * ordinary, "{:.1} times an ordinary hop", most / ordinary);
    }
}
