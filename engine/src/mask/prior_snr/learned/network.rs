//! The network: convolutions over cells, and recurrences that remember what a cell held. `training/network.py` is the
//! same.

use super::design::{BlockKind, Design};
use super::inputs::{CONSTANT, INPUTS, POSTERIOR};
use super::layer::{Activation, Layer, Rows};
use super::recurrence::Recurrence;
use crate::math::exp2;
use crate::vectorised::vectorised;

/// The weights.
pub(super) struct Network {
    design: &'static Design,
    /// The first layer: of the constant inputs, and of the others.
    first: [Layer; 2],
    blocks: Vec<Block>,
    join: Layer,
    gain: Layer,
}

enum Block {
    Convolution(Layer),
    Recurrence(Recurrence),
}

/// The memory of one mask.
pub(super) struct NetworkMemory {
    /// Of each recurrence.
    states: Vec<Rows>,
    /// What the constant inputs give in the first layer.
    base: Rows,
    /// The inputs of the frames that wait for the look-ahead, and the index of the oldest.
    earlier: Vec<Rows>,
    oldest: usize,
}

/// Rows between the layers, needed only while a frame is computed.
pub(super) struct NetworkScratch {
    /// The inputs of a frame but the constant ones, then the levels of the frames before it.
    pub(super) inputs: Rows,
    /// The layers' output, then, with look-ahead, the inputs of the frame that the gain is for.
    trunk: Rows,
    side: Rows,
    other: Rows,
}

/// Rows that the last layers read.
fn join_inputs(design: &Design) -> usize {
    design.channels + if design.look_ahead_hops > 0 { INPUTS } else { 0 }
}

impl NetworkMemory {
    /// Setup only.
    pub(super) fn new(design: &Design, cells: usize) -> Self {
        let recurrences = design.blocks.iter().filter(|block| matches!(block, BlockKind::Recurrence)).count();
        Self {
            states: (0..recurrences).map(|_| Rows::new(design.channels, cells)).collect(),
            base: Rows::new(design.channels, cells),
            earlier: (0..design.look_ahead_hops).map(|_| Rows::new(INPUTS, cells)).collect(),
            oldest: 0,
        }
    }

    /// Forgets all frames. RT-safe.
    pub(super) fn reset(&mut self) {
        self.states.iter_mut().chain(&mut self.earlier).for_each(|rows| rows.fill(0.0));
    }

    /// Copies the memory of another one on the same grid. RT-safe.
    pub(super) fn copy_from(&mut self, other: &Self) {
        let own = self.states.iter_mut().chain(&mut self.earlier);
        for (own, other) in own.zip(other.states.iter().chain(&other.earlier)) {
            own.all_mut().copy_from_slice(other.all());
        }
        self.base.all_mut().copy_from_slice(other.base.all());
        self.oldest = other.oldest;
    }
}

impl NetworkScratch {
    /// Setup only.
    pub(super) fn new(design: &Design, cells: usize) -> Self {
        let Design { channels, look_ahead_hops, .. } = *design;
        Self {
            inputs: Rows::new(CONSTANT.start + look_ahead_hops, cells),
            trunk: Rows::new(join_inputs(design), cells),
            side: Rows::new(channels, cells),
            other: Rows::new(channels, cells),
        }
    }
}

impl NetworkScratch {
    /// Overwrites all cells by `spoil`. RT-safe.
    #[cfg(debug_assertions)]
    pub(super) fn spoil(&mut self, spoil: impl Fn(&mut [f32])) {
        let Self { inputs, trunk, side, other } = self;
        [inputs, trunk, side, other].into_iter().for_each(|rows| rows.each_mut(&spoil));
    }
}

impl Network {
    /// From the weights of the design. Setup only.
    pub(super) fn new(design: &'static Design) -> Self {
        use Activation::{AddLeaky, Leaky, Linear};
        let weights = design.stored();
        let mut rest = &*weights;
        let stored = &mut rest;
        let channels = design.channels;
        let first = Layer::take_split(stored, [INPUTS + design.look_ahead_hops, channels], [3, 1], CONSTANT);
        let mut blocks = Vec::new();
        for block in design.blocks {
            blocks.push(match *block {
                BlockKind::Convolution(step) => {
                    Block::Convolution(Layer::take(stored, [channels; 2], [3, step], AddLeaky))
                }
                BlockKind::Recurrence => Block::Recurrence(Recurrence::take(stored, channels)),
            });
        }
        let join = Layer::take(stored, [join_inputs(design), channels], [1, 1], Leaky);
        let gain = Layer::take(stored, [channels, 1], [1, 1], Linear);
        assert!(rest.is_empty(), "{} weights too many", rest.len());
        Self { design, first, blocks, join, gain }
    }

