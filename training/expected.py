"""Writes what the engine's tests compare with: python3 expected.py WEIGHTS.pt FOLDER

QUALITY_inputs.bin: the inputs of every 16th cell in the last of FRAMES frames; QUALITY_gains.bin: the gains of CELLS cells
in FRAMES frames. Both from figures by formula, which the tests compute as well. 32-bit floats.
"""

import pathlib
import sys

import numpy as np
import torch

from designs import QUALITY
from features import INPUTS, features
from grid import BINS
from network import Network

FRAMES, CELLS = 12, 40


def main():
    folder = pathlib.Path(sys.argv[2])
    network = Network()
    network.load_state_dict(torch.load(sys.argv[1]))
    t, b = np.arange(FRAMES)[:, None], np.arange(BINS)[None]
    posterior = np.exp(2 * np.sin(0.9 * t + 0.013 * b) + 2 * np.sin(0.41 * b + 0.3 * t)).astype(np.float32)
    noise, fluctuation = np.exp(np.sin(0.05 * b[0])), 0.3 + 0.2 * np.sin(0.21 * b[0])
    inputs, _ = features(posterior, noise, fluctuation)
    inputs[:, -1, ::16].astype("<f4").tofile(folder / f"{QUALITY}_inputs.bin")
    i, t, c = np.ogrid[:INPUTS, :FRAMES, :CELLS]
    inputs = np.sin(0.37 * i + 0.53 * t + 0.11 * c).astype(np.float32)
    with torch.no_grad():
        gains = network(torch.from_numpy(inputs)[None])[0].numpy()
    gains.astype("<f4").tofile(folder / f"{QUALITY}_gains.bin")


if __name__ == "__main__":
    main()
