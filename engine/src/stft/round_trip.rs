//! Test: rings, windows and transforms reconstruct the signal when the spectrum is not changed.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rustfft::num_complex::Complex32;

use super::overlap_add::{HopClock, OverlapAdd};
use super::tables::Lengths;
use super::transform::Transform;

fn round_trip(input: &[f32], window: usize, hop: usize) -> Vec<f32> {
    let transform = Transform::new(Lengths { analysis: window, synthesis: window, output: window, hop });
    let mut stream = OverlapAdd::new(window, window, 0);
    let mut clock = HopClock::new(hop);
    let bins = window / 2 + 1;
    let (mut spectrum, mut power) = (vec![Complex32::default(); bins], vec![0.0; bins]);
    let mut scratch = transform.scratch();
    let (mut dry, mut wet) = (vec![0.0; hop], vec![0.0; hop]);
    let mut output = Vec::new();
    for block in input.chunks(hop) {
        stream.push_and_pop(block, &mut dry[..block.len()], &mut wet[..block.len()]);
        output.extend_from_slice(&wet[..block.len()]);
        if clock.advance(block.len()) {
            transform.forward(stream.frame(), &mut spectrum, &mut power, &mut scratch);
            transform.inverse(&mut spectrum, stream.sums(), &mut scratch);
        }
    }
    output
}

#[test]
fn every_window_and_overlap() {
    let mut worst = f32::NEG_INFINITY;
    for order in 4..=16 {
        let window = 1 << order;
        for overlap in [2, 4, 8] {
            let mut rng = StdRng::seed_from_u64(order);
            let input: Vec<f32> = (0..5 * window).map(|_| rng.random_range(-0.9..0.9)).collect();
            let output = round_trip(&input, window, window / overlap);
            let pairs = input.iter().zip(&output[window..]);
            let error = pairs.fold(0.0f32, |error, (x, y)| error.max((x - y).abs()));
            let null_db = 20.0 * (error / 0.9).log10();
            assert!(null_db <= -120.0, "window {window}, overlap {overlap}: {null_db:.1} dB");
            worst = worst.max(null_db);
        }
    }
    println!("worst: {worst:.1} dB");
}