    /// To be called before [`Self::gains`] when the constant inputs have changed. RT-safe.
    pub(super) fn set_constants(&self, constants: &Rows, memory: &mut NetworkMemory) {
        self.first[0].apply(constants, &mut memory.base);
    }

    /// Computes the gain, 0 to 1, of every cell one look-ahead ago from the inputs of this frame: the constant ones, and the
    /// others, which are in the first rows of `scratch.inputs`. RT-safe.
    pub(super) fn gains(
        &self,
        constants: &Rows,
        memory: &mut NetworkMemory,
        scratch: &mut NetworkScratch,
        gains: &mut [f32],
    ) {
        let NetworkScratch { inputs, trunk, side, other } = scratch;
        let NetworkMemory { states, base, earlier, oldest } = memory;
        let frames = earlier.len();
        for ago in 0..frames {
            let frame = (*oldest + frames - 1 - ago) % frames;
            inputs.row_mut(CONSTANT.start + ago).copy_from_slice(earlier[frame].row(POSTERIOR));
        }
        trunk.all_mut()[..base.all().len()].copy_from_slice(base.all());
        self.first[1].apply(inputs, trunk);
        let mut states = states.iter_mut();
        for block in &self.blocks {
            match block {
                Block::Convolution(layer) => layer.add(trunk, side),
                Block::Recurrence(recurrence) => {
                    let Some(state) = states.next() else { continue };
                    recurrence.advance(trunk, state);
                }
            }
        }
        if let Some(due) = earlier.get_mut(*oldest) {
            for row in 0..INPUTS {
                trunk.row_mut(self.design.channels + row).copy_from_slice(due.row(row));
                let of_frame = if CONSTANT.contains(&row) {
                    constants.row(row - CONSTANT.start)
                } else {
                    inputs.row(row)
                };
                due.row_mut(row).copy_from_slice(of_frame);
            }
            *oldest = (*oldest + 1) % frames;
        }
        self.join.apply(trunk, side);
        self.gain.apply(side, other);
        open(other.row(0), gains);
    }
}

impl Layer {
    /// Adds the layer's output to its input. RT-safe.
    fn add(&self, trunk: &mut Rows, scratch: &mut Rows) {
        let rows = scratch.all().len();
        scratch.all_mut().copy_from_slice(&trunk.all()[..rows]);
        self.apply(scratch, trunk);
    }
}

vectorised! {
    /// The logistic function.
    fn open(values: &[f32], gains: &mut [f32]) {
        for (gain, value) in gains.iter_mut().zip(values) {
            *gain = 1.0 / (1.0 + exp2(-std::f32::consts::LOG2_E * value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::{BEST, STANDARD, floats};
    use super::*;

    const CELLS: usize = 40;

    #[test]
    fn gains_are_those_of_the_trained_networks() {
        let of_best = floats(include_bytes!("best_gains.bin"));
        let of_standard = floats(include_bytes!("standard_gains.bin"));
        for (design, expected) in [(&BEST, of_best), (&STANDARD, of_standard)] {
            let mut memory = NetworkMemory::new(design, CELLS);
            let mut scratch = NetworkScratch::new(design, CELLS);
            let network = Network::new(design);
            let mut constants = Rows::new(CONSTANT.len(), CELLS);
            let mut gains = [0.0; CELLS];
            assert_eq!(expected.len(), 12 * CELLS);
            for (t, expected) in expected.chunks_exact(CELLS).enumerate() {
                for i in 0..INPUTS {
                    let row = if CONSTANT.contains(&i) {
                        constants.row_mut(i - CONSTANT.start)
                    } else {
                        scratch.inputs.row_mut(i)
                    };
                    for (c, input) in row.iter_mut().enumerate() {
                        *input = (0.37 * i as f64 + 0.53 * t as f64 + 0.11 * c as f64).sin() as f32;
                    }
                }
                network.set_constants(&constants, &mut memory);
                network.gains(&constants, &mut memory, &mut scratch, &mut gains);
                for (c, (got, wanted)) in gains.iter().zip(expected).enumerate() {
                    assert!((got - wanted).abs() < 1e-4, "frame {t}, cell {c}: {got} {wanted}");
                }
            }
        }
    }
}
