//! A layer of the network: a convolution over cells, the same at every cell.
//!
//! Activations are rows, one per channel, with zeros before the first and after the last cell, which the convolution reads
//! there. Multiplications are fused with additions where the processor can. The loops run over 16 cells and 4 outputs at a time: as many sums as fit into the vector registers of AVX2.

use std::ops::Range;

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, f32x16};

/// Zeros at either end of a row; no layer reaches further.
pub(super) const MARGIN: usize = 8;
/// Cells, and outputs, that are computed at a time.
const CELLS: usize = 16;
const OUTPUTS: usize = 4;
/// Slope of the activation below 0.
const LEAK: f32 = 0.1;

/// Rows of cells.
pub(super) struct Rows {
    cells: usize,
    row: usize,
    values: Vec<f32>,
}

impl Rows {
    /// Zeros. Setup only.
    pub(super) fn new(rows: usize, cells: usize) -> Self {
        let row = 2 * MARGIN + cells.next_multiple_of(CELLS);
        Self { cells, row, values: vec![0.0; rows * row] }
    }

    /// Number of cells. RT-safe.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// Length of a row with its margins; the last cells are followed by room for a vector. RT-safe.
    pub(super) fn length(&self) -> usize {
        self.row
    }

    /// The cells of a row. RT-safe.
    pub(super) fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.row + MARGIN..][..self.cells]
    }

    /// The cells of a row, to be written. RT-safe.
    pub(super) fn row_mut(&mut self, index: usize) -> &mut [f32] {
        &mut self.values[index * self.row + MARGIN..][..self.cells]
    }

    /// All rows with their margins, which are 0 and must stay so. RT-safe.
    pub(super) fn all(&self) -> &[f32] {
        &self.values
    }

    /// As [`Self::all`], to be written. RT-safe.
    pub(super) fn all_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Sets every cell of every row. RT-safe.
    pub(super) fn fill(&mut self, value: f32) {
        self.each_mut(|row| row.fill(value));
    }

    /// Calls `change` with the cells of every row. RT-safe if it is.
    pub(super) fn each_mut(&mut self, change: impl Fn(&mut [f32])) {
        (0..self.values.len() / self.row).for_each(|row| change(self.row_mut(row)));
    }
}

/// What follows the sum of a layer.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Activation {
    /// Nothing.
    Linear,
    /// The sum, or a tenth of it below 0.
    Leaky,
    /// [`Self::Leaky`] of the sum and what the output holds.
    LeakyOver,
    /// [`Self::Leaky`], added to what the output holds.
    AddLeaky,
}

/// The weights of a layer.
pub(super) struct Layer {
    inputs: usize,
    outputs: usize,
    taps: usize,
    /// Distance of the taps, in cells.
    step: usize,
    activation: Activation,
    /// For each group of 4 outputs: their biases, then their weights by input and tap. Missing outputs are 0.
    weights: Vec<f32>,
}

impl Layer {
    /// Takes its weights (outputs x inputs x taps, then the biases) from the front of `stored`. Setup only.
    pub(super) fn take(
        stored: &mut &[f32],
        [inputs, outputs]: [usize; 2],
        [taps, step]: [usize; 2],
        activation: Activation,
    ) -> Self {
        assert!(taps / 2 * step <= MARGIN, "{taps} taps at a distance of {step}");
        let (weights, rest) = stored.split_at(outputs * inputs * taps);
        let (biases, rest) = rest.split_at(outputs);
        *stored = rest;
        let mut grouped = Vec::new();
        for group in (0..outputs).step_by(OUTPUTS) {
            let of = |values: &[f32], stride: usize, offset: usize| -> [f32; OUTPUTS] {
                std::array::from_fn(|o| values.get((group + o) * stride + offset).copied().unwrap_or(0.0))
            };
            grouped.extend(of(biases, 1, 0));
            (0..inputs * taps).for_each(|place| grouped.extend(of(weights, inputs * taps, place)));
        }
        Self { inputs, outputs, taps, step, activation, weights: grouped }
    }

