"""What a gain is judged by: the distortion, the compressed spectrum, what is lost of strong cells, and calm in noise alone.

All of it on cells: powers over the learned noise of the mixture (heard), the sound, the noise, and the correlation of
mixture and sound, (batch, frames, cells) each.
"""

import torch

from designs import DESIGN
from grid import HOP_SAMPLES

FLOOR = 10 ** (DESIGN.floor_db / 20)
COMPRESSED = 0.3
STRONG = 4.0
# A cell whose sound is this far (13 dB) below the learned noise is noise alone.
NOISE_ALONE = 0.05
# A rise is looked for over 43 ms.
RISE_FRAMES = 2048 // HOP_SAMPLES


def loss(gain, powers, learned, has_sound, sizes):
    """(sum, parts) of a batch."""
    heard, sound, noise, both = powers.unbind(1)
    floored = torch.sqrt(gain * gain + FLOOR * FLOOR * (1 - gain * gain))
    parts = {
        "ratio": ratio(floored, heard, sound, noise, both, has_sound, learned),
        "white_ratio": ratio(floored, heard, sound, noise, both, has_sound, torch.ones_like(learned)),
        "compressed": compressed(floored, heard, sound, noise, sizes),
        "strong": strong(floored, heard, sound, sizes),
        "residue": residue(floored, heard, sound, sizes),
        "calm": calm(floored, heard, sizes, has_sound),
    }
    return sum(DESIGN.weights[name] * part for name, part in parts.items()), parts


def ratio(gain, heard, sound, noise, both, has_sound, weights):
    """log10 of the power of the distortion over that of the noise, mean over the clips with sound."""
    weights = weights[:, None]
    error = ((gain * gain * heard - 2 * gain * both + sound) * weights).sum((1, 2)).clamp(min=0)
    logs = torch.log10((error + 1) / ((noise * weights).sum((1, 2)) + 1))
    return (logs * has_sound).sum() / has_sound.sum().clamp(min=1)


def compressed(gain, heard, sound, noise, sizes):
    wanted = (sound + FLOOR * FLOOR * noise) / sizes
    got = gain * gain * heard / sizes
    return ((((got + 1e-6) ** (COMPRESSED / 2)) - ((wanted + 1e-6) ** (COMPRESSED / 2))) ** 2).mean()


def strong(gain, heard, sound, sizes):
    """Squared level error, in tens of dB, where the sound stands 6 dB over the noise; a rise counts twice."""
    counted = (sound > STRONG * sizes).float()
    rise = torch.zeros_like(counted)
    rise[:, RISE_FRAMES:] = (sound[:, RISE_FRAMES:] > 4 * sound[:, :-RISE_FRAMES]).float()
    counted = counted * (1 + rise)
    lost = torch.log10((gain * gain * heard + 1e-6) / (sound + 1e-6)).clamp(-3, 0.6) ** 2
    return (counted * lost).sum() / (counted.sum() + 1000)


def residue(gain, heard, sound, sizes):
    """How far noise alone stands over the floor."""
    alone = (sound < NOISE_ALONE * sizes).float()
    over = torch.log10(1 + gain * gain * heard / (4 * FLOOR * FLOOR * sizes))
    return (alone * over).sum() / (alone.sum() + 1000)


def calm(gain, heard, sizes, has_sound):
    """log10 of the kurtosis that the mask adds to noise alone: single cells that stand out are musical noise."""
    heard = heard / sizes
    out = gain * gain * heard
    kurtosis = lambda p: (p * p).mean((1, 2)) / (p.mean((1, 2)) ** 2 + 1e-12)
    added = torch.log10(kurtosis(out) / kurtosis(heard)).clamp(min=0)
    alone = 1 - has_sound
    return (added * alone).sum() / alone.sum().clamp(min=1)
