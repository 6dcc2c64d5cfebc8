//! The cost of the most expensive hop over that of an ordinary one: neither learning nor computing a profile may make a
//! hop many times as expensive as the others.
//!
//! The time of each hop is the smallest of several runs, and times are only compared with each other: a busy machine
//! makes all of them longer, not the same hop in every run.

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use common::*;
use lull_engine::{Config, LearnWindow, Quality, Settings};

const RUNS: usize = 9;

fn main() {
    let next = LearnWindow::UntilStopped;
    for (name, window, add) in
        [("Learn", next, false), ("Learn Add", next, true), ("Learn Last", LearnWindow::Last(0.4), false)]
    {
        let profile = profile(48e3, 2, Quality::Standard, 0.02);
        let hop = 512;
        let hops = 160;
        let mut least = vec![f64::INFINITY; hops];
        let settings = Settings::default();
        for _ in 0..RUNS {
            let mut engine =
                remembering(Config { sample_rate_hz: 48e3, channels: 2, quality: Quality::Standard });
            engine.set_profile(&profile);
            let mut learned = 0;
            for (index, least) in least.iter_mut().enumerate() {
                let mut audio = [noise(index as u64, hop, 0.01), noise(1000 + index as u64, hop, 0.01)];
                let [left, right] = &mut audio;
                let begin = Instant::now();
                match index {
                    40 => engine.start_learning(window, add),
                    100 => engine.stop_learning(),
                    _ => {}
                }
                engine.process(&mut [left, right], &settings);
                *least = least.min(begin.elapsed().as_secs_f64());
                learned = engine.learned_count();
            }
            assert_eq!(learned, 1, "the profile was not computed in this time");
        }
        let mut sorted = least.clone();
        sorted.sort_by(f64::total_cmp);
        let (ordinary, most) = (sorted[hops / 2], sorted[hops - 1]);
        println!("dearest hop with {name}: {:.1} ordinary ones, {:.0} us", most / ordinary, 1e6 * most);
    }
}
