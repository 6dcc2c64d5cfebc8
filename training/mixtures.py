"""Draws mixtures: a sound, a noise, a second of the noise alone to learn from; and what the network sees and is judged by."""

import json
import pathlib

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import fftconvolve

from features import features
from grid import HOP_SAMPLES, RATE_HZ, SIZES, WINDOW_SAMPLES, joined, stft

# 2.3 seconds.
FRAMES = 108 * 1024 // HOP_SAMPLES
LENGTH = WINDOW_SAMPLES + (FRAMES - 1) * HOP_SAMPLES
# How often each kind of sound is drawn.
KINDS = {"voice": 0.40, "voice_rendered": 0.10, "music": 0.25, "rendered": 0.15, "hits": 0.10}
NOISE_ALONE, RECORDED_NOISE, BABBLE, STEREO, ROOM, TWO_SOUNDS = 0.12, 0.15, 0.02, 0.15, 0.2, 0.15
SNR_DB = (-4.0, 25.0)
LEARNED_S = (0.5, 2.0)
# SNR over 20 ms blocks that are not silent, as it is usually stated.
BLOCK = RATE_HZ // 50
TINY = 1e-14


class Mixtures:
    """Clips without end. RNG and order are fixed by the seed."""

    def __init__(self, folder, seed):
        folder = pathlib.Path(folder)
        self.rng = np.random.default_rng(seed)
        self.ends = json.loads((folder / "ends.json").read_text())
        self.sounds = {kind: np.load(folder / f"{kind}.npy", mmap_mode="r") for kind in self.ends}

    def clip(self):
        """(inputs (INPUTS, FRAMES, CELLS), the gain of Two-Step (FRAMES, CELLS), powers (4, FRAMES, CELLS)): powers of the mixture, the sound and the noise, and
        the real part of mixture times conjugate sound, each over the learned noise; the learned noise (CELLS), which brings
        them back to powers; whether there is a sound."""
        rng = self.rng
        lead = int(rng.uniform(*LEARNED_S) * RATE_HZ)
        has_sound = rng.random() >= NOISE_ALONE
        noise = self.noise(lead + LENGTH)
        sound = self.sound(LENGTH) if has_sound else np.zeros(LENGTH, np.float32)
        snr = 10 ** (rng.uniform(*SNR_DB) / 20)
        noise *= (active_rms(sound) if has_sound else 0.1) / (snr * np.sqrt(np.mean(noise**2)) + 1e-9)
        noise += rng.standard_normal(len(noise), np.float32) * np.float32(10 ** (rng.uniform(-110, -80) / 20))
        channels = [self.analysed(sound, noise, lead)]
        if rng.random() < STEREO:
            pan = np.float32(10 ** (rng.uniform(-12, 12) / 20))
            other = np.roll(noise, int(rng.integers(len(noise))))
            channels.append(self.analysed(sound * pan, other, lead))
        posterior = np.max([c[0] for c in channels], 0)
        fluctuation = np.mean([c[1] for c in channels], 0)
        powers = np.sum([c[2] for c in channels], 0) / len(channels)
        noise_power = np.mean([c[3] for c in channels], 0)
        learned = joined(noise_power) / SIZES
        learned /= learned.mean()
        inputs, two_step = features(posterior, noise_power, fluctuation)
        return inputs, two_step, powers.astype(np.float32), learned.astype(np.float32), has_sound

    def analysed(self, sound, noise, lead):
        learned = np.abs(stft(noise[:lead]))
        power = (learned**2).mean(0) + TINY
        fluctuation = learned.var(0) / (learned.mean(0) ** 2 + TINY)
        s, n = stft(sound), stft(noise[lead:])
        x = s + n
        square = lambda z: (z.real**2 + z.imag**2) / power
        both = (x.real * s.real + x.imag * s.imag) / power
        return square(x), fluctuation, np.stack([joined(p) for p in (square(x), square(s), square(n), both)]), power

    def sound(self, length):
        rng = self.rng
        kind = rng.choice(list(KINDS), p=list(KINDS.values()))
        x = self.cut(kind, length)
        if rng.random() < TWO_SOUNDS:
            other = self.cut(rng.choice(list(KINDS)), length)
            x = x + other * np.float32(10 ** (rng.uniform(-12, 3) / 20) * rms(x) / (rms(other) + 1e-9))
        if rng.random() < ROOM:
            x = self.in_a_room(x)
        x = self.coloured(x)
        level = active_rms(x)
        return self.sound(length) if level < 1e-4 else x * np.float32(0.1 / level)

    def cut(self, kind, length):
        """A stretch of the recordings of a kind, played up to half an octave slower or faster."""
        rng, x = self.rng, self.sounds[kind]
        ratio = 2 ** rng.uniform(-0.5, 0.5) if rng.random() < 0.6 else 1.0
        span = int(length * ratio) + 2
        start = int(rng.integers(0, len(x) - span))
        piece = np.asarray(x[start : start + span], np.float32) / 32768
        return piece[:length] if ratio == 1.0 else np.interp(np.arange(length) * ratio, np.arange(span), piece).astype(np.float32)

    def coloured(self, x):
        """A tilt, and now and then a low-pass or a high-pass."""
        rng = self.rng
        y = x.copy()
        y[1:] += np.float32(rng.uniform(-0.6, 0.6)) * x[:-1]
        if rng.random() < 0.25:
            fast = next_fast_len(len(y))
            f = np.fft.rfftfreq(fast, 1 / RATE_HZ)
            cut_hz, order = np.exp(rng.uniform(np.log(3000), np.log(18000))), rng.integers(2, 16)
            y = irfft(rfft(y, fast) / np.sqrt(1 + (f / cut_hz) ** (2 * order)).astype(np.float32), fast)[: len(y)]
        return y

    def in_a_room(self, x):
        """Reverberation: noise that falls by 60 dB in 0.15 to 1.2 s, faster at high frequencies."""
        rng = self.rng
        decay_s = rng.uniform(0.15, 1.2)
        t = np.arange(int(decay_s * RATE_HZ)) / RATE_HZ
        tail = rng.standard_normal(len(t)) * 10 ** (-3 * t / decay_s)
        tail = tail + np.concatenate([[0], tail[:-1]])
        tail *= 10 ** (rng.uniform(-18, -3) / 20) / np.sqrt(np.sum(tail**2))
        tail[0] += 1
        return fftconvolve(x, tail)[: len(x)].astype(np.float32)

    def noise(self, length):
        rng, u = self.rng, self.rng.random()
        if u < BABBLE:
            x = sum(self.cut("voice", length) for _ in range(int(rng.integers(5, 12))))
        elif u < BABBLE + RECORDED_NOISE:
            x = self.recorded(length)
        else:
            x = self.made_up(length)
        return self.coloured(x.astype(np.float32)) if rms(x) > 1e-4 else self.noise(length)

    def recorded(self, length):
        """A recorded noise, in a loop where it is short."""
        rng, ends = self.rng, self.ends["noise"]
        which = int(rng.integers(len(ends)))
        x = np.asarray(self.sounds["noise"][ends[which - 1] if which else 0 : ends[which]], np.float32) / 32768
        x = np.resize(np.roll(x, int(rng.integers(len(x)))), int(length * 1.42) + 2)
        ratio = 2 ** rng.uniform(-0.5, 0.5)
        return np.interp(np.arange(length) * ratio, np.arange(len(x)), x)

    def made_up(self, length):
        """Gaussian noise of a random colour; then, each at times: hum, a level that wanders, chirps of a narrow band, clicks."""
        rng = self.rng
        fast = next_fast_len(length)
        spectrum, f = rfft(rng.standard_normal(fast, np.float32)), np.maximum(np.fft.rfftfreq(fast, 1 / RATE_HZ), 1)
        points = np.sort(rng.uniform(np.log10(20), np.log10(24000), 7))
        spectrum *= 10 ** (np.interp(np.log10(f), points, rng.normal(0, 8, 7)) / 20) * f ** rng.uniform(-0.9, 0.2)
        x = irfft(spectrum, fast)[:length]
        x /= x.std()
        t = np.arange(length, dtype=np.float32) / RATE_HZ
        if rng.random() < 0.35:
            f0, hum = rng.choice([50.0, 60.0, 100.0, 120.0, rng.uniform(30, 400)]), np.zeros(length)
            slope = rng.uniform(0.1, 1.3)
            for h in range(1, int(min(np.exp(rng.uniform(1.1, 4.8)), 23e3 / f0))):
                hum += rng.exponential(1.2) / h ** slope * np.sin(2 * np.pi * f0 * h * t + rng.uniform(0, 6.28))
            x += hum / (hum.std() + 1e-9) * 10 ** (rng.uniform(-20, 35) / 20)
        if rng.random() < 0.12:
            x *= 10 ** (np.interp(np.arange(length), np.linspace(0, length, 9), rng.normal(0, 2.0, 9)) / 20)
        if rng.random() < 0.05:
            centre, rate = rng.uniform(1500, 9000), rng.uniform(3, 40)
            envelope = np.maximum(np.sin(2 * np.pi * rate * t + rng.uniform(0, 6)), 0) ** rng.integers(1, 5)
            phase = 2 * np.pi * centre * t + np.cumsum(rng.standard_normal(length)) * 0.02
            x += np.sin(phase) * envelope * 10 ** (rng.uniform(-10, 10) / 20)
        if rng.random() < 0.04:
            for at in rng.integers(0, length - 2000, int(rng.integers(2, 20))):
                n = int(rng.integers(50, 2000))
                x[at : at + n] += rng.standard_normal(n) * np.exp(-np.arange(n) * 5 / n) * rng.exponential(3)
        return x


def rms(x):
    return float(np.sqrt(np.mean(np.square(x))))


def active_rms(x):
    blocks = np.square(x[: len(x) // BLOCK * BLOCK]).reshape(-1, BLOCK).mean(1)
    return float(np.sqrt(blocks[blocks >= 1e-4 * blocks.max()].mean())) if blocks.max() > 0 else 0.0
