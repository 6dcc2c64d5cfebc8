"""The networks: one for each quality that has one. The environment chooses: LULL_QUALITY=standard python3 train.py ..., or best.

engine/src/mask/prior_snr/learned/design.rs has the same.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    # At 48 kHz, with windows of 4096 samples.
    hop_samples: int
    # The analysis window rises slowly and falls in the last hop; otherwise it is a Hann window.
    low_latency: bool
    # From these frequencies on, in Hz, this many bins are one cell.
    cell_sizes: tuple
    # The cepstrum is smoothed in one of so many frames, and held meanwhile.
    cepstrum_every: int
    # Frames that the gain comes after the latest one.
    look_ahead: int
    # Rows between the layers.
    channels: int
    # A number is a convolution over cells at this distance.
    blocks: tuple
    # The loss judges the gain times that of Two-Step, raised to this power, as the engine puts it out.
    two_step_share: float
    # What the mask leaves of noise.
    floor_db: float
    # Of the parts of the loss.
    weights: dict


STANDARD = Design(
    hop_samples=512,
    low_latency=True,
    cell_sizes=((0.0, 1), (1500.0, 2), (3000.0, 4), (6000.0, 8), (9000.0, 16)),
    cepstrum_every=2,
    look_ahead=0,
    channels=8,
    blocks=("recurrence", 2, "recurrence"),
    two_step_share=0.15,
    floor_db=-30,
    weights={"ratio": 0.28, "white_ratio": 0.14, "compressed": 1.0, "strong": 0.20, "residue": 0.04, "calm": 0.15},
)
BEST = Design(
    hop_samples=1024,
    low_latency=False,
    cell_sizes=((0.0, 1), (3000.0, 2), (6000.0, 4), (12000.0, 8)),
    cepstrum_every=1,
    look_ahead=2,
    channels=16,
    blocks=(2, "recurrence", 4, "recurrence"),
    two_step_share=0.0,
    floor_db=-27,
    weights={"ratio": 0.28, "white_ratio": 0.14, "compressed": 1.0, "strong": 0.20, "residue": 0.03, "calm": 0.06},
)
QUALITY = os.environ["LULL_QUALITY"]
DESIGN = {"standard": STANDARD, "best": BEST}[QUALITY]
