"""Denoises a file by the network, as the engine should: python3 denoise.py WEIGHTS.pt IN.wav OUT.wav --lead SECONDS

Slow and whole-file: what the engine is compared with, and the first look at a training run. 44.1 and 48 kHz.
"""

import argparse

import numpy as np
import soundfile
import torch

from designs import DESIGN
from features import features
from grid import HOP_SAMPLES, RATE_HZ, WINDOW, WINDOW_SAMPLES, spread, stft
from loss import FLOOR
from network import Network


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("weights", "source", "out"):
        parser.add_argument(name)
    parser.add_argument("--lead", type=float, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = Network()
    network.load_state_dict(torch.load(args.weights))
    x, rate = soundfile.read(args.source, dtype="float32", always_2d=True)
    high = rate > RATE_HZ
    if high:
        from scipy.signal import resample_poly

        length, x = len(x), resample_poly(x, 1, 2).astype(np.float32)
    y = denoised(network, x.T, int(args.lead * rate) // (2 if high else 1)).T
    if high:
        y = resample_poly(y, 2, 1)[:length].astype(np.float32)
    soundfile.write(args.out, y, rate, subtype="FLOAT")


def denoised(network, channels, lead):
    """(channels, samples), of which the first `lead` samples are noise alone."""
    learned = [np.abs(stft(x[:lead])) for x in channels]
    powers = [(a**2).mean(0) + 1e-14 for a in learned]
    fluctuation = np.mean([a.var(0) / (a.mean(0) ** 2 + 1e-14) for a in learned], 0)
    padded = [np.pad(x, (WINDOW_SAMPLES, 2 * WINDOW_SAMPLES)).astype(np.float32) for x in channels]
    spectra = [stft(x) for x in padded]
    posterior = np.max([np.abs(s) ** 2 / p for s, p in zip(spectra, powers)], 0)
    with torch.no_grad():
        late = network.look_ahead
        inputs, two_step = features(posterior, np.mean(powers, 0), fluctuation)
        inputs = np.pad(inputs, ((0, 0), (0, late), (0, 0)), mode="edge")
        gain = network(torch.from_numpy(inputs)[None])[0, late:].numpy() * two_step**DESIGN.two_step_share
    gain = np.maximum(2 ** spread(np.log2(gain + 1e-6)), FLOOR)
    return np.stack([overlap_added(s * gain, len(x))[WINDOW_SAMPLES : WINDOW_SAMPLES + channels.shape[1]] for s, x in zip(spectra, padded)])


def overlap_added(spectrum, length):
    """By the least squares of the windows (Griffin and Lim 1984): the engine's synthesis windows are shorter."""
    frames = np.fft.irfft(spectrum, axis=-1)
    y = np.zeros(length + WINDOW_SAMPLES)
    for t, frame in enumerate(frames):
        y[t * HOP_SAMPLES : t * HOP_SAMPLES + WINDOW_SAMPLES] += frame * WINDOW
    return (y[:length] / (np.square(WINDOW).sum() / HOP_SAMPLES)).astype(np.float32)


if __name__ == "__main__":
    main()
