"""The grid of the network: bins of an STFT joined to cells that widen with frequency, as hearing does.

All of it is in hertz and seconds; the windows are those of the engine at 48 kHz.
"""

import numpy as np
from scipy.fft import rfft

from designs import DESIGN

RATE_HZ = 48_000
WINDOW_SAMPLES = 4096
HOP_SAMPLES = DESIGN.hop_samples
HOP_S = HOP_SAMPLES / RATE_HZ
BIN_HZ = RATE_HZ / WINDOW_SAMPLES
BINS = WINDOW_SAMPLES // 2 + 1


def cell_edges(bins=BINS, bin_hz=BIN_HZ):
    """First bin of each cell, and the number of bins at the end."""
    starts = [round(hz / bin_hz) for hz, _ in DESIGN.cell_sizes] + [bins]
    edges = [np.arange(a, min(b, bins), size) for (_, size), a, b in zip(DESIGN.cell_sizes, starts, starts[1:])]
    return np.concatenate([*edges, [bins]])


EDGES = cell_edges()
SIZES = np.diff(EDGES).astype(np.float32)
CELLS = len(SIZES)
CENTRES_HZ = ((EDGES[:-1] + EDGES[1:] - 1) / 2 * BIN_HZ).astype(np.float32)


def joined(bins):
    """Sums over the bins of each cell, along the last axis."""
    return np.add.reduceat(bins, EDGES[:-1], axis=-1)


def spread(cells):
    """Figures of cells to bins, on lines between the centres of the cells."""
    centre = (EDGES[:-1] + EDGES[1:] - 1) / 2
    at = np.clip(np.searchsorted(centre, np.arange(BINS)) - 1, 0, CELLS - 2)
    share = np.clip((np.arange(BINS) - centre[at]) / (centre[at + 1] - centre[at]), 0, 1).astype(np.float32)
    return cells[..., at] * (1 - share) + cells[..., at + 1] * share


def analysis_window():
    """A Hann window, or one that rises over all but the last hop (engine/src/stft/windows.rs)."""
    if not DESIGN.low_latency:
        return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES)
    rise = WINDOW_SAMPLES - HOP_SAMPLES
    quarter_turn = lambda n, of: np.sin(np.pi / 2 * n / of)
    falling = np.arange(HOP_SAMPLES, 0, -1)
    return np.concatenate([quarter_turn(np.arange(rise), rise), quarter_turn(falling, HOP_SAMPLES)])


WINDOW = analysis_window().astype(np.float32)


def stft(x):
    """(frames, bins) of a signal."""
    frames = np.lib.stride_tricks.sliding_window_view(x, WINDOW_SAMPLES)[::HOP_SAMPLES]
    return rfft(frames * WINDOW, axis=-1)
