//! A recurrence: each cell's state moves towards a candidate as far as a gate is open, and is added to the trunk.
//!
//! Gate and candidate depend on the trunk alone (Feng et al. 2024). They are computed together, a vector of cells at a time, so
//! that they never leave the registers: as rows they would not fit into the first cache beside the trunk and the state.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat};

use super::layer::{MARGIN, Rows};

/// Outputs that are computed at a time: as many sums of gates and candidates as fit into the vector registers of AVX2.
const OUTPUTS: usize = 4;

/// The weights.
pub(super) struct Recurrence {
    channels: usize,
    /// For each group of 4 outputs, the biases of their gates and of their candidates, then their weights by input. Missing
    /// outputs are 0.
    weights: Vec<[[f32; OUTPUTS]; 2]>,
}

impl Recurrence {
    /// Takes the weights (channels x channels, then the biases; of the gates, then of the candidates) from the front of `stored`.
    /// Setup only.
    pub(super) fn take(stored: &mut &[f32], channels: usize) -> Self {
        let mut next = |count: usize| {
            let (values, rest) = stored.split_at(count);
            *stored = rest;
            values
        };
        let parts = [(); 2].map(|()| (next(channels * channels), next(channels)));
        let mut weights = Vec::new();
        for group in (0..channels).step_by(OUTPUTS) {
            let of = |values: &[f32], stride: usize, offset: usize| -> [f32; OUTPUTS] {
                std::array::from_fn(|o| values.get((group + o) * stride + offset).copied().unwrap_or(0.0))
            };
            weights.push(parts.map(|(_, biases)| of(biases, 1, 0)));
            weights.extend((0..channels).map(|input| parts.map(|(weights, _)| of(weights, channels, input))));
        }
        Self { channels, weights }
    }

    /// One frame: reads the first rows of the trunk, moves the state, and adds it to these rows. RT-safe.
    pub(super) fn advance(&self, trunk: &mut Rows, state: &mut Rows) {
        debug_assert_eq!((trunk.cells(), trunk.length()), (state.cells(), state.length()));
        let (cells, row) = (state.cells(), state.length());
        let rows = self.channels * row;
        let (trunk, state) = (&mut trunk.all_mut()[..rows], &mut state.all_mut()[..rows]);
        fearless_simd::dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || advance(simd, (cells, row), &self.weights, trunk, state)
        ));
    }
}

/// Written with vector types and one variable a sum, because the compiler keeps arrays of sums in memory.
#[inline(always)]
fn advance<S: Simd>(
    simd: S,
    (cells, row): (usize, usize),
    weights: &[[[f32; OUTPUTS]; 2]],
    trunk: &mut [f32],
    state: &mut [f32],
) {
    let lanes = S::f32s::LEN;
    let channels = trunk.len() / row;
    for first in (MARGIN..MARGIN + cells).step_by(lanes) {
        for (weights, states) in weights.chunks_exact(1 + channels).zip(state.chunks_mut(OUTPUTS * row)) {
            let Some((&[gates, candidates], weights)) = weights.split_first() else { return };
            let [mut a, mut b, mut c, mut d] = gates.map(
                #[inline(always)]
                |bias| S::f32s::splat(simd, bias),
            );
            let [mut e, mut f, mut g, mut h] = candidates.map(
                #[inline(always)]
                |bias| S::f32s::splat(simd, bias),
            );
            for (row, &[to_gates, to_candidates]) in trunk.chunks_exact(row).zip(weights) {
                let values = S::f32s::from_slice(simd, &row[first..first + lanes]);
                let [to_a, to_b, to_c, to_d] = to_gates;
                let [to_e, to_f, to_g, to_h] = to_candidates;
                a = values.mul_add(to_a, a);
                b = values.mul_add(to_b, b);
                c = values.mul_add(to_c, c);
                d = values.mul_add(to_d, d);
                e = values.mul_add(to_e, e);
                f = values.mul_add(to_f, f);
                g = values.mul_add(to_g, g);
                h = values.mul_add(to_h, h);
            }
            let sums = [(a, e), (b, f), (c, g), (d, h)];
            for ((gate, candidate), row) in sums.into_iter().zip(states.chunks_exact_mut(row)) {
                let state = &mut row[first..first + lanes];
                let before = S::f32s::from_slice(simd, state);
                let open = gate * 0.5 / (gate.abs() + 1.0) + 0.5;
                (before + open * (candidate - before)).store_slice(state);
            }
        }
        for (trunk, state) in trunk.chunks_exact_mut(row).zip(state.chunks_exact(row)) {
            let sum = S::f32s::from_slice(simd, &trunk[first..first + lanes])
                + S::f32s::from_slice(simd, &state[first..first + lanes]);
            sum.store_slice(&mut trunk[first..first + lanes]);
        }
    }
    // The last cells may have been computed beyond the end of the row.
    for row in trunk.chunks_exact_mut(row).chain(state.chunks_exact_mut(row)) {
        row[MARGIN + cells..].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_its_definition_for_any_number_of_cells() {
        let figure = |n: usize| ((n * n % 977) as f32 * 0.7).sin();
        for (channels, cells) in [(8, 369), (16, 129), (5, 17), (1, 1)] {
            let count = channels * channels + channels;
            let stored: Vec<f32> = (0..2 * count).map(figure).collect();
            let mut rest = stored.as_slice();
            let recurrence = Recurrence::take(&mut rest, channels);
            assert!(rest.is_empty());
            let (gates, candidates) = stored.split_at(count);
            // A row more than it reads, as the trunk of a network with look-ahead has.
            let (mut trunk, mut state) = (Rows::new(channels + 1, cells), Rows::new(channels, cells));
            let mut slow_state = vec![vec![0.0f64; cells]; channels];
            for frame in 0..3 {
                for channel in 0..=channels {
                    let cells = trunk.row_mut(channel).iter_mut().enumerate();
                    cells.for_each(|(cell, x)| *x = figure(31 * channel + cell + 7 * frame));
                }
                let before: Vec<Vec<f32>> =
                    (0..=channels).map(|channel| trunk.row(channel).to_vec()).collect();
                recurrence.advance(&mut trunk, &mut state);
                assert_eq!(trunk.row(channels), before[channels]);
                for (output, slow) in slow_state.iter_mut().enumerate() {
                    for (cell, slow) in slow.iter_mut().enumerate() {
                        let sum = |weights: &[f32]| {
                            let products = (0..channels).map(|i| {
                                f64::from(weights[output * channels + i]) * f64::from(before[i][cell])
                            });
                            f64::from(weights[channels * channels + output]) + products.sum::<f64>()
                        };
                        let (gate, candidate) = (sum(gates), sum(candidates));
                        *slow += (0.5 + 0.5 * gate / (1.0 + gate.abs())) * (candidate - *slow);
                        assert!((f64::from(state.row(output)[cell]) - *slow).abs() < 1e-4);
                        let wanted = f64::from(before[output][cell]) + *slow;
                        assert!((f64::from(trunk.row(output)[cell]) - wanted).abs() < 1e-4);
                    }
                }
            }
            let beyond = state.all().iter().filter(|&&x| x != 0.0).count();
            assert!(beyond <= channels * cells, "the margins stay 0");
        }
    }
}
