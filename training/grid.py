"""The grid of the network: bins of an STFT joined to cells that widen with frequency, as hearing does.

All of it is in hertz and seconds; 48 kHz, a window of 4096 and hops of 1024 samples are what Best has at that rate.
"""

import numpy as np
from scipy.fft import rfft

RATE_HZ = 48_000
WINDOW_SAMPLES = 4096
HOP_SAMPLES = 1024
HOP_S = HOP_SAMPLES / RATE_HZ
BIN_HZ = RATE_HZ / WINDOW_SAMPLES
BINS = WINDOW_SAMPLES // 2 + 1
# From these frequencies on, this many bins are one cell.
CELL_SIZES = ((0.0, 1), (3000.0, 2), (6000.0, 4), (12000.0, 8))


def cell_edges(bins=BINS, bin_hz=BIN_HZ):
    """First bin of each cell, and the number of bins at the end."""
    starts = [round(hz / bin_hz) for hz, _ in CELL_SIZES] + [bins]
    edges = [np.arange(a, min(b, bins), size) for (_, size), a, b in zip(CELL_SIZES, starts, starts[1:])]
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


def stft(x):
    """(frames, bins) of a signal, Hann window."""
    frames = np.lib.stride_tricks.sliding_window_view(x, WINDOW_SAMPLES)[::HOP_SAMPLES]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW_SAMPLES) / WINDOW_SAMPLES)).astype(np.float32)
    return rfft(frames * window, axis=-1)