    /// Takes a layer from the front of `stored` as two: one of the inputs in `constant`, with the biases, whose rows the other
    /// one, of the other inputs in their order, is computed over. Setup only.
    pub(super) fn take_split(
        stored: &mut &[f32],
        [inputs, outputs]: [usize; 2],
        [taps, step]: [usize; 2],
        constant: Range<usize>,
    ) -> [Self; 2] {
        let (weights, rest) = stored.split_at(outputs * inputs * taps);
        let (biases, rest) = rest.split_at(outputs);
        *stored = rest;
        let part = |is_in: &dyn Fn(&usize) -> bool, biases: &[f32], activation| {
            let places: Vec<usize> = (0..inputs).filter(is_in).collect();
            let of = |output: usize, input: usize| &weights[(output * inputs + input) * taps..][..taps];
            let own = (0..outputs).flat_map(|output| places.iter().flat_map(move |&input| of(output, input)));
            let stored: Vec<f32> = own.chain(biases).copied().collect();
            Self::take(&mut &*stored, [places.len(), outputs], [taps, step], activation)
        };
        [
            part(&|input| constant.contains(input), biases, Activation::Linear),
            part(&|input| !constant.contains(input), &vec![0.0; outputs], Activation::LeakyOver),
        ]
    }

    /// Computes the layer's rows from the first rows of `input`. RT-safe.
    pub(super) fn apply(&self, input: &Rows, output: &mut Rows) {
        debug_assert_eq!((input.cells, input.row), (output.cells, output.row));
        let row = input.row;
        let input = &input.all()[..self.inputs * row];
        let groups = self.weights.chunks_exact(OUTPUTS * (1 + self.inputs * self.taps));
        let cells = output.cells;
        for (weights, rows) in groups.zip(output.all_mut()[..self.outputs * row].chunks_mut(OUTPUTS * row)) {
            let shape = Shape { row, cells, step: self.step, activation: self.activation };
            group(self.taps, shape, weights, input, rows);
        }
    }
}

/// The layout of the rows, and how a layer reads and writes them.
#[derive(Clone, Copy)]
struct Shape {
    row: usize,
    cells: usize,
    step: usize,
    activation: Activation,
}

/// Computes a group of outputs with the widest vectors of the processor.
fn group(taps: usize, shape: Shape, weights: &[f32], input: &[f32], output: &mut [f32]) {
    fearless_simd::dispatch!(Level::new(), simd => simd.vectorize(
        #[inline(always)]
        || match taps {
            1 => group_of::<_, 1>(simd, shape, weights, input, output),
            _ => group_of::<_, 3>(simd, shape, weights, input, output),
        }
    ));
}

