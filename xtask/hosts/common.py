"""What the tests in the Python hosts share: a noisy recording, and what must hold of it once it is denoised."""

import sys
from pathlib import Path

import numpy as np

# Where every VST3 host of Linux looks.
SYSTEM_FOLDER = Path("/usr/lib/vst3")
RATE = 48000
LEARN_S, TONE_S, TAIL_S = 2.0, 2.0, 2.0
NOISE = 0.02


def recording(channels, rate=RATE):
    """Noise alone, then noise with a tone in bursts, then noise alone again."""
    rng = np.random.default_rng(7)
    samples = int((LEARN_S + TONE_S + TAIL_S) * rate)
    noise = NOISE * rng.standard_normal((channels, samples))
    time = np.arange(samples) / rate
    middle = (time >= LEARN_S) & (time < LEARN_S + TONE_S)
    tone = 0.3 * np.sin(2 * np.pi * 440 * time) * middle * (np.sin(2 * np.pi * 2 * time) > 0)
    return (noise + tone).astype(np.float32)


def rms_db(x):
    return 20 * np.log10(np.sqrt(np.mean(np.square(x, dtype=np.float64))) + 1e-12)


def lag(reference, output):
    """Samples by which the output lags, by cross-correlation."""
    size = 1 << (2 * len(reference) - 1).bit_length()
    spectrum = np.fft.rfft(output, size) * np.conj(np.fft.rfft(reference, size))
    peak = int(np.argmax(np.fft.irfft(spectrum, size)))
    return peak if peak < size // 2 else peak - size


def check(name, holds, figure):
    print(f"  {'ok    ' if holds else 'FAILED'} {name}: {figure}")
    if not holds:
        sys.exit(1)


def check_denoised(noisy, output, rate=RATE):
    """The tail has lost at least 12 dB, the tone is still there, and all is where it was."""
    tail = slice(int((LEARN_S + TONE_S + 0.5) * rate), int((LEARN_S + TONE_S + TAIL_S - 0.2) * rate))
    for channel in range(noisy.shape[0]):
        fell = rms_db(noisy[channel, tail]) - rms_db(output[channel, tail])
        check(f"channel {channel}, noise in the tail", fell >= 12, f"{fell:.1f} dB less (12 asked)")
        tone = slice(int(LEARN_S * rate), int((LEARN_S + TONE_S) * rate))
        lost = rms_db(noisy[channel, tone]) - rms_db(output[channel, tone])
        check(f"channel {channel}, level of the tone", abs(lost) < 1.5, f"{-lost:+.2f} dB")
        offset = lag(noisy[channel, tone], output[channel, tone])
        check(f"channel {channel}, offset after the host's compensation", offset == 0, f"{offset} samples")
