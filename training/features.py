"""What the network is told of a cell: SNRs over the learned noise, their means around it, and where it lies.

Nothing here knows a level: every figure is relative to the learned noise. Arrays are (frames, cells) or (frames, bins).
"""

import numpy as np
from scipy.fft import dct, idct

from designs import DESIGN
from grid import BIN_HZ, BINS, CELLS, CENTRES_HZ, EDGES, HOP_S, SIZES, joined

NAMES = (
    "prior", "two_step", "posterior", "share", "wide", "broad", "narrow", "slow", "cepstral", "place", "fluctuation",
    "line",
)
INPUTS = len(NAMES)

# Decision-directed a-priori SNR (Ephraim and Malah 1984), as in engine/src/mask/prior_snr/memory.rs.
DECISION_S = 0.25
CLEAR_RISE, FORGOTTEN_IN_A_RISE = 10.0, 0.5
LOWEST_PRIOR, LARGEST_SNR = 3.16e-3, 1e6
# Means of the SNR: a cell counts at most as CAPPED (15 dB), so that one strong cell does not stand for its neighbours.
CAPPED = 30.0
WIDE_HZ, BROAD_HZ, NARROW_HZ = 1400.0, 6000.0, 70.0
LINE_HZ, LARGEST_FLUCTUATION = 200.0, 2.0
NARROW_S, SLOW_S = 0.08, 0.4
# Cepstral smoothing (Breithaupt, Gerkmann and Martin 2007) up to CEPSTRUM_HZ.
CEPSTRUM_BINS = 512
LOWEST_PITCH_HZ, HIGHEST_PITCH_HZ = 70.0, 400.0
ENVELOPE_HZ = 800.0
PITCH_S, REST_S = 0.02, 0.09
PITCH_HALF_WIDTH = 2


def level(snr):
    """-1 to 3 for -20 to 60 dB."""
    return 0.5 * np.log10(np.clip(snr, 1e-2, 1e6))


def features(posterior_bins, noise_power, fluctuation):
    """(INPUTS, frames, CELLS) of posterior SNRs (frames, BINS), the learned noise (BINS) and how much it fluctuates (BINS):
    the variance of its amplitude over the squared mean. 0 for a steady tone, .27 for Gaussian noise. And the gain of Two-Step
    (frames, CELLS)."""
    noise = (joined(noise_power) / SIZES)[None]
    steady = np.minimum(joined(np.minimum(fluctuation, LARGEST_FLUCTUATION)) / SIZES, LARGEST_FLUCTUATION)
    posterior = joined(posterior_bins) / SIZES
    prior = decision_directed(posterior)
    gain = prior / (1 + prior)
    capped = np.minimum(posterior, CAPPED)
    wide, broad, close = (box(capped, hz) for hz in (WIDE_HZ, BROAD_HZ, NARROW_HZ))
    place = np.broadcast_to(np.log2(np.maximum(CENTRES_HZ, 30) / 1000) / 4, posterior.shape)
    after = np.clip(gain * gain * posterior, LOWEST_PRIOR, LARGEST_SNR)
    inputs = np.stack([
        level(prior),
        level(gain * gain * posterior),
        level(posterior),
        posterior / (1 + posterior),
        level(wide),
        level(broad),
        level(one_pole(close, NARROW_S)),
        level(one_pole(np.minimum(posterior, 1e3), SLOW_S)),
        cepstrally_smoothed(posterior_bins),
        place,
        np.broadcast_to(steady, posterior.shape),
        np.broadcast_to(level(noise / box(noise, LINE_HZ)), posterior.shape),
    ]).astype(np.float32)
    return inputs, (after / (1 + after)).astype(np.float32)


def decision_directed(posterior):
    keep = np.exp(-HOP_S / DECISION_S)
    prior, clean = np.empty_like(posterior), np.zeros(posterior.shape[1], posterior.dtype)
    for t, gamma in enumerate(posterior):
        now = np.maximum(gamma - 1, 0)
        rise = np.maximum((now - clean) / (now + CLEAR_RISE), 0)
        xi = now + keep * (1 - FORGOTTEN_IN_A_RISE * rise * rise) * (clean - now)
        prior[t] = xi = np.clip(xi, LOWEST_PRIOR, LARGEST_SNR)
        gain = xi / (1 + xi)
        clean = gain * gain * np.minimum(gamma, LARGEST_SNR)
    return prior


def one_pole(x, time_s):
    """Mean over time that begins with noise."""
    keep = np.float32(np.exp(-HOP_S / time_s))
    state, out = np.ones(x.shape[1], x.dtype), np.empty_like(x)
    for t, now in enumerate(x):
        out[t] = state = now + keep * (state - now)
    return out


def box(x, width_hz):
    """Mean over the cells whose bins lie within half the width."""
    half = width_hz / 2
    first = np.searchsorted(CENTRES_HZ, CENTRES_HZ - half - 0.5 * BIN_HZ)
    end = np.searchsorted(CENTRES_HZ, CENTRES_HZ + half + 0.5 * BIN_HZ)
    sums = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x * SIZES, -1, dtype=np.float64)], -1)
    return ((sums[:, end] - sums[:, first]) / (EDGES[end] - EDGES[first])).astype(x.dtype)


def cepstrally_smoothed(posterior_bins):
    """Log SNR whose cepstrum is smoothed over time, except for the envelope and around the pitch: it carries
    harmonics over frequency. (frames, CELLS); 0 above the cepstrum's range."""
    every = DESIGN.cepstrum_every
    log_snr = level(np.clip(posterior_bins[::every, :CEPSTRUM_BINS], 0.1, 1e4))
    cepstrum = dct(log_snr, norm="ortho", axis=-1)
    # A period of p bins over frequency is at 2 * CEPSTRUM_BINS / p.
    at = lambda hz: 2 * CEPSTRUM_BINS * BIN_HZ / hz
    envelope, first, last = int(at(ENVELOPE_HZ)), int(at(HIGHEST_PITCH_HZ)), int(at(LOWEST_PITCH_HZ))
    keep = np.full(CEPSTRUM_BINS, np.exp(-every * HOP_S / REST_S), np.float32)
    keep[:envelope] = 0
    kept_pitch = np.float32(np.exp(-every * HOP_S / PITCH_S))
    state, out = np.zeros(CEPSTRUM_BINS, np.float32), np.empty_like(cepstrum)
    for t, now in enumerate(cepstrum):
        peak = first + int(np.argmax(now[first:last] + state[first:last]))
        factor = keep.copy()
        factor[peak - PITCH_HALF_WIDTH : peak + PITCH_HALF_WIDTH + 1] = kept_pitch
        out[t] = state = now + factor * (state - now)
    smoothed = idct(out, norm="ortho", axis=-1)
    bins = np.zeros((len(smoothed), BINS), np.float32)
    bins[:, :CEPSTRUM_BINS] = smoothed
    return np.repeat(joined(bins) / SIZES, every, axis=0)[: len(posterior_bins)]