/// Written with vector types and one variable a sum, because the compiler keeps arrays of sums in memory.
#[inline(always)]
fn group_of<S: Simd, const TAPS: usize>(
    simd: S,
    shape: Shape,
    weights: &[f32],
    input: &[f32],
    output: &mut [f32],
) {
    let Some((&biases, weights)) = weights.split_first_chunk::<OUTPUTS>() else { return };
    let weights = weights.as_chunks::<OUTPUTS>().0.as_chunks::<TAPS>().0;
    for first in (0..shape.cells).step_by(CELLS) {
        let [mut a, mut b, mut c, mut d] = biases.map(
            #[inline(always)]
            |bias| f32x16::splat(simd, bias),
        );
        for (row, weights) in input.chunks_exact(shape.row).zip(weights) {
            for (tap, &[to_a, to_b, to_c, to_d]) in weights.iter().enumerate() {
                let from = MARGIN + first + tap * shape.step - TAPS / 2 * shape.step;
                let values = f32x16::from_slice(simd, &row[from..from + CELLS]);
                a = values.mul_add(to_a, a);
                b = values.mul_add(to_b, b);
                c = values.mul_add(to_c, c);
                d = values.mul_add(to_d, d);
            }
        }
        for (sum, row) in [a, b, c, d].into_iter().zip(output.chunks_exact_mut(shape.row)) {
            let output = &mut row[MARGIN + first..][..CELLS];
            let result = match shape.activation {
                Activation::Linear => sum,
                Activation::Leaky => sum.max(sum * LEAK),
                Activation::LeakyOver => {
                    let sum = sum + f32x16::from_slice(simd, output);
                    sum.max(sum * LEAK)
                }
                Activation::AddLeaky => f32x16::from_slice(simd, output) + sum.max(sum * LEAK),
            };
            result.store_slice(output);
        }
    }
    // The last cells may have been computed beyond the end of the row.
    for row in output.chunks_exact_mut(shape.row) {
        row[MARGIN + shape.cells..].fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, cell by cell.
    fn slow(layer: &Layer, stored: &[f32], input: &Rows, output: usize, cell: usize) -> f32 {
        let weights = &stored[output * layer.inputs * layer.taps..];
        let mut sum = f64::from(stored[layer.outputs * layer.inputs * layer.taps + output]);
        for i in 0..layer.inputs {
            for tap in 0..layer.taps {
                let at = (cell + tap * layer.step).checked_sub(layer.taps / 2 * layer.step);
                let value = at.and_then(|at| input.row(i).get(at)).copied().unwrap_or(0.0);
                sum += f64::from(weights[i * layer.taps + tap]) * f64::from(value);
            }
        }
        sum as f32
    }

    #[test]
    fn is_the_convolution_of_the_definition_for_any_number_of_cells() {
        let figure = |n: usize| ((n * n % 977) as f32 * 0.7).sin();
        for (inputs, outputs, taps, step, cells) in
            [(3, 1, 1, 1, 5), (13, 16, 3, 1, 129), (16, 16, 3, 4, 641), (5, 6, 3, 2, 16), (2, 4, 3, 4, 1)]
        {
            use Activation::{AddLeaky, Leaky, LeakyOver, Linear};
            for activation in [Linear, Leaky, LeakyOver, AddLeaky] {
                let stored: Vec<f32> = (0..outputs * (inputs * taps + 1)).map(figure).collect();
                let mut rest = stored.as_slice();
                let layer = Layer::take(&mut rest, [inputs, outputs], [taps, step], activation);
                assert!(rest.is_empty());
                let (mut input, mut output) = (Rows::new(inputs, cells), Rows::new(outputs, cells));
                for row in 0..inputs {
                    input
                        .row_mut(row)
                        .iter_mut()
                        .enumerate()
                        .for_each(|(c, x)| *x = figure(31 * row + c + 7));
                }
                output.fill(0.5);
                layer.apply(&input, &mut output);
                for (o, cell) in (0..outputs).flat_map(|o| (0..cells).map(move |cell| (o, cell))) {
                    let sum = slow(&layer, &stored, &input, o, cell);
                    let leaky = |sum: f32| if sum > 0.0 { sum } else { 0.1 * sum };
                    let wanted = match activation {
                        Linear => sum,
                        Leaky => leaky(sum),
                        LeakyOver => leaky(0.5 + sum),
                        AddLeaky => 0.5 + leaky(sum),
                    };
                    let got = output.row(o)[cell];
                    assert!((got - wanted).abs() < 1e-4, "{outputs} outputs, {cells} cells: {got} {wanted}");
                }
                let margins = output.all().iter().filter(|&&x| x != 0.0).count();
                assert!(margins <= outputs * cells, "the margins stay 0");
            }
        }
    }

    #[test]
    fn a_split_layer_is_the_whole_one() {
        let stored: Vec<f32> = (0..6 * (5 * 3 + 1)).map(|n| ((n * n % 977) as f32 * 0.7).sin()).collect();
        let mut whole = &*stored;
        let mut split = &*stored;
        let layer = Layer::take(&mut whole, [5, 6], [3, 2], Activation::Leaky);
        let [constant, varying] = Layer::take_split(&mut split, [5, 6], [3, 2], 1..3);
        assert!(whole.is_empty() && split.is_empty());
        let rows = |inputs: &[usize]| {
            let mut rows = Rows::new(inputs.len(), 20);
            for (row, input) in inputs.iter().enumerate() {
                let cells = rows.row_mut(row).iter_mut().enumerate();
                cells.for_each(|(cell, x)| *x = ((31 * input + cell) as f32).cos());
            }
            rows
        };
        let (mut wanted, mut got) = (Rows::new(6, 20), Rows::new(6, 20));
        layer.apply(&rows(&[0, 1, 2, 3, 4]), &mut wanted);
        constant.apply(&rows(&[1, 2]), &mut got);
        varying.apply(&rows(&[0, 3, 4]), &mut got);
        for (got, wanted) in got.all().iter().zip(wanted.all()) {
            assert!((got - wanted).abs() < 1e-5, "{got} {wanted}");
        }
    }
}
