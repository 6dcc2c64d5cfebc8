"""The network: the same at every cell, with a recurrent state for each.

Convolutions over frequency, and recurrences whose gates depend on their input alone (Feng et al. 2024), so that training
needs no matrix product per frame. The gain of a frame comes DESIGN.look_ahead frames later.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from designs import DESIGN
from features import INPUTS, NAMES
from grid import HOP_S
from kernels import Convolution, Scan

POSTERIOR = NAMES.index("posterior")


class Conv(nn.Module):
    def __init__(self, ins, outs, taps=1, step=1, leaky=True):
        super().__init__()
        self.step, self.leaky = step, leaky
        bound = (3 / (ins * taps)) ** 0.5
        self.weight = nn.Parameter(torch.empty(outs, ins, taps).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(outs))

    def forward(self, x):
        return Convolution.apply(x, self.weight, self.bias, self.step, self.leaky)


class Recurrence(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gate, self.candidate = (Conv(channels, channels, leaky=False) for _ in range(2))
        # Time constants from one frame to about half a second.
        with torch.no_grad():
            self.gate.bias.copy_(torch.linspace(1.0, -0.25 / HOP_S, channels))

    def forward(self, x):
        return Scan.apply(self.gate(x), self.candidate(x))


class Network(nn.Module):
    """(batch, INPUTS, frames, cells) -> gain 0 to 1 of the frame DESIGN.look_ahead earlier (batch, frames, cells)."""

    def __init__(self):
        super().__init__()
        channels = DESIGN.channels
        self.look_ahead = DESIGN.look_ahead
        self.first = Conv(INPUTS + self.look_ahead, channels, 3, 1)
        block = lambda kind: Recurrence(channels) if kind == "recurrence" else Conv(channels, channels, 3, kind)
        self.blocks = nn.ModuleList([block(kind) for kind in DESIGN.blocks])
        # With look-ahead, the last layers see the inputs of the frame that the gain is for.
        self.join = Conv(channels + (INPUTS if self.look_ahead else 0), channels)
        self.gain = Conv(channels, 1, leaky=False)

    def forward(self, inputs):
        earlier = lambda x, frames: F.pad(x, (0, 0, frames, 0))[:, :, : x.shape[2]]
        level = inputs[:, POSTERIOR : POSTERIOR + 1]
        x = self.first(torch.cat([inputs, *(earlier(level, n + 1) for n in range(self.look_ahead))], 1))
        for block in self.blocks:
            x = x + block(x)
        if self.look_ahead:
            x = torch.cat([x, earlier(inputs, self.look_ahead)], 1)
        return torch.sigmoid(self.gain(self.join(x)))[:, 0]
