"""The network: the same at every cell, with a recurrent state for each.

Convolutions over frequency, and recurrences whose gates depend on their input alone (Feng et al. 2024), so that training
needs no matrix product per frame. The gain of a frame comes LOOK_AHEAD frames later.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from features import INPUTS, NAMES
from kernels import Convolution, Scan

CHANNELS = 16
LOOK_AHEAD = 2
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
        # Time constants from one frame to a second.
        with torch.no_grad():
            self.gate.bias.copy_(torch.linspace(1.0, -12.0, channels))

    def forward(self, x):
        return Scan.apply(self.gate(x), self.candidate(x))


class Network(nn.Module):
    """(batch, INPUTS, frames, cells) -> gain 0 to 1 of the frame LOOK_AHEAD earlier (batch, frames, cells)."""

    def __init__(self, channels=CHANNELS, look_ahead=LOOK_AHEAD):
        super().__init__()
        self.look_ahead = look_ahead
        self.first = Conv(INPUTS + look_ahead, channels, 3, 1)
        self.second, self.third = Conv(channels, channels, 3, 2), Conv(channels, channels, 3, 4)
        self.recur, self.again = Recurrence(channels), Recurrence(channels)
        self.join, self.gain = Conv(channels + INPUTS, channels), Conv(channels, 1, leaky=False)

    def forward(self, inputs):
        earlier = lambda x, frames: F.pad(x, (0, 0, frames, 0))[:, :, : x.shape[2]]
        due = earlier(inputs, self.look_ahead)
        level = inputs[:, POSTERIOR : POSTERIOR + 1]
        x = self.first(torch.cat([inputs, *(earlier(level, n + 1) for n in range(self.look_ahead))], 1))
        x = x + self.second(x)
        x = x + self.recur(x)
        x = x + self.third(x)
        x = x + self.again(x)
        return torch.sigmoid(self.gain(self.join(torch.cat([x, due], 1))))[:, 0]
