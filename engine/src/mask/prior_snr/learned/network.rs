//! The network: convolutions over cells, and two recurrences that remember what a cell held. `training/network.py` is the
//! same.

use super::inputs::{INPUTS, POSTERIOR};
use super::layer::{Activation, Layer, Rows};
use crate::math::exp2;
use crate::vectorised::vectorised;

/// Rows between the layers.
const CHANNELS: usize = 16;
/// Frames that the gain comes after the latest one.
pub(super) const LOOK_AHEAD: usize = 2;

/// The weights.
pub(super) struct Network {
    first: Layer,
    second: Layer,
    third: Layer,
    recurrences: [Recurrence; 2],
    join: Layer,
    gain: Layer,
}

struct Recurrence {
    gate: Layer,
    candidate: Layer,
}

/// The memory of one mask.
pub(super) struct NetworkMemory {
    states: [Rows; 2],
    /// The inputs of the last frames, and the index of the oldest.
    earlier: [Rows; LOOK_AHEAD],
    oldest: usize,
}

/// Rows between the layers, needed only while a frame is computed.
pub(super) struct NetworkScratch {
    /// The inputs of a frame, then the levels of the frames before it.
    pub(super) inputs: Rows,
    /// The layers' output, then, for the last layers, the inputs of the frame that the gain is for.
    trunk: Rows,
    side: Rows,
    other: Rows,
}

impl NetworkMemory {
    /// Setup only.
    pub(super) fn new(cells: usize) -> Self {
        Self {
            states: [Rows::new(CHANNELS, cells), Rows::new(CHANNELS, cells)],
            earlier: [Rows::new(INPUTS, cells), Rows::new(INPUTS, cells)],
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
        self.oldest = other.oldest;
    }
}

impl NetworkScratch {
    /// Setup only.
    pub(super) fn new(cells: usize) -> Self {
        Self {
            inputs: Rows::new(INPUTS + LOOK_AHEAD, cells),
            trunk: Rows::new(CHANNELS + INPUTS, cells),
            side: Rows::new(CHANNELS, cells),
            other: Rows::new(CHANNELS, cells),
        }
    }
}

impl Network {
    /// From the weights as `training/export.py` writes them. Setup only.
    pub(super) fn new(weights: &[f32]) -> Self {
        use Activation::{AddLeaky, Leaky, Linear};
        let mut rest = weights;
        let stored = &mut rest;
        let first = Layer::take(stored, [INPUTS + LOOK_AHEAD, CHANNELS], [3, 1], Leaky);
        let second = Layer::take(stored, [CHANNELS, CHANNELS], [3, 2], AddLeaky);
        let third = Layer::take(stored, [CHANNELS, CHANNELS], [3, 4], AddLeaky);
        let recurrences = std::array::from_fn(|_| Recurrence {
            gate: Layer::take(stored, [CHANNELS, CHANNELS], [1, 1], Linear),
            candidate: Layer::take(stored, [CHANNELS, CHANNELS], [1, 1], Linear),
        });
        let join = Layer::take(stored, [CHANNELS + INPUTS, CHANNELS], [1, 1], Leaky);
        let gain = Layer::take(stored, [CHANNELS, 1], [1, 1], Linear);
        assert!(rest.is_empty(), "{} weights too many", rest.len());
        Self { first, second, third, recurrences, join, gain }
    }

    /// Computes the gain, 0 to 1, of every cell [`LOOK_AHEAD`] frames ago from the inputs of this frame, which are in
    /// the first rows of `scratch.inputs`. RT-safe.
    pub(super) fn gains(&self, memory: &mut NetworkMemory, scratch: &mut NetworkScratch, gains: &mut [f32]) {
        let NetworkScratch { inputs, trunk, side, other } = scratch;
        let NetworkMemory { states, earlier, oldest } = memory;
        let newest = (*oldest + LOOK_AHEAD - 1) % LOOK_AHEAD;
        for (row, frame) in [(INPUTS, newest), (INPUTS + 1, *oldest)] {
            inputs.row_mut(row).copy_from_slice(earlier[frame].row(POSTERIOR));
        }
        self.first.apply(inputs, trunk);
        let [early, late] = &self.recurrences;
        self.second.add(trunk, side);
        early.advance(trunk, side, other, &mut states[0]);
        self.third.add(trunk, side);
        late.advance(trunk, side, other, &mut states[1]);
        for row in 0..INPUTS {
            trunk.row_mut(CHANNELS + row).copy_from_slice(earlier[*oldest].row(row));
            earlier[*oldest].row_mut(row).copy_from_slice(inputs.row(row));
        }
        *oldest = (*oldest + 1) % LOOK_AHEAD;
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

impl Recurrence {
    /// Moves the state towards the candidate as far as the gate is open, and adds it to the trunk. RT-safe.
    fn advance(&self, trunk: &mut Rows, gate: &mut Rows, candidate: &mut Rows, state: &mut Rows) {
        self.gate.apply(trunk, gate);
        self.candidate.apply(trunk, candidate);
        remember(gate.all(), candidate.all(), state.all_mut(), trunk.all_mut());
    }
}

vectorised! {
    fn remember(gate: &[f32], candidate: &[f32], state: &mut [f32], trunk: &mut [f32]) {
        for (((state, trunk), gate), candidate) in state.iter_mut().zip(trunk).zip(gate).zip(candidate) {
            let open = 0.5 + 0.5 * gate / (1.0 + gate.abs());
            *state += open * (candidate - *state);
            *trunk += *state;
        }
    }

    /// The logistic function.
    fn open(values: &[f32], gains: &mut [f32]) {
        for (gain, value) in gains.iter_mut().zip(values) {
            *gain = 1.0 / (1.0 + exp2(-std::f32::consts::LOG2_E * value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::weights::{floats, stored};
    use super::*;

    const CELLS: usize = 40;

    #[test]
    fn gains_are_those_of_the_trained_network() {
        let expected = floats(include_bytes!("expected_gains.bin"));
        let (mut memory, mut scratch) = (NetworkMemory::new(CELLS), NetworkScratch::new(CELLS));
        let network = Network::new(&stored());
        let mut gains = [0.0; CELLS];
        assert_eq!(expected.len(), 12 * CELLS);
        for (t, expected) in expected.chunks_exact(CELLS).enumerate() {
            for i in 0..INPUTS {
                for (c, input) in scratch.inputs.row_mut(i).iter_mut().enumerate() {
                    *input = (0.37 * i as f64 + 0.53 * t as f64 + 0.11 * c as f64).sin() as f32;
                }
            }
            network.gains(&mut memory, &mut scratch, &mut gains);
            for (c, (got, wanted)) in gains.iter().zip(expected).enumerate() {
                assert!((got - wanted).abs() < 1e-4, "frame {t}, cell {c}: {got} {wanted}");
            }
        }
    }
}
