"""Trains the network: python3 train.py RECORDINGS OUT.pt [--clips N]. Debian's python3-torch serves.

Fixed seeds and a fixed number of clips, so that the same machine gives the same weights.
"""

import argparse
import ctypes
import os
import time

# Threads that wait leave the processor to those that draw clips. Read when the library is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from designs import DESIGN
from grid import HOP_SAMPLES, SIZES
from loss import loss
from mixtures import Mixtures
from network import Network

BATCH, WARM_UP_STEPS, SKIPPED_FRAMES = 4, 100, 8192 // HOP_SAMPLES


class Clips(IterableDataset):
    def __init__(self, folder, seed):
        self.folder, self.seed = folder, seed

    def __iter__(self):
        torch.set_num_threads(1)
        mixtures = Mixtures(self.folder, self.seed)
        while True:
            *arrays, has_sound = mixtures.clip()
            yield *arrays, np.float32(has_sound)


def keep_memory():
    """Arrays of a few MB are used again rather than given back to the system and cleared each time (glibc)."""
    trim_threshold, mmap_threshold = -1, -3
    libc = ctypes.CDLL("libc.so.6")
    libc.mallopt(mmap_threshold, 32 << 20)
    libc.mallopt(trim_threshold, 1 << 30)


def main():
    keep_memory()
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recordings")
    parser.add_argument("out")
    parser.add_argument("--clips", type=int, default=24_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--start", help="weights to begin with")
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    network = Network()
    if args.start:
        network.load_state_dict(torch.load(args.start))
    print(sum(p.numel() for p in network.parameters()), "parameters", flush=True)
    optimiser = torch.optim.Adam(network.parameters(), lr=args.rate, betas=(0.9, 0.99))
    steps = args.clips // BATCH
    sizes = torch.from_numpy(SIZES)
    clips = DataLoader(Clips(args.recordings, args.seed), batch_size=BATCH, num_workers=1, prefetch_factor=4)
    begin, seen = time.time(), []
    for step, (inputs, two_step, powers, learned, has_sound) in enumerate(clips):
        if step == steps:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, step / WARM_UP_STEPS) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
        optimiser.zero_grad()
        late = DESIGN.look_ahead
        frames = slice(SKIPPED_FRAMES, inputs.shape[2] - late)
        gain = network(inputs)[:, late + SKIPPED_FRAMES :] * two_step[:, frames] ** DESIGN.two_step_share
        total, parts = loss(gain, powers[:, :, frames], learned, has_sound, sizes)
        total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        seen.append([float(total), *(float(p) for p in parts.values())])
        if step % 100 == 99:
            means = np.mean(seen[-400:], 0).round(4)
            print(step + 1, f"{time.time() - begin:.0f} s", *(f"{n} {v}" for n, v in zip(("sum", *parts), means)), flush=True)
            torch.save(network.state_dict(), args.out)
    torch.save(network.state_dict(), args.out)


if __name__ == "__main__":
    main()
